//! Pages, rendered complete on the server (the browser takes over the inbox); and the server functions they call. The only file that names `leptos_axum`.

use super::forms::Fields;
use super::headers::page_policy;
use super::refusal::Refusal;
use super::{audit, contacts, labels, numbers, people, profile, replies};
use crate::domain::access::Action;
use crate::domain::id::AccountId;
use crate::protocol::address;
use crate::protocol::error::{ApiError, Code};
use crate::protocol::form::FormNote;
use crate::protocol::snapshot::Open;
use crate::protocol::view::{First, ImportPage, View};
use crate::server::caller::Caller;
use crate::server::error::status;
use crate::server::service::conversations;
use crate::server::state::App;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::context::provide_context;
use leptos::prelude::{AnyView, expect_context};
use leptos_axum::ResponseOptions;
use std::collections::HashMap;

/// What the page's outermost component needs of the server.
pub struct Head {
    /// For the scripts of this response.
    pub nonce: String,
    /// Which build serves.
    pub build: String,
    /// The port of the reload socket under `cargo leptos watch`.
    pub options: leptos::config::LeptosOptions,
    /// Which page.
    pub view: View,
}

/// The page, as `main` hands it over.
#[derive(Clone)]
pub struct Pages {
    /// Renders the whole document.
    shell: fn(Head) -> AnyView,
    /// The run-time options of Leptos.
    options: leptos::config::LeptosOptions,
}

impl Pages {
    /// The page and its options, with Leptos told to run its tasks on tokio. (Its own route list, which is not used here, would do that.)
    #[must_use]
    pub fn new(shell: fn(Head) -> AnyView, options: leptos::config::LeptosOptions) -> Self {
        // It may be set already, by another router of the same process.
        let _ = any_spawner::Executor::init_tokio();
        Self { shell, options }
    }
}

/// `/` leads to the inbox.
pub async fn root() -> Redirect {
    Redirect::to(address::INBOX)
}

/// A page for whoever calls: people who are not signed in go to the sign-in page and come back afterwards.
pub async fn show(State(app): State<App>, Extension(pages): Extension<Pages>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let path = request.uri().path();
    let is_open = [address::SIGN_IN, address::SET_UP, address::INVITATION].contains(&path);
    if caller.agent.is_none() && !is_open {
        let wanted = request.uri().path_and_query().map_or(address::INBOX, |whole| whole.as_str());
        return Redirect::to(&format!("{}?next={}", address::SIGN_IN, address::encode(wanted))).into_response();
    }
    // Whoever is signed in needs none of these; an invitation may be a colleague's, on a shared machine.
    if caller.agent.is_some() && is_open && path != address::INVITATION {
        return Redirect::to(address::INBOX).into_response();
    }
    if let Some((segment, account)) = of_account(request.uri()) {
        return match conversations::find(&app, &caller, &segment, Some(&account)).await {
            Ok(row) => Redirect::to(&address::thread(row.id.as_str())).into_response(),
            Err(error) => {
                let (status, view) = refused(error.into(), String::new());
                let mut response = show_view(&app, &pages, request, view).await;
                *response.status_mut() = status;
                response
            }
        };
    }
    render(&app, &pages, caller, request, FormNote::default()).await
}

/// A thread's address that says which of our numbers it means: `?account_id=`.
fn of_account(uri: &Uri) -> Option<(String, AccountId)> {
    let segment = address::segment_of(uri.path())?;
    let Query(mut query) = Query::<HashMap<String, String>>::try_from_uri(uri).ok()?;
    let account = query.remove("account_id").filter(|account| !account.is_empty())?;
    Some((segment, AccountId(account)))
}

/// The page of a form that could not be taken, with what was typed.
pub async fn show_again(app: &App, pages: &Pages, caller: Caller, path: &str, note: FormNote, status: StatusCode) -> Response {
    // invariant: callers pass constant paths, or segments they have encoded.
    let request = Request::builder().uri(path).body(Body::empty()).expect("a valid path");
    let mut response = render(app, pages, caller, request, note).await;
    *response.status_mut() = status;
    response
}

/// The answer to a form of a page: the page anew, or with what is wrong and what was typed.
pub async fn answer_form(app: &App, pages: &Pages, caller: Caller, path: &str, fields: Fields, done: crate::server::error::Result<()>) -> Response {
    let error = match done {
        Ok(()) => return Redirect::to(path).into_response(),
        Err(error) => ApiError::from(error),
    };
    if caller.agent.is_none() {
        return Refusal(error).into_response();
    }
    let code = StatusCode::from_u16(status(error.code)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    show_again(app, pages, caller, path, FormNote { message: error.message, fields: fields.into_iter().collect() }, code).await
}

async fn render(app: &App, pages: &Pages, caller: Caller, request: Request, note: FormNote) -> Response {
    let (status, view) = view(app, &caller, request.uri(), note).await;
    let mut response = show_view(app, pages, request, view).await;
    *response.status_mut() = status;
    response
}

/// A page with this on it.
pub async fn show_view(app: &App, pages: &Pages, request: Request, view: View) -> Response {
    let (pages, build) = (pages.clone(), app.build.clone());
    let shell = move || {
        let nonce = leptos::nonce::use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
        if let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce)) {
            expect_context::<ResponseOptions>().insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        (pages.shell)(Head { nonce, build: build.clone(), options: pages.options.clone(), view: view.clone() })
    };
    leptos_axum::render_app_async(shell)(request).await
}

