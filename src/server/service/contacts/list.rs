//! Which contacts a page shows: all of them, those with a label, those of whom some words are known.

use crate::domain::access::Action;
use crate::domain::contact::{Identity, IdentityKind};
use crate::domain::id::{ContactId, LabelId};
use crate::domain::label::Label;
use crate::protocol::address;
use crate::protocol::error::Code;
use crate::protocol::search::FoundContact;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::phone;
use crate::server::search::Question;
use crate::server::service::search as search_service;
use crate::server::state::App;
use crate::server::store::book::{self, Entry};
use crate::server::store::labels::{self, Stored};
use crate::server::store::search::Place;
use crate::server::store::{Tx, accounts, contacts, conversations, search};
use std::collections::HashSet;

/// How many contacts a page has.
pub const PAGE: i64 = 50;
/// How many conversations a search looks at.
const FOUND: i64 = 500;
/// After every id, in the order of either engine.
const LAST: &str = "zzzz";

/// A page of contacts, and where the next one begins.
pub struct Page {
    /// Newest first; what was searched for, in the order of their conversations.
    pub contacts: Vec<Entry>,
    /// The last of them, if there are more.
    pub next: Option<ContactId>,
    /// All labels.
    pub labels: Vec<Label>,
    /// Who of them has a thread that the caller may see.
    pub threads: HashSet<ContactId>,
}

/// Contacts whom the caller may see, with a label (by its name) or any: of whom these words are known, or all before one.
pub async fn list(app: &App, caller: &Caller, q: &str, label: &str, before: &str) -> Result<Page> {
    caller.may(Action::Handle)?;
    let mut tx = app.store.read().await?;
    let labels: Vec<Label> = labels::list(&mut tx).await?.iter().map(Stored::shown).collect();
    let wanted_label = match label.trim() {
        "" => None,
        name => match labels::find_by_name(&mut tx, name).await? {
            Some(label) => Some(label.id),
            None => return Ok(Page { contacts: Vec::new(), next: None, labels, threads: HashSet::new() }),
        },
    };
    if !q.trim().is_empty() {
        search_service::charge(app, caller)?;
        tx.hurry(search_service::LONGEST).await?;
        if let Some(label) = &wanted_label {
            return with_label(&mut tx, caller, label, q, before, labels).await;
        }
        let question = Question::read(q);
        let scope = search::Scope { accounts: caller.limits(), ..search::Scope::default() };
        let found = search::find_conversations(&app.store, &mut tx, &question, &scope, &Place::top(), FOUND).await?;
        let rows = conversations::load(&mut tx, found.iter().map(|place| &place.id)).await?;
        let mut seen = HashSet::new();
        let mut wanted: Vec<ContactId> =
            found.iter().filter_map(|place| rows.iter().find(|row| row.id == place.id)).map(|row| row.contact_id.clone()).collect();
        wanted.extend(silent(&mut tx, q, question).await?);
        wanted.retain(|id| seen.insert(id.clone()));
        let listed = book::load(&mut tx, &wanted).await?;
        let mut contacts = visible(&mut tx, caller, listed).await?;
        contacts.sort_by_key(|contact| wanted.iter().position(|id| *id == contact.id));
        return page(&mut tx, caller, after(contacts, before), labels).await;
    }
    let accounts = caller.limits();
    let contacts = book::list(&mut tx, if before.is_empty() { LAST } else { before }, wanted_label.as_ref(), accounts.as_deref(), PAGE + 1).await?;
    page(&mut tx, caller, contacts, labels).await
}

/// What was found, behind the last of the page before; from its beginning, if that one is not among it any more.
fn after(mut found: Vec<Entry>, last: &str) -> Vec<Entry> {
    match found.iter().position(|contact| contact.id.as_str() == last) {
        Some(at) => found.split_off(at + 1),
        None => found,
    }
}

/// The first of these, and whether there are more.
async fn page(tx: &mut Tx, caller: &Caller, mut contacts: Vec<Entry>, labels: Vec<Label>) -> Result<Page> {
    let size = usize::try_from(PAGE).unwrap_or_default();
    let has_more = contacts.len() > size;
    contacts.truncate(size);
    let threads = threads(tx, caller, &contacts).await?;
    Ok(Page { next: contacts.last().filter(|_| has_more).map(|contact| contact.id.clone()), contacts, labels, threads })
}

