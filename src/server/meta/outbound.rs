//! Requests to Meta as strict structs: what cannot be legal cannot be built (`meta-api` section 10).

use crate::domain::content::contacts::{self, Card};
use crate::domain::content::interactive::{Action, Interactive};
use crate::domain::content::location::Degrees;
use crate::domain::content::template::{Component, Parameter, Template};
use crate::domain::content::text::{Refusal, check};
use crate::domain::content::{Content, Location, Text};
use crate::domain::id::MessageId;
use serde::Serialize;
use serde_json::{Number, Value, json};

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
    Template(Value),
    Interactive(Value),
    Contacts(Value),
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
            let preview_url = !text.plain && Text::has_preview(&text.body);
            ("text", Body::Text { body: text.body.clone(), preview_url })
        }
        Content::Image(image) => ("image", Body::Image(File { id: file?, caption: image.caption.clone(), filename: None })),
        Content::Video(video) => ("video", Body::Video(File { id: file?, caption: video.caption.clone(), filename: None })),
        Content::Audio(audio) => ("audio", Body::Audio { id: file?, voice: audio.voice }),
        Content::Document(document) => ("document", Body::Document(File { id: file?, caption: document.caption.clone(), filename: document.name.clone() })),
        Content::Sticker(_) => ("sticker", Body::Sticker { id: file? }),
        Content::Location(location) => ("location", Body::Location(place(location)?)),
        Content::Reaction(reaction) => ("reaction", Body::Reaction { message_id: reaction.target.clone(), emoji: reaction.emoji.clone() }),
        Content::Template(sent) => {
            let file = sent.file.as_deref().map(|kind| file.map(|id| (kind, id))).transpose()?;
            ("template", Body::Template(template(sent, file)))
        }
        Content::Interactive(question) => {
            question.check().map_err(|_| Unsayable::Kind)?;
            ("interactive", Body::Interactive(interactive(question)))
        }
        Content::Contacts(contacts) => ("contacts", Body::Contacts(contacts.cards.iter().map(card).collect())),
        // Of notes and changes none comes here: what the team says among itself has no place in the outbox.
        Content::Answer(_) | Content::Order(_) | Content::Call(_) | Content::System(_) | Content::Note(_) | Content::Change(_) | Content::Unknown(_) => {
            return Err(Unsayable::Kind);
        }
    })
}

fn place(location: &Location) -> Result<Place, Unsayable> {
    // Written as text and read as a number: no rounding comes in between.
    let number = |degrees: Degrees| degrees.to_string().parse::<Number>().map_err(|_| Unsayable::Kind);
    Ok(Place { latitude: number(location.latitude)?, longitude: number(location.longitude)?, name: location.name.clone(), address: location.address.clone() })
}

/// A template by its name, with its values (`meta-api` section 12); parts without any are left out.
fn template(sent: &Template, file: Option<(&str, String)>) -> Value {
    let header = file.map(|(kind, id)| {
        let file = sent.file_name.as_ref().map_or_else(|| json!({"id": id}), |name| json!({"id": id, "filename": name}));
        json!({"type": "header", "parameters": [{"type": kind, kind: file}]})
    });
    let components: Vec<Value> = header.into_iter().chain(sent.components.iter().map(component)).collect();
    json!({"name": sent.name, "language": {"code": sent.language}, "components": components})
}

fn component(component: &Component) -> Value {
    if component.kind == "location" {
        return json!({"type": component.part, "parameters": [{"type": "location", "location": header_place(&component.parameters)}]});
    }
    let is_code = component.kind == "copy_code";
    let parameter = |Parameter { name, text }: &Parameter| match name {
        _ if is_code => json!({"type": "coupon_code", "coupon_code": text}),
        Some(name) => json!({"type": "text", "parameter_name": name, "text": text}),
        None => json!({"type": "text", "text": text}),
    };
    let parameters: Vec<Value> = component.parameters.iter().map(parameter).collect();
    match component.index {
        Some(index) => json!({"type": component.part, "sub_type": component.kind, "index": index.to_string(), "parameters": parameters}),
        None => json!({"type": component.part, "parameters": parameters}),
    }
}

