//! `contacts` (`meta-api` section 4.5). Every part may be missing; a shared user id has only a vCard and numbers.

use super::words;
use crate::domain::content::contacts::{Card, Contacts, Phone};
use crate::server::meta::inbound::scalar::{list, object};
use serde::Deserialize;
use serde_json::value::RawValue;

/// As many cards as WhatsApp sends at most.
const MOST_CARDS: usize = 257;
/// As many numbers or addresses of one card are kept.
const MOST_LINES: usize = 20;

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    name: Option<Box<RawValue>>,
    #[serde(default)]
    org: Option<Box<RawValue>>,
    #[serde(default)]
    phones: Option<Box<RawValue>>,
    #[serde(default)]
    emails: Option<Box<RawValue>>,
    #[serde(default)]
    addresses: Option<Box<RawValue>>,
    #[serde(default)]
    urls: Option<Box<RawValue>>,
    #[serde(default)]
    birthday: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Called {
    #[serde(default, rename = "formatted_name")]
    whole: Option<Box<RawValue>>,
    #[serde(default, rename = "first_name")]
    first: Option<Box<RawValue>>,
    #[serde(default, rename = "last_name")]
    last: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Organisation {
    #[serde(default)]
    company: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Number {
    #[serde(default)]
    phone: Option<Box<RawValue>>,
    #[serde(default)]
    wa_id: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Address {
    #[serde(default)]
    street: Option<Box<RawValue>>,
    #[serde(default)]
    zip: Option<Box<RawValue>>,
    #[serde(default)]
    city: Option<Box<RawValue>>,
    #[serde(default)]
    state: Option<Box<RawValue>>,
    #[serde(default)]
    country: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    url: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Mail {
    #[serde(default)]
    email: Option<Box<RawValue>>,
}

/// The cards, without those that say nothing.
#[must_use]
pub fn read(raw: Option<&RawValue>) -> Option<Contacts> {
    let cards: Vec<Card> = list(raw).iter().filter_map(|raw| card(raw)).filter(|card| !card.title().is_empty()).take(MOST_CARDS).collect();
    (!cards.is_empty()).then_some(Contacts { cards })
}

fn card(raw: &RawValue) -> Option<Card> {
    let wire: Wire = object(Some(raw))?;
    let phone = |raw: Box<RawValue>| {
        let number: Number = object(Some(&raw))?;
        let wa_id = words(number.wa_id.as_deref()).filter(|id| id.bytes().all(|b| b.is_ascii_digit()));
        let number = words(number.phone.as_deref()).or_else(|| wa_id.as_ref().map(|id| format!("+{id}")))?;
        Some(Phone { number, wa_id })
    };
    let email = |raw: Box<RawValue>| words(object::<Mail>(Some(&raw))?.email.as_deref());
    Some(Card {
        name: object(wire.name.as_deref()).and_then(name).unwrap_or_default(),
        company: object::<Organisation>(wire.org.as_deref()).and_then(|org| words(org.company.as_deref())),
        phones: list(wire.phones.as_deref()).into_iter().filter_map(phone).take(MOST_LINES).collect(),
        emails: list(wire.emails.as_deref()).into_iter().filter_map(email).take(MOST_LINES).collect(),
        more: more(&wire),
    })
}

/// Where they live, their pages, their birthday.
fn more(wire: &Wire) -> Vec<String> {
    let address = |raw: Box<RawValue>| {
        let Address { street, zip, city, state, country } = object(Some(&raw))?;
        let parts = [street, zip, city, state, country].iter().filter_map(|part| words(part.as_deref())).collect::<Vec<_>>();
        (!parts.is_empty()).then(|| parts.join(", "))
    };
    let link = |raw: Box<RawValue>| words(object::<Link>(Some(&raw))?.url.as_deref());
    let addresses = list(wire.addresses.as_deref()).into_iter().filter_map(address);
    let links = list(wire.urls.as_deref()).into_iter().filter_map(link);
    addresses.chain(links).chain(words(wire.birthday.as_deref())).take(MOST_LINES).collect()
}

fn name(name: Called) -> Option<String> {
    let parts = [words(name.first.as_deref()), words(name.last.as_deref())].into_iter().flatten().collect::<Vec<_>>().join(" ");
    words(name.whole.as_deref()).or(Some(parts).filter(|parts| !parts.is_empty()))
}
