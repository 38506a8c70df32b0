//! What people change about themselves, by plain forms.

use super::forms;
use super::page::{Pages, answer_form};
use super::refusal::Refusal;
use super::{session, throttle};
use crate::domain::access::Action;
use crate::domain::time::Instant;
use crate::protocol::address;
use crate::protocol::error::{ApiError, Code};
use crate::protocol::form::FormNote;
use crate::protocol::view::{OwnSession, Profile};
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::service::profile;
use crate::server::state::App;
use crate::server::zone;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};

/// What the page shows.
pub async fn page(app: &App, caller: &Caller, note: FormNote) -> Result<Profile> {
    let zone = zone::load(&caller.time_zone, app.clock.now());
    let time = |at: Instant| zone.local(at);
    let sessions = profile::sessions(app, caller).await?.into_iter().map(|own| OwnSession {
        is_this: caller.session.as_deref() == Some(own.token_hash.as_str()),
        id: own.token_hash,
        device: own.device,
        began: time(own.created_at),
        used: time(own.seen_at),
    });
    let agent = caller.agent.clone().ok_or_else(|| refuse(Code::Forbidden, "Only people have a profile."))?;
    let (color, notify) = profile::choices(app, caller).await?;
    Ok(Profile { agent, color, notify, sessions: sessions.collect(), note })
}

/// `POST /whatsapp/profile/`: `act` is `name`, `notify`, `password`, `end` or `others`.
pub async fn put(State(app): State<App>, Extension(pages): Extension<Pages>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let (address, device) = (throttle::address(&app, request.headers(), request.extensions()), session::device(request.headers()));
    let mut fields = match forms::allowed(&caller, Action::Read, request).await {
        Ok(fields) => fields,
        Err(refusal) => return refusal.into_response(),
    };
    // Passwords are never shown again.
    let (now, new) = (fields.remove("password").unwrap_or_default(), fields.remove("new").unwrap_or_default());
    let field = |name: &str| fields.get(name).map(|value| value.trim()).unwrap_or_default();
    let done = match field("act") {
        "name" => profile::rename(&app, &caller, field("name"), fields.contains_key("color").then(|| forms::color(&fields))).await,
        "notify" => profile::set_notify(&app, &caller, field("notify")).await,
        // Whoever sits at a colleague's open browser must not find out their password by trying.
        "password" if !app.throttle.allows(caller.session.as_deref().unwrap_or_default(), address) => {
            return Refusal(ApiError::new(Code::TooManyAttempts, "Too many attempts. Wait a minute, then try again.")).into_response();
        }
        "password" => match profile::set_password(&app, &caller, now, new, &device).await {
            Ok(token) => return session::begun(&app, &token, address::PROFILE),
            Err(error) => Err(error),
        },
        "end" => profile::end_sessions(&app, &caller, Some(field("id"))).await,
        "others" => profile::end_sessions(&app, &caller, None).await,
        _ => Err(refuse(Code::Invalid, "The form could not be read. Reload the page.")),
    };
    answer_form(&app, &pages, caller, address::PROFILE, fields, done).await
}
