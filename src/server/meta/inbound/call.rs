//! One element of `calls[]` (`meta-api` section 8).

use super::scalar::{filled, id, integer, parse};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    id: Option<Box<RawValue>>,
    #[serde(default)]
    from: Option<Box<RawValue>>,
    #[serde(default)]
    from_user_id: Option<Box<RawValue>>,
    #[serde(default)]
    to: Option<Box<RawValue>>,
    #[serde(default)]
    to_user_id: Option<Box<RawValue>>,
    #[serde(default)]
    event: Option<Box<RawValue>>,
    #[serde(default)]
    timestamp: Option<Box<RawValue>>,
    #[serde(default)]
    direction: Option<Box<RawValue>>,
    #[serde(default)]
    duration: Option<Box<RawValue>>,
}

/// A call as plain values.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    /// `wacid.…`
    pub id: String,
    /// The customer's number.
    pub wa_id: Option<String>,
    /// The customer's business-scoped user id.
    pub user_id: Option<String>,
    /// Whether the business called.
    pub by_us: bool,
    /// Whether it is over; of one that has begun, nothing is kept.
    pub is_over: bool,
    /// Unix seconds.
    pub timestamp: Option<i64>,
    /// Seconds that were spoken; none: nobody answered.
    pub seconds: Option<i64>,
}

/// Reads a call; `None` without an id or a customer.
#[must_use]
pub fn read(raw: &str) -> Option<Call> {
    let wire: Wire = parse(raw)?;
    let by_us = filled(wire.direction.as_deref()).is_some_and(|direction| direction == "BUSINESS_INITIATED");
    let (phone, user_id) = if by_us { (wire.to, wire.to_user_id) } else { (wire.from, wire.from_user_id) };
    let phone = id(phone.as_deref()).map(|phone| phone.trim_start_matches('+').to_owned());
    let (wa_id, user_id) = super::message::sorted(phone, id(user_id.as_deref()));
    if wa_id.is_none() && user_id.is_none() {
        return None;
    }
    Some(Call {
        id: id(wire.id.as_deref())?,
        wa_id,
        user_id,
        by_us,
        is_over: filled(wire.event.as_deref()).as_deref() == Some("terminate"),
        timestamp: integer(wire.timestamp.as_deref()),
        seconds: integer(wire.duration.as_deref()).filter(|seconds| *seconds > 0),
    })
}
