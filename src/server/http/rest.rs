//! The REST API for programs, with `X-API-Key` (a signed-in person may use it too).

use super::refusal::Refusal;
use crate::domain::conversation::Conversation;
use crate::domain::delivery::Delivery;
use crate::domain::id::{AccountId, ClientId};
use crate::domain::message::Message;
use crate::protocol::command::SendText;
use crate::protocol::error::{ApiError, Code};
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::service::{conversations, messages as service};
use crate::server::state::App;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

/// Page parameters.
#[derive(Debug, Deserialize)]
pub struct Page {
    limit: Option<String>,
    cursor: Option<String>,
    before: Option<String>,
    account_id: Option<String>,
}

impl Page {
    fn limit(&self) -> Result<i64, Refusal> {
        let limit = self.limit.as_deref().map_or(Ok(50), str::parse);
        limit.ok().filter(|limit| (1..=200).contains(limit)).ok_or_else(|| invalid("`limit` must be a number from 1 to 200."))
    }

    fn account(&self) -> Option<AccountId> {
        self.account_id.as_deref().filter(|id| !id.is_empty()).map(AccountId::from)
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal(ApiError::new(Code::Invalid, message))
}

fn query(page: Result<Query<Page>, QueryRejection>) -> Result<Page, Refusal> {
    page.map(|Query(page)| page).map_err(|_| invalid("The query string could not be read: give each parameter once."))
}

/// `GET /whatsapp/api/chats/?limit=&cursor=`
pub async fn chats(State(app): State<App>, Extension(caller): Extension<Caller>, page: Result<Query<Page>, QueryRejection>) -> Result<Json<Value>, Refusal> {
    // The gate first: a stranger learns nothing about parameters.
    caller.may(crate::domain::access::Action::Read)?;
    let page = query(page)?;
    let list = conversations::list(&app, &caller, page.cursor.as_deref(), page.limit()?).await?;
    Ok(Json(json!({"conversations": list.conversations.iter().map(chat).collect::<Vec<_>>(), "next": list.next})))
}

fn chat(row: &Conversation) -> Value {
    let last = row.last.as_ref();
    json!({
        "id": row.id,
        "phone_number": row.wa_id,
        "user_id": row.user_id,
        "name": row.display_name(),
        "label": null,
        "unread_count": row.unread,
        "status": "open",
        "last_message_at": last.map(|last| last.sort_at.rfc3339()),
        "last_message": last.map(|last| json!({
            "body": last.preview,
            "message_type": last.message_type,
            "direction": last.direction,
            "status": last.delivery.map(Delivery::as_str),
        })),
        "window_expires_at": row.window_expires_at.map(crate::domain::time::Instant::rfc3339),
    })
}

/// `GET /whatsapp/api/chats/<phone_number>/messages/?limit=&before=`, newest first.
pub async fn messages(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Path(phone_number): Path<String>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    caller.may(crate::domain::access::Action::Read)?;
    let page = query(page)?;
    let conversation = conversations::find(&app, &caller, &phone_number, page.account().as_ref()).await?;
    let found = conversations::older(&app, &caller, &conversation.id, page.before.as_deref(), page.limit()?).await?;
    Ok(Json(json!({"messages": found.messages.iter().rev().map(message).collect::<Vec<_>>(), "next": found.before})))
}

fn message(message: &Message) -> Value {
    json!({
        "id": message.id,
        "message_id": message.wamid,
        "direction": message.direction,
        "message_type": message.content.message_type(),
        "body": message.content.body(),
        "status": message.delivery.map(Delivery::as_str),
        "error": message.failure.as_ref().map(|failure| json!({"code": failure.code, "message": failure.sentence()})),
        "timestamp": message.sort_at.rfc3339(),
        "reply_to": message.quote.as_ref().map(|quote| &quote.wamid),
        "client_id": message.client_id,
    })
}

/// The body of `send-message`.
#[derive(Debug, Deserialize)]
pub struct SendMessage {
    phone: Option<String>,
    recipient: Option<String>,
    message: String,
    reply_to: Option<String>,
    account_id: Option<String>,
    client_id: Option<String>,
}

/// `POST /whatsapp/api/send-message/` → 202; the same `client_id` again gives the same answer and sends nothing.
pub async fn send_message(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    body: Result<Json<SendMessage>, JsonRejection>,
) -> Result<Response, Refusal> {
    caller.may(crate::domain::access::Action::Reply)?;
    let Json(body) = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => invalid("The body is too large: a message has at most 4096 characters."),
        _ => invalid("The body must be JSON with `phone` and `message`, both text: {\"phone\": \"447700900123\", \"message\": \"Hello\"}."),
    })?;
    let whom = body.phone.as_deref().or(body.recipient.as_deref()).map(str::trim).filter(|whom| !whom.is_empty());
    let whom = whom.ok_or_else(|| invalid("`phone` is missing: the number in digits, as in `phone_number` of the chats."))?;
    let account = body.account_id.as_deref().filter(|id| !id.is_empty()).map(AccountId::from);
    let conversation = conversations::find(&app, &caller, whom, account.as_ref()).await?;
    let reply_to = match body.reply_to.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => Some(service::find_in_thread(&app, &caller, &conversation.id, id).await?),
        None => None,
    };
    let command = SendText {
        client_id: body.client_id.filter(|id| !id.is_empty()).map_or_else(|| ClientId(new_id()), ClientId),
        conversation_id: conversation.id,
        contact_id: conversation.contact_id,
        account_id: conversation.account_id,
        body: body.message,
        reply_to,
    };
    let sent = service::send_text(&app, &caller, command).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({"id": sent.id, "client_id": sent.client_id, "status": sent.delivery.map(Delivery::as_str)}))).into_response())
}
