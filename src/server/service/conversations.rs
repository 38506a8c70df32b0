//! Reading the inbox: snapshot, list, thread, older messages; and saying that something was read.

use super::{audit, search};
use crate::domain::access::Action;
use crate::domain::conversation::Conversation;
use crate::domain::id::{AccountId, AgentId, ConversationId, MessageId};
use crate::domain::message::{Direction, Message};
use crate::domain::pin::Pin;
use crate::domain::search::Filter;
use crate::domain::time::Instant;
use crate::protocol::address;
use crate::protocol::error::Code;
use crate::protocol::event::Event;
use crate::protocol::json::Packed;
use crate::protocol::snapshot::{self, ListPage, MessagePage, Open, Snapshot, Thread, UNREAD, Unread, cursor};
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::{Error, Result, refuse};
use crate::server::meta::outbound::MarkRead;
use crate::server::state::App;
use crate::server::store::search::Place;
use crate::server::store::{Tx, accounts, conversations, events, messages, pins, receipts};
use crate::server::zone;

/// How many rows a page of the list has.
pub const LIST_PAGE: i64 = 50;
/// How many messages a page of a thread has.
pub const THREAD_PAGE: i64 = 50;
/// So many unread conversations are told to a page that has read those it knew.
const MOST_UNREAD: usize = 1000;
/// Where a list begins: above everything.
const TOP: (Instant, i64) = (Instant(i64::MAX), i64::MAX);

/// Everything a page shows at first, read at one place of the log.
pub async fn snapshot(app: &App, caller: &Caller, segment: Option<&str>, filter: Filter) -> Result<Snapshot> {
    caller.may(Action::Read)?;
    let agent = caller.agent.clone().ok_or_else(|| refuse(Code::Forbidden, "Pages are for people; programs use the REST API."))?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let seq = events::head(&mut tx).await?;
    let accounts = accounts::list(&mut tx).await?;
    let filter = search::named(&mut tx, filter).await?;
    let list = search::list_in(app, &mut tx, caller, &filter, Place::top(), LIST_PAGE).await?;
    let visible: Vec<_> = accounts.iter().filter(|account| caller.may_on(Action::Read, &account.id)).collect();
    let unread = unread_in(&mut tx, &agent.id, visible.iter().map(|account| &account.id), UNREAD).await?;
    let open = match segment {
        None => Open::Nothing,
        Some(segment) => match find_in(&mut tx, caller, segment, None).await? {
            Some(conversation) => {
                audit::opened(app, caller, &conversation.id);
                Open::Thread(Box::new(thread_in(&mut tx, caller, seq, conversation).await?))
            }
            None => Open::NotFound,
        },
    };
    Ok(Snapshot {
        build: app.build.clone(),
        epoch: app.bus.epoch().to_owned(),
        seq,
        now,
        zone: zone::load(&caller.time_zone, now),
        agent,
        accounts: visible.into_iter().map(accounts::Stored::public).collect(),
        team: Packed::new(&super::team::load(&mut tx).await?),
        query: address::query(&filter),
        list,
        unread,
        open,
    })
}

/// The conversations with unread messages, at most [`MOST_UNREAD`].
pub async fn unread(app: &App, caller: &Caller) -> Result<Unread> {
    caller.may(Action::Read)?;
    let agent = caller.agent.as_ref().ok_or_else(|| refuse(Code::Forbidden, "Pages are for people; programs use the REST API."))?;
    let mut tx = app.store.read().await?;
    let seq = events::head(&mut tx).await?;
    let accounts = accounts::list(&mut tx).await?;
    let visible = accounts.iter().map(|account| &account.id).filter(|id| caller.may_on(Action::Read, id));
    Ok(Unread { seq, conversations: unread_in(&mut tx, &agent.id, visible, MOST_UNREAD).await? })
}

/// The newest of these accounts, without those that the agent wants to be quiet.
async fn unread_in(tx: &mut Tx, agent: &AgentId, accounts: impl Iterator<Item = &AccountId>, most: usize) -> Result<Vec<ConversationId>> {
    let muted = pins::list(tx, agent, Pin::Mute).await?;
    let limit = i64::try_from(most + muted.len()).unwrap_or(i64::MAX);
    let mut unread = conversations::list_unread(tx, accounts, limit).await?;
    unread.retain(|id| !muted.contains(id));
    unread.truncate(most);
    Ok(unread)
}

