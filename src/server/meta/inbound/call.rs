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
    to: Option<Box<RawValue>>,
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
    /// The customer's number or user id.
    pub customer: String,
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
    Some(Call {
        id: id(wire.id.as_deref())?,
        customer: id(if by_us { wire.to.as_deref() } else { wire.from.as_deref() })?.trim_start_matches('+').to_owned(),
        by_us,
        is_over: filled(wire.event.as_deref()).as_deref() == Some("terminate"),
        timestamp: integer(wire.timestamp.as_deref()),
        seconds: integer(wire.duration.as_deref()).filter(|seconds| *seconds > 0),
    })
}
