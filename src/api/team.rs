//! What the team does among itself, from a page.

use crate::api::Json;
use crate::domain::conversation::Conversation;
use crate::domain::id::{ClientId, ConversationId};
use crate::domain::message::Message;
use crate::protocol::command::Handle;
use crate::protocol::error::ApiError;
use crate::protocol::team::Present;
use leptos::prelude::*;

/// Does something with a conversation that no customer sees; its row afterwards.
#[server(endpoint = "team/handle", input = Json, output = Json)]
pub async fn handle_conversation(id: ConversationId, what: Handle) -> Result<Conversation, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::team::handle(&app, &caller, &id, what).await }).await
}

/// Adds a note; the same client id again answers the same note.
#[server(endpoint = "team/note", input = Json, output = Json)]
pub async fn add_note(id: ConversationId, client_id: ClientId, body: String) -> Result<Message, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::notes::add(&app, &caller, &id, &client_id, &body).await }).await
}

/// Somebody looks at a conversation, and may write there; who else does.
#[server(endpoint = "team/look", input = Json, output = Json)]
pub async fn look_at(id: ConversationId, writes: bool) -> Result<Vec<Present>, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::presence::look(&app, &caller, &id, writes).await }).await
}
