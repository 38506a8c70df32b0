//! Contact cards: names, numbers to call, addresses to write to.

use crate::domain::content::Contacts;
use crate::domain::content::contacts::Card;
use crate::ui::kit::piece::Piece;
use crate::ui::words;
use leptos::prelude::*;

/// The cards.
#[component]
pub fn ContactsBody(contacts: Contacts) -> impl IntoView {
    contacts.cards.into_iter().map(card).collect::<Vec<_>>()
}

fn card(card: Card) -> AnyView {
    let title = card.title().to_owned();
    let line = |href: String, text: String| view! { <a class="piece__line" href=href>{text}</a> }.into_any();
    let digits = |number: &str| number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>();
    let phones: Vec<AnyView> = card.phones.into_iter().map(|phone| line(format!("tel:{}", digits(&phone.number)), phone.number)).collect();
    let emails: Vec<AnyView> = card.emails.into_iter().map(|email| line(format!("mailto:{email}"), email)).collect();
    view! {
        <Piece kind=words::kind("contacts") title=title>
            {card.company.map(|company| view! { <span class="piece__line piece__line--soft" dir="auto">{company}</span> }.into_any())}
            {phones}
            {emails}
        </Piece>
    }
    .into_any()
}
