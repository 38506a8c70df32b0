//! The Graph API's side: `POST /<version>/<phone_number_id>/messages`, the phone number node, and Meta's errors.

use super::Sandbox;
use super::control::{Fault, Received};
use crate::domain::time::DAY_MS;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::time::Duration;

/// A Graph error: HTTP status, code, words, details.
pub(super) struct Refused(pub(super) StatusCode, pub(super) i64, pub(super) &'static str, pub(super) String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(status, code, title, details) = self;
        let kind = if code == 190 { "OAuthException" } else { "GraphMethodException" };
        let body = json!({"error": {"message": format!("(#{code}) {title}"), "type": kind, "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": details}, "fbtrace_id": "Sandbox"}});
        (status, Json(body)).into_response()
    }
}

pub(super) fn bad_parameter(details: impl Into<String>) -> Refused {
    Refused(StatusCode::BAD_REQUEST, 100, "Invalid parameter", details.into())
}

pub(super) fn authorised(sandbox: &Sandbox, headers: &HeaderMap) -> Result<(), Refused> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    if token.is_some_and(|token| sandbox.identity().token.matches(token)) {
        return Ok(());
    }
    Err(Refused(StatusCode::UNAUTHORIZED, 190, "Invalid OAuth access token", "The access token could not be decrypted".to_owned()))
}

pub(super) fn own_number(sandbox: &Sandbox, id: &str) -> Result<(), Refused> {
    if id == sandbox.identity().phone_number_id {
        return Ok(());
    }
    let details =
        format!("Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation");
    Err(bad_parameter(details))
}

/// What every unknown address answers.
pub async fn unknown_path() -> Response {
    Refused(StatusCode::NOT_FOUND, 2500, "Unknown path components", "The sandbox knows messages and phone numbers.".to_owned()).into_response()
}

/// `GET /<version>/<id>`: a file, or the number, as Meta describes it.
pub async fn node(State(sandbox): State<Sandbox>, Path((_, id)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if let Some(file) = authorised(&sandbox, &headers).ok().and_then(|()| super::files::node(&sandbox, &id, &headers)) {
        return file;
    }
    if let Err(refused) = authorised(&sandbox, &headers).and_then(|()| own_number(&sandbox, &id)) {
        return refused.into_response();
    }
    let phone = &sandbox.identity().phone;
    Json(json!({"id": id, "display_phone_number": crate::domain::contact::display_phone(phone), "verified_name": "Sandbox Shop",
        "quality_rating": "GREEN", "status": "CONNECTED", "platform_type": "CLOUD_API", "throughput": {"level": "STANDARD"}}))
    .into_response()
}

/// `POST /<version>/<phone_number_id>/messages`: a message, a read mark, or typing.
pub async fn messages(State(sandbox): State<Sandbox>, Path((_, id)): Path<(String, String)>, headers: HeaderMap, body: Bytes) -> Response {
    let result = authorised(&sandbox, &headers).and_then(|()| own_number(&sandbox, &id)).and_then(|()| parse(&body));
    let message = match result {
        Ok(message) => message,
        Err(refused) => return refused.into_response(),
    };
    if message.get("status").is_some() {
        return mark_read(&sandbox, message);
    }
    send(&sandbox, message).await
}

fn parse(body: &[u8]) -> Result<Value, Refused> {
    let message: Value = serde_json::from_slice(body).map_err(|_| bad_parameter("The body is not JSON"))?;
    if message.get("messaging_product").and_then(Value::as_str) == Some("whatsapp") {
        return Ok(message);
    }
    Err(bad_parameter("The parameter messaging_product is required."))
}

fn mark_read(sandbox: &Sandbox, message: Value) -> Response {
    let id = message.get("message_id").and_then(Value::as_str).unwrap_or_default();
    if message["status"] != "read" || !id.starts_with("wamid.") {
        return Refused(StatusCode::BAD_REQUEST, 131_009, "Parameter value is not valid", "message_id is not a message of a customer".to_owned())
            .into_response();
    }
    remember(sandbox, message, None);
    Json(json!({"success": true})).into_response()
}

fn remember(sandbox: &Sandbox, body: Value, wamid: Option<String>) {
    let at = sandbox.now();
    sandbox.world().received.push(Received { at: at.0, wamid, body });
}

/// What a valid message is for, or why Meta would not take it.
fn validate(sandbox: &Sandbox, message: &Value) -> Result<String, Refused> {
    let text = |name: &str| message.get(name).and_then(Value::as_str).filter(|value| !value.is_empty());
    // If both are given, `to` wins.
    let recipient = match (text("to"), text("recipient")) {
        (Some(to), _) => to.trim_start_matches('+').to_owned(),
        (None, Some(user_id)) => user_id.to_owned(),
        (None, None) => return Err(bad_parameter("The parameter to is required.")),
    };
    if text("to").is_some() && !(5..=15).contains(&recipient.len()) || text("to").is_some() && !recipient.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refused(StatusCode::BAD_REQUEST, 131_009, "Parameter value is not valid", format!("to is not a phone number: {}", recipient.len())));
    }
    if recipient == sandbox.identity().phone {
        return Err(Refused(StatusCode::BAD_REQUEST, 131_021, "Recipient cannot be sender", "Recipient and sender are the same".to_owned()));
    }
    let kind = text("type").unwrap_or("text");
    let content = message.get(kind).ok_or_else(|| bad_parameter(format!("The parameter {kind} is required.")))?;
    if kind == "text" {
        let body = content.get("body").and_then(Value::as_str).unwrap_or_default();
        match body.chars().count() {
            0 => return Err(bad_parameter("The parameter text['body'] is required.")),
            1..=4096 => {}
            _ => return Err(bad_parameter("Param text['body'] must be at most 4096 characters long.")),
        }
    }
    if kind == "template" {
        super::templates::check(sandbox, content)?;
    }
    super::files::check(sandbox, kind, content)?;
    if text("biz_opaque_callback_data").is_some_and(|data| data.len() > 512) {
        return Err(bad_parameter("Param biz_opaque_callback_data must be at most 512 characters long."));
    }
    let now = sandbox.now();
    let mut world = sandbox.world();
    if kind != "template" && world.windows.get(&recipient).is_none_or(|at| now.since(*at) >= DAY_MS) {
        let details = "Message failed to send because more than 24 hours have passed since the customer last replied to this number.";
        return Err(Refused(StatusCode::BAD_REQUEST, 131_047, "Re-engagement message", details.to_owned()));
    }
    match world.limits.refuse(&recipient, now) {
        None => Ok(recipient),
        Some(131_056) => Err(Refused(
            StatusCode::BAD_REQUEST,
            131_056,
            "(Business Account, Consumer Account) pair rate limit hit",
            "Too many messages sent to this phone number. Please wait.".to_owned(),
        )),
        Some(code) => Err(Refused(
            StatusCode::BAD_REQUEST,
            code,
            "Rate limit hit",
            "Message failed to send because there were too many messages sent from this phone number in a short period of time".to_owned(),
        )),
    }
}

