//! From Meta's words to ours. Total: whatever comes, something sensible and storable comes out.
//!
//! To show a new kind: its file here and its arm in [`content`].

mod answer;
mod contacts;
mod location;
pub mod media;
mod order;
pub mod origin;
pub mod system;

use super::inbound::message::Message;
use super::inbound::scalar::filled;
use crate::domain::content::system::{Change, System};
use crate::domain::content::unknown::Reason;
use crate::domain::content::{Content, Text, Unknown};
use crate::domain::message::Direction;
use crate::domain::time::{DAY_MS, Instant};
use serde_json::value::RawValue;

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
const KNOWN: [&str; 2] = ["edit", "ephemeral"];

/// Reads the meaning of a message by its `type`.
#[must_use]
pub fn meaning(message: &Message) -> Meaning {
    let kind = message.kind.as_deref().unwrap_or("unknown");
    match kind {
        "request_welcome" => Meaning::Nothing,
        "reaction" => match &message.reaction {
            Some((target, emoji)) => Meaning::Reaction { target: target.clone(), emoji: emoji.chars().take(16).collect() },
            None => Meaning::Entry(Direction::Event, unknown(kind, Reason::Malformed)),
        },
        // Nobody wrote it: no unread, no window.
        "system" => {
            let said = system::read(message).system;
            Meaning::Entry(Direction::Event, said.map_or_else(|| unknown(kind, Reason::NotSupportedYet), Content::System))
        }
        "revoke" => Meaning::Entry(Direction::Event, Content::System(System { change: Change::Revoked, before: None, after: None })),
        // It was said to others, too: nobody here is asked.
        _ if message.in_group => Meaning::Entry(Direction::Event, content(kind, message)),
        _ => Meaning::Entry(Direction::Inbound, content(kind, message)),
    }
}

fn content(kind: &str, message: &Message) -> Content {
    match kind {
        "text" => message.body.clone().map_or_else(|| unknown(kind, Reason::Malformed), |body| Content::Text(Text::new(body))),
        file if media::KINDS.contains(&file) => media::content(kind, message).unwrap_or_else(|| unknown(kind, Reason::Malformed)),
        "location" => read(kind, Content::Location, location::read(message.location.as_deref())),
        "contacts" => read(kind, Content::Contacts, contacts::read(message.cards.as_deref())),
        "interactive" => read(kind, Content::Answer, answer::read(message.interactive.as_deref())),
        "button" => read(kind, Content::Answer, answer::read_button(message.button.as_deref())),
        "order" => read(kind, Content::Order, order::read(message.order.as_deref())),
        "unsupported" => unknown(message.unsupported.as_deref().unwrap_or(kind), Reason::NotPassedOn),
        known if KNOWN.contains(&known) => unknown(known, Reason::NotSupportedYet),
        "unknown" => unknown(kind, Reason::NotPassedOn),
        new => unknown(new, Reason::NotSupportedYet),
    }
}

/// A kind that was read, or that is not shaped as it should be.
fn read<T>(kind: &str, make: fn(T) -> Content, content: Option<T>) -> Content {
    content.map_or_else(|| unknown(kind, Reason::Malformed), make)
}

/// The longest words that are kept of a name, a title or a value; written texts are kept whole.
const MOST_CHARS: usize = 1000;

fn clip(text: &str) -> String {
    text.chars().take(MOST_CHARS).collect()
}

