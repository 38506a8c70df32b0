//! What the team does among itself, from a page.

use crate::api::Json;
use crate::domain::conversation::Conversation;
use crate::domain::id::{ClientId, ContactId, ConversationId, MessageId};
use crate::domain::message::Message;
use crate::domain::pin::Pin;
use crate::protocol::beside::{Beside, ContactField};
use crate::protocol::command::Handle;
use crate::protocol::error::ApiError;
use crate::protocol::team::{Pins, Present};
use leptos::prelude::*;

/// Does something with a conversation that no customer sees; its row afterwards. Not if it is no longer as `basis` leaves it: as whoever does
/// it saw it, or, of what takes something back, as that had left it.
#[server(endpoint = "team/handle", input = Json, output = Json)]
pub async fn handle_conversation(id: ConversationId, what: Handle, basis: Option<Handle>) -> Result<Conversation, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::team::handle(&app, &caller, &id, what, basis).await }).await
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

/// What the agent put on conversations for themselves.
#[server(endpoint = "team/pins", input = Json, output = Json)]
pub async fn list_pins() -> Result<Pins, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::pins::list(&app, &caller).await }).await
}

/// Puts one on a conversation, or takes it off; all of them afterwards.
#[server(endpoint = "team/pin", input = Json, output = Json)]
pub async fn set_pin(id: ConversationId, pin: Pin, on: bool) -> Result<Pins, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::pins::set(&app, &caller, &id, pin, on).await }).await
}

/// The agent has seen that a note calls them.
#[server(endpoint = "team/see_mention", input = Json, output = Json)]
pub async fn see_mention(id: MessageId) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::notes::see_mention(&app, &caller, &id).await }).await
}

/// What stands beside a thread; of its files and links, so many.
#[server(endpoint = "team/beside", input = Json, output = Json)]
pub async fn load_beside(id: ConversationId, #[server(default)] most: u32) -> Result<Beside, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::beside::load(&app, &caller, &id, most).await }).await
}

/// Blocks somebody through WhatsApp, or lets them write again.
#[server(endpoint = "team/block", input = Json, output = Json)]
pub async fn block_contact(id: ContactId, blocks: bool) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::contacts::block(&app, &caller, &id, blocks).await }).await
}

/// Keeps a field of what the team knows of a contact. Of a text: not in place of what a colleague has made of what it was when it was drawn.
#[server(endpoint = "team/contact", input = Json, output = Json)]
pub async fn save_contact(id: ContactId, field: ContactField, was: Option<String>) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::contact_field::save_field(&app, &caller, &id, field, was).await }).await
}
