//! The business's numbers, from a page.

use crate::api::Json;
use crate::domain::id::AccountId;
use crate::domain::time::Instant;
use crate::protocol::error::ApiError;
use leptos::prelude::*;

/// Lets the messages of a stopped number go out again.
#[server(endpoint = "accounts/resume", input = Json, output = Json)]
pub async fn resume_account(id: AccountId) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::accounts::resume(&app, &caller, &id).await }).await
}

/// What Meta told has been seen to.
#[server(endpoint = "accounts/see", input = Json, output = Json)]
pub async fn see_warning(key: String, at: Instant) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::accounts::see(&app, &caller, &key, at).await }).await
}
