//! What people change about themselves: their name and colour, what they are told of, their password, where they are signed in.

use super::agents::{IDLE_MS, SESSION_MS, check_password, checked_name};
use super::{audit, team};
use crate::domain::access::Action;
use crate::domain::agent::{Agent, Notify};
use crate::domain::audit::Act;
use crate::domain::label;
use crate::protocol::error::Code;
use crate::protocol::event::Event;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::password;
use crate::server::secret::{new_token, token_hash};
use crate::server::state::App;
use crate::server::store::sessions::{self, Own};
use crate::server::store::{agents, events};

fn person(caller: &Caller) -> Result<(&Agent, &str)> {
    let person = caller.may(Action::Read)?.agent.as_ref().zip(caller.session.as_deref());
    person.ok_or_else(|| refuse(Code::Forbidden, "Only people have a profile."))
}

/// Where the caller is signed in, the session used last first.
pub async fn sessions(app: &App, caller: &Caller) -> Result<Vec<Own>> {
    let (me, _) = person(caller)?;
    let now = app.clock.now();
    Ok(sessions::list(&mut app.store.read().await?, &me.id, now, now.plus(-IDLE_MS)).await?)
}

/// The caller's colour (as a label's is kept; empty: none), and what they are told of while they look elsewhere.
pub async fn choices(app: &App, caller: &Caller) -> Result<(String, Notify)> {
    let (me, _) = person(caller)?;
    let known = agents::find(&mut app.store.read().await?, &me.id).await?;
    Ok(known.map(|agent| (agent.color, Notify::parse(&agent.notify).unwrap_or_default())).unwrap_or_default())
}

/// The caller is told of this from now on.
pub async fn set_notify(app: &App, caller: &Caller, word: &str) -> Result<()> {
    let (me, _) = person(caller)?;
    let notify = Notify::parse(word).ok_or_else(|| refuse(Code::Invalid, "Choose what you want to be told of."))?;
    let mut tx = app.store.write().await?;
    agents::set_notify(&mut tx, &me.id, notify).await?;
    Ok(tx.commit().await?)
}

/// The caller is called otherwise from now on, and has this colour; what they have written keeps the name it was signed with.
pub async fn rename(app: &App, caller: &Caller, name: &str, color: Option<&str>) -> Result<()> {
    let (me, _) = person(caller)?;
    let name = checked_name(name)?;
    let color = match color.map(str::trim) {
        None => None,
        Some("") => Some(String::new()),
        Some(color) => Some(label::color(color).ok_or_else(|| refuse(Code::Invalid, "The colour must be one of those offered, or written like #10b981."))?),
    };
    let mut tx = app.store.write().await?;
    let is_same = |other: &agents::Stored| other.id != me.id && other.disabled_at.is_none() && other.name.to_lowercase() == name.to_lowercase();
    if agents::list(&mut tx).await?.iter().any(is_same) {
        return Err(refuse(Code::Invalid, "A colleague is called so. Add something that tells you apart."));
    }
    let has_color = match &color {
        Some(color) => agents::set_color(&mut tx, &me.id, color).await?,
        None => false,
    };
    if agents::set_name(&mut tx, &me.id, &name).await? || has_color {
        audit::keep(&mut tx, caller, Act::PersonChanged, None, &format!("name {name}"), app.clock.now()).await?;
        team::changed(&mut tx, app.clock.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// Another password, for whoever knows the current one. Every session ends, also one that somebody else may share, and no link chooses
/// another password any more; the token of a new session.
pub async fn set_password(app: &App, caller: &Caller, current: String, new: String, device: &str) -> Result<String> {
    let (me, _) = person(caller)?;
    check_password(&new)?;
    let wrong = || refuse(Code::Invalid, "The current password is not right.");
    let stored = agents::find_by_email(&mut app.store.read().await?, &me.email).await?.map(|agent| agent.password_hash);
    if !password::verify(current, stored.clone()).await {
        return Err(wrong());
    }
    let hash = password::hash(new).await;
    let (token, now) = (new_token(), app.clock.now());
    let mut tx = app.store.write().await?;
    // Another one may have been chosen meanwhile, by whoever has a link.
    let is_current = agents::find_by_email(&mut tx, &me.email).await?.is_some_and(|agent| Some(agent.password_hash) == stored && agent.disabled_at.is_none());
    if !is_current {
        return Err(wrong());
    }
    agents::set_password(&mut tx, &me.email, &hash).await?;
    agents::drop_invitations(&mut tx, &me.id).await?;
    sessions::end_of_agent(&mut tx, &me.email).await?;
    sessions::add(&mut tx, &token_hash(&token), &me.id, now, now.plus(SESSION_MS), device).await?;
    audit::keep(&mut tx, caller, Act::PersonChanged, None, "password", now).await?;
    events::append(&mut tx, &[Event::AccessChanged], now).await?;
    tx.commit().await?;
    Ok(token)
}

/// Ends one of the caller's sessions, or (none named) all but this one; their sockets close at once.
pub async fn end_sessions(app: &App, caller: &Caller, which: Option<&str>) -> Result<()> {
    let (me, session) = person(caller)?;
    let mut tx = app.store.write().await?;
    match which {
        Some(which) => drop(sessions::end_own(&mut tx, &me.id, which).await?),
        None => sessions::end_others(&mut tx, &me.id, session).await?,
    }
    audit::keep(&mut tx, caller, Act::PersonChanged, None, "sessions", app.clock.now()).await?;
    events::append(&mut tx, &[Event::AccessChanged], app.clock.now()).await?;
    Ok(tx.commit().await?)
}
