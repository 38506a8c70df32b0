//! Quick replies by plain forms.

use super::forms;
use super::page::{Pages, answer_form};
use crate::domain::access::Action;
use crate::protocol::address;
use crate::protocol::form::FormNote;
use crate::protocol::view::Replies;
use crate::server::caller::Caller;
use crate::server::error::Result;
use crate::server::service::replies::{self, Form};
use crate::server::state::App;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};

/// What the page shows.
pub async fn page(app: &App, caller: &Caller, note: FormNote) -> Result<Replies> {
    Ok(Replies { replies: replies::list(app, caller).await?, is_admin: caller.is_admin(), note })
}

/// `POST /whatsapp/replies/`: makes (no `id`), changes or (`delete`) deletes one.
pub async fn put(State(app): State<App>, Extension(pages): Extension<Pages>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let fields = match forms::allowed(&caller, Action::Handle, request).await {
        Ok(fields) => fields,
        Err(refusal) => return refusal.into_response(),
    };
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let id = Some(field("id")).filter(|id| !id.is_empty());
    let done = match id {
        Some(id) if fields.contains_key("delete") => replies::delete(&app, &caller, id).await,
        _ => {
            let form = Form { id, shortcut: field("shortcut"), body: field("body"), is_shared: !field("shared").is_empty() };
            replies::put(&app, &caller, form).await
        }
    };
    answer_form(&app, &pages, caller, address::REPLIES, fields, done).await
}
