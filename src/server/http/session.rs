//! Who is calling: the session cookie or an API key; signing in and out; the first admin's set-up.

use super::page::{self, Pages};
use super::refusal::Refusal;
use super::throttle;
use crate::domain::access::Principal;
use crate::domain::agent::{Agent, Role};
use crate::domain::time::MINUTE_MS;
use crate::protocol::error::{ApiError, Code};
use crate::protocol::form::FormNote;
use crate::server::caller::Caller;
use crate::server::error::{Result, status};
use crate::server::secret::token_hash;
use crate::server::service::agents::{self, IDLE_MS, NewAgent, SESSION_MS};
use crate::server::state::App;
use crate::server::store::{accounts, agents as keys, sessions};
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;

/// Finds out who calls and puts the [`Caller`] beside the request. With `X-API-Key`, cookies are ignored.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let caller = match headers.get("x-api-key") {
        Some(key) => by_key(&app, key).await,
        None => match cookie(&app, headers) {
            Some(token) => by_session(&app, &token_hash(token)).await,
            None => Ok(Caller::nobody()),
        },
    };
    match caller {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => Refusal::from(error).into_response(),
    }
}

async fn by_key(app: &App, key: &HeaderValue) -> Result<Caller> {
    let Ok(key) = key.to_str() else { return Ok(Caller::nobody()) };
    let mut tx = app.store.read().await?;
    Ok(keys::find_key(&mut tx, &token_hash(key)).await?.map_or_else(Caller::nobody, |key| Caller {
        principal: Principal::ApiKey { id: key.id },
        name: key.name,
        ..Caller::nobody()
    }))
}

/// The caller of a session; nobody if it is over.
pub async fn by_session(app: &App, session: &str) -> Result<Caller> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let Some(found) = sessions::find(&mut tx, session, now, now.plus(-IDLE_MS)).await? else { return Ok(Caller::nobody()) };
    let limits = accounts::list_limits(&mut tx, found.agent_id.as_str()).await?;
    drop(tx);
    if now.since(found.seen_at) > MINUTE_MS {
        tokio::spawn(touch(app.clone(), session.to_owned()));
    }
    let role = Role::parse(&found.role).unwrap_or(Role::Agent);
    Ok(Caller {
        principal: Principal::Agent { id: found.agent_id.clone(), role, accounts: (!limits.is_empty()).then_some(limits) },
        agent: Some(Agent { id: found.agent_id, name: found.name.clone(), email: found.email, role }),
        name: found.name,
        time_zone: found.time_zone,
        valid_until: found.expires_at.min(found.seen_at.plus(IDLE_MS)),
        session: Some(session.to_owned()),
    })
}

/// Remembers that a session was used. Nothing waits for it: a busy writer must not make reads fail.
async fn touch(app: App, session: String) {
    let noted = async {
        let mut tx = app.store.write().await?;
        sessions::touch(&mut tx, &session, app.clock.now()).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        tracing::warn!(%error, "the use of a session could not be noted");
    }
}

/// `__Host-` pins the cookie to this host and path, but browsers take it only over https.
fn cookie_name(app: &App) -> &'static str {
    if app.config.is_https() { "__Host-inbox" } else { "inbox" }
}

fn cookie<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    let name = cookie_name(app);
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn set_cookie(app: &App, value: &str, seconds: i64) -> HeaderValue {
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", cookie_name(app));
    // invariant: tokens are base64 and the rest is constant.
    HeaderValue::from_str(&text).expect("a valid header")
}

/// The sign-in form.
#[derive(Deserialize)]
pub struct SignIn {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    time_zone: String,
}

