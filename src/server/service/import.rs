//! Contacts from a table: what would change is shown first, then all of it is done in one transaction, or nothing.

use super::contacts::{BETWEEN_LABELS, check};
use super::{audit, table};
use crate::domain::access::Action;
use crate::domain::audit::Act;
use crate::domain::contact::{Identity, IdentityKind, display_phone};
use crate::domain::id::{ContactId, LabelId};
use crate::domain::label;
use crate::protocol::beside::ContactEdit;
use crate::protocol::error::{ApiError, Code};
use crate::protocol::event::Event;
use crate::protocol::view::{Import, ImportLine, Imported};
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::{Result, refuse};
use crate::server::phone;
use crate::server::secret::token_hash;
use crate::server::state::App;
use crate::server::store::contacts::{self, Contact, Owned};
use crate::server::store::{Lock, Tx, accounts, book, conversations, events, imports, labels};
use std::collections::{BTreeSet, HashMap, HashSet};

/// So many changes and faults are shown.
const SHOWN: usize = 50;

/// A line that can be taken.
struct Line {
    of: table::Line,
    digits: String,
    /// The labels it names, once they are looked up.
    labels: Vec<LabelId>,
}

impl Line {
    fn at(&self) -> u64 {
        self.of.at
    }
}

/// A table of contacts.
#[derive(Default)]
struct Contacts {
    lines: Vec<Line>,
    /// Which lines cannot be taken, and why.
    faults: Vec<(u64, String)>,
    /// Columns that nobody knows.
    unknown: Vec<String>,
}

/// Somebody who is known already, with what is known of them now and then.
#[derive(Debug)]
struct Changed {
    line: u64,
    id: ContactId,
    digits: String,
    before: ContactEdit,
    after: ContactEdit,
}

/// What becomes of the lines.
#[derive(Debug)]
struct Plan {
    /// Nobody with this number is known.
    new: Vec<(u64, String, ContactEdit)>,
    /// Somebody is, of whom something else is known.
    changed: Vec<Changed>,
    same: usize,
}

impl Plan {
    /// Tells it from any other: what is confirmed is what was shown.
    fn print(&self) -> String {
        token_hash(&format!("{self:?}"))
    }
}

/// The columns that are read.
const COLUMNS: [&str; 6] = ["number", "name", "email", "notes", "no_marketing", "labels"];
/// Those of the export that tell what customers said themselves.
const OF_CUSTOMERS: [&str; 3] = ["whatsapp_name", "user_id", "told_whatsapp_so"];

fn person(caller: &Caller) -> Result<&crate::domain::agent::Agent> {
    let me = caller.may(Action::Administer)?.agent.as_ref().ok_or_else(|| refuse(Code::Forbidden, "Tables are for people."))?;
    if caller.limits().is_some() {
        return Err(refuse(Code::Forbidden, "You look after some numbers only. Ask an admin who looks after all of them."));
    }
    Ok(me)
}

/// Reads a table and says what it would change; it is kept until it is confirmed, for a day at most.
pub async fn preview(app: &App, caller: &Caller, body: &[u8]) -> Result<Import> {
    let me = person(caller)?;
    let text = table::text(body)?;
    let mut table = read(app, &text).await?;
    let mut tx = app.store.read().await?;
    let plan = plan(&mut tx, &mut table).await?;
    let labels: HashMap<LabelId, String> = labels::list(&mut tx).await?.into_iter().map(|label| (label.id, label.name)).collect();
    drop(tx);
    let id = new_id();
    let mut tx = app.store.write().await?;
    imports::add(&mut tx, &id, &me.id, &text, app.clock.now()).await?;
    tx.commit().await?;
    let print = plan.print();
    let line = |line, digits: &str, edit: &ContactEdit| ImportLine {
        line,
        name: edit.given_name.clone(),
        number: display_phone(digits),
        is_new: true,
        changes: Vec::new(),
    };
    let news = plan.new.iter().map(|(at, digits, edit)| line(*at, digits, edit));
    let changed = plan.changed.iter().map(|changed| ImportLine {
        is_new: false,
        changes: differences(&changed.before, &changed.after, &labels),
        ..line(changed.line, &changed.digits, &changed.after)
    });
    let mut shown: Vec<_> = news.chain(changed).collect();
    shown.sort_by_key(|shown| shown.line);
    shown.truncate(SHOWN);
    let (new, left_out) = (plan.new.len(), table.faults.len());
    let faults = table.faults.into_iter().take(SHOWN).collect();
    Ok(Import { id, print, new, changed: plan.changed.len(), same: plan.same, left_out, shown, faults, unknown: table.unknown })
}