/// A page of the list that a filter asks for, below `cursor`.
pub async fn list(app: &App, caller: &Caller, filter: &Filter, cursor: Option<&str>, limit: i64) -> Result<ListPage> {
    caller.may(Action::Read)?;
    let below = cursor.map_or(Some(Place::top()), Place::read).ok_or_else(no_cursor)?;
    let mut tx = app.store.read().await?;
    search::list_in(app, &mut tx, caller, filter, below, limit).await
}

/// The conversation a path segment names, with its newest messages.
pub async fn thread(app: &App, caller: &Caller, segment: &str) -> Result<Thread> {
    caller.may(Action::Read)?;
    let mut tx = app.store.read().await?;
    let seq = events::head(&mut tx).await?;
    let conversation = find_in(&mut tx, caller, segment, None).await?.ok_or_else(unknown)?;
    audit::opened(app, caller, &conversation.id);
    thread_in(&mut tx, caller, seq, conversation).await
}

async fn thread_in(tx: &mut Tx, caller: &Caller, seq: i64, conversation: Conversation) -> Result<Thread> {
    // A thread with many unread messages opens at the first of them.
    let limit = THREAD_PAGE.max((conversation.unread + 20).min(200));
    let messages = page_in(tx, caller, &conversation.id, TOP, limit).await?;
    Ok(Thread { seq, unread: conversation.unread, conversation, messages, form_client_id: new_id() })
}

/// Messages of a conversation before a place, oldest first.
pub async fn older(app: &App, caller: &Caller, id: &ConversationId, before: Option<&str>, limit: i64) -> Result<MessagePage> {
    caller.may(Action::Read)?;
    let below = before.map_or(Ok(TOP), read_cursor)?;
    let mut tx = app.store.read().await?;
    let conversation = conversations::find(&mut tx, id).await?.filter(|row| caller.may_on(Action::Read, &row.account_id)).ok_or_else(unknown)?;
    audit::opened(app, caller, id);
    page_in(&mut tx, caller, &conversation.id, below, limit).await
}

pub(super) async fn page_in(tx: &mut Tx, caller: &Caller, id: &ConversationId, below: (Instant, i64), limit: i64) -> Result<MessagePage> {
    let mut messages = messages::list(tx, id, below, limit + 1).await?;
    let more = i64::try_from(messages.len()).unwrap_or(0) > limit;
    if more {
        messages.pop();
    }
    messages.reverse();
    let before = messages.first().filter(|_| more).map(|oldest| cursor(oldest.position()));
    // Programs are not told what the team says among itself.
    messages.retain(|message| caller.agent.is_some() || message.direction != Direction::Note);
    Ok(MessagePage { messages, before })
}

/// The conversation that a segment names: `wa_id` digits (with or without `+`), a user id, or our conversation id.
/// With several accounts the newest one the caller may see, unless one account is asked for.
pub async fn find(app: &App, caller: &Caller, segment: &str, account: Option<&AccountId>) -> Result<Conversation> {
    caller.may(Action::Read)?;
    let mut tx = app.store.read().await?;
    find_in(&mut tx, caller, segment, account).await?.ok_or_else(unknown)
}

/// The same, to write to: where several are meant, one whose number still sends.
pub async fn find_to_answer(app: &App, caller: &Caller, segment: &str, account: Option<&AccountId>) -> Result<Conversation> {
    caller.may(Action::Read)?;
    let mut tx = app.store.read().await?;
    let mut found = all_in(&mut tx, caller, segment, account).await?;
    if found.len() > 1 {
        let removed: Vec<AccountId> = accounts::list(&mut tx).await?.into_iter().filter(accounts::Stored::is_removed).map(|account| account.id).collect();
        found.sort_by_key(|row| removed.contains(&row.account_id));
    }
    found.into_iter().next().ok_or_else(unknown)
}

async fn find_in(tx: &mut Tx, caller: &Caller, segment: &str, account: Option<&AccountId>) -> Result<Option<Conversation>> {
    Ok(all_in(tx, caller, segment, account).await?.into_iter().next())
}

