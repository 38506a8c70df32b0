//! What the team does with conversations among itself: labels them, hands them over, puts them off, is done with them. No customer
//! sees any of it; the thread keeps a quiet line of who did it and when.

use super::audit;
use super::conversations::unknown;
use super::labels;
use super::messages::entry;
use crate::domain::access::Action;
use crate::domain::audit::Act;
use crate::domain::content::{Change, Content};
use crate::domain::conversation::{Conversation, Status};
use crate::domain::id::{AccountId, AgentId, ConversationId, LabelId};
use crate::domain::label;
use crate::domain::message::Direction;
use crate::domain::time::{DAY_MS, Instant};
use crate::protocol::command::Handle;
use crate::protocol::error::Code;
use crate::protocol::event::Event;
use crate::protocol::json::Packed;
use crate::protocol::team::{Colleague, Team};
use crate::server::caller::Caller;
use crate::server::error::{Error, Result, refuse};
use crate::server::state::App;
use crate::server::store::conversations::State;
use crate::server::store::{self, Store, Tx, accounts, agents, conversations, events, messages};

/// The longest rest.
const MOST_DAYS: i64 = 366;
/// So many messages can be unread again.
const MOST_UNREAD: i64 = 10_000;
/// So many rests end in one transaction.
const WAKE: i64 = 100;

/// The team as it is now.
pub async fn load(tx: &mut Tx) -> store::Result<Team> {
    let agents = agents::list(tx).await?.into_iter().filter(|agent| agent.disabled_at.is_none());
    let color = |color: &str| Some(label::hex(color)).filter(|color| !color.is_empty());
    let agents = agents.map(|agent| Colleague { color: color(&agent.color), id: agent.id, name: agent.name }).collect();
    let labels = store::labels::list(tx).await?.iter().map(store::labels::Stored::shown).collect();
    let removed = accounts::list(tx).await?.into_iter().filter(accounts::Stored::is_removed).map(|account| account.id).collect();
    Ok(Team { agents, labels, removed })
}

/// Says that somebody, some label or some number came, went or changed, after that was written.
pub(super) async fn changed(tx: &mut Tx, now: Instant) -> store::Result<()> {
    events::begin(tx).await?;
    let team = Packed::new(&load(tx).await?);
    events::append(tx, &[Event::TeamChanged { team }], now).await
}

/// Does something with a conversation; its row afterwards. What changes nothing leaves no line. It is refused where the conversation is not
/// as `basis` leaves it: whoever did this saw it so, and what a colleague has made of it since stays.
pub async fn handle(app: &App, caller: &Caller, id: &ConversationId, what: Handle, basis: Option<Handle>) -> Result<Conversation> {
    let action = if matches!(what, Handle::Label(_)) { Action::Label } else { Action::Handle };
    caller.may(action)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    let state = conversations::lock(&mut tx, id).await?.filter(|row| caller.may_on(action, &row.account_id)).ok_or_else(unknown)?;
    if let Handle::MarkUnread | Handle::UnreadAgain(_) = what {
        // What came since is unread, too.
        let count = if let Handle::UnreadAgain(count) = what { count.clamp(1, MOST_UNREAD) + state.unread } else { 1 };
        return mark_unread(tx, caller, state, count, now).await;
    }
    let mut after = state.clone();
    let (change, is_new_label) = put(&mut tx, &mut after, what, now).await?;
    // A colleague may have done the same.
    if is_same(&after, &state) {
        return Ok(conversations::load_one(&mut tx, id).await?);
    }
    if let Some(basis) = basis
        && !holds(&mut tx, &state, &basis).await?
    {
        return Err(changed_meanwhile(&mut tx, &state, &change).await?);
    }
    conversations::update(&mut tx, &[&after]).await?;
    audit::keep(&mut tx, caller, Act::Handled, Some(id), &subject(&change), now).await?;
    let conversation = keep_line(&mut tx, Some(caller), &after, change, now, is_new_label).await?;
    tx.commit().await?;
    Ok(conversation)
}

/// Whether it is still as this leaves it; what could not be done any more may hold all the same.
async fn holds(tx: &mut Tx, state: &State, basis: &Handle) -> Result<bool> {
    let is_status = |status: Status| state.status == status.as_str();
    Ok(match basis {
        Handle::Label(name) if name.trim().is_empty() => state.label_id.is_none(),
        Handle::Label(name) => store::labels::find_by_name(tx, name).await?.is_some_and(|label| state.label_id.as_deref() == Some(label.id.as_str())),
        Handle::Assign(agent) => state.assignee_id.as_deref() == agent.as_ref().map(AgentId::as_str),
        Handle::Snooze(until) => state.snoozed_until == Some(until.0),
        Handle::Resolve => is_status(Status::Resolved),
        Handle::Reopen => is_status(Status::Open),
        Handle::MarkUnread | Handle::UnreadAgain(_) => true,
    })
}

