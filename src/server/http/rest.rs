//! The REST API for programs, with `X-API-Key` (a signed-in person may use it too).

use super::forms::{self, Read};
use super::refusal::Refusal;
use crate::domain::access::Action;
use crate::domain::content::location::Degrees;
use crate::domain::content::{Content, Location};
use crate::domain::conversation::Conversation;
use crate::domain::delivery::Delivery;
use crate::domain::id::{AccountId, ClientId};
use crate::domain::label::Label;
use crate::domain::media::{Media, State as FileState};
use crate::domain::message::Message;
use crate::domain::search::{Filter, View};
use crate::domain::template::{Chosen, Values};
use crate::protocol::address;
use crate::protocol::command::Made;
use crate::protocol::error::{ApiError, Code};
use crate::protocol::search::Hit;
use crate::server::caller::Caller;
use crate::server::service::outgoing::Outgoing;
use crate::server::service::{conversations, labels, media, messages as service, search};
use crate::server::state::App;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
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
    include: Option<String>,
    q: Option<String>,
    label: Option<String>,
    view: Option<String>,
    agent: Option<String>,
}

impl Page {
    /// Whether what the team says among itself is asked for.
    fn has_notes(&self) -> bool {
        self.include.as_deref() == Some("notes")
    }

    fn limit(&self) -> Result<i64, Refusal> {
        let limit = self.limit.as_deref().map_or(Ok(50), str::parse);
        limit.ok().filter(|limit| (1..=200).contains(limit)).ok_or_else(|| invalid("`limit` must be a number from 1 to 200."))
    }

