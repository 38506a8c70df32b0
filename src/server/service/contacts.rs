//! The address book: who writes to the business, what the team knows of them, and conversations that the team begins.

use super::{search, team};
use crate::domain::access::Action;
use crate::domain::contact::{Identity, IdentityKind};
use crate::domain::content::Change;
use crate::domain::conversation::Conversation;
use crate::domain::id::{AccountId, ContactId, ConversationId};
use crate::domain::search::Filter;
use crate::domain::time::Instant;
use crate::protocol::error::Code;
use crate::protocol::event::Event;
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::{Error, Result, refuse};
use crate::server::meta::client::{SendError, User};
use crate::server::phone;
use crate::server::service::agents::is_email;
use crate::server::state::App;
use crate::server::store::book::{self, Edit, Entry};
use crate::server::store::contacts::{self, Contact, Owned};
use crate::server::store::conversations::Key;
use crate::server::store::{Lock, Tx, accounts, conversations, events};
use std::collections::HashSet;

/// How many contacts a page has.
pub const PAGE: i64 = 50;
/// After every id, in the order of either engine.
const LAST: &str = "zzzz";
/// The longest name, in characters.
pub const NAME_CHARS: usize = 100;
/// The longest notes, in characters.
pub const NOTES_CHARS: usize = 4000;

/// A page of contacts, and where the next one begins.
pub struct Page {
    /// Newest first; what was searched for, in the order of their conversations.
    pub contacts: Vec<Entry>,
    /// The last of them, if there are more.
    pub next: Option<ContactId>,
}

/// Contacts whom the caller may see: whose name or number has these words, or all before one.
pub async fn list(app: &App, caller: &Caller, q: &str, before: &str) -> Result<Page> {
    caller.may(Action::Handle)?;
    let mut tx = app.store.read().await?;
    if !q.trim().is_empty() {
        let filter = Filter { q: q.to_owned(), ..Filter::default() };
        let found = search::list_in(app, &mut tx, caller, &filter, (Instant(i64::MAX), i64::MAX), search::MOST).await?;
        let mut seen = HashSet::new();
        let wanted: Vec<ContactId> = found.conversations.into_iter().map(|row| row.contact_id).filter(|id| seen.insert(id.clone())).collect();
        let mut contacts = book::load(&mut tx, &wanted).await?;
        contacts.sort_by_key(|contact| wanted.iter().position(|id| *id == contact.id));
        return Ok(Page { contacts, next: None });
    }
    let mut before = if before.is_empty() { LAST.to_owned() } else { before.to_owned() };
    let mut page = Page { contacts: Vec::new(), next: None };
    let size = usize::try_from(PAGE).unwrap_or_default();
    loop {
        let listed = book::list(&mut tx, &before, PAGE).await?;
        let is_last = listed.len() < size;
        let Some(last) = listed.last().map(|contact| contact.id.clone()) else { return Ok(page) };
        before.clone_from(&last.0);
        for contact in visible(&mut tx, caller, listed).await? {
            if page.contacts.len() == size {
                page.next = page.contacts.last().map(|contact| contact.id.clone());
                return Ok(page);
            }
            page.contacts.push(contact);
        }
        if is_last {
            return Ok(page);
        }
    }
}

/// Those of them who have a conversation that the caller may see.
async fn visible(tx: &mut Tx, caller: &Caller, contacts: Vec<Entry>) -> Result<Vec<Entry>> {
    let ids: Vec<&ContactId> = contacts.iter().map(|contact| &contact.id).collect();
    let rows = conversations::list_by_contacts(tx, &ids).await?;
    let rows = conversations::load(tx, &rows).await?;
    let seen: HashSet<ContactId> = rows.into_iter().filter(|row| caller.may_on(Action::Read, &row.account_id)).map(|row| row.contact_id).collect();
    Ok(contacts.into_iter().filter(|contact| seen.contains(&contact.id)).collect())
}

fn unknown() -> Error {
    refuse(Code::NotPossible, "There is no such contact. It may have been joined with another.")
}

