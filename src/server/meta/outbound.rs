//! Requests to Meta as strict structs: what cannot be legal cannot be built (`meta-api` section 10).

use crate::domain::content::location::Degrees;
use crate::domain::content::text::{Refusal, check};
use crate::domain::content::{Content, Location};
use crate::domain::id::MessageId;
use serde::Serialize;
use serde_json::Number;

/// Whom a message goes to. Meta's ids as they are; on the wire a number carries its `+`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// `wa_id` digits.
    WaId(String),
    /// A business-scoped user id.
    UserId(String),
}

/// `POST /<phone_number_id>/messages` with a message.
#[derive(Debug, Serialize)]
pub struct Message {
    messaging_product: &'static str,
    recipient_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
    biz_opaque_callback_data: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    body: Body,
}

#[derive(Debug, Serialize)]
struct Context {
    message_id: String,
}

/// What it says, under the name of its kind.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Body {
    Text {
        body: String,
        preview_url: bool,
    },
    Image(File),
    Video(File),
    Audio {
        id: String,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        voice: bool,
    },
    Document(File),
    Sticker {
        id: String,
    },
    Location(Place),
    Reaction {
        message_id: String,
        emoji: String,
    },
}

/// A file by Meta's id; only documents have names.
#[derive(Debug, Serialize)]
struct File {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<String>,
}

/// Degrees as the decimal numbers they were given as.
#[derive(Debug, Serialize)]
struct Place {
    latitude: Number,
    longitude: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

/// Why there is nothing to hand over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsayable {
    /// The text is empty or too long.
    Text(Refusal),
    /// Businesses cannot send this kind.
    Kind,
    /// The file was not handed to Meta before.
    File,
}

impl Message {
    /// A message to `recipient`, answering `reply_to` if given, correlated by our message id. A file goes by the id under which Meta has it.
    ///
    /// # Errors
    /// See [`Unsayable`].
    pub fn new(recipient: Recipient, content: &Content, file: Option<String>, reply_to: Option<&str>, id: &MessageId) -> Result<Self, Unsayable> {
        let (to, recipient) = match recipient {
            // Without `+` Meta would put the business's own country code in front.
            Recipient::WaId(digits) => (Some(format!("+{digits}")), None),
            Recipient::UserId(user_id) => (None, Some(user_id)),
        };
        let (kind, body) = body(content, file)?;
        Ok(Self {
            messaging_product: "whatsapp",
            recipient_type: "individual",
            to,
            recipient,
            context: reply_to.filter(|_| kind != "reaction").map(|wamid| Context { message_id: wamid.to_owned() }),
            biz_opaque_callback_data: id.0.clone(),
            kind,
            body,
        })
    }
}

fn body(content: &Content, file: Option<String>) -> Result<(&'static str, Body), Unsayable> {
    let file = file.ok_or(Unsayable::File);
    Ok(match content {
        Content::Text(text) => {
            check(&text.body).map_err(Unsayable::Text)?;
            let preview_url = text.body.contains("http://") || text.body.contains("https://");
            ("text", Body::Text { body: text.body.clone(), preview_url })
        }
        Content::Image(image) => ("image", Body::Image(File { id: file?, caption: image.caption.clone(), filename: None })),
        Content::Video(video) => ("video", Body::Video(File { id: file?, caption: video.caption.clone(), filename: None })),
        Content::Audio(audio) => ("audio", Body::Audio { id: file?, voice: audio.voice }),
        Content::Document(document) => ("document", Body::Document(File { id: file?, caption: document.caption.clone(), filename: document.name.clone() })),
        Content::Sticker(_) => ("sticker", Body::Sticker { id: file? }),
        Content::Location(location) => ("location", Body::Location(place(location)?)),
        Content::Reaction(reaction) => ("reaction", Body::Reaction { message_id: reaction.target.clone(), emoji: reaction.emoji.clone() }),
        Content::Contacts(_) | Content::Answer(_) | Content::Order(_) | Content::System(_) | Content::Unknown(_) => return Err(Unsayable::Kind),
    })
}

