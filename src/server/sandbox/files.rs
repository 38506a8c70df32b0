//! Files, as Meta keeps them (`meta-api` section 11): uploaded or sent by a customer, looked up by id, downloaded from an address that
//! lasts five minutes, with the token and a name of the program that asks.

use super::graph::{Refused, authorised, bad_parameter, own_number};
use super::people::Sent;
use super::{Sandbox, drawing};
use crate::server::media::kind;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// A file.
#[derive(Clone, Debug)]
pub struct File {
    /// Its type.
    pub mime: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// What goes wrong with a download, or (a status) with an upload, in the order the faults were given; one each.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum FileFault {
    /// An HTTP status and a page in place of the file.
    Status {
        /// The status.
        status: u16,
    },
    /// Each part of the file takes so long.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// The connection breaks in the middle.
    Truncated,
    /// Other bytes than were announced.
    Wrong,
    /// It does not say how long the file is.
    Unmeasured,
    /// It lies elsewhere.
    Redirect {
        /// There.
        to: String,
    },
    /// Nothing goes wrong with this one.
    None,
}

/// How long an address lasts.
const LASTS_MS: i64 = 300_000;

/// The types that may be uploaded (`meta-api` section 11.2).
const UPLOADED: [&str; 19] = [
    "audio/aac",
    "audio/mp4",
    "audio/mpeg",
    "audio/amr",
    "audio/ogg",
    "audio/opus",
    "application/vnd.ms-powerpoint",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/pdf",
    "text/plain",
    "application/vnd.ms-excel",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/3gpp",
];

/// Keeps a file; its id.
pub fn keep(sandbox: &Sandbox, mime: &str, bytes: Bytes) -> String {
    let mut world = sandbox.world();
    world.count += 1;
    let id = format!("7{:014}", world.count);
    world.files.insert(id.clone(), File { mime: mime.to_owned(), bytes });
    id
}

/// What a webhook says of a file: its id, type and hash.
#[must_use]
pub fn announced(sandbox: &Sandbox, id: &str) -> Value {
    let world = sandbox.world();
    let file = world.files.get(id);
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(file.map(|file| file.bytes.as_ref()).unwrap_or_default()));
    json!({"id": id, "mime_type": file.map(|file| file.mime.as_str()).unwrap_or_default(), "sha256": hash})
}

/// What a customer sends without words, as an element of `messages[]`.
#[must_use]
pub fn message(sandbox: &Sandbox, sent: Sent) -> Value {
    let (kind, mime, bytes) = match sent {
        Sent::Photo(hour, _) => ("image", "image/jpeg", drawing::photo(hour)),
        Sent::Sticker => ("sticker", "image/webp", drawing::sticker()),
        Sent::Voice(seconds) => ("audio", "audio/ogg; codecs=opus", drawing::voice(seconds)),
        Sent::Document(_, lines) => ("document", "application/pdf", drawing::document(lines)),
        Sent::Place(latitude, longitude, name) => return json!({"type": "location", "location": {"latitude": latitude, "longitude": longitude, "name": name}}),
    };
    let mut file = announced(sandbox, &keep(sandbox, mime, bytes.into()));
    match sent {
        Sent::Photo(_, caption) if !caption.is_empty() => file["caption"] = json!(caption),
        Sent::Voice(_) => file["voice"] = json!(true),
        Sent::Document(name, _) => file["filename"] = json!(name),
        _ => {}
    }
    json!({"type": kind, kind: file})
}

/// Whether the file of a message, if it has one, was uploaded.
pub(super) fn check(sandbox: &Sandbox, kind: &str, content: &Value) -> Result<(), Refused> {
    let is_file = ["image", "video", "audio", "document", "sticker"].contains(&kind);
    let is_known = content["id"].as_str().is_some_and(|id| sandbox.world().files.contains_key(id));
    if is_file && !is_known {
        return Err(bad_parameter(format!("Param {kind}['id'] is not a valid whatsapp business account media attachment ID")));
    }
    Ok(())
}

/// `POST /control/media`: a file of a customer's, by its bytes and content type; answers what a webhook says of it.
pub async fn give(State(sandbox): State<Sandbox>, headers: HeaderMap, bytes: Bytes) -> Response {
    let mime = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/octet-stream");
    let id = keep(&sandbox, mime, bytes);
    Json(announced(&sandbox, &id)).into_response()
}

/// `POST /control/media-faults`: a list of faults, replacing those that still wait.
pub async fn faults(State(sandbox): State<Sandbox>, Json(faults): Json<Vec<FileFault>>) -> Response {
    sandbox.world().file_faults = faults.into();
    StatusCode::NO_CONTENT.into_response()
}

/// What Meta says of a file that is looked up, if it is there.
pub(super) fn node(sandbox: &Sandbox, id: &str, headers: &HeaderMap) -> Option<Response> {
    let until = sandbox.now().plus(LASTS_MS).0;
    let world = sandbox.world();
    let file = world.files.get(id)?;
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
    let hash = hex::encode(Sha256::digest(&file.bytes));
    let url = format!("http://{host}/media/{id}?until={until}");
    let node = json!({"messaging_product": "whatsapp", "url": url, "mime_type": file.mime, "sha256": hash, "file_size": file.bytes.len(), "id": id});
    Some(Json(node).into_response())
}

