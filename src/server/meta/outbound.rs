//! Requests to Meta as strict structs: what cannot be legal cannot be built (`meta-api` section 10).

use crate::domain::content::text::{Refusal, check};
use crate::domain::id::MessageId;
use serde::Serialize;

/// Whom a message goes to. Meta's ids as they are; on the wire a number carries its `+`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// `wa_id` digits.
    WaId(String),
    /// A business-scoped user id.
    UserId(String),
}

/// `POST /<phone_number_id>/messages` with a text.
#[derive(Debug, Serialize)]
pub struct TextMessage {
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
    text: TextBody,
}

#[derive(Debug, Serialize)]
struct Context {
    message_id: String,
}

#[derive(Debug, Serialize)]
struct TextBody {
    body: String,
    preview_url: bool,
}

impl TextMessage {
    /// A text to `recipient`, answering `reply_to` if given, correlated by our message id.
    ///
    /// # Errors
    /// The text is empty or too long.
    pub fn new(recipient: Recipient, body: &str, reply_to: Option<&str>, id: &MessageId) -> Result<Self, Refusal> {
        check(body)?;
        let (to, recipient) = match recipient {
            // Without `+` Meta would put the business's own country code in front.
            Recipient::WaId(digits) => (Some(format!("+{digits}")), None),
            Recipient::UserId(user_id) => (None, Some(user_id)),
        };
        Ok(Self {
            messaging_product: "whatsapp",
            recipient_type: "individual",
            to,
            recipient,
            context: reply_to.map(|wamid| Context { message_id: wamid.to_owned() }),
            biz_opaque_callback_data: id.0.clone(),
            kind: "text",
            text: TextBody { body: body.to_owned(), preview_url: body.contains("http://") || body.contains("https://") },
        })
    }
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

    /// I7: the number is Meta's own, with a `+` on the wire and otherwise untouched.
    #[test]
    fn i7_the_recipient_is_metas_id_with_a_plus() {
        let text = TextMessage::new(Recipient::WaId("5511987654321".into()), "see https://a.example", Some("wamid.q"), &"m1".into()).unwrap();
        let json = serde_json::to_value(text).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+5511987654321",
                "context": {"message_id": "wamid.q"}, "biz_opaque_callback_data": "m1", "type": "text",
                "text": {"body": "see https://a.example", "preview_url": true}})
        );
        let json = serde_json::to_value(TextMessage::new(Recipient::UserId("US.1".into()), "x", None, &"m".into()).unwrap()).unwrap();
        assert_eq!((json.get("to"), &json["recipient"]), (None, &serde_json::json!("US.1")));
        assert_eq!(TextMessage::new(Recipient::WaId("1".into()), " ", None, &"m".into()).unwrap_err(), Refusal::Empty);
    }
}
