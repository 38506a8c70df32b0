//! `system`: what WhatsApp says about a customer (`meta-api` section 4.9), and under which ids they are known besides.

use super::words;
use crate::domain::content::system::{Change, System};
use crate::server::meta::inbound::message::Message;
use crate::server::meta::inbound::scalar::{id, object};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Wire {
    #[serde(default, rename = "type")]
    kind: Option<Box<RawValue>>,
    #[serde(default)]
    body: Option<Box<RawValue>>,
    #[serde(default)]
    wa_id: Option<Box<RawValue>>,
    #[serde(default)]
    new_wa_id: Option<Box<RawValue>>,
    #[serde(default)]
    user_id: Option<Box<RawValue>>,
    #[serde(default)]
    previous_user_id: Option<Box<RawValue>>,
}

/// What such a message says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// For the thread; `None`: nothing that this version knows.
    pub system: Option<System>,
    /// Every number of the customer that is named, the one of today first.
    pub wa_ids: Vec<String>,
    /// Every user id of theirs that is named, the one of today first.
    pub user_ids: Vec<String>,
}

/// Reads it. `from` is the number of before, or missing.
#[must_use]
pub fn read(message: &Message) -> Said {
    let Some(wire) = object::<Wire>(message.system.as_deref()) else { return Said::default() };
    let kind = words(wire.kind.as_deref()).unwrap_or_default();
    let number = id(wire.wa_id.as_deref()).or_else(|| id(wire.new_wa_id.as_deref()));
    let user_id = id(wire.user_id.as_deref());
    let change = match kind.as_str() {
        // Older numbers of the API have no such type, but the new number.
        "user_changed_number" | "customer_changed_number" => Change::Number,
        "user_changed_user_id" => Change::UserId,
        "customer_identity_changed" | "identity_changed" | "user_identity_changed" => Change::Identity,
        _ => return Said::default(),
    };
    if change == Change::Identity {
        return Said { system: Some(System { change, before: None, after: None }), ..Said::default() };
    }
    let previous = id(wire.previous_user_id.as_deref()).or_else(|| (change == Change::UserId).then(|| named(wire.body.as_deref(), user_id.as_ref())).flatten());
    let (before, after) = match change {
        Change::Number => (message.wa_id.clone(), number.clone()),
        _ => (previous.clone(), user_id.clone()),
    };
    Said {
        system: Some(System { change, before, after }),
        wa_ids: number.into_iter().chain(message.wa_id.clone()).collect(),
        user_ids: user_id.into_iter().chain(previous).chain(message.user_id.clone()).collect(),
    }
}

/// The user id of before, where only the sentence names it: *… changed from X to Y*.
fn named(body: Option<&RawValue>, after: Option<&String>) -> Option<String> {
    let body = words(body)?;
    // From the end: the sentence begins with a name that its bearer has chosen.
    let (_, rest) = body.rsplit_once(" from ")?;
    let (before, said_after) = rest.split_once(" to ")?;
    let is_id = |text: &str| text.len() > 3 && text.as_bytes()[..2].iter().all(u8::is_ascii_uppercase) && text.as_bytes()[2] == b'.' && !text.contains(' ');
    let is_the_one = after.is_some_and(|after| said_after.trim_end_matches('.') == after);
    (is_id(before) && is_the_one).then(|| before.to_owned())
}
