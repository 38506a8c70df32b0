//! Files, from a page.

use crate::api::Json;
use crate::domain::id::MediaId;
use crate::protocol::error::ApiError;
use leptos::prelude::*;

/// Fetches a file again that did not come.
#[server(endpoint = "media/again", input = Json, output = Json)]
pub async fn fetch_media_again(id: MediaId) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::media::fetch_again(&app, &caller, &id).await }).await
}
