//! Quick replies, from a page.

use crate::api::Json;
use crate::domain::reply::Reply;
use crate::protocol::error::ApiError;
use leptos::prelude::*;

/// Those that the agent may use.
#[server(endpoint = "replies/list", input = Json, output = Json)]
pub async fn list_replies() -> Result<Vec<Reply>, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::replies::list(&app, &caller).await }).await
}
