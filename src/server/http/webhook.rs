//! `/whatsapp/webhook/`: Meta's handshake and deliveries (`meta-api` section 2). 200 means kept; what is in it is read later.

use super::refusal::Refusal;
use super::throttle;
use crate::protocol::error::{ApiError, Code};
use crate::server::ingest::writer::{NotKept, Room};
use crate::server::meta::signature::{self, Refusal as Unsigned};
use crate::server::state::App;
use axum::body::{Body, Bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::Deserialize;
use std::net::IpAddr;
use std::time::Duration;

/// The most a delivery may have: Meta's are up to 3 MB.
pub const LIMIT: usize = 8 * 1024 * 1024;
/// How long it may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

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
pub async fn receive(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let address = throttle::address(&app, &parts.headers, &parts.extensions);
    let (result, response) = match take(&app, &parts.headers, body, address).await {
        Ok(()) => ("kept", StatusCode::OK.into_response()),
        Err(refused) => (refused.0, refused.into_response()),
    };
    app.metrics.delivery(result);
    response
}

/// Why a delivery is not taken: the word of the metric, the status, the sentence.
struct Refused(&'static str, StatusCode, &'static str);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let code = match self.1 {
            StatusCode::UNAUTHORIZED => Code::Unauthorized,
            StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
            StatusCode::TOO_MANY_REQUESTS => Code::TooManyAttempts,
            _ => Code::Invalid,
        };
        let mut response = Refusal(ApiError::new(code, self.2)).into_response();
        *response.status_mut() = self.1;
        response
    }
}

const FULL: Refused = Refused("full", StatusCode::SERVICE_UNAVAILABLE, "Too many deliveries at once. Post it again.");

const TOO_LARGE: Refused = Refused("too_large", StatusCode::PAYLOAD_TOO_LARGE, "The delivery is larger than 8 MB.");

async fn take(app: &App, headers: &HeaderMap, body: Body, address: IpAddr) -> Result<(), Refused> {
    // Whoever does not even try to sign, or announces too much, is not read.
    if !app.config.app_secrets.is_empty() && headers.get(signature::HEADER).is_none() {
        return Err(unsigned(app, address, Unsigned::Missing, 0));
    }
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > LIMIT) {
        return Err(TOO_LARGE);
    }
    let mut room = app.intake.room();
    let body = match tokio::time::timeout(PATIENCE, read(body, &mut room)).await {
        Ok(body) => body?,
        Err(_) => return Err(Refused("too_slow", StatusCode::REQUEST_TIMEOUT, "The delivery took too long to arrive. Post it again.")),
    };
    let signatures = headers.get_all(signature::HEADER).iter().map(axum::http::HeaderValue::as_bytes);
    if let Err(refusal) = signature::verify(&app.config.app_secrets, &body, signatures) {
        return Err(unsigned(app, address, refusal, body.len()));
    }
    app.intake.keep(body, room).await.map_err(|why| match why {
        NotKept::Full => FULL,
        NotKept::Failed => Refused("failed", StatusCode::SERVICE_UNAVAILABLE, "Not kept. Post it again."),
    })
}

fn unsigned(app: &App, address: IpAddr, refusal: Unsigned, bytes: usize) -> Refused {
    if !app.throttle.allows_unsigned(address) {
        return Refused("unsigned", StatusCode::TOO_MANY_REQUESTS, "Too many deliveries whose signature could not be verified.");
    }
    let why = match refusal {
        Unsigned::NoSecret => "WHATSAPP_APP_SECRET is not set, so no delivery can be verified",
        Unsigned::Missing => "X-Hub-Signature-256 is missing",
        Unsigned::Doubled => "X-Hub-Signature-256 came more than once",
        Unsigned::Malformed => "X-Hub-Signature-256 is malformed",
        Unsigned::Wrong => "the signature is not one of WHATSAPP_APP_SECRET",
    };
    tracing::warn!(why, bytes, "a webhook was refused and not stored");
    Refused("unsigned", StatusCode::UNAUTHORIZED, "The signature of this delivery could not be verified.")
}

/// Reads the bytes as they are: nothing is decompressed. What has come so far counts against the room for all.
async fn read(body: Body, room: &mut Room) -> Result<Bytes, Refused> {
    let mut stream = body.into_data_stream();
    let mut whole = Vec::new();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|_| Refused("broken", StatusCode::BAD_REQUEST, "The delivery did not arrive whole. Post it again."))?;
        if whole.len() + part.len() > LIMIT {
            return Err(TOO_LARGE);
        }
        room.grow_to(whole.len() + part.len()).map_err(|_| FULL)?;
        whole.extend_from_slice(&part);
    }
    Ok(whole.into())
}
