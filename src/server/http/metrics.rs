//! `/metrics` for Prometheus: with the bearer of `METRICS_TOKEN`, or for a signed-in admin.

use super::refusal::Refusal;
use crate::domain::access::Action;
use crate::server::caller::Caller;
use crate::server::metrics;
use crate::server::state::App;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

/// What [`metrics::collect`] gives.
pub async fn show(State(app): State<App>, Extension(caller): Extension<Caller>, headers: HeaderMap) -> Result<Response, Refusal> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let by_token = app.config.metrics_token.as_ref().zip(bearer).is_some_and(|(token, bearer)| token.matches(bearer));
    if !by_token {
        caller.may(Action::Administer)?;
    }
    let text = metrics::collect(&app).await;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response())
}
