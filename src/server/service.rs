//! Use cases: what a caller wants done, in one transaction, behind the gate.
//!
//! To add one: 1. a function here under its noun that begins with `caller.may(…)`, 2. its server function in `api` or its
//! route in `http`, 3. its row in the permission test.

pub mod accounts;
pub mod agents;
pub mod audit;
pub mod beside;
pub mod contact_field;
pub mod contacts;
pub mod conversations;
pub mod drafts;
pub mod forwarding;
pub mod import;
pub mod labels;
pub mod media;
pub mod messages;
pub mod notes;
pub mod numbers;
pub mod outgoing;
pub mod people;
pub mod pins;
pub mod presence;
pub mod profile;
pub mod reactions;
pub mod replies;
pub mod search;
pub mod stretch;
pub mod table;
pub mod team;
pub mod templates;
pub mod views;

use super::caller::Caller;
use super::error::{Result, status};
use super::http::page::set_status;
use super::state::App;
use crate::protocol::error::ApiError;
use leptos::prelude::use_context;

/// Runs a use case for a server function: with the app and the caller of its request, and with the status of its refusal.
pub async fn answer<T, F: Future<Output = Result<T>>>(work: impl FnOnce(App, Caller) -> F) -> std::result::Result<T, ApiError> {
    let app = use_context::<App>().ok_or_else(|| ApiError::new(crate::protocol::error::Code::Internal, "Called outside a request."))?;
    let caller = use_context::<Caller>().unwrap_or_else(Caller::nobody);
    work(app, caller).await.map_err(|error| {
        let error = ApiError::from(error);
        set_status(status(error.code));
        error
    })
}
