//! Labels by plain forms: the page of all of them, and the Django app's way to put one on a conversation.

use super::forms;
use super::page::{Pages, answer_form};
use super::refusal::Refusal;
use crate::domain::access::Action;
use crate::domain::id::{ConversationId, LabelId};
use crate::protocol::address;
use crate::protocol::command::Handle;
use crate::protocol::error::{ApiError, Code};
use crate::protocol::form::FormNote;
use crate::protocol::view::{LabelUse, Labels};
use crate::server::caller::Caller;
use crate::server::error::Result;
use crate::server::service::{labels, team};
use crate::server::state::App;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

/// What the page shows.
pub async fn page(app: &App, caller: &Caller, note: FormNote) -> Result<Labels> {
    let all = labels::list(app, caller).await?;
    let labels = all.into_iter().map(|(label, count, contacts)| LabelUse { label: label.shown(), kept_color: label.color, count, contacts }).collect();
    Ok(Labels { labels, may_delete: caller.is_admin(), note })
}

/// `POST /whatsapp/labels/`: makes (no `id`), changes or (`delete`) deletes one; 303 to the page, or the page again with what is wrong.
pub async fn put(State(app): State<App>, Extension(pages): Extension<Pages>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let fields = match forms::allowed(&caller, Action::Label, request).await {
        Ok(fields) => fields,
        Err(refusal) => return refusal.into_response(),
    };
    let field = |name: &str| fields.get(name).map(|value| value.trim()).unwrap_or_default();
    let id = Some(field("id")).filter(|id| !id.is_empty()).map(LabelId::from);
    let done = if let (Some(id), true) = (&id, fields.contains_key("delete")) {
        labels::delete(&app, &caller, id).await
    } else {
        let was = fields.contains_key("was_name").then(|| (field("was_name"), field("was_color")));
        labels::put(&app, &caller, id, field("name"), forms::color(&fields), was).await
    };
    answer_form(&app, &pages, caller, address::LABELS, fields, done).await
}

/// `POST /whatsapp/inbox/conversation/<id>/label/`: `label` is the name; one that is not there is made, an empty one takes it off.
pub async fn mark(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> std::result::Result<Json<Value>, Refusal> {
    let mut fields = forms::allowed(&caller, Action::Label, request).await?;
    let name =
        fields.remove("label").ok_or_else(|| Refusal(ApiError::new(Code::Invalid, "`label` is missing: the label's name, or nothing to take it off.")))?;
    team::handle(&app, &caller, &ConversationId(id), Handle::Label(name), None).await?;
    Ok(Json(json!({"status": "ok"})))
}