/// `POST /whatsapp/sign-in/`: a new session, or the form again with a sentence.
pub async fn sign_in(State(app): State<App>, Extension(pages): Extension<Pages>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let address = throttle::address(&app, request.headers(), request.extensions());
    let device = device(request.headers());
    let form = match read_form::<SignIn>(request).await {
        Ok(form) => form,
        Err(refusal) => return refusal.into_response(),
    };
    let attempt = if app.throttle.allows(&form.email, address) {
        agents::sign_in(&app, &form.email, form.password, &form.time_zone, &device).await.map_err(ApiError::from)
    } else {
        Err(ApiError::new(Code::TooManyAttempts, "Too many attempts. Wait a minute, then try again."))
    };
    match attempt {
        Ok(token) => {
            if let Some(session) = &caller.session
                && let Err(error) = agents::sign_out(&app, session).await
            {
                return Refusal::from(error).into_response();
            }
            begun(&app, &token, page::own_path(&form.next))
        }
        Err(error) => {
            let note = FormNote { message: error.message, fields: vec![("email".into(), form.email), ("next".into(), form.next)] };
            page::show_again(&app, &pages, Caller::nobody(), "/whatsapp/sign-in/", note, code_status(error.code)).await
        }
    }
}

/// `POST /whatsapp/sign-out/`: ends the session and its sockets.
pub async fn sign_out(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    if let Some(session) = &caller.session
        && let Err(error) = agents::sign_out(&app, session).await
    {
        return Refusal::from(error).into_response();
    }
    let mut response = Redirect::to("/whatsapp/sign-in/").into_response();
    response.headers_mut().insert(header::SET_COOKIE, set_cookie(&app, "", 0));
    response
}

/// The set-up form.
#[derive(Deserialize)]
pub struct SetUp {
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    time_zone: String,
}

/// `POST /whatsapp/set-up/`: the first admin, by the one-time link.
pub async fn set_up(State(app): State<App>, Extension(pages): Extension<Pages>, request: Request) -> Response {
    let address = throttle::address(&app, request.headers(), request.extensions());
    let device = device(request.headers());
    let form = match read_form::<SetUp>(request).await {
        Ok(form) => form,
        Err(refusal) => return refusal.into_response(),
    };
    let token = form.token.unwrap_or_default();
    let new =
        NewAgent { email: form.email.clone(), name: form.name.clone(), password: form.password.clone(), role: Role::Admin, time_zone: form.time_zone.clone() };
    let done = if app.throttle.allows("set-up", address) {
        agents::set_up(&app, &token, new).await.map_err(ApiError::from)
    } else {
        Err(ApiError::new(Code::TooManyAttempts, "Too many attempts. Wait a minute, then try again."))
    };
    match done {
        Ok(()) => signed_in(&app, &form.email, form.password, &form.time_zone, &device).await,
        Err(error) => {
            let fields = vec![("email".into(), form.email), ("name".into(), form.name), ("token".into(), token)];
            let note = FormNote { message: error.message, fields };
            page::show_again(&app, &pages, Caller::nobody(), "/whatsapp/set-up/", note, code_status(error.code)).await
        }
    }
}

/// Leads on, with the cookie of a session that has just begun.
#[must_use]
pub fn begun(app: &App, token: &str, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    response.headers_mut().insert(header::SET_COOKIE, set_cookie(app, token, SESSION_MS / 1000));
    response
}

/// Leads somebody whose password was just chosen to the inbox, with a new session.
pub async fn signed_in(app: &App, email: &str, password: String, time_zone: &str, device: &str) -> Response {
    match agents::sign_in(app, email, password, time_zone, device).await {
        Ok(session) => begun(app, &session, "/whatsapp/inbox/"),
        Err(error) => Refusal::from(error).into_response(),
    }
}

/// What a browser calls itself, in words: the first of each that fits, as browsers also name those before them.
#[must_use]
pub fn device(headers: &HeaderMap) -> String {
    const BROWSERS: [(&str, &str); 6] =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    const SYSTEMS: [(&str, &str); 6] =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "a Mac"), ("Linux", "Linux")];
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let named = |known: &[(&str, &'static str)]| known.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name);
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

async fn read_form<T: serde::de::DeserializeOwned>(request: Request) -> std::result::Result<T, Refusal> {
    let form = Form::<T>::from_request(request, &()).await;
    form.map(|Form(form)| form).map_err(|_| Refusal(ApiError::new(Code::Invalid, "The form could not be read.")))
}

fn code_status(code: Code) -> StatusCode {
    StatusCode::from_u16(status(code)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
