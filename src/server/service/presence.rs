//! Who has a conversation open: whoever looks says so, and reads who else does.

use super::conversations::unknown;
use crate::domain::access::Action;
use crate::domain::id::ConversationId;
use crate::protocol::error::Code;
use crate::protocol::team::Present;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::presence::Look;
use crate::server::state::App;
use crate::server::store::conversations;

/// The caller looks, and may write; the others who do.
pub async fn look(app: &App, caller: &Caller, id: &ConversationId, writes: bool) -> Result<Vec<Present>> {
    caller.may(Action::Read)?;
    let agent = caller.agent.as_ref().ok_or_else(|| refuse(Code::Forbidden, "Only people look at conversations."))?;
    let mut tx = app.store.read().await?;
    conversations::find(&mut tx, id).await?.filter(|row| caller.may_on(Action::Read, &row.account_id)).ok_or_else(unknown)?;
    drop(tx);
    let look = Look { id: id.clone(), agent: agent.id.clone(), name: agent.name.clone(), writes };
    // Whoever is connected to another process sees them there.
    if let Err(error) = app.store.tell(&serde_json::to_string(&look).unwrap_or_default()).await {
        tracing::debug!(%error, "the other processes were not told who looks");
    }
    Ok(app.presence.look(&look, app.clock.now()))
}