/// Keeps what the team knows of a contact; every row that shows the name changes with it.
pub async fn save(app: &App, caller: &Caller, id: &ContactId, edit: Edit) -> Result<()> {
    caller.may(Action::Handle)?;
    check(&edit)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    let known: Vec<Entry> = book::find(&mut tx, id).await?.into_iter().collect();
    if visible(&mut tx, caller, known).await?.is_empty() {
        return Err(unknown());
    }
    book::save(&mut tx, id, &edit).await?;
    events::begin(&mut tx).await?;
    let rows = conversations::list_by_contacts(&mut tx, &[id]).await?;
    let rows = conversations::load(&mut tx, &rows).await?.into_iter();
    let all: Vec<Event> = rows.map(|conversation| Event::ConversationChanged { conversation }).collect();
    events::append(&mut tx, &all, now).await?;
    Ok(tx.commit().await?)
}

/// Blocks somebody on every number of ours that they wrote to, or lets them write again. Nothing is kept unless WhatsApp has done it.
pub async fn block(app: &App, caller: &Caller, id: &ContactId, blocks: bool) -> Result<()> {
    caller.may(Action::Handle)?;
    let mut tx = app.store.read().await?;
    let known: Vec<Entry> = book::find(&mut tx, id).await?.into_iter().collect();
    let contact = visible(&mut tx, caller, known).await?.into_iter().next().ok_or_else(unknown)?;
    let rows = conversations::list_by_contacts(&mut tx, &[id]).await?;
    let rows = conversations::load(&mut tx, &rows).await?;
    let accounts = accounts::list(&mut tx).await?;
    drop(tx);
    let user = match (&contact.wa_id, &contact.user_id) {
        (Some(wa_id), _) => User::User(format!("+{wa_id}")),
        (None, Some(user_id)) => User::UserId(user_id),
        (None, None) => return Err(unknown()),
    };
    for account in accounts.iter().filter(|account| rows.iter().any(|row| row.account_id == account.id)) {
        if !caller.may_on(Action::Handle, &account.id) {
            return Err(refuse(Code::Forbidden, "They also wrote to a number that you may not see. Ask an admin."));
        }
        let token = app.token(account).ok_or_else(|| refuse(Code::NotPossible, "This number has no access token. Ask an admin."))?;
        app.meta.block(&account.phone_number_id, &token, &user, blocks).await.map_err(not_blocked)?;
    }
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    for row in &rows {
        if let Some(state) = conversations::lock(&mut tx, &row.id).await? {
            team::keep_line(&mut tx, Some(caller), &state, Change::Blocked(blocks), now, false).await?;
        }
    }
    book::block(&mut tx, id, blocks.then_some(now)).await?;
    Ok(tx.commit().await?)
}

/// Why WhatsApp did not do it, for an agent.
fn not_blocked(error: SendError) -> Error {
    match error {
        SendError::Graph { error, .. } if error.failure.code == 131_047 => {
            refuse(Code::NotPossible, "WhatsApp only blocks people who wrote in the last 24 hours.")
        }
        SendError::Graph { error, .. } => refuse(Code::NotPossible, error.failure.sentence()),
        SendError::NotSent | SendError::Busy { .. } | SendError::Unknown(_) => {
            refuse(Code::Unavailable, "WhatsApp did not answer, so it is not known whether that was done. Try again in a minute.")
        }
    }
}

fn check(edit: &Edit) -> Result<()> {
    let wrong = |sentence: String| Err(refuse(Code::Invalid, sentence));
    if edit.given_name.chars().count() > NAME_CHARS {
        return wrong(format!("The name has more than {NAME_CHARS} characters."));
    }
    if edit.notes.chars().count() > NOTES_CHARS {
        return wrong(format!("The notes have more than {NOTES_CHARS} characters."));
    }
    if !edit.email.is_empty() && !is_email(&edit.email) {
        return wrong("The e-mail address must look like name@example.com.".to_owned());
    }
    Ok(())
}