/// Does what was shown, if it still holds.
pub async fn run(app: &App, caller: &Caller, id: &str, print: &str) -> Result<Imported> {
    let me = person(caller)?;
    let now = app.clock.now();
    let gone = || refuse(Code::NotPossible, "This table was imported already, or is older than a day. Choose the file again.");
    let mut tx = app.store.read().await?;
    let text = imports::find(&mut tx, id, &me.id).await?.ok_or_else(gone)?;
    drop(tx);
    // Nobody waits meanwhile.
    let mut table = read(app, &text).await?;
    let mut tx = app.store.write().await?;
    tx.lock(Lock::Ingest).await?;
    if !imports::take(&mut tx, id, &me.id).await? {
        return Err(gone());
    }
    let plan = plan(&mut tx, &mut table).await?;
    if plan.print() != print {
        let why = "Somebody has changed one of these contacts, or the labels, since this was shown. Nothing was imported: choose the file again, and look at what would change now.";
        return Err(refuse(Code::NotPossible, why));
    }
    let Plan { new, changed, same } = plan;
    let made: Vec<(Contact, ContactEdit)> =
        new.into_iter().map(|(_, digits, edit)| (Contact { wa_id: Some(digits), ..Contact::new(ContactId(new_id())) }, edit)).collect();
    contacts::put(&mut tx, &made.iter().map(|(contact, _)| contact).collect::<Vec<_>>()).await?;
    let owned = |contact: &Contact| Owned {
        scope: String::new(),
        kind: IdentityKind::WaId.as_str().to_owned(),
        value: contact.wa_id.clone().unwrap_or_default(),
        contact_id: contact.id.clone(),
    };
    contacts::put_identities(&mut tx, &made.iter().map(|(contact, _)| owned(contact)).collect::<Vec<_>>()).await?;
    let known: Vec<ContactId> = changed.iter().map(|changed| changed.id.clone()).collect();
    let counts = Imported { new: made.len(), changed: changed.len(), same, left_out: table.faults.len() };
    let edits: Vec<(ContactId, ContactEdit)> =
        made.into_iter().map(|(contact, edit)| (contact.id, edit)).chain(changed.into_iter().map(|changed| (changed.id, changed.after))).collect();
    book::save_all(&mut tx, &edits).await?;
    audit::keep(&mut tx, caller, Act::Imported, None, &format!("{} new, {} changed", counts.new, counts.changed), now).await?;
    events::begin(&mut tx).await?;
    let ids = conversations::list_by_contacts(&mut tx, &known.iter().collect::<Vec<_>>()).await?;
    let rows = conversations::load(&mut tx, &ids).await?;
    let all: Vec<Event> = rows.into_iter().map(|conversation| Event::ConversationChanged { conversation }).collect();
    events::append(&mut tx, &all, now).await?;
    tx.commit().await?;
    Ok(counts)
}

async fn read(app: &App, text: &str) -> Result<Contacts> {
    let home =
        accounts::list(&mut app.store.read().await?).await?.iter().find(|account| !account.is_removed()).and_then(|account| phone::country_of(&account.phone));
    let table = table::read(text, COLUMNS[0]).await?;
    // invariant: sorting does not panic, and is not cancelled.
    Ok(tokio::task::spawn_blocking(move || sort(table, home)).await.expect("it was sorted"))
}

/// Which lines can be taken.
fn sort(table: table::Table, home: Option<phone::country::Id>) -> Contacts {
    let is_unknown = |name: &String| !COLUMNS.contains(&name.as_str()) && !OF_CUSTOMERS.contains(&name.as_str());
    let mut sorted = Contacts { unknown: table.columns.into_iter().filter(is_unknown).collect(), ..Contacts::default() };
    let mut seen: HashMap<String, u64> = HashMap::new();
    for line in table.lines {
        let (at, number) = (line.at, line.cell(COLUMNS[0]).unwrap_or_default());
        let Ok(digits) = phone::digits(number, home) else {
            sorted.faults.push((at, format!("{number:?} is no telephone number. Write it with + and its country code.")));
            continue;
        };
        if let Some(other) = seen.get(&digits) {
            sorted.faults.push((at, format!("The same number stands in line {other}.")));
            continue;
        }
        // In every writing of WhatsApp's.
        seen.extend(phone::writings(&digits).into_iter().map(|writing| (writing, at)));
        let line = Line { of: line, digits, labels: Vec::new() };
        match fault(&line) {
            None => sorted.lines.push(line),
            Some(why) => sorted.faults.push((at, why)),
        }
    }
    sorted
}

