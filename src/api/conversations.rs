//! Reading the inbox from a page.

use crate::api::Json;
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::search::Filter;
use crate::protocol::error::ApiError;
use crate::protocol::snapshot::{ListPage, MessagePage, Snapshot, Stretch, Thread, Unread};
use leptos::prelude::*;

/// Everything a page shows at first.
#[server(endpoint = "conversations/snapshot", input = Json, output = Json)]
pub async fn load_snapshot(segment: Option<String>, #[server(default)] filter: Filter) -> Result<Snapshot, ApiError> {
    crate::server::service::answer(
        |app, caller| async move { crate::server::service::conversations::snapshot(&app, &caller, segment.as_deref(), filter).await },
    )
    .await
}

/// A further page of the list.
#[server(endpoint = "conversations/list", input = Json, output = Json)]
pub async fn list_more(cursor: String, #[server(default)] filter: Filter) -> Result<ListPage, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::conversations::list(&app, &caller, &filter, Some(&cursor), 50).await })
        .await
}

/// Which conversations have unread messages.
#[server(endpoint = "conversations/unread", input = Json, output = Json)]
pub async fn list_unread() -> Result<Unread, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::conversations::unread(&app, &caller).await }).await
}

/// The thread of a path segment.
#[server(endpoint = "conversations/thread", input = Json, output = Json)]
pub async fn load_thread(segment: String) -> Result<Thread, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::conversations::thread(&app, &caller, &segment).await }).await
}

/// Older messages of a thread.
#[server(endpoint = "conversations/older", input = Json, output = Json)]
pub async fn list_older(id: ConversationId, before: String) -> Result<MessagePage, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::conversations::older(&app, &caller, &id, Some(&before), 50).await }).await
}

/// Messages around one of a thread, from however long ago.
#[server(endpoint = "conversations/around", input = Json, output = Json)]
pub async fn list_around(id: ConversationId, message: MessageId) -> Result<Stretch, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::stretch::around(&app, &caller, &id, &message).await }).await
}

/// Newer messages of a thread.
#[server(endpoint = "conversations/newer", input = Json, output = Json)]
pub async fn list_newer(id: ConversationId, after: String) -> Result<Stretch, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::stretch::newer(&app, &caller, &id, &after).await }).await
}

/// A person has looked at a thread up to this message.
#[server(endpoint = "conversations/mark_read", input = Json, output = Json)]
pub async fn mark_read(up_to: MessageId) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::conversations::mark_read_up_to(&app, &caller, &up_to).await }).await
}

/// Somebody writes in a conversation.
#[server(endpoint = "conversations/typing", input = Json, output = Json)]
pub async fn say_typing(id: ConversationId) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::conversations::typing(&app, &caller, &id).await }).await
}
