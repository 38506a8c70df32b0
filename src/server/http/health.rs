//! `/healthz`: whether the process can do its work, and if not, why.

use super::throttle;
use crate::domain::time::MINUTE_MS;
use crate::server::caller::Caller;
use crate::server::state::App;
use crate::server::store::deliveries;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// 200 with `"status":"ok"`, or 503 with the reason. A missing app secret is named, but pages still work.
pub async fn show(State(app): State<App>, request: Request) -> Response {
    let address = throttle::address(&app, request.headers(), request.extensions());
    if !app.throttle.allows_request(&Caller::nobody(), address) {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    let webhook = if app.config.app_secrets.is_empty() { "refused: WHATSAPP_APP_SECRET is not set" } else { "ok" };
    let (database, reason) = match look(&app).await {
        Ok(reason) => ("ok", reason),
        Err(error) => {
            tracing::warn!(%error, "the health check could not reach the database");
            ("failing", Some("the database does not answer"))
        }
    };
    let status = if reason.is_some() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let body = json!({
        "status": reason.map_or("ok", |_| "failing"),
        "reason": reason,
        "database": database,
        "webhook": webhook,
        "version": env!("CARGO_PKG_VERSION"),
        "build": app.build,
    });
    (status, Json(body)).into_response()
}

async fn look(app: &App) -> crate::server::store::Result<Option<&'static str>> {
    if app.trouble.storage().is_some() {
        return Ok(Some("deliveries cannot be stored"));
    }
    let mut tx = app.reserved.read().await?;
    let oldest = deliveries::oldest_pending(&mut tx).await?;
    let stuck = oldest.is_some_and(|at| app.clock.now().since(at) > MINUTE_MS);
    Ok(stuck.then_some("deliveries have been waiting for more than a minute"))
}