/// The conversation of a number of ours with somebody; begun if there is none yet. Nothing is sent: the customer sees nothing of it.
pub async fn begin(app: &App, caller: &Caller, account: &AccountId, number: &str, name: &str) -> Result<Conversation> {
    caller.may(Action::Reply)?.may(Action::Handle)?;
    check(&Edit { given_name: name.to_owned(), email: String::new(), notes: String::new(), no_marketing: false })?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    // Contacts are made by one at a time: two who begin with the same person begin one conversation.
    tx.lock(Lock::Ingest).await?;
    let own = accounts::list(&mut tx).await?.into_iter().find(|own| own.id == *account && caller.may_on(Action::Reply, account));
    let own = own.ok_or_else(|| refuse(Code::UnknownAccount, "There is no such number of yours."))?;
    let digits = phone::digits(number, phone::country_of(&own.phone));
    let digits = digits.ok_or_else(|| refuse(Code::Invalid, "There is no such telephone number. Write it with its country code, like +44 7400 123456."))?;
    let contact_id = contact_of(&mut tx, digits, name).await?;
    let key = Key { account_id: own.id, contact_id };
    let known = conversations::lock_by_key(&mut tx, std::slice::from_ref(&key)).await?;
    if let Some(state) = known.into_iter().next() {
        return Ok(conversations::load_one(&mut tx, &state.id).await?);
    }
    let id = ConversationId(new_id());
    conversations::add(&mut tx, vec![(id.clone(), &key)], now).await?;
    events::begin(&mut tx).await?;
    let conversation = conversations::load_one(&mut tx, &id).await?;
    events::append(&mut tx, &[Event::ConversationChanged { conversation: conversation.clone() }], now).await?;
    tx.commit().await?;
    Ok(conversation)
}

/// Whoever has this number; made if nobody has. A name that somebody has already is not changed by the way.
async fn contact_of(tx: &mut Tx, digits: String, name: &str) -> Result<ContactId> {
    let identity = Identity { scope: String::new(), kind: IdentityKind::WaId, value: digits.clone() };
    if let Some(found) = contacts::find(tx, &[&identity]).await?.into_iter().next() {
        return Ok(found.contact.id);
    }
    let contact = Contact { wa_id: Some(digits), ..Contact::new(ContactId(new_id())) };
    contacts::put(tx, &[&contact]).await?;
    let owned = Owned { scope: identity.scope, kind: identity.kind.as_str().to_owned(), value: identity.value, contact_id: contact.id.clone() };
    contacts::put_identities(tx, &[owned]).await?;
    let edit = Edit { given_name: name.trim().to_owned(), email: String::new(), notes: String::new(), no_marketing: false };
    book::save(tx, &contact.id, &edit).await?;
    Ok(contact.id)
}

/// All contacts that the caller may see, as a table for other programs.
pub async fn export(app: &App, caller: &Caller) -> Result<Vec<u8>> {
    caller.may(Action::Administer)?;
    let mut out = csv::Writer::from_writer(Vec::new());
    // invariant: memory takes whatever is written, and every record has as many cells.
    let mut add = |cells: [&str; 7]| out.write_record(cells.map(harmless)).expect("it is written");
    add(["name", "whatsapp_name", "number", "user_id", "email", "notes", "no_marketing"]);
    let mut before = String::new();
    loop {
        let page = list(app, caller, "", &before).await?;
        for contact in page.contacts {
            let no_marketing = if contact.wants_no_marketing() { "yes" } else { "" };
            let (number, user_id) = (contact.wa_id.unwrap_or_default(), contact.user_id.unwrap_or_default());
            add([&contact.given_name, &contact.name, &number, &user_id, &contact.email, &contact.notes, no_marketing]);
        }
        match page.next {
            Some(next) => before = next.0,
            None => break,
        }
    }
    // invariant: as above.
    Ok(out.into_inner().expect("it is written"))
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell.to_owned() }
}