async fn send(sandbox: &Sandbox, message: Value) -> Response {
    let recipient = match validate(sandbox, &message) {
        Ok(recipient) => recipient,
        Err(refused) => return refused.into_response(),
    };
    let fault = sandbox.world().faults.pop_front();
    match &fault {
        Some(Fault::Error { code, status, retry_after }) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST);
            let mut response = Refused(status, *code, "Injected", "Injected by the control API".to_owned()).into_response();
            if let Some(seconds) = retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, (*seconds).into());
            }
            return response;
        }
        Some(Fault::Html { status }) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            return (status, [(header::CONTENT_TYPE, "text/html")], "<html><body>Sorry, something went wrong.</body></html>").into_response();
        }
        Some(Fault::Delay { ms }) => tokio::time::sleep(Duration::from_millis(*ms)).await,
        _ => {}
    }
    let wamid = sandbox.new_wamid();
    let callback = message.get("biz_opaque_callback_data").and_then(Value::as_str).map(str::to_owned);
    let to = message.get("to").or_else(|| message.get("recipient")).cloned().unwrap_or_default();
    let is_voice = message["audio"]["voice"] == json!(true);
    remember(sandbox, message, Some(wamid.clone()));
    let progress = super::post::progress(sandbox.clone(), wamid.clone(), recipient.clone(), callback, is_voice);
    match fault {
        // The status overtakes the answer.
        Some(Fault::StatusFirst { delay_ms }) => {
            progress.await;
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        }
        Some(Fault::Drop) => {
            tokio::spawn(progress);
            return dropped();
        }
        Some(Fault::DropSilently) => return dropped(),
        _ => drop(tokio::spawn(progress)),
    }
    let key = if recipient.bytes().all(|b| b.is_ascii_digit()) { "wa_id" } else { "user_id" };
    Json(json!({"messaging_product": "whatsapp", "contacts": [{"input": to, key: recipient}], "messages": [{"id": wamid}]})).into_response()
}

/// An answer that breaks off: the headers promise a body, and the connection ends before it.
fn dropped() -> Response {
    let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("dropped")) });
    ([(header::CONTENT_LENGTH, "400")], axum::body::Body::from_stream(broken)).into_response()
}
