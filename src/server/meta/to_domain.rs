//! From Meta's words to ours. Total: whatever comes, something sensible and storable comes out.
//!
//! To show a new kind: its arm in [`content`].

use super::inbound::message::Message;
use crate::domain::content::unknown::Reason;
use crate::domain::content::{Content, Text, Unknown};
use crate::domain::message::Direction;
use crate::domain::time::{DAY_MS, Instant};

/// What an inbound message is.
#[derive(Debug, PartialEq, Eq)]
pub enum Meaning {
    /// An entry of the thread.
    Entry(Direction, Content),
    /// A reaction on another message; an empty emoji removes it.
    Reaction {
        /// The message reacted to.
        target: String,
        /// The emoji.
        emoji: String,
    },
    /// Nothing to keep beyond the raw delivery: `request_welcome`, which Meta removed in 2026.
    Nothing,
}

/// Kinds that Meta documents and a later version will show (`meta-api` section 4).
const KNOWN: [&str; 15] = [
    "audio",
    "button",
    "contacts",
    "document",
    "edit",
    "ephemeral",
    "image",
    "interactive",
    "location",
    "order",
    "revoke",
    "sticker",
    "system",
    "video",
    "voice",
];

/// Reads the meaning of a message by its `type`.
#[must_use]
pub fn meaning(message: &Message) -> Meaning {
    let kind = message.kind.as_deref().unwrap_or(if message.body.is_some() { "text" } else { "unknown" });
    match kind {
        "request_welcome" => Meaning::Nothing,
        "reaction" => match &message.reaction {
            Some((target, emoji)) => Meaning::Reaction { target: target.clone(), emoji: emoji.chars().take(16).collect() },
            None => Meaning::Entry(Direction::Event, unknown(kind, Reason::Malformed)),
        },
        // Nobody wrote it: no unread, no window.
        "system" => Meaning::Entry(Direction::Event, unknown(kind, Reason::NotSupportedYet)),
        _ => Meaning::Entry(Direction::Inbound, content(kind, message)),
    }
}

fn content(kind: &str, message: &Message) -> Content {
    match kind {
        "text" => message.body.clone().map_or_else(|| unknown(kind, Reason::Malformed), |body| Content::Text(Text { body })),
        "unsupported" => unknown(message.unsupported.as_deref().unwrap_or(kind), Reason::NotPassedOn),
        known if KNOWN.contains(&known) => unknown(known, Reason::NotSupportedYet),
        "unknown" => unknown(kind, Reason::NotPassedOn),
        new => unknown(new, Reason::NotSupportedYet),
    }
}

fn unknown(kind: &str, reason: Reason) -> Content {
    let kind = kind.chars().filter(|c| c.is_alphanumeric() || *c == '_').take(40).collect();
    Content::Unknown(Unknown { kind, reason })
}

/// When a message was written: Meta's timestamp, or the arrival where that is missing or absurd.
#[must_use]
pub fn instant(timestamp: Option<i64>, received_at: Instant) -> Instant {
    match timestamp.map(Instant::from_seconds) {
        Some(at) if at.0 > 0 && at <= received_at.plus(DAY_MS) => at,
        _ => received_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_meaning() {
        let read = |json: &str| meaning(&super::super::inbound::message::read(json, &[]).unwrap());
        let entry = |direction, kind: &str, reason| Meaning::Entry(direction, Content::Unknown(Unknown { kind: kind.into(), reason }));
        assert_eq!(read(r#"{"type":"text","text":{"body":"hi"}}"#), Meaning::Entry(Direction::Inbound, Content::Text(Text { body: "hi".into() })));
        assert_eq!(read(r#"{"text":{"body":"hi"}}"#), Meaning::Entry(Direction::Inbound, Content::Text(Text { body: "hi".into() })));
        assert_eq!(read(r#"{"type":"text","text":"hi"}"#), entry(Direction::Inbound, "text", Reason::Malformed));
        assert_eq!(read(r#"{"type":"sticker","sticker":{}}"#), entry(Direction::Inbound, "sticker", Reason::NotSupportedYet));
        assert_eq!(read(r#"{"type":"hologram<b>"}"#), entry(Direction::Inbound, "hologramb", Reason::NotSupportedYet));
        assert_eq!(read(r#"{"type":"unsupported","unsupported":{"type":"poll_creation"}}"#), entry(Direction::Inbound, "poll_creation", Reason::NotPassedOn));
        assert_eq!(read(r#"{"type":"system"}"#), entry(Direction::Event, "system", Reason::NotSupportedYet));
        assert_eq!(read(r#"{"type":"request_welcome"}"#), Meaning::Nothing);
    }

    #[test]
    fn absurd_times_become_the_arrival() {
        let now = Instant(1_700_000_000_000);
        assert_eq!(instant(Some(1_699_999_000), now), Instant(1_699_999_000_000));
        for absurd in [None, Some(0), Some(-5), Some(i64::MAX), Some(1_700_200_000)] {
            assert_eq!(instant(absurd, now), now);
        }
    }
}
