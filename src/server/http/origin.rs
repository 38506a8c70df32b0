//! Requests must come from our own page: unsafe ones, every server function, and the socket. Exempt are programs with an API key.

use super::refusal::Refusal;
use crate::protocol::error::{ApiError, Code};
use crate::server::state::App;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses unsafe requests and server functions from elsewhere.
pub async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let must_be_ours = !is_safe || path.starts_with("/whatsapp/fn/");
    let by_key = request.headers().contains_key("x-api-key");
    if must_be_ours && !by_key && !is_ours(&app, request.headers()) {
        return Refusal(ApiError::new(Code::CrossOrigin, "This request does not come from the inbox's own page, so it was refused.")).into_response();
    }
    next.run(request).await
}

/// `Sec-Fetch-Site: same-origin`, or an `Origin` that is ours.
fn is_ours(app: &App, headers: &HeaderMap) -> bool {
    match one(headers, "sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => is_our_origin(app, headers),
    }
}

/// Whether `Origin` is `BASE_URL`; without one, a loopback origin equal to `Host`. A missing or `null` one is not.
#[must_use]
pub fn is_our_origin(app: &App, headers: &HeaderMap) -> bool {
    let Some(origin) = one(headers, "origin") else { return false };
    match &app.config.base_url {
        Some(base) => origin.eq_ignore_ascii_case(base),
        None => one(headers, "host").is_some_and(|host| is_loopback(host) && origin.eq_ignore_ascii_case(&format!("http://{host}"))),
    }
}

/// The header's value, if it came exactly once.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// Without `BASE_URL` only this machine is served: a page of another name that resolves here (DNS rebinding) gets nothing.
pub async fn check_host(State(app): State<App>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).or_else(|| request.uri().host());
    if app.config.base_url.is_none() && !host.is_some_and(is_loopback) {
        let text = "The inbox is served to this machine only. Set BASE_URL to its public address, for example BASE_URL=https://inbox.example.com.";
        let mut response = Refusal(ApiError::new(Code::Forbidden, text)).into_response();
        *response.status_mut() = StatusCode::MISDIRECTED_REQUEST;
        return response;
    }
    next.run(request).await
}