/// A text that says something, of bearable length.
fn words(raw: Option<&RawValue>) -> Option<String> {
    filled(raw).map(|text| clip(text.trim())).filter(|text| !text.is_empty())
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
        assert_eq!(read(r#"{"type":"text","text":{"body":"hi"}}"#), Meaning::Entry(Direction::Inbound, Content::Text(Text::new("hi"))));
        assert_eq!(read(r#"{"text":{"body":"hi"}}"#), Meaning::Entry(Direction::Inbound, Content::Text(Text::new("hi"))));
        assert_eq!(read(r#"{"type":"text","text":"hi"}"#), entry(Direction::Inbound, "text", Reason::Malformed));
        assert_eq!(read(r#"{"type":"sticker","sticker":{}}"#), entry(Direction::Inbound, "sticker", Reason::Malformed));
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

    fn sample(json: &str) -> Content {
        let Meaning::Entry(Direction::Inbound, content) = meaning(&super::super::inbound::message::read(json, &[]).unwrap()) else { panic!("{json}") };
        content
    }

    #[test]
    fn a_place_is_read_exactly() {
        let Content::Location(location) = sample(include_str!("samples/location.json")) else { panic!("a place") };
        assert_eq!((location.latitude.to_string(), location.longitude.to_string()), ("59.913900".into(), "10.752200".into()));
        assert_eq!((location.name.as_deref(), location.address.as_deref()), (Some("Corner bakery"), Some("Storgata 1, Oslo")));
        assert!(!location.map().contains("elsewhere"));
    }

    #[test]
    fn cards_may_lack_anything_but_something() {
        let Content::Contacts(contacts) = sample(include_str!("samples/contacts.json")) else { panic!("cards") };
        let titles: Vec<&str> = contacts.cards.iter().map(crate::domain::content::contacts::Card::title).collect();
        assert_eq!(titles, ["Ines Duarte", "+44 7700 900456"]);
        assert_eq!(contacts.cards[0].phones[0].wa_id.as_deref(), Some("351910000123"));
    }

    #[test]
    fn answers_are_read_in_the_words_the_customer_saw() {
        let table = [
            (include_str!("samples/button_reply.json"), "Tuesday is fine", None, vec![]),
            (include_str!("samples/list_reply.json"), "Evening slot", Some("Between six and eight"), vec![]),
            (include_str!("samples/template_button.json"), "Yes, please", None, vec![]),
            (include_str!("samples/flow.json"), "", None, vec![("guests", "4"), ("preferred_date", "2026-12-01"), ("terms", "true")]),
            (include_str!("samples/call_permission.json"), "", None, vec![("is_permanent", "false"), ("response", "accept")]),
            (include_str!("samples/payment.json"), "", None, vec![("payment_method", "pix"), ("reference_id", "order-17")]),
        ];
        for (json, title, detail, fields) in table {
            let Content::Answer(answer) = sample(json) else { panic!("{json}") };
            assert_eq!((answer.title.as_str(), answer.detail.as_deref()), (title, detail));
            assert_eq!(answer.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>(), fields);
        }
    }

    #[test]
    fn a_cart_has_a_total() {
        let Content::Order(order) = sample(include_str!("samples/order.json")) else { panic!("a cart") };
        assert_eq!(order.items.iter().map(|item| (item.product.as_str(), item.quantity)).collect::<Vec<_>>(), [("MUG-BLUE", 2), ("TEA-250", 1)]);
        assert_eq!(order.total(), Some((32_900, "EUR")));
    }

    #[test]
    fn where_a_message_came_from_is_read() {
        let origin = |json: &str| origin::read(&super::super::inbound::message::read(json, &[]).unwrap());
        let ad = origin(include_str!("samples/referral.json")).unwrap().referral.unwrap();
        assert_eq!((ad.is_ad, ad.headline.as_deref(), ad.url.as_deref()), (true, Some("Mugs that keep warm"), Some("https://fb.me/3cr4Wqqkv")));
        let forwarded = origin(include_str!("samples/forwarded.json")).unwrap();
        assert!(forwarded.forwarded && forwarded.often && forwarded.referral.is_none());
        assert_eq!(origin(include_str!("samples/product.json")).unwrap().product.as_deref(), Some("MUG-BLUE"));
        assert_eq!(origin(r#"{"type":"text","referral":{"source_url":"javascript:alert(1)","source_type":"post"}}"#).unwrap().referral.unwrap().url, None);
        for nothing in [
            r#"{"type":"text","context":{"id":"wamid.1"}}"#,
            r#"{"type":"text","context":[],"referral":"x"}"#,
            r#"{"type":"text","context":{"forwarded":false}}"#,
        ] {
            assert_eq!(origin(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn what_whatsapp_says_names_the_ids_of_today_first() {
        let said = |json: &str| system::read(&super::super::inbound::message::read(json, &[]).unwrap());
        let number = said(include_str!("samples/number_changed.json"));
        assert_eq!((number.wa_ids.join(" "), number.user_ids.join(" ")), ("447700900999 447700900123".into(), "GB.78 GB.77".into()));
        // Where only the sentence names the id of before.
        assert_eq!(said(include_str!("samples/user_id_changed.json")).user_ids, ["GB.78", "GB.77"]);
        let by = |body: &str, user_id: &str| {
            let system = serde_json::json!({"type": "system", "system": {"type": "user_changed_user_id", "body": body, "user_id": user_id}});
            said(&system.to_string()).user_ids.join(" ")
        };
        assert_eq!(by("User Anna from Oslo to Rome changed from GB.77 to GB.78", "GB.78"), "GB.78 GB.77");
        assert_eq!(by("User changed from GB.1 to GB.2 changed from GB.77 to GB.78", "GB.99"), "GB.99");
        for nothing in [r#"{"type":"system","system":{"type":"hologram","wa_id":"1"}}"#, r#"{"type":"system","system":[]}"#, r#"{"type":"text"}"#] {
            assert_eq!(said(nothing), system::Said::default(), "{nothing}");
        }
    }

    #[test]
    fn broken_bodies_keep_their_name() {
        for json in [
            r#"{"type":"location","location":{"latitude":91,"longitude":0}}"#,
            r#"{"type":"contacts","contacts":[{}]}"#,
            r#"{"type":"interactive"}"#,
            r#"{"type":"interactive","interactive":{"type":"hologram_reply"}}"#,
            r#"{"type":"button","button":[]}"#,
            r#"{"type":"order","order":"x"}"#,
        ] {
            assert!(matches!(sample(json), Content::Unknown(Unknown { reason: Reason::Malformed, .. })), "{json}");
        }
        for response in ["null", "[1]", "not json", "\"{\"", "7"] {
            let body =
                serde_json::json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"body": "Sent", "response_json": response}}});
            let Content::Answer(answer) = sample(&body.to_string()) else { panic!("{response}") };
            assert_eq!((answer.title.as_str(), answer.fields.len()), ("Sent", 0), "{response}");
        }
    }
}
