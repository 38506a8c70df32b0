//! Files that wait above an agent's composers: from one of their devices to the others.

use super::forms::{self, Read};
use super::media;
use super::refusal::Refusal;
use crate::domain::access::Action;
use crate::domain::id::{AgentId, ClientId};
use crate::protocol::command::SendText;
use crate::protocol::error::{ApiError, Code};
use crate::server::caller::Caller;
use crate::server::service::drafts;
use crate::server::state::App;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

/// `POST /whatsapp/drafts/files/` (multipart: `agent`, `message` as JSON, `file`): keeps one.
pub async fn put(State(app): State<App>, Extension(caller): Extension<Caller>, request: Request) -> Result<Response, Refusal> {
    caller.may(Action::Reply)?;
    let Read { fields, file } = forms::read(request, Some(&app.blobs)).await.map_err(Refusal)?;
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let file = file.ok_or_else(|| Refusal(ApiError::new(Code::Invalid, "`file` is missing: a multipart form with a file is wanted.")))?;
    let message: SendText = serde_json::from_str(&field("message")).map_err(|_| Refusal(ApiError::new(Code::Invalid, "`message` could not be read.")))?;
    drafts::keep_file(&app, &caller, &AgentId(field("agent")), message, file).await?;
    Ok((StatusCode::CREATED, Json(json!({"status": "ok"}))).into_response())
}

/// `GET /whatsapp/drafts/files/{id}/`: its bytes.
pub async fn file(State(app): State<App>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let file = drafts::find_file(&app, &caller, &ClientId(id)).await?;
    let mut response = media::send(&app, &file.hash, None).await?;
    let head = response.headers_mut();
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    head.insert(header::CONTENT_TYPE, media::value(file.mime.clone()));
    head.insert(header::CONTENT_DISPOSITION, media::value(media::disposition(Some(file.name), &file.mime, false)));
    Ok(response)
}
