//! The contacts: all of them, a form for each, and one to begin a conversation with somebody.

use super::settings::Settings;
use crate::domain::account::Account;
use crate::domain::id::LabelId;
use crate::domain::label::Label;
use crate::protocol::address;
use crate::protocol::beside::ContactEdit;
use crate::protocol::form::LABEL_FIELD;
use crate::protocol::view::{ContactCard, Contacts};
use crate::ui::kit::dot::Dot;
use crate::ui::kit::field::area_text;
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn ContactsPage(page: Contacts) -> impl IntoView {
    let Contacts { contacts, next, accounts, homes, begun, q, label, labels, is_admin, note } = page;
    let refused_id = note.field("id");
    let is_empty = contacts.is_empty();
    // Whoever it was typed for is gone from here: it can be copied.
    let is_gone = !refused_id.is_empty() && !contacts.iter().any(|contact| contact.id.as_str() == refused_id);
    let typed = ["given_name", "email", "notes"].map(|name| note.field(name)).into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    let kept = (is_gone && !typed.is_empty()).then(|| view! { <p>{words::KEPT}</p><p class="words">{typed}</p> });
    let place = Place { q: q.clone(), label: label.clone(), before: note.field("before") };
    let rows = contacts
        .into_iter()
        .map(|contact| {
            let is_refused = contact.id.as_str() == refused_id;
            // The form that blocks carries nothing else.
            let is_typed = is_refused && note.field("block").is_empty();
            let typed = |name: &str, kept: &str| if is_typed { note.field(name) } else { kept.to_owned() };
            let is_on = |name: &str, kept: bool| if is_typed { !note.field(name).is_empty() } else { kept };
            let edit = contact.edit.clone();
            // What was on when the form was drawn, however often it comes back.
            let had = if is_typed { note.field("had_labels").split_whitespace().map(LabelId::from).collect() } else { edit.labels.clone() };
            let put = |label: &&Label| is_on(&format!("{LABEL_FIELD}{}", label.id), edit.labels.contains(&label.id));
            let edit = ContactEdit {
                given_name: typed("given_name", &edit.given_name),
                email: typed("email", &edit.email),
                notes: typed("notes", &edit.notes),
                no_marketing: is_on("no_marketing", edit.no_marketing),
                labels: labels.iter().filter(put).map(|label| label.id.clone()).collect(),
            };
            let was = contact.edit;
            one(ContactCard { edit, ..contact }, &was, is_refused, &labels, &had, &place)
        })
        .collect::<Vec<_>>();
    let none = if q.is_empty() && label.is_empty() { words::NO_CONTACTS } else { words::NO_CONTACT_FOUND };
    let more = next.map(|id| view! { <a class="link" href=address::contacts(&q, &label, id.as_str())>{words::MORE_CONTACTS}</a> });
    let option =
        |one: &Label| view! { <option value=one.name.clone() selected=one.name.to_lowercase() == label.to_lowercase()>{one.name.clone()}</option> }.into_any();
    let options = labels.iter().map(option).collect::<Vec<_>>();
    let by_label = (!options.is_empty()).then(|| {
        view! { <select name="label" aria-label=words::WITH_LABEL><option value="">{words::ANY_LABEL}</option>{options}</select> }
    });
    view! {
        <Settings at=address::CONTACTS title=words::CONTACTS is_admin=is_admin refused=note.message.clone()>
            {kept}
            {begin(accounts, &homes, begun)}
            <form class="contacts__find" method="get" action=address::CONTACTS role="search">
                <input type="search" name="q" value=q placeholder=words::FIND_CONTACT aria-label=words::FIND_CONTACT autocomplete="off" dir="auto"/>
                {by_label}
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
fn begin(accounts: Vec<Account>, homes: &[String], (number, name, account): (String, String, String)) -> AnyView {
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
                    <small id="number-hint">{words::number_hint(homes)}</small>
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

/// Where in the list a form stands: it leads back there.
struct Place {
    q: String,
    label: String,
    before: String,
}

impl Place {
    fn fields(&self) -> AnyView {
        let field = |(name, value): (&'static str, &String)| view! { <input type="hidden" name=name value=value.clone()/> }.into_any();
        [("q", &self.q), ("label", &self.label), ("before", &self.before)].map(field).into_iter().collect::<Vec<_>>().into_any()
    }
}

/// A box for each label.
fn boxes(labels: &[Label], on: &[LabelId], had: &[LabelId]) -> Option<AnyView> {
    let one = |label: &Label| {
        let name = format!("{LABEL_FIELD}{}", label.id);
        let (is_on, color, shown) = (on.contains(&label.id), label.color.clone(), label.name.clone());
        view! { <label class="settings__check"><input type="checkbox" name=name value="1" checked=is_on/><Dot color=color/><bdi>{shown}</bdi></label> }
            .into_any()
    };
    let all = labels.iter().map(one).collect::<Vec<_>>();
    let had = had.iter().map(LabelId::as_str).collect::<Vec<_>>().join(" ");
    (!labels.is_empty()).then(|| {
        view! { <fieldset class="contacts__labels"><legend>{words::LABELS}</legend><input type="hidden" name="had_labels" value=had/>{all}</fieldset> }
            .into_any()
    })
}

fn one(contact: ContactCard, was: &ContactEdit, is_open: bool, labels: &[Label], had: &[LabelId], place: &Place) -> AnyView {
    let edit = contact.edit.clone();
    let dots = labels.iter().filter(|label| edit.labels.contains(&label.id));
    let dots = dots
        .map(|label| view! { <small class="contacts__label"><Dot color=label.color.clone()/><bdi>{label.name.clone()}</bdi></small> }.into_any())
        .collect::<Vec<_>>();
    let boxes = boxes(labels, &edit.labels, had);
    let id = |name: &str| format!("{name}-{}", contact.id);
    let (given, email, notes) = (id("given"), id("email"), id("notes"));
    let address = (contact.address != contact.shown_name).then(|| contact.address.clone());
    let said = contact.has_stopped.then(|| view! { <p class="settings__why">{words::HAS_STOPPED}</p> });
    let blocked = contact.is_blocked.then(|| view! { <small>{words::BLOCKED}</small> });
    let block = block(&contact, place);
    let tag = (edit.no_marketing || contact.has_stopped).then(|| view! { <small>{words::NO_MARKETING}</small> });
    let since = contact.since.map(|since| view! { <p class="settings__why">{words::contact_since(&contact.name, &since)}</p> });
    view! {
        <li class="contacts__row">
            <details class="settings__one" open=is_open>
                <summary>
                    <b><bdi>{contact.shown_name}</bdi></b>
                    <span class="settings__text">{address}</span>
                    {dots}
                    {tag}
                    {blocked}
                </summary>
                <form class="settings__form" method="post" action=address::CONTACTS>
                    <input type="hidden" name="id" value=contact.id.0/>
                    {place.fields()}
                    {shown_before(was)}
                    {since}
                    <div class="field">
                        <label for=given.clone()>{words::GIVEN_NAME}</label>
                        <input id=given name="given_name" value=edit.given_name placeholder=contact.name autocomplete="off" dir="auto"/>
                    </div>
                    <div class="field">
                        <label for=email.clone()>{words::EMAIL}</label>
                        <input id=email name="email" type="email" value=edit.email autocomplete="off"/>
                    </div>
                    <div class="field">
                        <label for=notes.clone()>{words::NOTES}</label>
                        <textarea id=notes name="notes" rows="3" dir="auto">{area_text(&edit.notes)}</textarea>
                    </div>
                    <label class="settings__check"><input type="checkbox" name="no_marketing" value="1" checked=edit.no_marketing/>{words::NO_MARKETING_WHY}</label>
                    {boxes}
                    {said}
                    <button class="button" data-kind="main">{words::SAVE}</button>
                </form>
                {block}
            </details>
            <a class="link" href=contact.chat>{words::OPEN_CHAT}</a>
        </li>
    }
    .into_any()
}

/// What stands in the fields as it is now, so that a colleague's change meanwhile is not written over unread.
fn shown_before(was: &ContactEdit) -> AnyView {
    let field = |(name, value): (&'static str, &String)| view! { <input type="hidden" name=name value=value.clone()/> }.into_any();
    let no_marketing = if was.no_marketing { "1".to_owned() } else { String::new() };
    [("was_given_name", &was.given_name), ("was_email", &was.email), ("was_notes", &was.notes), ("was_no_marketing", &no_marketing)]
        .map(field)
        .into_iter()
        .collect::<Vec<_>>()
        .into_any()
}

/// Blocks somebody, by a button that names them, once that was asked for.
fn block(contact: &ContactCard, place: &Place) -> AnyView {
    let name = &contact.shown_name;
    let (why, act, kind, shown) =
        if contact.is_blocked { (words::UNBLOCK_WHY, "off", "", words::unblock(name)) } else { (words::BLOCK_WHY, "on", "bad", words::block(name)) };
    let form = view! {
        <form class="settings__form" method="post" action=address::CONTACTS>
            <input type="hidden" name="id" value=contact.id.0.clone()/>
            {place.fields()}
            <p>{why}</p>
            <button class="button" data-kind=kind name="block" value=act>{shown.clone()}</button>
        </form>
    };
    if contact.is_blocked { form.into_any() } else { view! { <details class="contacts__sure"><summary>{shown}</summary>{form}</details> }.into_any() }
}
