//! Stretches out of the middle of a thread: around a message somebody jumps to, and what follows.

use super::conversations::{page_in, read_cursor, unknown};
use crate::domain::access::Action;
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::message::{Direction, Message};
use crate::domain::time::Instant;
use crate::protocol::error::Code;
use crate::protocol::snapshot::{Stretch, cursor};
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::service::audit;
use crate::server::state::App;
use crate::server::store::{Tx, conversations, messages};

/// So many messages up to the one that is looked for, and as many after it.
const HALF: i64 = 40;

/// The messages around one of a thread, whole pages on both sides.
pub async fn around(app: &App, caller: &Caller, id: &ConversationId, message: &MessageId) -> Result<Stretch> {
    let mut tx = app.store.read().await?;
    allow(app, &mut tx, caller, id).await?;
    let is_gone = messages::is_deleted(&mut tx, message).await?;
    let found = messages::find(&mut tx, message).await?.filter(|found| found.conversation_id == *id && !is_gone);
    let (at, n) = found.map(|found| found.position()).ok_or_else(|| refuse(Code::UnknownMessage, "There is no such message in this conversation."))?;
    let older = page_in(&mut tx, caller, id, (at, n + 1), HALF).await?;
    let newer = above_in(&mut tx, caller, id, (at, n)).await?;
    Ok(Stretch { messages: older.messages.into_iter().chain(newer.messages).collect(), before: older.before, after: newer.after })
}

/// The messages of a thread behind a place.
pub async fn newer(app: &App, caller: &Caller, id: &ConversationId, after: &str) -> Result<Stretch> {
    let above = read_cursor(after)?;
    let mut tx = app.store.read().await?;
    allow(app, &mut tx, caller, id).await?;
    above_in(&mut tx, caller, id, above).await
}

async fn allow(app: &App, tx: &mut Tx, caller: &Caller, id: &ConversationId) -> Result<()> {
    caller.may(Action::Read)?;
    conversations::find(tx, id).await?.filter(|row| caller.may_on(Action::Read, &row.account_id)).ok_or_else(unknown)?;
    audit::opened(app, caller, id);
    Ok(())
}

async fn above_in(tx: &mut Tx, caller: &Caller, id: &ConversationId, above: (Instant, i64)) -> Result<Stretch> {
    let mut messages = messages::list_above(tx, id, above, HALF + 1).await?;
    let more = i64::try_from(messages.len()).unwrap_or(0) > HALF;
    if more {
        messages.pop();
    }
    let after = messages.last().filter(|_| more).map(|newest| cursor(newest.position()));
    // Programs are not told what the team says among itself.
    messages.retain(|message: &Message| caller.agent.is_some() || message.direction != Direction::Note);
    Ok(Stretch { messages, before: None, after })
}
