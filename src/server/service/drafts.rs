//! Drafts: kept for their agent alone, so that they are found on any device.

use super::conversations::unknown;
use super::messages::check_client_id;
use crate::domain::access::Action;
use crate::domain::agent::Agent;
use crate::domain::id::{AgentId, ConversationId};
use crate::domain::time::Instant;
use crate::protocol::command::SendText;
use crate::protocol::draft::Kept;
use crate::protocol::error::Code;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::state::App;
use crate::server::store::{conversations, drafts};

/// The longest that is kept, in bytes: many times what can be sent, as what is too long may be cut by hand.
const MOST_BYTES: usize = 64 * 1024;

/// The caller, if the page that asks is theirs: a colleague may have signed in beside it.
fn person<'a>(caller: &'a Caller, page: &AgentId) -> Result<&'a Agent> {
    let me = caller.may(Action::Reply)?.agent.as_ref().ok_or_else(|| refuse(Code::Forbidden, "Drafts are for people."))?;
    if me.id == *page { Ok(me) } else { Err(refuse(Code::Forbidden, "Somebody else has signed in here. Reload the page.")) }
}

/// The caller's, of conversations that they may answer.
pub async fn list(app: &App, caller: &Caller, page: &AgentId) -> Result<Vec<Kept>> {
    let me = person(caller, page)?;
    let all = drafts::list(&mut app.store.read().await?, &me.id).await?;
    Ok(all.into_iter().filter(|(draft, _)| caller.may_on(Action::Reply, &draft.account_id)).map(|(draft, at)| Kept { draft, at }).collect())
}

/// Keeps a draft, or forgets it; when it was kept.
pub async fn keep(app: &App, caller: &Caller, page: &AgentId, id: &ConversationId, draft: Option<SendText>) -> Result<Instant> {
    let me = person(caller, page)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    conversations::find(&mut tx, id).await?.filter(|row| caller.may_on(Action::Reply, &row.account_id)).ok_or_else(unknown)?;
    match draft {
        Some(draft) => {
            check_client_id(draft.client_id.as_str())?;
            if draft.body.len() > MOST_BYTES {
                return Err(refuse(Code::Invalid, "This text is too long to be kept on the server. It stays on this device."));
            }
            drafts::put(&mut tx, &me.id, &SendText { conversation_id: id.clone(), body: draft.body.replace('\0', ""), ..draft }, now).await?;
        }
        None => drafts::drop(&mut tx, &me.id, id).await?,
    }
    tx.commit().await?;
    Ok(now)
}