/// Until when an address lasts.
#[derive(Deserialize)]
pub struct Lasting {
    #[serde(default)]
    until: i64,
}

/// `GET /media/<id>`: the bytes.
pub async fn download(State(sandbox): State<Sandbox>, Path(id): Path<String>, Query(lasting): Query<Lasting>, headers: HeaderMap) -> Response {
    let page = |status: StatusCode| (status, [(header::CONTENT_TYPE, "text/html")], "<html><body>Sorry, something went wrong.</body></html>").into_response();
    if authorised(&sandbox, &headers).is_err() || !headers.contains_key(header::USER_AGENT) {
        return page(StatusCode::UNAUTHORIZED);
    }
    let (file, fault) = {
        let mut world = sandbox.world();
        (world.files.get(&id).cloned(), world.file_faults.pop_front())
    };
    let Some(file) = file.filter(|_| sandbox.now().0 <= lasting.until) else { return page(StatusCode::NOT_FOUND) };
    let length = file.bytes.len();
    let body = match fault {
        Some(FileFault::Status { status }) => return page(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY)),
        Some(FileFault::Wrong) => Body::from(file.bytes.iter().map(|byte| !byte).collect::<Vec<u8>>()),
        Some(FileFault::Truncated) => {
            let half = file.bytes.slice(..length / 2);
            let parts = [Ok(half), Err(std::io::Error::other("truncated"))];
            Body::from_stream(futures_util::stream::iter(parts))
        }
        Some(FileFault::Slow { ms }) => {
            let parts: Vec<Bytes> = file.bytes.chunks(length.div_ceil(4).max(1)).map(Bytes::copy_from_slice).collect();
            Body::from_stream(futures_util::stream::unfold(parts.into_iter(), move |mut parts| async move {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                parts.next().map(|part| (Ok::<_, std::io::Error>(part), parts))
            }))
        }
        Some(FileFault::Redirect { to }) => return (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Some(FileFault::Unmeasured) => {
            let whole = futures_util::stream::once(async move { Ok::<_, std::io::Error>(file.bytes) });
            return ([(header::CONTENT_TYPE, file.mime)], Body::from_stream(whole)).into_response();
        }
        Some(FileFault::None) | None => Body::from(file.bytes.clone()),
    };
    ([(header::CONTENT_TYPE, file.mime), (header::CONTENT_LENGTH, length.to_string())], body).into_response()
}

/// `POST /<version>/<phone_number_id>/media`: keeps a file that is to be sent.
pub async fn upload(State(sandbox): State<Sandbox>, Path((_, id)): Path<(String, String)>, headers: HeaderMap, form: Multipart) -> Response {
    let fault = sandbox.world().file_faults.pop_front();
    if let Some(FileFault::Status { status }) = fault {
        return (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY), "<html>").into_response();
    }
    let taken = match authorised(&sandbox, &headers).and_then(|()| own_number(&sandbox, &id)) {
        Ok(()) => take(form).await,
        Err(refused) => Err(refused),
    };
    match taken {
        Ok((mime, bytes)) => Json(json!({"id": keep(&sandbox, &mime, bytes)})).into_response(),
        Err(refused) => refused.into_response(),
    }
}

async fn take(mut form: Multipart) -> Result<(String, Bytes), Refused> {
    let (mut product, mut file) = (false, None);
    let broken = |_| bad_parameter("The form cannot be read");
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("messaging_product") => product = field.text().await.map_err(broken)? == "whatsapp",
            Some("file") => {
                let said = field.content_type().unwrap_or("application/octet-stream").to_owned();
                // A recording that is called a film is nothing that Meta knows.
                let is_named = field.file_name().is_some_and(|name| kind::named(name, &said) == name);
                let mime = if is_named { said } else { "application/octet-stream".to_owned() };
                file = Some((mime, field.bytes().await.map_err(broken)?));
            }
            _ => {}
        }
    }
    let (mime, bytes) = file.filter(|_| product).ok_or_else(|| bad_parameter("The parameters messaging_product and file are required."))?;
    if UPLOADED.contains(&mime.as_str()) {
        return Ok((mime, bytes));
    }
    Err(bad_parameter(format!("Param file must be a file with one of the following types: {}. Received file of type '{mime}'.", UPLOADED.join(", "))))
}

/// `DELETE /<version>/<media_id>`
pub async fn delete(State(sandbox): State<Sandbox>, Path((_, id)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if let Err(refused) = authorised(&sandbox, &headers) {
        return refused.into_response();
    }
    if sandbox.world().files.remove(&id).is_some() {
        return Json(json!({"success": true})).into_response();
    }
    bad_parameter(format!("Object with ID '{id}' does not exist")).into_response()
}
