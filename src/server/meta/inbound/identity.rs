//! `user_id_update[]`: a customer has another business-scoped user id (`meta-api` section 3.1). Meta says the same by a `system` message
//! as a rule; this is read as one.

use super::scalar::{id, integer, object, text};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    wa_id: Option<Box<RawValue>>,
    #[serde(default)]
    detail: Option<Box<RawValue>>,
    #[serde(default)]
    user_id: Option<Box<RawValue>>,
    #[serde(default)]
    timestamp: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Ids {
    #[serde(default)]
    previous: Option<Box<RawValue>>,
    #[serde(default)]
    current: Option<Box<RawValue>>,
}

/// The message that says the same; `None` if no id of today is named.
#[must_use]
pub fn as_message(update: &RawValue) -> Option<Box<RawValue>> {
    let wire = object::<Wire>(Some(update))?;
    let ids = object::<Ids>(wire.user_id.as_deref())?;
    let current = id(ids.current.as_deref())?;
    let system = json!({
        "type": "user_changed_user_id",
        "body": text(wire.detail.as_deref()).unwrap_or_default(),
        "user_id": current,
        "previous_user_id": id(ids.previous.as_deref()),
    });
    let timestamp = integer(wire.timestamp.as_deref()).map(|seconds| seconds.to_string());
    let message = json!({"type": "system", "from": id(wire.wa_id.as_deref()), "from_user_id": current, "timestamp": timestamp, "system": system});
    serde_json::value::to_raw_value(&message).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::meta::inbound::message::read;
    use crate::server::meta::to_domain::system;

    #[test]
    fn another_user_id_is_read_as_the_message_that_says_so() {
        let update = r#"{"wa_id":"447700900123","detail":"x","user_id":{"previous":"GB.77","current":"GB.78"},"timestamp":"1795348800"}"#;
        let raw: Box<RawValue> = serde_json::from_str(update).unwrap();
        let said = system::read(&read(as_message(&raw).unwrap().get(), &[]).unwrap());
        assert_eq!((said.wa_ids.join(" "), said.user_ids.join(" ")), ("447700900123".into(), "GB.78 GB.77 GB.78".into()));
        for nothing in ["{}", r#"{"user_id":{"previous":"GB.77"}}"#, r#"{"user_id":7}"#, "[]"] {
            let raw: Box<RawValue> = serde_json::from_str(nothing).unwrap();
            assert!(as_message(&raw).is_none(), "{nothing}");
        }
    }
}