/// All that a segment may mean, newest first.
async fn all_in(tx: &mut Tx, caller: &Caller, segment: &str, account: Option<&AccountId>) -> Result<Vec<Conversation>> {
    let value = segment.strip_prefix('+').unwrap_or(segment);
    let mut found = conversations::list_by_identity(tx, value).await?;
    if found.is_empty() {
        found.extend(conversations::find(tx, &ConversationId::from(segment)).await?);
    }
    let fits = |row: &Conversation| caller.may_on(Action::Read, &row.account_id) && account.is_none_or(|account| row.account_id == *account);
    found.retain(fits);
    Ok(found)
}

/// What a caller reads when there is nothing, or nothing for them: the two look the same.
pub fn unknown() -> Error {
    refuse(Code::UnknownConversation, "There is no such conversation. It may have been joined with another, or you may not see its number.")
}

/// A person has looked at a conversation up to a message: counts it read for the team, and tells Meta if the account wants that.
pub async fn mark_read(app: &App, caller: &Caller, id: &ConversationId, up_to: &Message) -> Result<()> {
    caller.may(Action::Reply)?;
    let now = app.clock.now();
    let place = up_to.position();
    let mut tx = app.store.write().await?;
    let row = conversations::lock(&mut tx, id).await?.filter(|row| caller.may_on(Action::Reply, &row.account_id)).ok_or_else(unknown)?;
    if let Some(agent) = &caller.agent {
        conversations::mark_own(&mut tx, agent.id.as_str(), id, place, now).await?;
    }
    // Only as far as the customer's own words: our clock and Meta's differ, and what they write next must count.
    let Some((at, n, wamid)) = receipts::last_inbound(&mut tx, id, place).await? else { return Ok(tx.commit().await?) };
    if conversations::mark_read(&mut tx, id, (at, n)).await? && row.unread > 0 {
        let wants = accounts::list(&mut tx).await?.into_iter().any(|account| account.id == row.account_id && account.read_receipts != 0);
        if let Some(wamid) = wamid.filter(|wamid| wants && wamid.starts_with("wamid.")) {
            receipts::put(&mut tx, id, &row.account_id, &wamid, now).await?;
        }
        events::begin(&mut tx).await?;
        let conversation = conversations::load_one(&mut tx, id).await?;
        events::append(&mut tx, &[Event::ConversationChanged { conversation }], now).await?;
    }
    tx.commit().await?;
    app.wake.receipts.notify_one();
    Ok(())
}

/// Somebody writes in a conversation: the customer sees it, if the account wants that. It is only a courtesy: nothing is tried again.
pub async fn typing(app: &App, caller: &Caller, id: &ConversationId) -> Result<()> {
    caller.may(Action::Reply)?;
    let mut tx = app.store.read().await?;
    let row = conversations::find(&mut tx, id).await?.filter(|row| caller.may_on(Action::Reply, &row.account_id)).ok_or_else(unknown)?;
    let account = accounts::list(&mut tx).await?.into_iter().find(|account| account.id == row.account_id);
    let wants = |account: &accounts::Stored| account.typing_indicator != 0 && account.read_receipts != 0 && account.stopped_code.is_none();
    let Some(account) = account.filter(wants).filter(|_| row.window(app.clock.now()).is_open()) else { return Ok(()) };
    let last = receipts::last_inbound(&mut tx, id, TOP).await?.and_then(|(.., wamid)| wamid).filter(|wamid| wamid.starts_with("wamid."));
    drop(tx);
    if let (Some(wamid), Some(token)) = (last, app.token(&account))
        && let Err(error) = app.meta.post(&account.phone_number_id, &token, &MarkRead::typing(&wamid)).await
    {
        tracing::debug!(?error, "the customer was not told that somebody writes");
    }
    Ok(())
}

/// The same, named by the message alone.
pub async fn mark_read_up_to(app: &App, caller: &Caller, id: &MessageId) -> Result<()> {
    let message = super::messages::find(app, caller, id).await?;
    mark_read(app, caller, &message.conversation_id, &message).await
}

/// Reads a place as [`cursor`] wrote it.
pub fn read_cursor(text: &str) -> Result<(Instant, i64)> {
    snapshot::read_cursor(text).ok_or_else(no_cursor)
}

fn no_cursor() -> Error {
    refuse(Code::Invalid, "The cursor is not one of ours: pass `next` from the answer before.")
}
