//! The address book: what the team knows of those who write to the business, and conversations that the team begins.

mod list;

use super::{audit, team};
use crate::domain::access::Action;
use crate::domain::audit::Act;
use crate::domain::contact::{Identity, IdentityKind};
use crate::domain::content::Change;
use crate::domain::conversation::Conversation;
use crate::domain::id::{AccountId, ContactId, ConversationId, LabelId};
use crate::domain::time::Instant;
use crate::protocol::error::Code;
use crate::protocol::event::Event;
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::{Error, Result, refuse};
use crate::server::meta::client::{SendError, User};
use crate::server::phone::{self, Wrong};
use crate::server::service::agents::is_email;
use crate::server::state::App;
use crate::server::store::book::{self, Edit, Entry};
use crate::server::store::contacts::{self, Contact, Owned};
use crate::server::store::conversations::Key;
use crate::server::store::{Lock, Tx, accounts, conversations, events};
pub(super) use list::visible;
pub use list::{find_silent, list};

/// Between the names of labels in a cell of a table.
pub(super) const BETWEEN_LABELS: &str = "; ";
/// The longest name, in characters.
pub const NAME_CHARS: usize = 100;
/// The longest notes, in characters.
pub const NOTES_CHARS: usize = 4000;

pub(super) fn unknown() -> Error {
    refuse(Code::NotPossible, "There is no such contact. It may have been joined with another.")
}

/// Keeps what the team knows of a contact; every row that shows the name changes with it.
pub async fn save(app: &App, caller: &Caller, id: &ContactId, change: impl FnOnce(&mut Edit) -> Result<()> + Send) -> Result<()> {
    caller.may(Action::Handle)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    // Two fields that are changed at once are both kept.
    tx.lock(Lock::Ingest).await?;
    let known: Vec<Entry> = book::find(&mut tx, id).await?.into_iter().collect();
    let Some(known) = visible(&mut tx, caller, known).await?.pop() else { return Err(unknown()) };
    let mut edit = known.edit();
    change(&mut edit)?;
    check(&edit)?;
    if !book::save(&mut tx, id, &edit).await? {
        return Err(unknown());
    }
    events::begin(&mut tx).await?;
    let rows = conversations::list_by_contacts(&mut tx, &[id]).await?;
    let rows = conversations::load(&mut tx, &rows).await?;
    let about = rows.iter().find(|row| caller.may_on(Action::Read, &row.account_id)).map(|row| &row.id);
    audit::keep(&mut tx, caller, Act::ContactChanged, about, &edit.given_name, now).await?;
    let all: Vec<Event> = rows.into_iter().map(|conversation| Event::ConversationChanged { conversation }).collect();
    events::append(&mut tx, &all, now).await?;
    Ok(tx.commit().await?)
}

/// Blocks somebody on every number of ours that they wrote to, or lets them write again. Nothing is kept unless WhatsApp has done it.
pub async fn block(app: &App, caller: &Caller, id: &ContactId, blocks: bool) -> Result<()> {
    caller.may(Action::Handle)?;
    let mut tx = app.store.read().await?;
    let known: Vec<Entry> = book::find(&mut tx, id).await?.into_iter().collect();
    let contact = visible(&mut tx, caller, known).await?.into_iter().next().ok_or_else(unknown)?;
    // A colleague was faster, or a second press.
    if contact.blocked_at.is_some() == blocks {
        return Ok(());
    }
    let rows = conversations::list_by_contacts(&mut tx, &[id]).await?;
    let rows = conversations::load(&mut tx, &rows).await?;
    let accounts = accounts::list(&mut tx).await?;
    drop(tx);
    let user = match (&contact.wa_id, &contact.user_id) {
        (Some(wa_id), _) => User::User(format!("+{wa_id}")),
        (None, Some(user_id)) => User::UserId(user_id),
        (None, None) => return Err(unknown()),
    };
    // Everything that can be known before is asked before: what WhatsApp has done cannot be taken back unseen.
    let wrote_to = |account: &accounts::Stored| rows.iter().any(|row| row.account_id == account.id && row.window_expires_at.is_some());
    let mut numbers = Vec::new();
    for account in accounts.iter().filter(|account| wrote_to(account) && !account.is_removed()) {
        if !caller.may_on(Action::Handle, &account.id) {
            return Err(refuse(Code::Forbidden, "They also wrote to a number that you may not see. Ask an admin."));
        }
        let token = app.token(account).ok_or_else(|| refuse(Code::NotPossible, "This number has no access token. Ask an admin."))?;
        numbers.push((&account.phone_number_id, token));
    }
    if numbers.is_empty() && accounts.iter().any(|account| wrote_to(account) && account.is_removed()) {
        return Err(refuse(Code::NotPossible, ONLY_REMOVED));
    }
    let (mut done, mut failed) = (Vec::new(), None);
    for (number, token) in &numbers {
        match app.meta.block(number, token, &user, blocks).await {
            Ok(()) => done.push((number, token)),
            // Of several numbers, one that they wrote to long ago is not held against the others.
            Err(error) if is_too_late(&error) => failed = Some(not_blocked(error)),
            Err(error) => {
                // Blocked on all of them or on none: nobody would see that they are on some. Of this one it may not be known.
                done.push((number, token));
                for (number, token) in done.into_iter().filter(|_| blocks) {
                    if let Err(error) = app.meta.block(number, token, &user, false).await {
                        tracing::warn!(?error, contact = %id, "a block on one of several numbers could not be taken back");
                    }
                }
                return Err(not_blocked(error));
            }
        }
    }
    if done.is_empty() {
        return Err(failed.unwrap_or_else(|| refuse(Code::NotPossible, ONLY_WRITERS)));
    }
    keep_blocked(app, caller, id, blocks).await
}

