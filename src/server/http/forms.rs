//! The Django app's form: `POST /whatsapp/inbox/<phone_number>/send/`, usable with JavaScript off.

use super::page::{self, Pages};
use super::refusal::{Refusal, wants_json};
use crate::domain::access::Action;
use crate::domain::delivery::Delivery;
use crate::domain::id::{AccountId, ClientId};
use crate::domain::message::Message;
use crate::protocol::address;
use crate::protocol::command::SendText;
use crate::protocol::error::{ApiError, Code};
use crate::protocol::form::FormNote;
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::status;
use crate::server::service::{conversations, messages};
use crate::server::state::App;
use axum::Extension;
use axum::extract::{Form, FromRequest, Multipart, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use std::collections::HashMap;

/// The fields of the form; unknown ones are ignored.
pub type Fields = HashMap<String, String>;

/// Sends what the form says: 303 to the thread, or JSON if that is asked for. A refused form comes back with what was typed.
pub async fn send(
    State(app): State<App>,
    Extension(pages): Extension<Pages>,
    Extension(caller): Extension<Caller>,
    Path(phone_number): Path<String>,
    request: Request,
) -> Response {
    let json_wanted = wants_json(request.headers());
    if let Err(error) = caller.may(Action::Reply) {
        return Refusal::from(error).into_response();
    }
    let fields = match read(request).await {
        Ok(fields) => fields,
        Err(error) => return Refusal(error).into_response(),
    };
    let thread = address::thread(&phone_number);
    match deliver(&app, &caller, &phone_number, &fields).await {
        Ok(sent) if json_wanted => {
            axum::Json(json!({"id": sent.id, "client_id": sent.client_id, "status": sent.delivery.map(Delivery::as_str)})).into_response()
        }
        Ok(_) => Redirect::to(&thread).into_response(),
        Err(error) if json_wanted || caller.agent.is_none() => Refusal(error).into_response(),
        Err(error) => {
            let code = StatusCode::from_u16(status(error.code)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let note = FormNote { message: error.message, fields: fields.into_iter().collect() };
            page::show_again(&app, &pages, caller, &thread, note, code).await
        }
    }
}

/// The fields, urlencoded or in parts.
pub async fn read(request: Request) -> Result<Fields, ApiError> {
    let unreadable = || ApiError::new(Code::Invalid, "The form could not be read.");
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    if !kind.starts_with("multipart/form-data") {
        let Form(fields) = Form::<Fields>::from_request(request, &()).await.map_err(|_| unreadable())?;
        return Ok(fields);
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
    let mut fields = Fields::new();
    while let Some(field) = form.next_field().await.map_err(|_| unreadable())? {
        let Some(name) = field.name().map(str::to_owned) else { continue };
        let is_file = field.file_name().is_some_and(|name| !name.is_empty());
        let value = field.bytes().await.map_err(|_| unreadable())?;
        let text = if is_file { "file".to_owned() } else { String::from_utf8(value.to_vec()).map_err(|_| unreadable())? };
        fields.insert(name, text);
    }
    Ok(fields)
}

async fn deliver(app: &App, caller: &Caller, phone_number: &str, fields: &Fields) -> Result<Message, ApiError> {
    let field = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.trim().is_empty());
    if field("send_location").is_some() || field("media_file").is_some() {
        return Err(ApiError::new(Code::Invalid, "Only text can be sent so far, not places or files. Nothing was sent."));
    }
    let account = field("account_id").map(AccountId::from);
    let conversation = conversations::find(app, caller, phone_number, account.as_ref()).await?;
    let reply_to = match field("reply_to_id") {
        Some(id) => Some(messages::find_in_thread(app, caller, &conversation.id, id).await?),
        None => None,
    };
    let command = SendText {
        client_id: field("client_id").map_or_else(|| ClientId(new_id()), ClientId::from),
        conversation_id: conversation.id,
        contact_id: conversation.contact_id,
        account_id: conversation.account_id,
        // Browsers send line breaks of forms as CR LF.
        body: fields.get("body").map(|body| body.replace("\r\n", "\n")).unwrap_or_default(),
        reply_to,
    };
    messages::send_text(app, caller, command).await.map_err(ApiError::from)
}
