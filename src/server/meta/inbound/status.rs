//! One element of `statuses[]` (`meta-api` section 5).

use super::scalar::{filled, id, integer, list, object, parse, text};
use crate::domain::failure::Failure;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    id: Option<Box<RawValue>>,
    #[serde(default)]
    status: Option<Box<RawValue>>,
    #[serde(default)]
    timestamp: Option<Box<RawValue>>,
    #[serde(default)]
    recipient_id: Option<Box<RawValue>>,
    #[serde(default)]
    recipient_user_id: Option<Box<RawValue>>,
    #[serde(default)]
    biz_opaque_callback_data: Option<Box<RawValue>>,
    #[serde(default)]
    errors: Option<Box<RawValue>>,
    #[serde(default)]
    conversation: Option<Box<RawValue>>,
    #[serde(default)]
    pricing: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct ConversationWire {
    #[serde(default)]
    expiration_timestamp: Option<Box<RawValue>>,
    #[serde(default)]
    origin: Option<Box<RawValue>>,
}

/// Both an origin and a price have a type.
#[derive(Deserialize)]
struct Typed {
    #[serde(default, rename = "type")]
    kind: Option<Box<RawValue>>,
}

/// A status as plain values.
#[derive(Debug, PartialEq, Eq)]
pub struct Status {
    /// The message's `wamid.…`
    pub wamid: String,
    /// Meta's word.
    pub status: String,
    /// Unix seconds.
    pub timestamp: Option<i64>,
    /// Whom it was for: number, else user id, else empty.
    pub recipient: String,
    /// What we sent along: our message id.
    pub callback: Option<String>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// Unix seconds: until then messages to this customer cost nothing, because they came by a free entry point.
    pub free_until: Option<i64>,
}

/// Errors in webhooks: `{code, title, message?, error_data?: {details}}`; `details` may stand at the top (`meta-api` section 14).
#[derive(Deserialize)]
struct ErrorWire {
    #[serde(default)]
    code: Option<Box<RawValue>>,
    #[serde(default)]
    title: Option<Box<RawValue>>,
    #[serde(default)]
    message: Option<Box<RawValue>>,
    #[serde(default)]
    details: Option<Box<RawValue>>,
    #[serde(default)]
    error_data: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct ErrorData {
    #[serde(default)]
    details: Option<Box<RawValue>>,
}

/// Reads a status; `None` without an id or a status word.
#[must_use]
pub fn read(raw: &str) -> Option<Status> {
    let wire: Wire = parse(raw)?;
    Some(Status {
        wamid: id(wire.id.as_deref())?,
        status: id(wire.status.as_deref())?,
        timestamp: integer(wire.timestamp.as_deref()),
        recipient: id(wire.recipient_id.as_deref()).or_else(|| id(wire.recipient_user_id.as_deref())).unwrap_or_default(),
        callback: id(wire.biz_opaque_callback_data.as_deref()),
        failure: first_failure(wire.errors.as_deref()),
        free_until: free_until(wire.conversation.as_deref(), wire.pricing.as_deref()),
    })
}

/// Free entry points are ads and the like that lead to WhatsApp.
fn free_until(conversation: Option<&RawValue>, pricing: Option<&RawValue>) -> Option<i64> {
    let conversation: ConversationWire = object(conversation)?;
    let kind = |raw| object::<Typed>(raw).and_then(|typed| text(typed.kind.as_deref()));
    let is_free = kind(pricing).as_deref() == Some("free_entry_point") || kind(conversation.origin.as_deref()).as_deref() == Some("referral_conversion");
    integer(conversation.expiration_timestamp.as_deref()).filter(|_| is_free)
}

/// The first of some `errors`.
pub(super) fn first_failure(errors: Option<&RawValue>) -> Option<Failure> {
    list(errors).first().and_then(|error| failure(error))
}

fn failure(raw: &RawValue) -> Option<Failure> {
    let wire: ErrorWire = object(Some(raw))?;
    let details = object::<ErrorData>(wire.error_data.as_deref()).and_then(|data| filled(data.details.as_deref()));
    let words = [details, filled(wire.details.as_deref()), filled(wire.message.as_deref()), text(wire.title.as_deref())];
    Some(Failure { code: integer(wire.code.as_deref()).unwrap_or(0), text: words.into_iter().flatten().next().unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_status_says_why() {
        let raw = r#"{"id":"wamid.x","status":"failed","timestamp":1700000000,"recipient_id":"447700900123","biz_opaque_callback_data":"m1",
            "errors":[{"code":131047,"title":"Re-engagement message","error_data":{"details":"More than 24 hours"}}]}"#;
        let status = read(raw).unwrap();
        assert_eq!(status.failure, Some(Failure { code: 131_047, text: "More than 24 hours".into() }));
        assert_eq!((status.timestamp, status.callback.as_deref()), (Some(1_700_000_000), Some("m1")));
        assert!(read(r#"{"id":"wamid.x"}"#).is_none());
    }

    #[test]
    fn a_free_entry_point_says_until_when() {
        let with = |rest: &str| read(&format!(r#"{{"id":"wamid.x","status":"sent",{rest}}}"#)).unwrap().free_until;
        assert_eq!(with(r#""conversation":{"id":"c","expiration_timestamp":"1700000000","origin":{"type":"referral_conversion"}}"#), Some(1_700_000_000));
        assert_eq!(with(r#""conversation":{"expiration_timestamp":1700000000},"pricing":{"type":"free_entry_point"}"#), Some(1_700_000_000));
        assert_eq!(with(r#""conversation":{"expiration_timestamp":1700000000,"origin":{"type":"service"}},"pricing":{"type":"regular"}"#), None);
        assert_eq!(with(r#""conversation":7,"pricing":[]"#), None);
    }
}
