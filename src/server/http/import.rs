//! Contacts from a table, by plain forms: the file first, then whether it shall be done.

use super::forms::{self, Read};
use super::page::{self, Pages};
use super::refusal::Refusal;
use crate::domain::access::Action;
use crate::protocol::address;
use crate::protocol::error::ApiError;
use crate::protocol::form::FormNote;
use crate::protocol::view::{ImportPage, View};
use crate::server::caller::Caller;
use crate::server::error::{Error, status};
use crate::server::service::import;
use crate::server::state::App;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// `POST /whatsapp/contacts/import/`: a `file` is looked through, an `id` of one that was is imported.
pub async fn put(State(app): State<App>, Extension(pages): Extension<Pages>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    if let Err(error) = caller.may(Action::Administer) {
        return Refusal::from(error).into_response();
    }
    let read = match forms::read(request, Some(&app.blobs)).await {
        Ok(read) => read,
        Err(error) => return Refusal(error).into_response(),
    };
    match step(&app, &caller, read).await {
        Ok(shown) => {
            // invariant: the path is constant.
            let request = Request::builder().uri(address::CONTACTS_IMPORT).body(Body::empty()).expect("a valid path");
            page::show_view(&app, &pages, request, View::Import(shown)).await
        }
        Err(error) if caller.agent.is_none() => Refusal::from(error).into_response(),
        Err(error) => {
            let error = ApiError::from(error);
            let code = StatusCode::from_u16(status(error.code)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let note = FormNote { message: error.message, fields: Vec::new() };
            page::show_again(&app, &pages, caller, address::CONTACTS_IMPORT, note, code).await
        }
    }
}

async fn step(app: &App, caller: &Caller, Read { fields, file }: Read) -> Result<ImportPage, Error> {
    if let Some(id) = fields.get("id") {
        let (app, caller, id) = (app.clone(), caller.clone(), id.clone());
        let print = fields.get("print").cloned().unwrap_or_default();
        // Whoever leaves the page has pressed the button all the same.
        let done = tokio::spawn(async move {
            let done = import::run(&app, &caller, &id, &print).await;
            done.inspect_err(|error| tracing::warn!(?error, "a table of contacts was not imported"))
        });
        // invariant: it does not panic, and nobody ends it.
        return Ok(ImportPage { done: Some(done.await.expect("it was imported, or refused")?), ..ImportPage::default() });
    }
    let bytes = forms::table(file).await?;
    Ok(ImportPage { preview: Some(import::preview(app, caller, &bytes).await?), ..ImportPage::default() })
}