/// Coordinates, name, address.
fn header_place(parameters: &[Parameter]) -> Value {
    let text = |at: usize| parameters.get(at).map_or("", |parameter| parameter.text.as_str());
    let (latitude, longitude) = Location::read_coordinates(text(0)).map_or_else(Default::default, |(north, east)| (north.to_string(), east.to_string()));
    json!({"latitude": latitude, "longitude": longitude, "name": text(1), "address": text(2)})
}

/// The ids of answers are their places: what comes back also carries the words.
fn interactive(question: &Interactive) -> Value {
    let (kind, action) = match &question.action {
        Action::Buttons(titles) => {
            let button = |(at, title): (usize, &String)| json!({"type": "reply", "reply": {"id": at.to_string(), "title": title}});
            ("button", json!({"buttons": titles.iter().enumerate().map(button).collect::<Vec<_>>()}))
        }
        Action::List(label, rows) => {
            let row = |(at, row): (usize, &crate::domain::content::interactive::Row)| {
                let mut said = json!({"id": at.to_string(), "title": row.title});
                if let Some(detail) = &row.detail {
                    said["description"] = json!(detail);
                }
                said
            };
            ("list", json!({"button": label, "sections": [{"rows": rows.iter().enumerate().map(row).collect::<Vec<_>>()}]}))
        }
        Action::Link(label, url) => ("cta_url", json!({"name": "cta_url", "parameters": {"display_text": label, "url": url}})),
    };
    let mut said = json!({"type": kind, "body": {"text": question.body}, "action": action});
    if let Some(footer) = &question.footer {
        said["footer"] = json!({"text": footer});
    }
    said
}

/// With a number's `wa_id` the card offers to write to it, without to invite.
fn card(card: &Card) -> Value {
    let phone = |phone: &contacts::Phone| match &phone.wa_id {
        Some(wa_id) => json!({"phone": phone.number, "wa_id": wa_id}),
        None => json!({"phone": phone.number}),
    };
    let mut said = json!({"name": {"formatted_name": card.title(), "first_name": card.title()}});
    if let Some(company) = &card.company {
        said["org"] = json!({"company": company});
    }
    if !card.phones.is_empty() {
        said["phones"] = card.phones.iter().map(phone).collect();
    }
    if !card.emails.is_empty() {
        said["emails"] = card.emails.iter().map(|email| json!({"email": email})).collect();
    }
    said
}

/// `POST /<phone_number_id>/messages` that marks a message and all before it as read.
#[derive(Debug, Serialize)]
pub struct MarkRead<'a> {
    messaging_product: &'static str,
    status: &'static str,
    message_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    typing_indicator: Option<Typing>,
}

/// Lasts until our message, 25 seconds at most.
#[derive(Debug, Serialize)]
struct Typing {
    #[serde(rename = "type")]
    kind: &'static str,
}

impl<'a> MarkRead<'a> {
    /// Says that somebody writes an answer; it also marks the message as read (`meta-api` section 10).
    #[must_use]
    pub fn typing(message_id: &'a str) -> Self {
        Self { typing_indicator: Some(Typing { kind: "text" }), ..Self::new(message_id) }
    }

