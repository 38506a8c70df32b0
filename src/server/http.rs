//! HTTP: the routes, and what every request passes before it reaches a handler.
//!
//! A request passes, outermost first: security headers, errors get a sentence, panics become 500; and, through [`Door::Checked`],
//! host check, who is calling, not too often, is it from our own page.
//!
//! To add a route: its handler in the file of its noun, its line in [`routes`], its row in the permission test (`tests/matrix`).

pub mod assets;
pub mod audit;
pub mod contacts;
pub mod drafts;
pub mod emoji;
pub mod forms;
pub mod headers;
pub mod health;
pub mod import;
pub mod labels;
pub mod live;
pub mod media;
pub mod metrics;
pub mod numbers;
pub mod origin;
pub mod page;
pub mod people;
pub mod profile;
pub mod refusal;
pub mod replies;
pub mod rest;
pub mod session;
pub mod throttle;
pub mod webhook;

#[cfg(test)]
mod tests;

use super::state::App;
use assets::Site;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use axum_server::accept::NoDelayAcceptor;
use hyper_util::rt::TokioTimer;
use page::Pages;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;

/// Forms and REST bodies: a text of 4096 characters, escaped in every way, is far smaller.
const BODY_LIMIT: usize = 256 * 1024;
/// A file of 100 MB with what a form puts around it.
const UPLOAD_LIMIT: usize = 101 * 1024 * 1024;
/// How long a new connection may take to say what it wants.
const GREETING: Duration = Duration::from_secs(10);
/// How long a connection may be idle between two requests: longer than proxies keep theirs, or they would lose requests.
const IDLE: Duration = Duration::from_secs(75);
/// How long open requests may go on once the process is to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// One method of one path.
pub struct Route {
    /// The method; a route for GET also answers HEAD.
    pub method: Method,
    /// The path, with axum's placeholders.
    pub path: &'static str,
    door: Door,
    handler: MethodRouter<App>,
}

/// What stands before a handler.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    /// Right host, known caller, our own page; a small body.
    Checked,
    /// The same with a large body that takes its time: a file.
    Upload,
    /// Nothing: it checks for itself.
    Open,
}

/// Every route of the inbox. The permission test walks them.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Door::{Checked, Open, Upload};
    vec![
        read(Checked, "/", page::root),
        read(Checked, "/whatsapp/", page::root),
        read(Checked, "/whatsapp/inbox/", page::show),
        read(Checked, "/whatsapp/inbox/{phone_number}/", page::show),
        write(Upload, "/whatsapp/inbox/{phone_number}/send/", forms::send),
        write(Checked, "/whatsapp/inbox/conversation/{id}/label/", labels::mark),
        read(Checked, "/whatsapp/labels/", page::show),
        write(Checked, "/whatsapp/labels/", labels::put),
        read(Checked, "/whatsapp/contacts/", page::show),
        write(Checked, "/whatsapp/contacts/", contacts::put),
        read(Checked, "/whatsapp/contacts/export/", contacts::export),
        read(Checked, "/whatsapp/contacts/import/", page::show),
        write(Upload, "/whatsapp/contacts/import/", import::put),
        read(Checked, "/whatsapp/replies/", page::show),
        write(Upload, "/whatsapp/replies/", replies::put),
        read(Checked, "/whatsapp/replies/{id}/file/", replies::file),
        write(Upload, "/whatsapp/drafts/files/", drafts::put),
        read(Checked, "/whatsapp/drafts/files/{id}/", drafts::file),
        read(Checked, "/whatsapp/accounts/", page::show),
        write(Checked, "/whatsapp/accounts/", numbers::put),
        read(Checked, "/whatsapp/people/", page::show),
        write(Checked, "/whatsapp/people/", people::put),
        read(Checked, "/whatsapp/audit/", page::show),
        read(Checked, "/whatsapp/profile/", page::show),
        write(Checked, "/whatsapp/profile/", profile::put),
        read(Checked, "/whatsapp/invitation/", page::show),
        write(Checked, "/whatsapp/invitation/", people::accept),
        read(Checked, "/whatsapp/sign-in/", page::show),
        write(Checked, "/whatsapp/sign-in/", session::sign_in),
        write(Checked, "/whatsapp/sign-out/", session::sign_out),
        read(Checked, "/whatsapp/set-up/", page::show),
        write(Checked, "/whatsapp/set-up/", session::set_up),
        write(Checked, "/whatsapp/fn/{*name}", page::server_function),
        read(Checked, "/whatsapp/live", live::upgrade),
        read(Checked, "/whatsapp/live/events", live::poll),
        read(Checked, "/whatsapp/api/chats/", rest::chats),
        read(Checked, "/whatsapp/api/search/", rest::search),
        read(Checked, "/whatsapp/api/chats/{phone_number}/messages/", rest::messages),
        write(Checked, "/whatsapp/api/send-message/", rest::send_message),
        write(Checked, "/whatsapp/api/send-location/", rest::send_location),
        write(Upload, "/whatsapp/api/send-media/", rest::send_media),
        write(Checked, "/whatsapp/api/send-template/", rest::send_template),
        write(Checked, "/whatsapp/api/mark-read/", rest::mark_read),
        read(Checked, "/whatsapp/media/{id}/", media::show),
        read(Checked, "/whatsapp/media/{id}/thumbnail/", media::thumbnail),
        read(Checked, "/whatsapp/emoji/", emoji::list),
        read(Checked, "/metrics", metrics::show),
        read(Open, "/whatsapp/webhook/", webhook::handshake),
        write(Open, "/whatsapp/webhook/", webhook::receive),
        read(Open, "/healthz", health::show),
    ]
}

