//! `/whatsapp/webhook/`: Meta's handshake and deliveries (`meta-api` section 2). 200 means kept; what is in it is read later.

use super::refusal::Refusal;
use crate::protocol::error::{ApiError, Code};
use crate::server::meta::signature::{self, Refusal as Refused};
use crate::server::state::App;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// The most a delivery may have: Meta's are up to 3 MB.
pub const LIMIT: usize = 8 * 1024 * 1024;

/// Meta's question; the names hold a dot.
#[derive(Deserialize)]
pub struct Handshake {
    #[serde(default, rename = "hub.mode")]
    mode: String,
    #[serde(default, rename = "hub.verify_token")]
    token: String,
    #[serde(default, rename = "hub.challenge")]
    challenge: String,
}

/// `GET`: the challenge, bytes for bytes, if the verify token is ours.
pub async fn handshake(State(app): State<App>, Query(asked): Query<Handshake>) -> Response {
    let right = app.config.verify_token.as_ref().is_some_and(|token| token.matches(&asked.token));
    if right && asked.mode == "subscribe" {
        return ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], asked.challenge).into_response();
    }
    tracing::warn!(configured = app.config.verify_token.is_some(), "a webhook handshake was refused: the verify token is not WHATSAPP_VERIFY_TOKEN");
    Refusal(ApiError::new(Code::Forbidden, "The verify token is not the one of this inbox.")).into_response()
}

/// `POST`: verified over the raw bytes, kept, answered.
pub async fn receive(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let signatures = headers.get_all(signature::HEADER).iter().map(axum::http::HeaderValue::as_bytes);
    if let Err(refused) = signature::verify(&app.config.app_secrets, &body, signatures) {
        let why = match refused {
            Refused::NoSecret => "WHATSAPP_APP_SECRET is not set, so no delivery can be verified",
            Refused::Missing => "X-Hub-Signature-256 is missing",
            Refused::Doubled => "X-Hub-Signature-256 came more than once",
            Refused::Malformed => "X-Hub-Signature-256 is malformed",
            Refused::Wrong => "the signature is not one of WHATSAPP_APP_SECRET",
        };
        tracing::warn!(why, bytes = body.len(), "a webhook was refused and not stored");
        return Refusal(ApiError::new(Code::Unauthorized, "The signature of this delivery could not be verified.")).into_response();
    }
    match app.intake.keep(body).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(why) => {
            tracing::warn!(?why, "a webhook was not kept; Meta will post it again");
            Refusal(ApiError::new(Code::Unavailable, "Not kept. Post it again.")).into_response()
        }
    }
}