    /// What the list is asked for, as the inbox's own address says it.
    fn filter(&self) -> Filter {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let view = View::parse(&text(&self.view));
        Filter { q: text(&self.q), label: text(&self.label), view, account: text(&self.account_id), agent: text(&self.agent) }
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

/// `GET /whatsapp/api/chats/?q=&label=&view=&limit=&cursor=`
pub async fn chats(State(app): State<App>, Extension(caller): Extension<Caller>, page: Result<Query<Page>, QueryRejection>) -> Result<Json<Value>, Refusal> {
    // The gate first: a stranger learns nothing about parameters.
    caller.may(crate::domain::access::Action::Read)?;
    let page = query(page)?;
    let list = conversations::list(&app, &caller, &page.filter(), page.cursor.as_deref(), page.limit()?).await?;
    let labels = labels::names(&app, &caller).await?;
    Ok(Json(json!({"conversations": list.conversations.iter().map(|row| chat(row, &labels)).collect::<Vec<_>>(), "next": list.next})))
}

/// `GET /whatsapp/api/search/?q=&label=&view=&limit=&cursor=`: messages that have the words, newest first.
pub async fn search(State(app): State<App>, Extension(caller): Extension<Caller>, page: Result<Query<Page>, QueryRejection>) -> Result<Json<Value>, Refusal> {
    caller.may(crate::domain::access::Action::Read)?;
    let page = query(page)?;
    let below = page.cursor.as_deref().map(str::parse).transpose().map_err(|_| invalid("`cursor` is not one of ours: pass `next` from the answer before."))?;
    let found = search::hits(&app, &caller, &page.filter(), below, page.limit()?).await?;
    let hit = |hit: &Hit| {
        json!({
            "id": hit.message_id,
            "conversation_id": hit.conversation.id,
            "phone_number": hit.conversation.wa_id,
            "name": hit.conversation.display_name(),
            "direction": hit.direction,
            "message_type": hit.message_type,
            "timestamp": hit.at.rfc3339(),
            "snippet": hit.snippet.iter().map(|part| part.text.as_str()).collect::<String>(),
        })
    };
    Ok(Json(json!({"messages": found.hits.iter().map(hit).collect::<Vec<_>>(), "next": found.next.map(|next| next.to_string())})))
}

fn chat(row: &Conversation, labels: &[Label]) -> Value {
    let last = row.last.as_ref();
    json!({
        "id": row.id,
        "account_id": row.account_id,
        "phone_number": row.wa_id,
        "user_id": row.user_id,
        "name": row.display_name(),
        "label": labels.iter().find(|label| Some(&label.id) == row.label.as_ref()).map(|label| &label.name),
        "unread_count": row.unread,
        "status": row.status.as_str(),
        "assignee": row.assignee,
        "last_message_at": last.map(|last| last.sort_at.rfc3339()),
        "last_message": last.map(|last| json!({
            "body": last.preview,
            "message_type": last.message_type,
            "direction": last.direction,
            "status": last.delivery.map(Delivery::as_str),
        })),
        "window_expires_at": row.window_expires_at.map(crate::domain::time::Instant::rfc3339),
        "waiting_since": row.waiting_since.map(crate::domain::time::Instant::rfc3339),
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
    let is_meant = |message: &&Message| page.has_notes() || !matches!(message.content, Content::Note(_) | Content::Change(_));
    Ok(Json(json!({"messages": found.messages.iter().rev().filter(is_meant).map(message).collect::<Vec<_>>(), "next": found.before})))
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
        "author": message.author,
        "content": message.content,
        "media": message.media.as_ref().map(file),
        "reactions": message.reactions,
        "revoked": message.revoked,
        "quoted": message.quote.as_ref().and_then(|quote| quote.original.as_ref()),
    })
}

/// A file: where it is had, once it is here.
fn file(media: &Media) -> Value {
    json!({
        "id": media.id,
        "state": media.state,
        "mime_type": media.mime,
        "size": media.size,
        "url": (media.state == FileState::Ready).then(|| address::file(media.id.as_str())),
    })
}

/// To whom, and how it is told from others.
#[derive(Debug, Default, Deserialize)]
pub struct Whom {
    phone: Option<String>,
    recipient: Option<String>,
    reply_to: Option<String>,
    account_id: Option<String>,
    client_id: Option<String>,
}

/// The body of `send-message`.
#[derive(Debug, Deserialize)]
pub struct SendMessage {
    #[serde(flatten)]
    whom: Whom,
    message: String,
}

/// The body of `send-location`.
#[derive(Debug, Deserialize)]
pub struct SendLocation {
    #[serde(flatten)]
    whom: Whom,
    latitude: Value,
    longitude: Value,
    name: Option<String>,
    address: Option<String>,
}

/// The body of `send-template`.
#[derive(Debug, Deserialize)]
pub struct SendTemplate {
    #[serde(flatten)]
    whom: Whom,
    template_name: String,
    language: String,
    #[serde(default)]
    body_params: Vec<String>,
    #[serde(default)]
    header_params: Vec<String>,
    #[serde(default)]
    button_params: Vec<String>,
}

/// The body of `mark-read`.
#[derive(Debug, Deserialize)]
pub struct MarkRead {
    #[serde(flatten)]
    whom: Whom,
}

type Body<T> = Result<Json<T>, JsonRejection>;

fn json_of<T>(body: Body<T>, example: &str) -> Result<T, Refusal> {
    body.map(|Json(body)| body).map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => invalid("The body is too large: a message has at most 4096 characters."),
        _ => invalid(format!("The body must be JSON like this: {example}.")),
    })
}

/// `POST /whatsapp/api/send-message/` → 202; the same `client_id` again gives the same answer and sends nothing.
pub async fn send_message(State(app): State<App>, Extension(caller): Extension<Caller>, body: Body<SendMessage>) -> Result<Response, Refusal> {
    caller.may(Action::Reply)?;
    let body = json_of(body, "{\"phone\": \"447700900123\", \"message\": \"Hello\"}")?;
    let command = addressed(&app, &caller, body.whom).await?;
    send(&app, &caller, Outgoing { body: body.message, ..command }).await
}