/// What it is by now, of what was to be changed.
async fn changed_meanwhile(tx: &mut Tx, state: &State, change: &Change) -> Result<Error> {
    let now = match (change, &state.assignee_id, &state.label_id) {
        (Change::Assigned(_), Some(id), _) => {
            let name = agents::find(tx, &AgentId(id.clone())).await?.map_or_else(|| "somebody else".to_owned(), |agent| agent.name);
            format!("it is {name}'s now")
        }
        (Change::Assigned(_), None, _) => "it is nobody's now".to_owned(),
        (Change::Labelled(_), _, Some(id)) => {
            let name = store::labels::find(tx, &LabelId(id.clone())).await?.map(|label| label.name).unwrap_or_default();
            format!("its label is {name} now")
        }
        (Change::Labelled(_), _, None) => "it has no label now".to_owned(),
        _ => format!("it is {} now", state.status),
    };
    Ok(refuse(Code::NotPossible, format!("This has changed meanwhile: {now}. It stays so, unless you do it once more.")))
}

fn is_same(one: &State, other: &State) -> bool {
    let parts = |state: &State| (state.label_id.clone(), state.assignee_id.clone(), state.status.clone(), state.snoozed_until);
    parts(one) == parts(other)
}

/// Does it with a row that is locked; what that is, and whether there is a new label.
async fn put(tx: &mut Tx, row: &mut State, what: Handle, now: Instant) -> Result<(Change, bool)> {
    let change = match what {
        Handle::Label(name) => {
            let label = labels::named(tx, &name, now).await?;
            let is_new = label.as_ref().is_some_and(|(_, is_new)| *is_new);
            row.label_id = label.as_ref().map(|(label, _)| label.id.0.clone());
            return Ok((Change::Labelled(label.map(|(label, _)| label.name)), is_new));
        }
        Handle::Assign(agent) => {
            row.assignee_id = agent.as_ref().map(|agent| agent.0.clone());
            Change::Assigned(assignee(tx, row, agent).await?)
        }
        Handle::Resolve => {
            row.resolve();
            Change::Resolved
        }
        Handle::Reopen => {
            // What was not done with after all: whoever waited waits still.
            if row.status == Status::Resolved.as_str() {
                row.settled_at = None;
            }
            row.set_status(Status::Open);
            row.waiting_since = conversations::find_waiting(tx, row).await?;
            Change::Reopened
        }
        Handle::Snooze(until) => {
            if until <= now || until > now.plus(MOST_DAYS * DAY_MS) {
                return Err(refuse(Code::Invalid, "Choose a time to come, within a year."));
            }
            row.set_status(Status::Snoozed(until));
            Change::Snoozed(until)
        }
        Handle::MarkUnread | Handle::UnreadAgain(_) => return Err(refuse(Code::Invalid, "What was read cannot be told from what was not.")),
    };
    Ok((change, false))
}

/// What was done, for the audit: its word, and the name it is about.
fn subject(change: &Change) -> String {
    match change {
        Change::Labelled(name) => format!("label {}", name.as_deref().unwrap_or("-")),
        Change::Assigned(name) => format!("assign {}", name.as_deref().unwrap_or("-")),
        Change::Snoozed(_) => "snooze".to_owned(),
        Change::Resolved => "resolve".to_owned(),
        Change::Unread => "unread".to_owned(),
        _ => "reopen".to_owned(),
    }
}

/// Whoever answers first gets a conversation that is nobody's, where its number is set so. Its row is locked by now.
pub(super) async fn claim(tx: &mut Tx, caller: &Caller, id: &ConversationId, now: Instant) -> Result<()> {
    let Some(agent) = &caller.agent else { return Ok(()) };
    let Some(state) = conversations::lock(tx, id).await?.filter(|state| state.assignee_id.is_none()) else { return Ok(()) };
    if !accounts::assigns(tx, &state.account_id).await? {
        return Ok(());
    }
    let after = State { assignee_id: Some(agent.id.0.clone()), ..state };
    conversations::update(tx, &[&after]).await?;
    let change = Change::Assigned(Some(agent.name.clone()));
    audit::keep(tx, caller, Act::Handled, Some(id), &subject(&change), now).await?;
    keep_line(tx, Some(caller), &after, change, now, false).await.map(drop)
}

