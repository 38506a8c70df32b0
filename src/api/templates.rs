//! Templates, from a page.

use crate::api::Json;
use crate::domain::id::AccountId;
use crate::protocol::error::ApiError;
use crate::protocol::templates::Listing;
use leptos::prelude::*;

/// The templates of a number.
#[server(endpoint = "templates/list", input = Json, output = Json)]
pub async fn list_templates(account: AccountId) -> Result<Listing, ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::templates::list(&app, &caller, &account).await }).await
}

/// Asks Meta for them again, soon.
#[server(endpoint = "templates/refresh", input = Json, output = Json)]
pub async fn refresh_templates(account: AccountId) -> Result<(), ApiError> {
    crate::server::service::answer(|app, caller| async move { crate::server::service::templates::refresh(&app, &caller, &account).await }).await
}