/// `POST /whatsapp/api/send-location/` → 202, likewise.
pub async fn send_location(State(app): State<App>, Extension(caller): Extension<Caller>, body: Body<SendLocation>) -> Result<Response, Refusal> {
    caller.may(Action::Reply)?;
    let body = json_of(body, "{\"phone\": \"447700900123\", \"latitude\": 59.9139, \"longitude\": 10.7522, \"name\": \"Shop\"}")?;
    let degrees = |value: &Value, limit| Degrees::parse(value.to_string().trim_matches('"'), limit);
    let place = degrees(&body.latitude, 90).zip(degrees(&body.longitude, 180));
    let (latitude, longitude) = place.ok_or_else(|| invalid("`latitude` must be a number from -90 to 90, `longitude` one from -180 to 180."))?;
    let words = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let place = Location { latitude, longitude, name: words(body.name), address: words(body.address) };
    let command = addressed(&app, &caller, body.whom).await?;
    send(&app, &caller, Outgoing { made: Some(Made::Location(place)), ..command }).await
}

/// `POST /whatsapp/api/send-template/` → 202, likewise; also where the window is closed.
pub async fn send_template(State(app): State<App>, Extension(caller): Extension<Caller>, body: Body<SendTemplate>) -> Result<Response, Refusal> {
    caller.may(Action::Reply)?;
    let body = json_of(body, "{\"phone\": \"447700900123\", \"template_name\": \"visit\", \"language\": \"en\", \"body_params\": [\"Ann\"]}")?;
    let values = Values { header: body.header_params, body: body.body_params, buttons: body.button_params };
    let chosen = Chosen { name: body.template_name, language: body.language, values };
    let command = addressed(&app, &caller, body.whom).await?;
    send(&app, &caller, Outgoing { made: Some(Made::Template(chosen)), ..command }).await
}

/// `POST /whatsapp/api/send-media/` (multipart: `phone`, `file`, `caption`?) → 202, likewise.
pub async fn send_media(State(app): State<App>, Extension(caller): Extension<Caller>, request: Request) -> Result<Response, Refusal> {
    caller.may(Action::Reply)?;
    let Read { mut fields, file } = forms::read(request, Some(&app.blobs)).await.map_err(Refusal)?;
    let mut field = |name: &str| fields.remove(name);
    let whom = Whom {
        phone: field("phone"),
        recipient: field("recipient"),
        reply_to: field("reply_to"),
        account_id: field("account_id"),
        client_id: field("client_id"),
    };
    let body = field("caption").unwrap_or_default();
    let (name, spool) = file.ok_or_else(|| invalid("`file` is missing: a multipart form with `phone` and `file` is wanted."))?;
    let command = addressed(&app, &caller, whom).await?;
    let file = media::attach(&app, &caller, &command.account_id, Some(&name), spool).await?;
    send(&app, &caller, Outgoing { file: Some(file), body, ..command }).await
}

/// `POST /whatsapp/api/mark-read/`: a conversation was read up to now.
pub async fn mark_read(State(app): State<App>, Extension(caller): Extension<Caller>, body: Body<MarkRead>) -> Result<Response, Refusal> {
    caller.may(Action::Reply)?;
    let body = json_of(body, "{\"phone\": \"447700900123\"}")?;
    let command = addressed(&app, &caller, body.whom).await?;
    let newest = conversations::older(&app, &caller, &command.conversation_id, None, 1).await?.messages;
    if let Some(message) = newest.last() {
        conversations::mark_read_up_to(&app, &caller, &message.id).await?;
    }
    Ok(Json(json!({"status": "ok"})).into_response())
}

/// An empty message to somebody.
async fn addressed(app: &App, caller: &Caller, whom: Whom) -> Result<Outgoing, Refusal> {
    let given = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let segment = given(whom.phone).or_else(|| given(whom.recipient));
    let segment = segment.ok_or_else(|| invalid("`phone` is missing: the number in digits, as in `phone_number` of the chats."))?;
    let account = given(whom.account_id).map(AccountId);
    let command = service::addressed(app, caller, &segment, account.as_ref(), given(whom.reply_to).as_deref()).await?;
    Ok(match whom.client_id.filter(|id| !id.is_empty()) {
        Some(client_id) => Outgoing { client_id: ClientId(client_id), ..command },
        None => command,
    })
}

async fn send(app: &App, caller: &Caller, command: Outgoing) -> Result<Response, Refusal> {
    let sent = service::send_whole(app, caller, command).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({"id": sent.id, "client_id": sent.client_id, "status": sent.delivery.map(Delivery::as_str)}))).into_response())
}
