//! A contact card: a name, and how to reach it.

use super::{Making, frame, line, typed, words_of};
use crate::domain::content::Contacts;
use crate::domain::content::contacts::{Card, Phone};
use crate::protocol::command::Made;
use crate::ui::words;
use leptos::prelude::*;

pub fn form(making: &Making) -> AnyView {
    let (name, phone, email, company) = (typed(), typed(), typed(), typed());
    let on_whatsapp = ArcRwSignal::new(true);
    let (read, write) = (on_whatsapp.clone(), on_whatsapp.clone());
    let fields = view! {
        {line(words::CALLED.to_owned(), &name, true)}
        {line(words::PHONE.to_owned(), &phone, false)}
        <label class="make__check">
            <input type="checkbox" prop:checked=move || read.get() on:change=move |event| write.set(event_target_checked(&event))/>
            {words::IS_ON_WHATSAPP}
        </label>
        {line(words::EMAIL.to_owned(), &email, false)}
        {line(words::COMPANY.to_owned(), &company, false)}
    };
    let sender = making.clone();
    frame(making, fields.into_any(), move || {
        let number = |number: String| {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            Phone { wa_id: (on_whatsapp.get_untracked() && !digits.is_empty()).then_some(digits), number }
        };
        let card = Card {
            name: words_of(&name).unwrap_or_default(),
            company: words_of(&company),
            phones: words_of(&phone).map(number).into_iter().collect(),
            emails: words_of(&email).into_iter().collect(),
            more: Vec::new(),
        };
        if card.name.is_empty() || (card.phones.is_empty() && card.emails.is_empty()) {
            sender.refuse(words::NO_CARD);
        } else {
            sender.send(Made::Contacts(Contacts { cards: vec![card] }));
        }
    })
}
