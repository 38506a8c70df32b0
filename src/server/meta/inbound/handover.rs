//! A change of `messaging_handovers`: who answers a conversation from now on (`meta-api` section 7).

use super::scalar::{filled, id, integer, object, parse};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    recipient: Option<Box<RawValue>>,
    #[serde(default)]
    sender: Option<Box<RawValue>>,
    #[serde(default)]
    timestamp: Option<Box<RawValue>>,
    #[serde(default, rename = "type")]
    kind: Option<Box<RawValue>>,
    #[serde(default)]
    control_passed: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Recipient {
    #[serde(default)]
    phone_number_id: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Sender {
    #[serde(default)]
    phone_number: Option<Box<RawValue>>,
    #[serde(default)]
    user_id: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Passed {
    #[serde(default)]
    new_owner_role: Option<Box<RawValue>>,
}

/// A handover as plain values.
#[derive(Debug, PartialEq, Eq)]
pub struct Handover {
    /// The customer's number.
    pub wa_id: Option<String>,
    /// The customer's business-scoped user id.
    pub user_id: Option<String>,
    /// Unix seconds.
    pub timestamp: Option<i64>,
    /// Whether Meta's own agent answers now.
    pub to_agent: bool,
    /// Whether people do. Neither: another program of the business's.
    pub to_team: bool,
}

/// The number of ours that it is about: such a change has no `metadata`.
#[must_use]
pub fn phone_number_id(value: &RawValue) -> Option<String> {
    let recipient = object::<Recipient>(object::<Wire>(Some(value))?.recipient.as_deref())?;
    id(recipient.phone_number_id.as_deref())
}

/// Reads a handover; `None` without a customer.
#[must_use]
pub fn read(raw: &str) -> Option<Handover> {
    let wire: Wire = parse(raw)?;
    let sender = object::<Sender>(wire.sender.as_deref())?;
    let phone = id(sender.phone_number.as_deref()).map(|phone| phone.trim_start_matches('+').to_owned());
    let (wa_id, user_id) = super::message::sorted(phone, id(sender.user_id.as_deref()));
    if wa_id.is_none() && user_id.is_none() {
        return None;
    }
    let role = object::<Passed>(wire.control_passed.as_deref()).and_then(|passed| filled(passed.new_owner_role.as_deref()));
    let is_taken = filled(wire.kind.as_deref()).is_some_and(|kind| kind == "control_taken");
    let to_agent = role.as_deref() == Some("ai_agent");
    let to_team = !to_agent && (is_taken || role.as_deref() == Some("customer_service"));
    Some(Handover { wa_id, user_id, timestamp: integer(wire.timestamp.as_deref()), to_agent, to_team })
}
