//! Agents: set-up, sign-in, sign-out, and the command line's management of agents and keys.

use super::team;
use crate::domain::agent::{Notify, Role};
use crate::domain::audit::Act;
use crate::domain::id::AgentId;
use crate::domain::time::{DAY_MS, Instant};
use crate::protocol::error::Code;
use crate::protocol::event::Event;
use crate::server::clock::new_id;
use crate::server::error::{Error, Result, refuse};
use crate::server::password;
use crate::server::secret::{new_token, token_hash};
use crate::server::state::App;
use crate::server::store::agents::Stored;
use crate::server::store::{Lock, Store, agents, audit, events, sessions};
use crate::server::zone;

/// A session ends after this long whatever happens.
pub const SESSION_MS: i64 = 30 * DAY_MS;
/// A session not used for so long is over.
pub const IDLE_MS: i64 = 7 * DAY_MS;
/// A set-up link is valid for a day.
pub const SETUP_MS: i64 = DAY_MS;

/// What it takes to make an agent.
pub struct NewAgent {
    /// Signs in with it.
    pub email: String,
    /// Shown on messages.
    pub name: String,
    /// In the clear, once.
    pub password: String,
    /// What they may do.
    pub role: Role,
    /// From their browser; nonsense becomes UTC.
    pub time_zone: String,
}

/// Adds an agent.
pub async fn add(store: &Store, new: NewAgent, now: Instant) -> Result<AgentId> {
    let agent = checked(new).await?;
    let mut tx = store.write().await?;
    match agents::add(&mut tx, &agent, now).await {
        Err(error) if error.is_unique_violation() => Err(refuse(Code::Invalid, format!("There is an agent with the e-mail {} already.", agent.email))),
        Err(error) => Err(error.into()),
        Ok(()) => {
            team::changed(&mut tx, now).await?;
            tx.commit().await?;
            Ok(agent.id)
        }
    }
}

/// Whether it looks like an e-mail address; whether there is one, only a letter to it can tell.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let plausible = text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !text.contains(char::is_whitespace));
    plausible && text.len() <= 254
}

async fn checked(new: NewAgent) -> Result<Stored> {
    let email = new.email.trim().to_lowercase();
    if !is_email(&email) {
        return Err(refuse(Code::Invalid, "That is not an e-mail address. It looks like mira@shop.example."));
    }
    let name = checked_name(&new.name)?;
    check_password(&new.password)?;
    let time_zone = if zone::is_known(&new.time_zone) { new.time_zone } else { "UTC".to_owned() };
    Ok(Stored {
        id: AgentId(new_id()),
        email,
        name,
        role: new.role.as_str().to_owned(),
        password_hash: password::hash(new.password).await,
        time_zone,
        locale: "en".to_owned(),
        disabled_at: None,
        color: String::new(),
        notify: Notify::default().as_str().to_owned(),
    })
}

/// A name that people can have.
pub(super) fn checked_name(name: &str) -> Result<String> {
    let name = name.trim().to_owned();
    // Signs that turn the direction of writing, or are not seen, would let a name look like another.
    let is_hidden = |sign: char| sign.is_control() || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    if name.is_empty() || name.chars().count() > 80 || name.contains(is_hidden) {
        return Err(refuse(Code::Invalid, "Give a name of 1 to 80 characters: customers' answers are signed with it."));
    }
    Ok(name)
}

pub(super) fn check_password(password: &str) -> Result<()> {
    let long_enough = password.chars().count() >= password::MIN_CHARS && password.len() <= 1024;
    let why = || refuse(Code::Invalid, format!("The password needs at least {} characters. A few words in a row are a good one.", password::MIN_CHARS));
    if long_enough { Ok(()) } else { Err(why()) }
}

/// Makes the one-time link's token, if there is no agent yet. Links made before no longer work.
pub async fn offer_setup(app: &App) -> Result<Option<String>> {
    let mut tx = app.store.write().await?;
    tx.lock(Lock::Setup).await?;
    if agents::count(&mut tx).await? > 0 {
        return Ok(None);
    }
    let token = new_token();
    agents::replace_setup_link(&mut tx, &token_hash(&token), app.clock.now().plus(SETUP_MS)).await?;
    tx.commit().await?;
    Ok(Some(token))
}

/// Whether a set-up link works.
pub async fn is_setup_open(app: &App, token: &str) -> Result<bool> {
    let mut tx = app.store.read().await?;
    Ok(agents::is_setup_link(&mut tx, &token_hash(token), app.clock.now()).await?)
}

