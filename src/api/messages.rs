//! Sending and settling from a page.

use crate::api::Json;
use crate::domain::id::MessageId;
use crate::domain::message::Message;
use crate::protocol::command::{SendMade, SendText, Settle};
use crate::protocol::details::Details;
use crate::protocol::error::ApiError;
use leptos::prelude::*;

/// Queues a text; the same client id again answers the same message.
#[server(endpoint = "messages/send", input = Json, output = Json)]
pub async fn queue_text(command: SendText) -> Result<Message, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::messages::send(&app, &caller, command.into()).await }).await
}

/// Queues what is made of parts: a place, a card, a question, a template; likewise.
#[server(endpoint = "messages/make", input = Json, output = Json)]
pub async fn queue_made(command: SendMade) -> Result<Message, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::messages::send(&app, &caller, command.into()).await }).await
}

/// Puts an emoji on a message, or (an empty one) takes ours back.
#[server(endpoint = "messages/react", input = Json, output = Json)]
pub async fn react_to(id: MessageId, emoji: String) -> Result<Message, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::reactions::react(&app, &caller, &id, &emoji).await }).await
}

/// What became of a message, step by step.
#[server(endpoint = "messages/details", input = Json, output = Json)]
pub async fn message_details(id: MessageId) -> Result<Details, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::messages::details(&app, &caller, &id).await }).await
}

/// Settles a message that failed or whose outcome is unknown.
#[server(endpoint = "messages/settle", input = Json, output = Json)]
pub async fn settle_message(id: MessageId, how: Settle) -> Result<Message, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::messages::settle(&app, &caller, &id, how).await }).await
}

/// Sends what a message carries to somebody else.
#[server(endpoint = "messages/forward", input = Json, output = Json)]
pub async fn forward_message(command: SendText, id: MessageId) -> Result<Message, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::forwarding::forward(&app, &caller, command, &id).await }).await
}