fn place(location: &Location) -> Result<Place, Unsayable> {
    // Written as text and read as a number: no rounding comes in between.
    let number = |degrees: Degrees| degrees.to_string().parse::<Number>().map_err(|_| Unsayable::Kind);
    Ok(Place { latitude: number(location.latitude)?, longitude: number(location.longitude)?, name: location.name.clone(), address: location.address.clone() })
}

/// `POST /<phone_number_id>/messages` that marks a message and all before it as read.
#[derive(Debug, Serialize)]
pub struct MarkRead<'a> {
    messaging_product: &'static str,
    status: &'static str,
    message_id: &'a str,
}

impl<'a> MarkRead<'a> {
    /// Marks this message as read.
    #[must_use]
    pub fn new(message_id: &'a str) -> Self {
        Self { messaging_product: "whatsapp", status: "read", message_id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> Content {
        Content::Text(crate::domain::content::Text { body: body.into() })
    }

    /// I7: the number is Meta's own, with a `+` on the wire and otherwise untouched.
    #[test]
    fn i7_the_recipient_is_metas_id_with_a_plus() {
        let message = Message::new(Recipient::WaId("5511987654321".into()), &text("see https://a.example"), None, Some("wamid.q"), &"m1".into()).unwrap();
        let json = serde_json::to_value(message).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+5511987654321",
                "context": {"message_id": "wamid.q"}, "biz_opaque_callback_data": "m1", "type": "text",
                "text": {"body": "see https://a.example", "preview_url": true}})
        );
        let json = serde_json::to_value(Message::new(Recipient::UserId("US.1".into()), &text("x"), None, None, &"m".into()).unwrap()).unwrap();
        assert_eq!((json.get("to"), &json["recipient"]), (None, &serde_json::json!("US.1")));
        assert_eq!(Message::new(Recipient::WaId("1".into()), &text(" "), None, None, &"m".into()).unwrap_err(), Unsayable::Text(Refusal::Empty));
    }

    #[test]
    fn every_kind_has_its_own_shape() {
        use crate::domain::content::{Audio, Document, Image, Sticker, Video};
        let said = |content: &Content| {
            let message = Message::new(Recipient::WaId("1".into()), content, Some("77".into()), None, &"m".into()).unwrap();
            let json = serde_json::to_value(message).unwrap();
            json[json["type"].as_str().unwrap()].clone()
        };
        let caption = || Some("c".to_owned());
        assert_eq!(said(&Content::Image(Image { caption: caption() })), serde_json::json!({"id": "77", "caption": "c"}));
        assert_eq!(said(&Content::Video(Video { caption: None })), serde_json::json!({"id": "77"}));
        assert_eq!(said(&Content::Audio(Audio { voice: true })), serde_json::json!({"id": "77", "voice": true}));
        assert_eq!(said(&Content::Audio(Audio { voice: false })), serde_json::json!({"id": "77"}));
        assert_eq!(
            said(&Content::Document(Document { name: Some("a.pdf".into()), caption: caption() })),
            serde_json::json!({"id": "77", "caption": "c", "filename": "a.pdf"})
        );
        assert_eq!(said(&Content::Sticker(Sticker {})), serde_json::json!({"id": "77"}));
        let place = Location { latitude: Degrees(59_913_900), longitude: Degrees(-1), name: caption(), address: None };
        assert_eq!(said(&Content::Location(place)).to_string(), r#"{"latitude":59.9139,"longitude":-0.000001,"name":"c"}"#.replace("-0.000001", "-1e-6"));
        let without = Message::new(Recipient::WaId("1".into()), &Content::Video(Video { caption: None }), None, None, &"m".into());
        assert_eq!(without.unwrap_err(), Unsayable::File);
    }
}