fn read<T: 'static>(door: Door, path: &'static str, handler: impl Handler<T, App>) -> Route {
    Route { method: Method::GET, path, door, handler: get(handler) }
}

fn write<T: 'static>(door: Door, path: &'static str, handler: impl Handler<T, App>) -> Route {
    Route { method: Method::POST, path, door, handler: post(handler) }
}

/// The routes with everything around them.
pub fn router(app: App, pages: Pages, site: Site) -> Router {
    let behind =
        |door| routes().into_iter().filter(move |route| route.door == door).fold(Router::new(), |router, route| router.route(route.path, route.handler));
    behind(Door::Checked)
        .layer(from_fn(refusal::bound_time))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .merge(behind(Door::Upload).layer(from_fn(refusal::bound_upload)).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)))
        .layer(from_fn_with_state(app.clone(), origin::check))
        .layer(from_fn_with_state(app.clone(), throttle::check))
        .layer(from_fn_with_state(app.clone(), session::identify))
        .layer(from_fn_with_state(app.clone(), origin::check_host))
        .merge(behind(Door::Open))
        .fallback(assets::serve)
        .layer(axum::Extension(pages))
        .layer(axum::Extension(site))
        .layer(CatchPanicLayer::custom(refusal::panicked))
        .layer(from_fn(refusal::name_errors))
        .layer(from_fn_with_state(app.clone(), headers::add))
        .with_state(app)
}

/// Serves until the process is to stop, and then until what is in hand is answered. Slow starters are cut off (`axum-server` can do
/// that, axum's own `serve` cannot).
pub async fn serve(app: &App, listener: TcpListener, router: Router) -> std::io::Result<()> {
    // Each page holds a file descriptor; many systems begin with a thousand.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit on open files could not be raised");
    }
    let handle = axum_server::Handle::new();
    let mut server = axum_server::from_tcp(listener.into_std()?)?.handle(handle.clone()).first_request_timeout(GREETING).acceptor(NoDelayAcceptor::new());
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(IDLE);
    server.http_builder().http2().timer(TokioTimer::new()).keep_alive_interval(Some(IDLE)).keep_alive_timeout(GREETING);
    let stopping = app.stopping.clone();
    tokio::spawn(async move {
        stopping.cancelled().await;
        handle.graceful_shutdown(Some(FAREWELL));
    });
    server.serve(router.into_make_service_with_connect_info::<SocketAddr>()).await
}

/// Reads a form as every handler of one would.
#[cfg(any(test, fuzzing))]
pub fn fuzz_request(bytes: &[u8]) {
    use axum::body::Body;
    use axum::extract::{Form, FromRequest, Request};
    let (kind, body) = match bytes.split_first() {
        Some((b'm', rest)) => ("multipart/form-data; boundary=b", rest),
        Some((_, rest)) => ("application/x-www-form-urlencoded", rest),
        None => ("", bytes),
    };
    let request = || {
        let request = Request::builder().method("POST").uri("/").header("content-type", kind).body(Body::from(body.to_vec()));
        // invariant: the parts are constant.
        request.expect("a valid request")
    };
    // invariant: no system refuses a runtime without threads.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let _ = forms::read(request(), None).await;
        let _ = Form::<session::SignIn>::from_request(request(), &()).await;
        let _ = Form::<session::SetUp>::from_request(request(), &()).await;
    });
}

/// Reads a query as every handler of one would.
#[cfg(any(test, fuzzing))]
pub fn fuzz_query(query: &str) {
    use axum::extract::Query;
    let escaped: String = query
        .chars()
        .map(|c| if c.is_ascii_graphic() && !"<>\"\\^`{|}".contains(c) { c.to_string() } else { crate::protocol::address::encode(&c.to_string()) })
        .collect();
    let Ok(uri) = format!("/?{escaped}").parse::<axum::http::Uri>() else { return };
    let _ = Query::<live::Place>::try_from_uri(&uri);
    let _ = Query::<rest::Page>::try_from_uri(&uri);
    let _ = Query::<webhook::Handshake>::try_from_uri(&uri);
    let _ = crate::server::service::conversations::read_cursor(query);
    assert!(page::own_path(query).starts_with("/whatsapp/"));
}