/// Those who never wrote, to whom no conversation leads, by what the team knows of them; and whoever has this very number.
async fn silent(tx: &mut Tx, q: &str, question: Question) -> Result<Vec<ContactId>> {
    let all = book::list_silent(tx).await?;
    let is_met = move |(_, known): &(ContactId, String)| question.is_met_by(known);
    // Of thousands, beside what else the process does. invariant: matching does not panic, and is not cancelled.
    let found = tokio::task::spawn_blocking(move || all.into_iter().filter(is_met).map(|(id, _)| id).take(usize::try_from(FOUND).unwrap_or(0)).collect());
    let mut found: Vec<ContactId> = found.await.expect("it was matched");
    let home = accounts::list(tx).await?.iter().find(|account| !account.is_removed()).and_then(|account| phone::country_of(&account.phone));
    if let Ok(digits) = phone::digits(q, home) {
        let identity = |value| Identity { scope: String::new(), kind: IdentityKind::WaId, value };
        let writings: Vec<Identity> = phone::writings(&digits).into_iter().map(identity).collect();
        found.extend(contacts::peek(tx, &writings.iter().collect::<Vec<_>>()).await?.into_iter().map(|found| found.contact.id));
    }
    Ok(found)
}

/// Of those with a label, so many are looked at for words, newest first.
const LABELLED: i64 = 5000;

/// Those with a label of whom the team knows these words, or who have this number.
async fn with_label(tx: &mut Tx, caller: &Caller, label: &LabelId, q: &str, before: &str, labels: Vec<Label>) -> Result<Page> {
    let question = Question::read(q);
    let digits: String = q.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    let is_met = |contact: &Entry| {
        let has_number = digits.len() >= 3 && contact.wa_id.as_deref().is_some_and(|number| number.contains(digits));
        let Entry { given_name, name, email, notes, user_id, .. } = contact;
        has_number || question.is_met_by(&format!("{given_name} {name} {email} {notes} {}", user_id.as_deref().unwrap_or_default()))
    };
    let mut contacts = book::list(tx, LAST, Some(label), caller.limits().as_deref(), LABELLED).await?;
    contacts.retain(is_met);
    page(tx, caller, after(contacts, before), labels).await
}

/// So many are named beside conversations and messages.
const NAMED: usize = 5;

/// Contacts of whom these words are known, and no thread that would be found by them.
pub async fn find_silent(app: &App, caller: &Caller, q: &str) -> Result<Vec<FoundContact>> {
    caller.may(Action::Handle)?;
    if caller.agent.is_none() {
        return Err(refuse(Code::Forbidden, "The address book is for people."));
    }
    // Operators ask for conversations.
    let question = Question::read(q);
    if !question.has_names() {
        return Ok(Vec::new());
    }
    search_service::charge(app, caller)?;
    let mut tx = app.store.read().await?;
    tx.hurry(search_service::LONGEST).await?;
    let mut found = silent(&mut tx, q, question).await?;
    found.truncate(usize::try_from(PAGE).unwrap_or_default());
    let found = book::load(&mut tx, &found).await?;
    let found = visible(&mut tx, caller, found).await?;
    let threads = threads(&mut tx, caller, &found).await?;
    let silent = found.into_iter().filter(|contact| !threads.contains(&contact.id));
    let shown = |contact: Entry| FoundContact {
        name: contact.shown_name(),
        chat: address::begin(contact.wa_id.as_deref().unwrap_or_default(), &contact.given_name),
        address: contact.address(),
    };
    Ok(silent.filter(|contact| contact.wa_id.is_some()).take(NAMED).map(shown).collect())
}

/// Who of them has a thread that the caller may see.
async fn threads(tx: &mut Tx, caller: &Caller, contacts: &[Entry]) -> Result<HashSet<ContactId>> {
    let ids = conversations::list_by_contacts(tx, &contacts.iter().map(|contact| &contact.id).collect::<Vec<_>>()).await?;
    let rows = conversations::load(tx, &ids).await?.into_iter();
    Ok(rows.filter(|row| caller.may_on(Action::Read, &row.account_id)).map(|row| row.contact_id).collect())
}

/// Those of them whom the caller may see: whoever is limited to some numbers, those who wrote to one of them, or were written to.
pub async fn visible(tx: &mut Tx, caller: &Caller, contacts: Vec<Entry>) -> Result<Vec<Entry>> {
    if caller.limits().is_none() {
        return Ok(contacts);
    }
    let ids: Vec<&ContactId> = contacts.iter().map(|contact| &contact.id).collect();
    let rows = conversations::list_by_contacts(tx, &ids).await?;
    let rows = conversations::load(tx, &rows).await?.into_iter();
    let seen: HashSet<ContactId> = rows.filter(|row| row.last.is_some() && caller.may_on(Action::Read, &row.account_id)).map(|row| row.contact_id).collect();
    Ok(contacts.into_iter().filter(|contact| seen.contains(&contact.id)).collect())
}