/// So many are looked for at once.
const RELEASE: i64 = 100;

/// What is somebody's, on numbers that they do not answer (any more), is nobody's again, also what is done with: when its customer writes
/// again, the team sees that it waits.
pub(super) async fn release(store: &Store, by: Option<&Caller>, agent: &AgentId, now: Instant, answers: impl Fn(&AccountId) -> bool) -> Result<()> {
    let mut after = String::new();
    loop {
        let held = conversations::list_held(&mut store.read().await?, agent, &after, RELEASE).await?;
        let Some(last) = held.last() else { return Ok(()) };
        after = last.0.clone();
        for id in &held {
            let mut tx = store.write().await?;
            let state = conversations::lock(&mut tx, id).await?;
            let Some(state) = state.filter(|state| state.assignee_id.as_deref() == Some(agent.as_str()) && !answers(&state.account_id)) else { continue };
            let state = State { assignee_id: None, ..state };
            conversations::update(&mut tx, &[&state]).await?;
            keep_line(&mut tx, by, &state, Change::Assigned(None), now, false).await?;
            tx.commit().await?;
        }
    }
}

/// Whom it goes to, by name: somebody who may answer it.
async fn assignee(tx: &mut Tx, state: &State, agent: Option<AgentId>) -> Result<Option<String>> {
    let Some(id) = agent else { return Ok(None) };
    let limits = accounts::list_limits(tx, id.as_str()).await?;
    let known = agents::list(tx).await?.into_iter().find(|agent| agent.id == id && agent.disabled_at.is_none());
    let known = known.filter(|_| limits.is_empty() || limits.contains(&state.account_id));
    known.map(|agent| Some(agent.name)).ok_or_else(|| refuse(Code::Invalid, "This person cannot answer here: choose somebody else."))
}

/// Writes the quiet line, and says what changed.
pub(super) async fn keep_line(tx: &mut Tx, by: Option<&Caller>, state: &State, change: Change, now: Instant, is_new_label: bool) -> Result<Conversation> {
    keep_lines(tx, by, std::slice::from_ref(state), &change, now).await?;
    if is_new_label {
        let team = Packed::new(&load(tx).await?);
        events::append(tx, &[Event::TeamChanged { team }], now).await?;
    }
    Ok(conversations::load_one(tx, &state.id).await?)
}

/// The same line in several threads. Their rows are locked by now: the log's lock is the last that is taken.
pub(super) async fn keep_lines(tx: &mut Tx, by: Option<&Caller>, states: &[State], change: &Change, now: Instant) -> Result<()> {
    let lines: Vec<_> = states.iter().map(|state| entry(by, state, Direction::Event, &Content::Change(change.clone()), now)).collect();
    messages::add(tx, &lines).await?;
    events::begin(tx).await?;
    let mut all = Vec::new();
    for line in &lines {
        let conversation = conversations::load_one(tx, &line.conversation_id).await?;
        all.push(Event::MessageStored { conversation, message: messages::load_one(tx, &line.id).await? });
    }
    Ok(events::append(tx, &all, now).await?)
}

/// What nobody has read yet stays as it is.
async fn mark_unread(mut tx: Tx, caller: &Caller, state: State, count: i64, now: Instant) -> Result<Conversation> {
    if !conversations::mark_unread(&mut tx, &state.id, count).await? {
        return Ok(conversations::load_one(&mut tx, &state.id).await?);
    }
    audit::keep(&mut tx, caller, Act::Handled, Some(&state.id), &subject(&Change::Unread), now).await?;
    let conversation = keep_line(&mut tx, Some(caller), &state, Change::Unread, now, false).await?;
    tx.commit().await?;
    Ok(conversation)
}

/// Wakes what has rested long enough; how many.
pub async fn wake(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let woken = conversations::list_woken(&mut app.store.read().await?, now, WAKE).await?;
    for id in &woken {
        let mut tx = app.store.write().await?;
        let Some(mut state) = conversations::lock(&mut tx, id).await? else { continue };
        if state.snoozed_until.is_some_and(|until| until <= now.0) {
            state.set_status(Status::Open);
            conversations::update(&mut tx, &[&state]).await?;
            keep_line(&mut tx, None, &state, Change::Woken, now, false).await?;
            tx.commit().await?;
        }
    }
    Ok(woken.len())
}