async fn keep_blocked(app: &App, caller: &Caller, id: &ContactId, blocks: bool) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    if !book::block(&mut tx, id, blocks.then_some(now)).await? {
        return Err(unknown());
    }
    let mut ids = conversations::list_by_contacts(&mut tx, &[id]).await?;
    ids.sort();
    let mut states = Vec::new();
    for id in &ids {
        states.extend(conversations::lock(&mut tx, id).await?);
    }
    let act = if blocks { Act::Blocked } else { Act::Unblocked };
    let about = states.iter().find(|state| caller.may_on(Action::Read, &state.account_id)).map(|state| &state.id);
    audit::keep(&mut tx, caller, act, about, "", now).await?;
    team::keep_lines(&mut tx, Some(caller), &states, &Change::Blocked(blocks), now).await?;
    Ok(tx.commit().await?)
}

/// Whoever wrote to nothing that is still connected.
const ONLY_REMOVED: &str = "They wrote to a number that was removed: nothing comes from them. Connect it again to change who is blocked there.";
/// Whom WhatsApp lets a business block.
const ONLY_WRITERS: &str = "WhatsApp only blocks people who wrote in the last 24 hours.";

/// Whether they have not written for so long that WhatsApp does not block them (`meta-api` section 13, 3).
fn is_too_late(error: &SendError) -> bool {
    matches!(error, SendError::Graph { error, .. } if error.failure.code == 131_047)
}

/// Why WhatsApp did not do it, for an agent.
fn not_blocked(error: SendError) -> Error {
    match error {
        error if is_too_late(&error) => refuse(Code::NotPossible, ONLY_WRITERS),
        SendError::Graph { error, .. } => refuse(Code::NotPossible, error.failure.sentence()),
        SendError::NotSent | SendError::Busy { .. } | SendError::Unknown(_) => {
            refuse(Code::Unavailable, "WhatsApp did not answer, so it is not known whether that was done. Try again in a minute.")
        }
    }
}

pub(super) fn check(edit: &Edit) -> Result<()> {
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
    check(&Edit { given_name: name.to_owned(), ..Edit::default() })?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    // Contacts are made by one at a time: two who begin with the same person begin one conversation.
    tx.lock(Lock::Ingest).await?;
    let own = accounts::list(&mut tx).await?.into_iter().find(|own| own.id == *account && !own.is_removed() && caller.may_on(Action::Reply, account));
    let own = own.ok_or_else(|| refuse(Code::UnknownAccount, "There is no such number of yours."))?;
    let contact_id = match known_by(&mut tx, number, &own.phone).await? {
        Some(known) => known,
        None => make(&mut tx, read(number, &own.phone)?, name).await?,
    };
    let key = Key { account_id: own.id, contact_id };
    let known = conversations::lock_by_key(&mut tx, std::slice::from_ref(&key)).await?;
    if let Some(state) = known.into_iter().next() {
        if name_unnamed(&mut tx, &state.contact_id, name).await? {
            audit::keep(&mut tx, caller, Act::ContactChanged, Some(&state.id), name.trim(), now).await?;
            events::begin(&mut tx).await?;
            say_changed(&mut tx, &state.contact_id, now).await?;
        }
        let conversation = conversations::load_one(&mut tx, &state.id).await?;
        tx.commit().await?;
        return Ok(conversation);
    }
    let id = ConversationId(new_id());
    conversations::add(&mut tx, vec![(id.clone(), &key)], now).await?;
    name_unnamed(&mut tx, &key.contact_id, name).await?;
    let conversation = conversations::load_one(&mut tx, &id).await?;
    audit::keep(&mut tx, caller, Act::Begun, Some(&id), &conversation.display_name(), now).await?;
    events::begin(&mut tx).await?;
    say_changed(&mut tx, &key.contact_id, now).await?;
    tx.commit().await?;
    Ok(conversation)
}

