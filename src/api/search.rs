//! Finding, from a page.

use crate::api::Json;
use crate::domain::search::Filter;
use crate::protocol::error::ApiError;
use crate::protocol::search::{Count, Hits};
use leptos::prelude::*;

/// Messages that have the words, newest first.
#[server(endpoint = "search/hits", input = Json, output = Json)]
pub async fn find_messages(filter: Filter, below: Option<i64>) -> Result<Hits, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::search::hits(&app, &caller, &filter, below, 20).await }).await
}

/// How many conversations each view shows.
#[server(endpoint = "search/counts", input = Json, output = Json)]
pub async fn count_views() -> Result<Vec<Count>, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::search::counts(&app, &caller).await }).await
}
