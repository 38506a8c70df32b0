//! The address book by plain forms.

use super::forms;
use super::page::{Pages, answer_form};
use super::refusal::Refusal;
use crate::domain::access::Action;
use crate::domain::id::{AccountId, ContactId, LabelId};
use crate::protocol::address;
use crate::protocol::beside::ContactField;
use crate::protocol::form::{FormNote, LABEL_FIELD};
use crate::protocol::view::{ContactCard, Contacts};
use crate::server::caller::Caller;
use crate::server::error::Result;
use crate::server::phone;
use crate::server::service::{accounts, contact_field, contacts};
use crate::server::state::App;
use crate::server::store::book::{Edit, Entry};
use crate::server::zone;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

/// What the page shows: what is searched for, and from where on.
pub async fn page(app: &App, caller: &Caller, asked: impl Fn(&str) -> String, note: FormNote) -> Result<Contacts> {
    let (q, label, before) = (asked("q"), asked("label"), asked("before"));
    let page = contacts::list(app, caller, &q, &label, &before).await?;
    let zone = zone::load(&caller.time_zone, app.clock.now());
    let now = app.clock.now();
    let chat = |entry: &Entry| match (&entry.wa_id, &entry.user_id) {
        (Some(number), _) if !page.threads.contains(&entry.id) => address::begin(number, &entry.given_name),
        (number, user_id) => address::thread(number.as_ref().or(user_id.as_ref()).map(String::as_str).unwrap_or_default()),
    };
    let shown = |entry: Entry| ContactCard {
        chat: chat(&entry),
        shown_name: entry.shown_name(),
        address: entry.address(),
        edit: entry.edit(),
        since: (entry.first_seen_at <= now).then(|| zone.local(entry.first_seen_at)),
        id: entry.id,
        name: entry.name,
        has_stopped: entry.has_stopped > 0,
        is_blocked: entry.blocked_at.is_some(),
    };
    let accounts = accounts::list_connected(app, caller).await?;
    let mut homes: Vec<String> = accounts.iter().filter_map(|account| phone::home(&account.phone)).collect();
    homes.sort();
    homes.dedup();
    Ok(Contacts {
        contacts: page.contacts.into_iter().map(shown).collect(),
        next: page.next,
        accounts,
        homes,
        begun: (asked("number"), asked("name"), asked("account_id")),
        q,
        label,
        labels: page.labels,
        is_admin: caller.is_admin(),
        note,
    })
}

/// `POST /whatsapp/contacts/`: keeps what is known of one (`id`), blocks them (`block=on`) or not (`off`), or leads to the conversation
/// with a `number`, begun if there is none.
pub async fn put(State(app): State<App>, Extension(pages): Extension<Pages>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let fields = match forms::allowed(&caller, Action::Handle, request).await {
        Ok(fields) => fields,
        Err(refusal) => return refusal.into_response(),
    };
    // No engine can hold NUL; forms end lines in their own way.
    let given = |name: &str| fields.get(name).map(|value| value.trim().replace(['\0', '\r'], ""));
    let field = |name: &str| given(name).unwrap_or_default();
    let done = if field("id").is_empty() {
        match contacts::begin(&app, &caller, &AccountId(field("account_id")), &field("number"), &field("name")).await {
            Ok(conversation) => return Redirect::to(&address::thread(conversation.id.as_str())).into_response(),
            Err(error) => Err(error),
        }
    } else if !field("block").is_empty() {
        contacts::block(&app, &caller, &ContactId(field("id")), field("block") == "on").await
    } else {
        let (had, has) = (field("had_labels"), labels(&fields));
        let had: Vec<LabelId> = had.split(' ').filter(|id| !id.is_empty()).map(|id| LabelId(id.to_owned())).collect();
        let change = |known: &mut Edit| {
            contact_field::replace(&mut known.given_name, given("was_given_name"), field("given_name"))?;
            contact_field::replace(&mut known.email, given("was_email"), field("email"))?;
            contact_field::replace(&mut known.notes, given("was_notes"), field("notes"))?;
            let no_marketing = !field("no_marketing").is_empty();
            // A colleague's mark stays, unless this one was changed, too.
            if given("was_no_marketing").is_none_or(|was| was.is_empty() == no_marketing) {
                known.no_marketing = no_marketing;
            }
            // What a colleague put on or took off meanwhile stays so.
            let both = had.iter().chain(&has);
            for label in both.filter(|label| had.contains(label) != has.contains(label)) {
                known.put(ContactField::Label(label.clone(), has.contains(label)));
            }
            Ok(())
        };
        contacts::save(&app, &caller, &ContactId(field("id")), change).await
    };
    let back = address::contacts(&field("q"), &field("label"), &field("before"));
    answer_form(&app, &pages, caller, &back, fields, done).await
}

/// The labels that are ticked.
fn labels(fields: &forms::Fields) -> Vec<LabelId> {
    let ids = fields.keys().filter_map(|name| name.strip_prefix(LABEL_FIELD));
    // No engine can hold NUL.
    ids.map(|id| LabelId(id.replace('\0', ""))).collect()
}

/// `GET /whatsapp/contacts/export/`: all of them as CSV, for admins.
pub async fn export(State(app): State<App>, Extension(caller): Extension<Caller>) -> std::result::Result<Response, Refusal> {
    let table = contacts::export(&app, &caller).await?;
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"contacts.csv\"")];
    Ok((headers, table).into_response())
}