/// Somebody is known already: what the team calls them stays; if it does not call them anything yet, it is this. Whether that was new.
async fn name_unnamed(tx: &mut Tx, id: &ContactId, name: &str) -> Result<bool> {
    let known = book::find(tx, id).await?.map(|known| known.edit()).filter(|known| known.given_name.is_empty() && !name.trim().is_empty());
    match known {
        Some(known) => Ok(book::save(tx, id, &Edit { given_name: name.trim().to_owned(), ..known }).await?),
        None => Ok(false),
    }
}

/// Tells pages how all conversations with somebody look now. The log is begun.
async fn say_changed(tx: &mut Tx, id: &ContactId, now: Instant) -> Result<()> {
    let rows = conversations::list_by_contacts(tx, &[id]).await?;
    let rows = conversations::load(tx, &rows).await?;
    let all: Vec<Event> = rows.into_iter().map(|conversation| Event::ConversationChanged { conversation }).collect();
    Ok(events::append(tx, &all, now).await?)
}

/// The digits of a number, or what is wrong with it.
fn read(number: &str, own: &str) -> Result<String> {
    phone::digits(number, phone::country_of(own)).map_err(|wrong| {
        let sentence = match wrong {
            Wrong::None => "There is no such telephone number. Write it with its country code, like +44 7400 123456.",
            Wrong::Several => "This could be a number of two countries. Write it with + and its country code, like +44 7400 123456.",
        };
        refuse(Code::Invalid, sentence)
    })
}

/// Whoever is known by this number, as WhatsApp writes it or as people dial it: nobody becomes two contacts.
async fn known_by(tx: &mut Tx, number: &str, own: &str) -> Result<Option<ContactId>> {
    let identity = |value: String| Identity { scope: String::new(), kind: IdentityKind::WaId, value };
    let mut wanted = vec![identity(number.chars().filter(char::is_ascii_digit).collect())];
    if let Ok(digits) = phone::digits(number, phone::country_of(own)) {
        wanted.extend(phone::writings(&digits).into_iter().map(identity));
    }
    let found = contacts::find(tx, &wanted.iter().collect::<Vec<_>>()).await?;
    let first = wanted.iter().find_map(|identity| found.iter().find(|found| found.value == identity.value));
    Ok(first.map(|found| found.contact.id.clone()))
}

/// Somebody who is new here.
async fn make(tx: &mut Tx, digits: String, name: &str) -> Result<ContactId> {
    let contact = Contact { wa_id: Some(digits.clone()), ..Contact::new(ContactId(new_id())) };
    contacts::put(tx, &[&contact]).await?;
    let owned = Owned { scope: String::new(), kind: IdentityKind::WaId.as_str().to_owned(), value: digits, contact_id: contact.id.clone() };
    contacts::put_identities(tx, &[owned]).await?;
    let edit = Edit { given_name: name.trim().to_owned(), ..Edit::default() };
    book::save(tx, &contact.id, &edit).await?;
    Ok(contact.id)
}

/// All contacts that the caller may see, as a table for other programs.
pub async fn export(app: &App, caller: &Caller) -> Result<Vec<u8>> {
    caller.may(Action::Administer)?;
    let mut tx = app.store.write().await?;
    audit::keep(&mut tx, caller, Act::Exported, None, "contacts", app.clock.now()).await?;
    tx.commit().await?;
    let mut out = csv::Writer::from_writer(Vec::new());
    // invariant: memory takes whatever is written, and every record has as many cells.
    let mut add = |cells: [&str; 9]| out.write_record(cells.map(harmless)).expect("it is written");
    add(["name", "whatsapp_name", "number", "user_id", "email", "notes", "no_marketing", "told_whatsapp_so", "labels"]);
    let mut before = String::new();
    loop {
        let page = list(app, caller, "", "", &before).await?;
        let named = |id: &LabelId| page.labels.iter().find(|label| label.id == *id).map(|label| label.name.as_str());
        for contact in page.contacts {
            let yes = |is: i64| if is > 0 { "yes" } else { "" };
            let (no_marketing, has_stopped) = (yes(contact.no_marketing), yes(contact.has_stopped));
            let labels = contact.labels.iter().filter_map(named).collect::<Vec<_>>().join(BETWEEN_LABELS);
            let (number, user_id) = (contact.wa_id.unwrap_or_default(), contact.user_id.unwrap_or_default());
            add([&contact.given_name, &contact.name, &number, &user_id, &contact.email, &contact.notes, no_marketing, has_stopped, &labels]);
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