/// Makes the first admin by the one-time link, which is used up.
pub async fn set_up(app: &App, token: &str, new: NewAgent) -> Result<()> {
    let closed = || refuse(Code::Forbidden, "This set-up link has been used or is too old. Restart the inbox to get a new one, or sign in.");
    if !is_setup_open(app, token).await? {
        return Err(closed());
    }
    let agent = checked(NewAgent { role: Role::Admin, ..new }).await?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    tx.lock(Lock::Setup).await?;
    if !agents::is_setup_link(&mut tx, &token_hash(token), now).await? || agents::count(&mut tx).await? > 0 {
        return Err(closed());
    }
    agents::add(&mut tx, &agent, now).await?;
    agents::drop_setup_links(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Signs in, at a device that is called so; the new session's token. Unknown names take as long as wrong passwords and get the same answer.
pub async fn sign_in(app: &App, email: &str, password: String, time_zone: &str, device: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let mut tx = app.store.read().await?;
    let agent = agents::find_by_email(&mut tx, &email).await?.filter(|agent| agent.disabled_at.is_none());
    drop(tx);
    let right = password::verify(password, agent.as_ref().map(|agent| agent.password_hash.clone())).await;
    let now = app.clock.now();
    let Some(agent) = agent else { return Err(not_right()) };
    if !right {
        // Only of people who are there: a stranger cannot fill the audit with names, and each is let try only so often. Beside the answer,
        // whose time must not tell who is there.
        tokio::spawn(keep_refused(app.clone(), agent, device.to_owned(), now));
        return Err(not_right());
    }
    let token = new_token();
    let mut tx = app.store.write().await?;
    // Meanwhile the password may have become another one, and its owner may be let out.
    let still = agents::find_by_email(&mut tx, &email).await?;
    if !still.is_some_and(|now| now.password_hash == agent.password_hash && now.disabled_at.is_none()) {
        return Err(not_right());
    }
    sessions::add(&mut tx, &token_hash(&token), &agent.id, now, now.plus(SESSION_MS), device).await?;
    audit::add(&mut tx, line_of(&agent, Act::SignedIn, device), now).await?;
    if zone::is_known(time_zone) {
        agents::set_zone(&mut tx, &agent.id, time_zone).await?;
    }
    tx.commit().await?;
    Ok(token)
}

fn not_right() -> Error {
    refuse(Code::Unauthorized, "The e-mail or the password is not right.")
}

async fn keep_refused(app: App, agent: Stored, device: String, now: Instant) {
    let kept = async {
        let mut tx = app.store.write().await?;
        audit::add(&mut tx, line_of(&agent, Act::SignInRefused, &device), now).await?;
        tx.commit().await
    };
    if let Err(error) = kept.await {
        tracing::warn!(%error, "it was not written down that a sign-in was refused");
    }
}

/// What somebody did who has no session yet.
pub(super) fn line_of<'a>(agent: &'a Stored, act: Act, subject: &'a str) -> audit::New<'a> {
    audit::New { actor_kind: "agent", actor_id: agent.id.as_str(), actor_name: &agent.name, act: act.as_str(), conversation: None, subject }
}

/// Ends a session; its sockets close at once.
pub async fn sign_out(app: &App, session: &str) -> Result<()> {
    let mut tx = app.store.write().await?;
    sessions::end(&mut tx, session).await?;
    events::append(&mut tx, &[Event::AccessChanged], app.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives an agent another password; their sessions and sockets end.
pub async fn change_password(store: &Store, email: &str, password: String, now: Instant) -> Result<()> {
    let email = email.trim().to_lowercase();
    check_password(&password)?;
    let hash = password::hash(password).await;
    let mut tx = store.write().await?;
    if !agents::set_password(&mut tx, &email, &hash).await? {
        return Err(refuse(Code::Invalid, format!("There is no agent with the e-mail {email}.")));
    }
    sessions::end_of_agent(&mut tx, &email).await?;
    events::append(&mut tx, &[Event::AccessChanged], now).await?;
    tx.commit().await?;
    Ok(())
}

/// Disables an agent; their sessions and sockets end, and what was theirs is nobody's.
pub async fn disable(store: &Store, email: &str, now: Instant) -> Result<()> {
    let email = email.trim().to_lowercase();
    let mut tx = store.write().await?;
    if !agents::disable(&mut tx, &email, now).await? {
        return Err(refuse(Code::Invalid, format!("There is no active agent with the e-mail {email}.")));
    }
    sessions::end_of_agent(&mut tx, &email).await?;
    let agent = agents::find_by_email(&mut tx, &email).await?.map(|agent| agent.id);
    team::changed(&mut tx, now).await?;
    events::append(&mut tx, &[Event::AccessChanged], now).await?;
    tx.commit().await?;
    match agent {
        Some(agent) => team::release(store, None, &agent, now, |_| false).await,
        None => Ok(()),
    }
}

/// Makes an API key: it is shown once and stored as a hash.
pub async fn add_key(store: &Store, name: &str, now: Instant) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 80 {
        return Err(refuse(Code::Invalid, "Give the key a name of 1 to 80 characters that says who uses it."));
    }
    let key = new_token();
    let mut tx = store.write().await?;
    match agents::add_key(&mut tx, &new_id(), name, &token_hash(&key), now).await {
        Err(error) if error.is_unique_violation() => {
            Err(refuse(Code::Invalid, format!("There is a key named {name} already. Revoke it or choose another name.")))
        }
        Err(error) => Err(error.into()),
        Ok(()) => {
            tx.commit().await?;
            Ok(key)
        }
    }
}
