//! Finding, from a page.

use crate::api::Json;
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::search::Filter;
use crate::protocol::error::ApiError;
use crate::protocol::search::{Counts, FoundContact, Hits, SavedView};
use leptos::prelude::*;

/// Messages that have the words, newest first.
#[server(endpoint = "search/hits", input = Json, output = Json)]
pub async fn find_messages(filter: Filter, below: Option<i64>) -> Result<Hits, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::search::hits(&app, &caller, &filter, below, 20).await }).await
}

/// Contacts that have the words in their names or numbers, and no conversation yet.
#[server(endpoint = "search/contacts", input = Json, output = Json)]
pub async fn find_contacts(q: String) -> Result<Vec<FoundContact>, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::contacts::find_silent(&app, &caller, &q).await }).await
}

/// How many conversations each choice of the menu would show beside what else is asked for; of what words find it is not said.
#[server(endpoint = "search/counts", input = Json, output = Json)]
pub async fn count_views(#[server(default)] filter: Filter) -> Result<Counts, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::search::counts(&app, &caller, &filter).await }).await
}

/// Which of these conversations belong into a list that asks by words and operators.
#[server(endpoint = "search/fitting", input = Json, output = Json)]
pub async fn find_fitting(filter: Filter, ids: Vec<ConversationId>) -> Result<Vec<ConversationId>, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::search::fitting(&app, &caller, &filter, &ids).await }).await
}

/// Messages of one thread that have the words, newest first.
#[server(endpoint = "search/thread", input = Json, output = Json)]
pub async fn find_in_thread(id: ConversationId, words: String) -> Result<Vec<MessageId>, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::search::in_thread(&app, &caller, &id, &words).await }).await
}

/// The first message of a thread from a day on.
#[server(endpoint = "search/day", input = Json, output = Json)]
pub async fn find_day(id: ConversationId, day: String) -> Result<Option<MessageId>, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::beside::first_from(&app, &caller, &id, &day).await }).await
}

/// Saved views that the agent may use.
#[server(endpoint = "search/views", input = Json, output = Json)]
pub async fn list_views() -> Result<Vec<SavedView>, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::views::list(&app, &caller).await }).await
}

/// Keeps what a list is asked for, under a name.
#[server(endpoint = "search/save_view", input = Json, output = Json)]
pub async fn save_view(name: String, query: String, is_shared: bool) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::views::save(&app, &caller, &name, &query, is_shared).await }).await
}

/// Deletes a saved view.
#[server(endpoint = "search/delete_view", input = Json, output = Json)]
pub async fn delete_view(id: String) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::views::delete(&app, &caller, &id).await }).await
}
