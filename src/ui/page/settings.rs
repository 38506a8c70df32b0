//! Pages beside the inbox: plain forms, complete without a script. All look the same: where one is, what is wrong, the forms.
//!
//! To add one: its address, its view in `protocol/view`, its file here, its arm in `document`, its entry in [`PAGES`].

use crate::protocol::address;
use crate::protocol::form::FormNote;
use crate::ui::words;
use leptos::prelude::*;

/// The pages, with what they are called.
const PAGES: [(&str, &str); 8] = [
    (address::INBOX, words::INBOX),
    (address::CONTACTS, words::CONTACTS),
    (address::LABELS, words::LABELS),
    (address::REPLIES, words::REPLIES),
    (address::NUMBERS, words::NUMBERS),
    (address::PEOPLE, words::PEOPLE),
    (address::AUDIT, words::AUDIT),
    (address::PROFILE, words::YOU),
];

/// Those that only admins see.
const FOR_ADMINS: [&str; 3] = [address::NUMBERS, address::PEOPLE, address::AUDIT];

/// Around what a page shows.
#[component]
pub fn Settings(
    /// Its address.
    at: &'static str,
    /// What it is called.
    title: &'static str,
    /// Whether the reader is an admin: others are not led to what they may not see.
    is_admin: bool,
    /// What is wrong with a form that was sent; empty: nothing.
    #[prop(into)]
    refused: String,
    /// The rest.
    children: Children,
) -> impl IntoView {
    let page = |(path, name): (&'static str, &'static str)| view! { <a href=path aria-current=(path == at).then_some("page")>{name}</a> };
    view! {
        <div class="settings">
            <nav class="settings__nav" aria-label=words::PAGES>{PAGES.into_iter().filter(|(path, _)| is_admin || !FOR_ADMINS.contains(path)).map(page).collect::<Vec<_>>()}</nav>
            <main class="settings__main">
                <h1>{title}</h1>
                {(!refused.is_empty()).then(|| view! { <p class="refusal" role="alert">{refused}</p> })}
                {children()}
            </main>
        </div>
    }
}

/// The colour of a refused form.
#[must_use]
pub fn chosen_color(note: &FormNote) -> String {
    let color = note.field("color");
    if color == "own" { note.field("own_color") } else { color }
}
