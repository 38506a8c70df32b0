//! HTTP: the router, and what every request passes before it reaches a handler.
//!
//! A request passes, outermost first: security headers, errors get a sentence, panics become 500, host check, who is calling, is it from our own page.
//!
//! To add a route: its handler in the file of its noun, its line in [`router`], its row in the permission test (`tests`).

pub mod assets;
pub mod forms;
pub mod headers;
pub mod health;
pub mod live;
pub mod origin;
pub mod page;
pub mod refusal;
pub mod rest;
pub mod session;
pub mod throttle;
pub mod webhook;

#[cfg(test)]
mod tests;

use super::state::App;
use assets::Site;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use page::Pages;
use tower_http::catch_panic::CatchPanicLayer;

/// Forms and REST bodies: a text of 4096 characters, escaped in every way, is far smaller.
const BODY_LIMIT: usize = 256 * 1024;

/// Every route of the inbox.
pub fn router(app: App, pages: Pages, site: Site) -> Router {
    Router::new()
        .route("/", get(page::root))
        .route("/whatsapp/", get(page::root))
        .route("/whatsapp/inbox/", get(page::show))
        .route("/whatsapp/inbox/{phone_number}/", get(page::show))
        .route("/whatsapp/inbox/{phone_number}/send/", post(forms::send))
        .route("/whatsapp/sign-in/", get(page::show).post(session::sign_in))
        .route("/whatsapp/sign-out/", post(session::sign_out))
        .route("/whatsapp/set-up/", get(page::show).post(session::set_up))
        .route("/whatsapp/fn/{*name}", any(page::server_function))
        .route("/whatsapp/live", get(live::upgrade))
        .route("/whatsapp/live/events", get(live::poll))
        .route("/whatsapp/api/chats/", get(rest::chats))
        .route("/whatsapp/api/chats/{phone_number}/messages/", get(rest::messages))
        .route("/whatsapp/api/send-message/", post(rest::send_message))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(app.clone(), origin::check))
        .layer(from_fn_with_state(app.clone(), session::identify))
        .layer(from_fn_with_state(app.clone(), origin::check_host))
        .route("/whatsapp/webhook/", get(webhook::handshake).post(webhook::receive).layer(DefaultBodyLimit::max(webhook::LIMIT)))
        .route("/healthz", get(health::show))
        .fallback(assets::serve)
        .layer(axum::Extension(pages))
        .layer(axum::Extension(site))
        .layer(CatchPanicLayer::custom(refusal::panicked))
        .layer(from_fn(refusal::name_errors))
        .layer(from_fn_with_state(app.clone(), headers::add))
        .with_state(app)
}
