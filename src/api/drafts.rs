//! Drafts, from a page. Of the agent whose page asks: somebody else may have signed in meanwhile.

use crate::api::Json;
use crate::domain::id::{AgentId, ClientId, ConversationId};
use crate::domain::time::Instant;
use crate::protocol::command::SendText;
use crate::protocol::draft::{Begun, Kind};
use crate::protocol::error::ApiError;
use leptos::prelude::*;

/// Everything that is begun.
#[server(endpoint = "drafts/list", input = Json, output = Json)]
pub async fn list_drafts(agent: AgentId) -> Result<Begun, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::drafts::list(&app, &caller, &agent).await }).await
}

/// Keeps what is typed in a conversation, or (none) forgets it; when it was kept.
#[server(endpoint = "drafts/keep", input = Json, output = Json)]
pub async fn keep_draft(agent: AgentId, #[server(default)] kind: Kind, id: ConversationId, draft: Option<SendText>) -> Result<Instant, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::drafts::keep(&app, &caller, &agent, kind, &id, draft).await }).await
}

/// Changes the message that a file which waits will be: the words that go along.
#[server(endpoint = "drafts/change_file", input = Json, output = Json)]
pub async fn change_draft_file(agent: AgentId, message: SendText) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::drafts::change_file(&app, &caller, &agent, message).await }).await
}

/// Forgets a file that waits.
#[server(endpoint = "drafts/drop_file", input = Json, output = Json)]
pub async fn drop_draft_file(agent: AgentId, id: ClientId) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::drafts::drop_file(&app, &caller, &agent, &id).await }).await
}
