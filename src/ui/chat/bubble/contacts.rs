//! Contact cards: names, numbers to call, addresses to write to.

use crate::domain::content::Contacts;
use crate::domain::content::contacts::Card;
use crate::protocol::address;
use crate::ui::kit::piece::{Line, Piece};
use crate::ui::words;
use leptos::prelude::*;

/// The cards.
pub fn body(contacts: Contacts) -> AnyView {
    contacts.cards.into_iter().map(card).collect::<Vec<_>>().into_any()
}

fn card(card: Card) -> AnyView {
    let title = card.title().to_owned();
    let digits = |number: &str| number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>();
    let company = card.company.into_iter().map(|text| Line { text, href: None });
    let begin = card
        .phones
        .iter()
        .filter_map(|phone| phone.wa_id.as_deref())
        .map(|wa_id| Line { href: Some(address::begin(&format!("+{wa_id}"), &title)), text: words::WRITE_TO.to_owned() });
    let begin: Vec<Line> = begin.collect();
    let phones = card.phones.into_iter().map(|phone| Line { href: Some(format!("tel:{}", digits(&phone.number))), text: phone.number });
    let emails = card.emails.into_iter().map(|email| Line { href: Some(format!("mailto:{email}")), text: email });
    let more = card.more.into_iter().map(|text| Line { href: text.starts_with("http").then(|| text.clone()), text });
    view! { <Piece kind=words::kind("contacts") title lines=company.chain(phones).chain(emails).chain(more).chain(begin).collect() fields=Vec::new()/> }
        .into_any()
}