/// What is known of somebody with what a line says of them; an empty cell takes nothing away.
fn edit(line: &Line, known: ContactEdit) -> ContactEdit {
    let cell = |column: &str| line.of.cell(column).filter(|text| !text.is_empty()).map(str::to_owned);
    ContactEdit {
        given_name: cell("name").unwrap_or(known.given_name),
        email: cell("email").unwrap_or(known.email),
        notes: cell("notes").unwrap_or(known.notes),
        no_marketing: cell("no_marketing").and_then(|text| yes_or_no(&text)).unwrap_or(known.no_marketing),
        labels: known.labels.into_iter().chain(line.labels.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect(),
    }
}

/// What would be otherwise: the column, what it says now, and what it would say.
fn differences(before: &ContactEdit, after: &ContactEdit, labels: &HashMap<LabelId, String>) -> Vec<(&'static str, String, String)> {
    let cells = |edit: &ContactEdit| {
        let names = edit.labels.iter().filter_map(|id| labels.get(id).cloned()).collect::<Vec<_>>().join(BETWEEN_LABELS);
        let marketing = if edit.no_marketing { "yes" } else { "no" }.to_owned();
        [edit.given_name.clone(), edit.email.clone(), edit.notes.clone(), marketing, names]
    };
    let both = cells(before).into_iter().zip(cells(after));
    COLUMNS[1..].iter().zip(both).filter(|(_, (was, now))| was != now).map(|(column, (was, now))| (*column, was, now)).collect()
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "x" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// Why a line cannot be taken.
fn fault(line: &Line) -> Option<String> {
    if let Some(text) = line.of.cell("no_marketing").filter(|text| !text.is_empty() && yes_or_no(text).is_none()) {
        return Some(format!("no_marketing must be yes or no, and is {text:?}."));
    }
    check(&edit(line, ContactEdit::default())).err().map(|error| ApiError::from(error).message)
}

/// Looks up the labels that lines name. A line with one that does not exist cannot be taken: a slip would make a label.
async fn look_up(tx: &mut Tx, table: &mut Contacts) -> Result<()> {
    let known: HashMap<String, LabelId> = labels::list(tx).await?.into_iter().map(|label| (label::key(&label.name), label.id)).collect();
    let faults = &mut table.faults;
    table.lines.retain_mut(|line| {
        let cell = line.of.cell("labels").unwrap_or_default();
        let names = cell.split(BETWEEN_LABELS.trim()).map(str::trim).filter(|name| !name.is_empty());
        let found: std::result::Result<Vec<LabelId>, &str> = names.map(|name| known.get(&label::key(name)).cloned().ok_or(name)).collect();
        match found {
            Ok(mut found) => {
                found.sort();
                found.dedup();
                line.labels = found;
                true
            }
            Err(name) => {
                faults.push((line.at(), format!("There is no label called {name:?}. Make it first.")));
                false
            }
        }
    });
    Ok(())
}

/// Whoever is known by one of a number's writings is changed, nobody becomes two.
async fn plan(tx: &mut Tx, table: &mut Contacts) -> Result<Plan> {
    look_up(tx, table).await?;
    let identity = |value: String| Identity { scope: String::new(), kind: IdentityKind::WaId, value };
    let wanted: Vec<Identity> = table.lines.iter().flat_map(|line| phone::writings(&line.digits)).map(identity).collect();
    let found = contacts::peek(tx, &wanted.iter().collect::<Vec<_>>()).await?;
    let by_number: HashMap<String, ContactId> = found.into_iter().map(|found| (found.value, found.contact.id)).collect();
    let ids: HashSet<&ContactId> = by_number.values().collect();
    let known = book::load(tx, &ids.into_iter().cloned().collect::<Vec<_>>()).await?;
    let known: HashMap<ContactId, ContactEdit> = known.into_iter().map(|entry| (entry.id.clone(), entry.edit())).collect();
    let mut seen: HashMap<&ContactId, u64> = HashMap::new();
    let mut plan = Plan { new: Vec::new(), changed: Vec::new(), same: 0 };
    for line in &table.lines {
        let id = phone::writings(&line.digits).into_iter().find_map(|value| by_number.get(&value));
        match id.and_then(|id| Some((id, known.get(id)?))) {
            None => plan.new.push((line.at(), line.digits.clone(), edit(line, ContactEdit::default()))),
            Some((id, before)) => match (seen.insert(id, line.at()), edit(line, before.clone())) {
                // Somebody who has two numbers stays one person.
                (Some(other), _) => table.faults.push((line.at(), format!("It is about the same contact as line {other}."))),
                (None, after) if after == *before => plan.same += 1,
                (None, after) => {
                    plan.changed.push(Changed { line: line.at(), id: id.clone(), digits: line.digits.clone(), before: before.clone(), after });
                }
            },
        }
    }
    table.faults.sort();
    Ok(plan)
}
