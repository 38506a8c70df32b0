//! Quick replies by plain forms.

use super::forms::{self, Fields, Read};
use super::media;
use super::page::{Pages, answer_form, show_view};
use super::refusal::Refusal;
use crate::domain::access::Action;
use crate::protocol::address;
use crate::protocol::error::ApiError;
use crate::protocol::form::FormNote;
use crate::protocol::view::{Replies, View};
use crate::server::caller::Caller;
use crate::server::error::{Error, Result, refuse};
use crate::server::media::blob::Spool;
use crate::server::service::replies::{self, Form};
use crate::server::state::App;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// What the page shows.
pub async fn page(app: &App, caller: &Caller, note: FormNote) -> Result<Replies> {
    Ok(Replies { replies: replies::list(app, caller).await?, is_admin: caller.is_admin(), imported: None, note })
}

/// `POST /whatsapp/replies/`: makes (no `id`), changes or (`delete`) deletes one, also with a `file`; or takes a table in (`import`).
pub async fn put(State(app): State<App>, Extension(pages): Extension<Pages>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    if let Err(error) = caller.may(Action::Handle) {
        return Refusal::from(error).into_response();
    }
    let Read { fields, file } = match forms::read(request, Some(&app.blobs)).await {
        Ok(read) => read,
        Err(error) => return Refusal(error).into_response(),
    };
    if fields.contains_key("import") {
        return import(&app, &pages, caller, fields, file).await;
    }
    let had_file = file.is_some();
    let done = step(&app, &caller, &fields, file).await;
    // No browser fills in a file again.
    let done = done.map_err(|error| if had_file { with_hint(error, " Then choose the file again.") } else { error });
    answer_form(&app, &pages, caller, address::REPLIES, fields, done).await
}

/// The same refusal, with what else is to be done.
fn with_hint(error: Error, hint: &str) -> Error {
    let error = ApiError::from(error);
    refuse(error.code, format!("{}{hint}", error.message))
}

async fn step(app: &App, caller: &Caller, fields: &Fields, file: Option<(String, Spool)>) -> Result<()> {
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let id = Some(field("id")).filter(|id| !id.is_empty());
    if let Some(id) = id.filter(|_| fields.contains_key("delete")) {
        return replies::delete(app, caller, id).await;
    }
    replies::check(app, caller, id, field("shortcut"), !field("shared").is_empty()).await?;
    let file = match file {
        Some((name, spool)) => Some(replies::keep_file(app, caller, &name, spool).await?),
        None => None,
    };
    let (is_shared, drops_file) = (!field("shared").is_empty(), !field("no_file").is_empty());
    let was = fields.contains_key("was_shortcut").then(|| (field("was_shortcut"), field("was_body")));
    replies::put(app, caller, Form { id, shortcut: field("shortcut"), body: field("body"), was, is_shared, file, drops_file }).await
}

async fn import(app: &App, pages: &Pages, caller: Caller, fields: Fields, file: Option<(String, Spool)>) -> Response {
    let is_shared = fields.get("shared").is_some_and(|shared| !shared.is_empty());
    let done = async {
        let imported = replies::import(app, &caller, &forms::table(file).await?, is_shared).await?;
        Ok(Replies { imported: Some(imported), ..page(app, &caller, FormNote::default()).await? })
    };
    match done.await {
        Ok(page) => {
            // invariant: the path is constant.
            let request = Request::builder().uri(address::REPLIES).body(Body::empty()).expect("a valid path");
            show_view(app, pages, request, View::Replies(page)).await
        }
        Err(error) => answer_form(app, pages, caller, address::REPLIES, fields, Err(error)).await,
    }
}

/// `GET /whatsapp/replies/{id}/file/`: what goes along with one.
pub async fn file(State(app): State<App>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> std::result::Result<Response, Refusal> {
    let file = replies::find_file(&app, &caller, &id).await?;
    let mut response = media::send(&app, &file.hash, None).await?;
    let head = response.headers_mut();
    // Another one may be put in its place.
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    head.insert(header::CONTENT_TYPE, media::value(file.mime.clone()));
    head.insert(header::CONTENT_DISPOSITION, media::value(media::disposition(Some(file.name), &file.mime, false)));
    Ok(response)
}
