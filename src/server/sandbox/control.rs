//! The control API, for tests and load: make a customer write, see what was received, make things go wrong, hold time.

use super::{Sandbox, post};
use crate::domain::time::Instant;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Something that was posted to the Graph API.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// When, ms.
    pub at: i64,
    /// The id it was given; none for read marks.
    pub wamid: Option<String>,
    /// The body.
    pub body: Value,
}

/// What goes wrong with a message, in the order the faults were given; one message each.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// A Graph error.
    Error {
        /// Meta's code.
        code: i64,
        /// The HTTP status.
        #[serde(default = "bad_request")]
        status: u16,
        /// `Retry-After`, seconds.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// A gateway's page in place of an answer; nothing was accepted.
    Html {
        /// The HTTP status.
        status: u16,
    },
    /// Accepted, then the connection breaks; statuses follow.
    Drop,
    /// Accepted, then the connection breaks; nothing more is ever heard.
    DropSilently,
    /// The answer takes so long.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// All statuses come before the answer.
    StatusFirst {
        /// Milliseconds between the last status and the answer.
        #[serde(default)]
        delay_ms: u64,
    },
    /// Nothing goes wrong with this one.
    None,
}

fn bad_request() -> u16 {
    400
}

/// How webhooks are delivered.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Every webhook is posted so many times.
    pub copies: u32,
    /// Every webhook waits so long, plus up to as much again at random: that also shuffles them.
    pub delay_ms: i64,
    /// Milliseconds between accepted and sent, delivered, read; empty: no statuses at all.
    pub pace_ms: Vec<i64>,
    /// Statuses are posted in reverse order.
    pub reversed: bool,
    /// Customers answer by themselves.
    pub chatty: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { copies: 1, delay_ms: 0, pace_ms: vec![300, 900, 2500], reversed: false, chatty: false }
    }
}

/// A customer's message.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Customer {
    /// Digits; may be missing if there is a user id.
    pub wa_id: Option<String>,
    /// Business-scoped user id.
    pub user_id: Option<String>,
    /// Profile name.
    pub name: Option<String>,
    /// The words.
    pub text: Option<String>,
    /// A whole `messages[]` element to merge over the usual one.
    pub message: Option<Value>,
    /// The message answered.
    pub reply_to: Option<String>,
    /// When, Unix seconds; now by default.
    pub timestamp: Option<i64>,
    /// The id; a new one by default.
    pub id: Option<String>,
}

/// `POST /control/customer`: makes a customer write; answers once the inbox has taken the webhook.
pub async fn customer(State(sandbox): State<Sandbox>, Json(customer): Json<Customer>) -> Response {
    let (wamid, body) = post::inbound(&sandbox, &customer);
    let is_blocked = [&customer.wa_id, &customer.user_id].into_iter().flatten().any(|id| sandbox.world().blocked.contains(id));
    // What the blocked write, WhatsApp keeps to itself.
    let status = if is_blocked { 0 } else { post::deliver(&sandbox, body).await };
    (StatusCode::OK, Json(json!({"id": wamid, "status": status}))).into_response()
}

/// `POST /control/webhook`: signs any JSON and posts it.
pub async fn webhook(State(sandbox): State<Sandbox>, body: String) -> Response {
    let status = post::deliver(&sandbox, body).await;
    Json(json!({"status": status})).into_response()
}

/// `GET /control/received`: everything that was posted to the Graph API, oldest first.
pub async fn received(State(sandbox): State<Sandbox>) -> Response {
    Json(sandbox.world().received.clone()).into_response()
}

/// `DELETE /control/received`: forgets it.
pub async fn forget(State(sandbox): State<Sandbox>) -> Response {
    sandbox.world().received.clear();
    StatusCode::NO_CONTENT.into_response()
}

/// `POST /control/faults`: a list of faults, replacing those that still wait.
pub async fn faults(State(sandbox): State<Sandbox>, Json(faults): Json<Vec<Fault>>) -> Response {
    sandbox.world().faults = faults.into();
    StatusCode::NO_CONTENT.into_response()
}

/// `POST /control/settings`: what is not named gets its default.
pub async fn settings(State(sandbox): State<Sandbox>, Json(settings): Json<Settings>) -> Response {
    sandbox.world().settings = settings;
    StatusCode::NO_CONTENT.into_response()
}

/// Where time stands.
#[derive(Deserialize)]
pub struct Held {
    now: Option<i64>,
}

/// `POST /control/clock`: holds the sandbox's time at `now` (ms), or lets it run (`null`).
pub async fn clock(State(sandbox): State<Sandbox>, Json(held): Json<Held>) -> Response {
    sandbox.world().held = held.now.map(Instant);
    StatusCode::NO_CONTENT.into_response()
}

/// `GET /control/idle`: how many webhooks the inbox has not yet taken.
pub async fn idle(State(sandbox): State<Sandbox>) -> Response {
    Json(json!({"undelivered": sandbox.world().undelivered})).into_response()
}