    /// Marks this message as read.
    #[must_use]
    pub fn new(message_id: &'a str) -> Self {
        Self { messaging_product: "whatsapp", status: "read", message_id, typing_indicator: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> Content {
        Content::Text(crate::domain::content::Text::new(body))
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

    /// A message as it goes, under the name of its kind.
    fn said(content: &Content) -> Value {
        let message = Message::new(Recipient::WaId("1".into()), content, Some("77".into()), None, &"m".into()).unwrap();
        let json = serde_json::to_value(message).unwrap();
        json[json["type"].as_str().unwrap()].clone()
    }

    #[test]
    fn every_kind_has_its_own_shape() {
        use crate::domain::content::{Audio, Document, Image, Sticker, Video};
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

    #[test]
    fn what_is_made_of_parts_has_its_own_shape() {
        let caption = || Some("c".to_owned());
        let words = |text: &str| Parameter { name: None, text: text.into() };
        let named = Parameter { name: Some("first_name".into()), ..words("Ann") };
        let part = |part: &str, index, kind: &str, parameters| Component { part: part.into(), index, kind: kind.into(), parameters };
        let sent = Template {
            name: "visit".into(),
            language: "en_GB".into(),
            file: Some("image".into()),
            components: vec![
                part("body", None, "", vec![named]),
                part("button", Some(1), "url", vec![words("a1")]),
                part("button", Some(2), "copy_code", vec![words("SAVE")]),
            ],
            ..Template::default()
        };
        assert_eq!(
            said(&Content::Template(sent)),
            json!({"name": "visit", "language": {"code": "en_GB"}, "components": [
                {"type": "header", "parameters": [{"type": "image", "image": {"id": "77"}}]},
                {"type": "body", "parameters": [{"type": "text", "parameter_name": "first_name", "text": "Ann"}]},
                {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "a1"}]},
                {"type": "button", "sub_type": "copy_code", "index": "2", "parameters": [{"type": "coupon_code", "coupon_code": "SAVE"}]}]})
        );
        let place = Template {
            components: vec![part("header", None, "location", vec![words("59.9139 10.7522"), words("Shop"), words("Main street 1")])],
            ..Template::default()
        };
        assert_eq!(
            said(&Content::Template(place))["components"],
            json!([{"type": "header", "parameters": [{"type": "location",
                "location": {"latitude": "59.913900", "longitude": "10.752200", "name": "Shop", "address": "Main street 1"}}]}])
        );
        let paper = Template { file: Some("document".into()), file_name: Some("offer.pdf".into()), ..Template::default() };
        assert_eq!(
            said(&Content::Template(paper))["components"][0]["parameters"][0],
            json!({"type": "document", "document": {"id": "77", "filename": "offer.pdf"}})
        );
        let question = |action| Content::Interactive(Interactive { body: "Which day?".into(), footer: caption(), action });
        assert_eq!(
            said(&question(Action::Buttons(vec!["Mon".into(), "Tue".into()]))),
            json!({"type": "button", "body": {"text": "Which day?"}, "footer": {"text": "c"}, "action": {"buttons": [
                {"type": "reply", "reply": {"id": "0", "title": "Mon"}}, {"type": "reply", "reply": {"id": "1", "title": "Tue"}}]}})
        );
        let row = crate::domain::content::interactive::Row { title: "Mon".into(), detail: caption() };
        assert_eq!(
            said(&question(Action::List("Days".into(), vec![row])))["action"],
            json!({"button": "Days", "sections": [{"rows": [{"id": "0", "title": "Mon", "description": "c"}]}]})
        );
        assert_eq!(
            said(&question(Action::Link("Open".into(), "https://a.example".into())))["action"],
            json!({"name": "cta_url", "parameters": {"display_text": "Open", "url": "https://a.example"}})
        );
        let phone = contacts::Phone { number: "+44 7700 900456".into(), wa_id: Some("447700900456".into()) };
        let ines = Card { name: "Ines".into(), company: caption(), phones: vec![phone], emails: vec!["i@a.example".into()], more: Vec::new() };
        assert_eq!(
            said(&Content::Contacts(contacts::Contacts { cards: vec![ines] })),
            json!([{"name": {"formatted_name": "Ines", "first_name": "Ines"}, "org": {"company": "c"},
                "phones": [{"phone": "+44 7700 900456", "wa_id": "447700900456"}], "emails": [{"email": "i@a.example"}]}])
        );
    }
}
