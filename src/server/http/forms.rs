//! The Django app's form: `POST /whatsapp/inbox/<phone_number>/send/`, usable with JavaScript off.

use super::page::{self, Pages};
use super::refusal::{Refusal, wants_json};
use crate::domain::access::Action;
use crate::domain::content::Location;
use crate::domain::content::location::Degrees;
use crate::domain::delivery::Delivery;
use crate::domain::id::{AccountId, ClientId, ContactId};
use crate::domain::media::Unsendable;
use crate::domain::message::Message;
use crate::protocol::address;
use crate::protocol::command::Made;
use crate::protocol::error::{ApiError, Code};
use crate::protocol::form::FormNote;
use crate::protocol::snapshot::read_cursor;
use crate::server::caller::Caller;
use crate::server::error::status;
use crate::server::media::MOST_BYTES;
use crate::server::media::blob::{Blobs, Spool};
use crate::server::service::outgoing::Outgoing;
use crate::server::service::{drafts, media, messages, table};
use crate::server::state::App;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::multipart::Field;
use axum::extract::{Form, FromRequest, Multipart, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;

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
    let Read { fields, file } = match read(request, Some(&app.blobs)).await {
        Ok(read) => read,
        Err(error) => return Refusal(error).into_response(),
    };
    let thread = address::thread(&phone_number);
    match deliver(&app, &caller, &phone_number, &fields, file).await {
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

/// What a form said.
#[derive(Default)]
pub struct Read {
    /// Its fields.
    pub fields: Fields,
    /// Its file (the last one with a name), and what it is called.
    pub file: Option<(String, Spool)>,
}

/// How long no part of a body may come.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a field that is no file may be: a text of 4096 characters, escaped in every way, is far smaller.
const FIELD_BYTES: usize = 256 * 1024;

/// The fields of a form without a file, from somebody who may do what it is for. Whoever may not is told so before anything is read.
///
/// # Errors
/// They may not, or it cannot be read.
pub async fn allowed(caller: &Caller, action: Action, request: Request) -> Result<Fields, Refusal> {
    caller.may(action)?;
    Ok(read(request, None).await.map_err(Refusal)?.fields)
}

/// Reads a form, urlencoded or in parts; a file goes to the blob store's spool as it comes.
pub async fn read(request: Request, blobs: Option<&Blobs>) -> Result<Read, ApiError> {
    let unreadable = || ApiError::new(Code::Invalid, "The form could not be read.");
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    if !kind.starts_with("multipart/form-data") {
        let Form(fields) = Form::<Fields>::from_request(request, &()).await.map_err(|_| unreadable())?;
        return Ok(Read { fields, file: None });
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
    let mut read = Read::default();
    while let Some(mut field) = form.next_field().await.map_err(|_| unreadable())? {
        let Some(name) = field.name().map(str::to_owned) else { continue };
        let file_name = field.file_name().map(str::to_owned).filter(|name| !name.is_empty());
        match (file_name, blobs) {
            (Some(file_name), Some(blobs)) => read.file = Some((file_name, receive(&mut field, blobs).await?)),
            (Some(_), None) => {}
            (None, _) => {
                let mut value = Vec::new();
                while let Some(part) = chunk(&mut field).await? {
                    value.extend_from_slice(&part);
                    if value.len() > FIELD_BYTES {
                        return Err(ApiError::new(Code::Invalid, "The text is too long."));
                    }
                }
                read.fields.insert(name, String::from_utf8(value).map_err(|_| unreadable())?);
            }
        }
    }
    Ok(read)
}

/// A table that a form brought, whole.
pub async fn table(file: Option<(String, Spool)>) -> crate::server::error::Result<Vec<u8>> {
    let invalid = |sentence: String| crate::server::error::refuse(Code::Invalid, sentence);
    let (_, spool) = file.ok_or_else(|| invalid("Choose a CSV file first.".to_owned()))?;
    if spool.size() > table::MOST_BYTES as u64 {
        return Err(invalid(format!("The file is larger than {} MB: divide it.", table::MOST_BYTES / 1024 / 1024)));
    }
    let spooled = spool.finish().await.map_err(media::failed)?;
    tokio::fs::read(spooled.path()).await.map_err(|error| media::failed(error.into()))
}

async fn chunk(field: &mut Field<'_>) -> Result<Option<Bytes>, ApiError> {
    let part = tokio::time::timeout(SILENCE, field.chunk()).await;
    part.ok().and_then(Result::ok).ok_or_else(|| ApiError::new(Code::Invalid, "The form broke off, or is larger than 100 MB. Nothing was sent."))
}

async fn receive(field: &mut Field<'_>, blobs: &Blobs) -> Result<Spool, ApiError> {
    let mut spool = blobs.spool().await.map_err(|error| ApiError::from(media::failed(error)))?;
    while let Some(part) = chunk(field).await? {
        spool.write(&part).await.map_err(|error| ApiError::from(media::failed(error)))?;
        if spool.size() > MOST_BYTES {
            return Err(ApiError::new(Code::Invalid, Unsendable::Size.sentence()));
        }
    }
    Ok(spool)
}

async fn deliver(app: &App, caller: &Caller, phone_number: &str, fields: &Fields, file: Option<(String, Spool)>) -> Result<Message, ApiError> {
    let field = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.trim().is_empty());
    let account = field("account_id").map(AccountId::from);
    let to = messages::addressed(app, caller, phone_number, account.as_ref(), field("reply_to_id")).await?;
    // The page says whom the file was put in for; where that is somebody else now, nothing goes out.
    if field("conversation_id").is_some_and(|id| id != to.conversation_id.as_str()) {
        return Err(messages::mismatch().into());
    }
    // Location before file before text.
    let made = made(fields)?;
    let file = match field("kept_file").filter(|_| file.is_none()).map(ClientId::from) {
        None => file,
        // It is the message under whose client id it waits, and goes to whom it was chosen for.
        Some(kept) if field("client_id") != Some(kept.as_str()) => return Err(ApiError::new(Code::Invalid, "`kept_file` must be the `client_id`.")),
        Some(kept) => match drafts::spool_file(app, caller, &kept, &to.conversation_id).await {
            Ok(file) => Some(file),
            // What was sent waits no more: another try answers what it did.
            Err(gone) => {
                let body = field("body").unwrap_or_default();
                return messages::find_sent(app, caller, &to.conversation_id, &kept, body).await?.ok_or_else(|| gone.into());
            }
        },
    };
    let file = match file {
        Some((name, spool)) if matches!(made, None | Some(Made::Template(_))) => Some(media::attach(app, caller, &to.account_id, Some(&name), spool).await?),
        _ => None,
    };
    let command = Outgoing {
        seen: field("seen").and_then(read_cursor),
        client_id: field("client_id").map_or(to.client_id, ClientId::from),
        contact_id: field("contact_id").map_or(to.contact_id, ContactId::from),
        // Browsers send line breaks of forms as CR LF.
        body: fields.get("body").map(|body| body.replace("\r\n", "\n")).unwrap_or_default(),
        file,
        made,
        ..to
    };
    messages::send_whole(app, caller, command).await.map_err(ApiError::from)
}

/// What a form makes of parts: `made` as JSON (the page's own templates with files), or the Django app's location fields.
fn made(fields: &Fields) -> Result<Option<Made>, ApiError> {
    let field = |name: &str| fields.get(name).filter(|value| !value.trim().is_empty());
    if let Some(made) = field("made") {
        let made = serde_json::from_str(made);
        return made.map(Some).map_err(|_| ApiError::new(Code::Invalid, "`made` could not be read. Load the page anew and try again."));
    }
    field("send_location").map(|_| place(fields).map(Made::Location)).transpose()
}

/// The place a form names.
fn place(fields: &Fields) -> Result<Location, ApiError> {
    let words = |name: &str| fields.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let degrees = |name: &str, limit| fields.get(name).and_then(|value| Degrees::parse(value, limit));
    let place = degrees("latitude", 90).zip(degrees("longitude", 180));
    let (latitude, longitude) = place.ok_or_else(|| {
        ApiError::new(Code::Invalid, "`latitude` (-90 to 90) and `longitude` (-180 to 180) must be decimal degrees, for example 59.9139 and 10.7522.")
    })?;
    Ok(Location { latitude, longitude, name: words("location_name"), address: words("location_address") })
}

/// The colour that was chosen: a preset's name, or one of the writer's own.
pub fn color(fields: &Fields) -> &str {
    let field = |name: &str| fields.get(name).map(|value| value.trim()).unwrap_or_default();
    // Whoever picks another colour of their own means it, also while the mark still stands where it stood.
    let has_own = fields.contains_key("had_own_color") && field("own_color") != field("had_own_color") && field("color") == field("had_color");
    if field("color") == "own" || has_own { field("own_color") } else { field("color") }
}
