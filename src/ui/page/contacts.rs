//! The contacts: all of them, a form for each, and one to begin a conversation with somebody.

use super::settings::Settings;
use crate::domain::account::Account;
use crate::protocol::address;
use crate::protocol::view::{ContactCard, Contacts};
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn ContactsPage(page: Contacts) -> impl IntoView {
    let Contacts { contacts, next, accounts, begun, q, is_admin, note } = page;
    let refused_id = note.field("id");
    let is_empty = contacts.is_empty();
    // Whoever it was typed for is gone from here: it can be copied.
    let is_gone = !refused_id.is_empty() && !contacts.iter().any(|contact| contact.id.as_str() == refused_id);
    let typed = ["given_name", "email", "notes"].map(|name| note.field(name)).into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    let kept = (is_gone && !typed.is_empty()).then(|| view! { <p>{words::KEPT}</p><p class="words">{typed}</p> });
    let place = (q.clone(), note.field("before"));
    let rows = contacts
        .into_iter()
        .map(|contact| {
            let is_refused = contact.id.as_str() == refused_id;
            // The form that blocks carries nothing else.
            let is_typed = is_refused && note.field("block").is_empty();
            let typed = |name: &str, kept: &str| if is_typed { note.field(name) } else { kept.to_owned() };
            let contact = ContactCard {
                given_name: typed("given_name", &contact.given_name),
                email: typed("email", &contact.email),
                notes: typed("notes", &contact.notes),
                no_marketing: if is_typed { !note.field("no_marketing").is_empty() } else { contact.no_marketing },
                ..contact
            };
            one(contact, is_refused, &place)
        })
        .collect::<Vec<_>>();
    let none = if q.is_empty() { words::NO_CONTACTS } else { words::NO_CONTACT_FOUND };
    let more = next.map(|id| view! { <a class="link" href=address::contacts("", id.as_str())>{words::MORE_CONTACTS}</a> });
    view! {
        <Settings at=address::CONTACTS title=words::CONTACTS is_admin=is_admin refused=note.message.clone()>
            {kept}
            {begin(accounts, begun)}
            <form class="contacts__find" method="get" action=address::CONTACTS role="search">
                <input type="search" name="q" value=q placeholder=words::FIND_CONTACT aria-label=words::FIND_CONTACT autocomplete="off" dir="auto"/>
                <button class="button">{words::SEARCH}</button>
                {is_admin.then(|| view! { <a class="link" href=address::CONTACTS_EXPORT download="contacts.csv">{words::EXPORT}</a> })}
                {is_admin.then(|| view! { <a class="link" href=address::CONTACTS_IMPORT>{words::IMPORT_CSV}</a> })}
            </form>
            {is_empty.then(|| view! { <p class="settings__why">{none}</p> })}
            <ul class="settings__list">{rows}</ul>
            {more}
        </Settings>
    }
}

/// Begins a conversation; open when somebody was led here with a number.
fn begin(accounts: Vec<Account>, (number, name, account): (String, String, String)) -> AnyView {
    let is_open = !number.is_empty();
    let several = accounts.len() > 1;
    let only = accounts.first().map(|account| account.id.0.clone()).unwrap_or_default();
    let option =
        |own: Account| view! { <option value=own.id.0.clone() selected=own.id.0 == account>{words::account(&own.name, &own.phone)}</option> }.into_any();
    let from = if several {
        view! { <div class="field"><label for="account_id">{words::FROM_NUMBER}</label><select id="account_id" name="account_id">{accounts.into_iter().map(option).collect::<Vec<_>>()}</select></div> }
            .into_any()
    } else {
        view! { <input type="hidden" name="account_id" value=only/> }.into_any()
    };
    view! {
        <details class="settings__one" open=is_open>
            <summary><b>{words::NEW_CONVERSATION}</b></summary>
            <form class="settings__form" method="post" action=address::CONTACTS>
                <p class="settings__why">{words::NEW_CONVERSATION_WHY}</p>
                <div class="field">
                    <label for="number">{words::NUMBER}</label>
                    <input id="number" name="number" type="tel" value=number required autocomplete="off" aria-describedby="number-hint"/>
                    <small id="number-hint">{words::NUMBER_HINT}</small>
                </div>
                <div class="field">
                    <label for="name">{words::NAME_IF_NEW}</label>
                    <input id="name" name="name" value=name autocomplete="off" dir="auto"/>
                </div>
                {from}
                <button class="button" data-kind="main">{words::BEGIN}</button>
            </form>
        </details>
    }
    .into_any()
}

fn one(contact: ContactCard, is_open: bool, (q, before): &(String, String)) -> AnyView {
    let id = |name: &str| format!("{name}-{}", contact.id);
    let (given, email, notes) = (id("given"), id("email"), id("notes"));
    let address = (contact.address != contact.shown_name).then(|| contact.address.clone());
    let said = contact.has_stopped.then(|| view! { <p class="settings__why">{words::HAS_STOPPED}</p> });
    let blocked = contact.is_blocked.then(|| view! { <small>{words::BLOCKED}</small> });
    let block = block(&contact, q, before);
    let tag = (contact.no_marketing || contact.has_stopped).then(|| view! { <small>{words::NO_MARKETING}</small> });
    let since = contact.since.map(|since| view! { <p class="settings__why">{words::contact_since(&contact.name, &since)}</p> });
    view! {
        <li>
            <details class="settings__one" open=is_open>
                <summary>
                    <b><bdi>{contact.shown_name}</bdi></b>
                    <span class="settings__text">{address}</span>
                    {tag}
                    {blocked}
                    <a class="link" href=address::thread(&contact.segment)>{words::OPEN_CHAT}</a>
                </summary>
                <form class="settings__form" method="post" action=address::CONTACTS>
                    <input type="hidden" name="id" value=contact.id.0/>
                    <input type="hidden" name="q" value=q.clone()/>
                    <input type="hidden" name="before" value=before.clone()/>
                    {since}
                    <div class="field">
                        <label for=given.clone()>{words::GIVEN_NAME}</label>
                        <input id=given name="given_name" value=contact.given_name placeholder=contact.name autocomplete="off" dir="auto"/>
                    </div>
                    <div class="field">
                        <label for=email.clone()>{words::EMAIL}</label>
                        <input id=email name="email" type="email" value=contact.email autocomplete="off"/>
                    </div>
                    <div class="field">
                        <label for=notes.clone()>{words::NOTES}</label>
                        <textarea id=notes name="notes" rows="3" dir="auto">{contact.notes}</textarea>
                    </div>
                    <label class="settings__check"><input type="checkbox" name="no_marketing" value="1" checked=contact.no_marketing/>{words::NO_MARKETING_WHY}</label>
                    {said}
                    <button class="button" data-kind="main">{words::SAVE}</button>
                </form>
                {block}
            </details>
        </li>
    }
    .into_any()
}

/// Blocks somebody, by a button that names them.
fn block(contact: &ContactCard, q: &str, before: &str) -> AnyView {
    let name = &contact.shown_name;
    let (why, act, kind, shown) =
        if contact.is_blocked { (words::UNBLOCK_WHY, "off", "", words::unblock(name)) } else { (words::BLOCK_WHY, "on", "bad", words::block(name)) };
    view! {
        <form class="settings__form" method="post" action=address::CONTACTS>
            <input type="hidden" name="id" value=contact.id.0.clone()/>
            <input type="hidden" name="q" value=q.to_owned()/>
            <input type="hidden" name="before" value=before.to_owned()/>
            <p>{why}</p>
            <button class="button" data-kind=kind name="block" value=act>{shown}</button>
        </form>
    }
    .into_any()
}
