//! What agents put on conversations for themselves: pins, and that one is quiet.

use super::conversations::unknown;
use crate::domain::access::Action;
use crate::domain::agent::{Agent, Notify};
use crate::domain::id::ConversationId;
use crate::domain::pin::Pin;
use crate::protocol::error::Code;
use crate::protocol::team::Pins;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::state::App;
use crate::server::store::{agents, conversations, pins};

/// So many can be kept in sight.
const MOST: usize = 12;

fn person(caller: &Caller) -> Result<&Agent> {
    caller.may(Action::Handle)?.agent.as_ref().ok_or_else(|| refuse(Code::Forbidden, "Pins are for people."))
}

/// The caller's, of conversations that they may see.
pub async fn list(app: &App, caller: &Caller) -> Result<Pins> {
    let me = person(caller)?;
    let mut tx = app.store.read().await?;
    let order = pins::list(&mut tx, &me.id, Pin::Pin).await?;
    let mut rows = conversations::load(&mut tx, &order).await?;
    rows.retain(|row| caller.may_on(Action::Read, &row.account_id));
    rows.sort_by_key(|row| order.iter().position(|id| *id == row.id));
    let notify = agents::find(&mut tx, &me.id).await?.and_then(|agent| Notify::parse(&agent.notify)).unwrap_or_default();
    Ok(Pins { pinned: rows, muted: pins::list(&mut tx, &me.id, Pin::Mute).await?, notify })
}

/// Puts one on a conversation, or takes it off; all of them afterwards.
pub async fn set(app: &App, caller: &Caller, id: &ConversationId, pin: Pin, on: bool) -> Result<Pins> {
    let me = person(caller)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    conversations::find(&mut tx, id).await?.filter(|row| caller.may_on(Action::Read, &row.account_id)).ok_or_else(unknown)?;
    if on && pin == Pin::Pin && pins::list(&mut tx, &me.id, pin).await?.len() >= MOST {
        return Err(refuse(Code::Invalid, format!("{MOST} conversations can be pinned: take the pin off another one first.")));
    }
    pins::set(&mut tx, &me.id, pin, id, on, now).await?;
    tx.commit().await?;
    list(app, caller).await
}