/// What a path shows, and the status it is shown with.
async fn view(app: &App, caller: &Caller, uri: &Uri, note: FormNote) -> (StatusCode, View) {
    let asked = |name: &str| {
        let query = Query::<HashMap<String, String>>::try_from_uri(uri).ok();
        query.and_then(|Query(mut query)| query.remove(name)).unwrap_or_else(|| note.field(name))
    };
    let filter = address::filter_of(uri.path_and_query().map_or("", |whole| whole.as_str()));
    match uri.path() {
        address::SIGN_IN => (StatusCode::OK, View::SignIn { next: asked("next"), note }),
        address::INVITATION => (StatusCode::OK, View::Invitation { token: asked("token"), note }),
        address::NUMBERS => match numbers::page(app, caller, note).await {
            Ok(page) => (StatusCode::OK, View::Numbers(page)),
            Err(error) => refused(error.into(), String::new()),
        },
        address::PEOPLE => match people::page(app, caller, note).await {
            Ok(page) => (StatusCode::OK, View::People(page)),
            Err(error) => refused(error.into(), String::new()),
        },
        address::AUDIT => match audit::page(app, caller, &asked).await {
            Ok(page) => (StatusCode::OK, View::Audit(page)),
            Err(error) => refused(error.into(), String::new()),
        },
        address::PROFILE => match profile::page(app, caller, note).await {
            Ok(page) => (StatusCode::OK, View::Profile(page)),
            Err(error) => refused(error.into(), String::new()),
        },
        address::SET_UP => (StatusCode::OK, View::SetUp { token: asked("token"), note }),
        address::LABELS => match labels::page(app, caller, note).await {
            Ok(page) => (StatusCode::OK, View::Labels(page)),
            Err(error) => refused(error.into(), String::new()),
        },
        address::CONTACTS => match contacts::page(app, caller, &asked, note.clone()).await {
            Ok(page) => (StatusCode::OK, View::Contacts(page)),
            Err(error) => refused(error.into(), String::new()),
        },
        address::CONTACTS_IMPORT => match caller.may(Action::Administer) {
            Ok(_) => (StatusCode::OK, View::Import(ImportPage { note, ..ImportPage::default() })),
            Err(error) => refused(error.into(), String::new()),
        },
        address::REPLIES => match replies::page(app, caller, note).await {
            Ok(page) => (StatusCode::OK, View::Replies(page)),
            Err(error) => refused(error.into(), String::new()),
        },
        path => match conversations::snapshot(app, caller, address::segment_of(path).as_deref(), filter).await {
            Ok(snapshot) if note.message.is_empty() || is_thread_of(&snapshot.open, &note) => {
                // Also without such a conversation: it is shown as soon as its customer writes.
                (StatusCode::OK, View::Inbox(Box::new(First { snapshot, note })))
            }
            Ok(_) => (StatusCode::OK, View::Refused { kept: note.field("body"), error: ApiError::new(Code::NotPossible, note.message) }),
            Err(error) => refused(error.into(), note.field("body")),
        },
    }
}

fn refused(error: ApiError, kept: String) -> (StatusCode, View) {
    (StatusCode::from_u16(status(error.code)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), View::Refused { error, kept })
}

/// Whether a refused form was meant for the thread that is open.
fn is_thread_of(open: &Open, note: &FormNote) -> bool {
    let account = note.field("account_id");
    matches!(open, Open::Thread(thread) if account.is_empty() || account == thread.conversation.account_id.as_str())
}

/// `/whatsapp/fn/…`: the functions that pages call. Origin and caller were established before.
pub async fn server_function(State(app): State<App>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let context = move || {
        provide_context(app.clone());
        provide_context(caller.clone());
    };
    let response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR { name_unreadable(response).await } else { response }
}

/// The framework answers 500 to arguments that cannot be read. Ours are 500 only if they say `internal`.
async fn name_unreadable(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 64 * 1024).await.unwrap_or_default();
    let is_ours = serde_json::from_slice::<ApiError>(&body).is_ok_and(|error| error.code == Code::Internal);
    if is_ours {
        return Response::from_parts(parts, Body::from(body));
    }
    Refusal(ApiError::new(Code::Invalid, "The request could not be read. Reload the page.")).into_response()
}

/// Sets the status of the answer that is being made, if one is.
pub fn set_status(code: u16) {
    if let (Some(options), Ok(status)) = (leptos::prelude::use_context::<ResponseOptions>(), StatusCode::from_u16(code)) {
        options.set_status(status);
    }
}

/// Where to go after signing in: only a path of our own.
#[must_use]
pub fn own_path(next: &str) -> &str {
    let ours = next.starts_with("/whatsapp/") && !next.contains("//") && !next.contains('\\') && next.bytes().all(|b| b.is_ascii_graphic());
    if ours { next } else { address::INBOX }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_leads_only_to_our_own_pages() {
        assert_eq!(own_path("/whatsapp/inbox/4477/?q=a"), "/whatsapp/inbox/4477/?q=a");
        for foreign in ["", "https://evil.example", "//evil.example", "/whatsapp//evil.example", "/whatsapp/\\evil", "/other/", "/whatsapp/\r\nSet-Cookie: x"] {
            assert_eq!(own_path(foreign), "/whatsapp/inbox/");
        }
    }
}
