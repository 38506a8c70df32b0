//! Drafts, from a page.

use crate::api::Json;
use crate::domain::id::{AgentId, ConversationId};
use crate::domain::time::Instant;
use crate::protocol::command::SendText;
use crate::protocol::draft::Kept;
use crate::protocol::error::ApiError;
use leptos::prelude::*;

/// Of the agent whose page asks: somebody else may have signed in meanwhile.
#[server(endpoint = "drafts/list", input = Json, output = Json)]
pub async fn list_drafts(agent: AgentId) -> Result<Vec<Kept>, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::drafts::list(&app, &caller, &agent).await }).await
}

/// Keeps what is typed in a conversation, or (none) forgets it; when it was kept.
#[server(endpoint = "drafts/keep", input = Json, output = Json)]
pub async fn keep_draft(agent: AgentId, id: ConversationId, draft: Option<SendText>) -> Result<Instant, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::drafts::keep(&app, &caller, &agent, &id, draft).await }).await
}
