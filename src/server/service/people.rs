//! Who belongs to the team: admins invite, change roles, let out and in again; whoever is invited chooses a password by a link.

use super::{agents as accounts_of, audit, team};
use crate::domain::access::Action;
use crate::domain::agent::Role;
use crate::domain::audit::Act;
use crate::domain::id::{AccountId, AgentId};
use crate::domain::time::{DAY_MS, Instant};
use crate::protocol::error::Code;
use crate::protocol::event::Event;
use crate::server::caller::Caller;
use crate::server::error::{Error, Result, refuse};
use crate::server::password;
use crate::server::secret::{new_token, token_hash};
use crate::server::state::App;
use crate::server::store::agents::{self, Stored};
use crate::server::store::{self, Lock, Tx, accounts, events, sessions};

/// A link works for three days.
const LINK_MS: i64 = 3 * DAY_MS;

/// Everybody, those who are out included, oldest first.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Stored>> {
    caller.may(Action::Administer)?;
    Ok(agents::list(&mut app.store.read().await?).await?)
}

/// The numbers that each of them answers; nobody of whom it is not said: all.
pub async fn numbers(app: &App, caller: &Caller) -> Result<Vec<(AgentId, AccountId)>> {
    caller.may(Action::Administer)?;
    Ok(accounts::list_all_limits(&mut app.store.read().await?).await?)
}

/// Whoever looks after some numbers only could make themselves a way to the others.
fn may_change(caller: &Caller) -> Result<()> {
    caller.may(Action::Administer)?;
    let why = "You look after some numbers only. Ask an admin who looks after all of them.";
    if caller.limits().is_some() { Err(refuse(Code::Forbidden, why)) } else { Ok(()) }
}

/// Adds somebody, who cannot sign in before they have chosen a password; the token of their link.
pub async fn invite(app: &App, caller: &Caller, name: &str, email: &str, role: Role) -> Result<String> {
    may_change(caller)?;
    // Nobody knows it.
    let new = accounts_of::NewAgent { email: email.to_owned(), name: name.to_owned(), password: new_token(), role, time_zone: caller.time_zone.clone() };
    let id = accounts_of::add(&app.store, new, app.clock.now()).await?;
    link(app, caller, &id).await
}

/// A new link for somebody who has lost theirs, or the password; its token.
pub async fn link(app: &App, caller: &Caller, id: &AgentId) -> Result<String> {
    may_change(caller)?;
    let (token, now) = (new_token(), app.clock.now());
    let mut tx = app.store.write().await?;
    let agent = known(&mut tx, id).await?;
    audit::keep(&mut tx, caller, Act::PersonChanged, None, &format!("link {}", agent.name), now).await?;
    agents::put_invitation(&mut tx, &token_hash(&token), id, now.plus(LINK_MS)).await?;
    tx.commit().await?;
    Ok(token)
}

async fn known(tx: &mut Tx, id: &AgentId) -> Result<Stored> {
    agents::find(tx, id).await?.ok_or_else(|| refuse(Code::Invalid, "There is no such person."))
}

/// Changes what somebody may do.
pub async fn set_role(app: &App, caller: &Caller, id: &AgentId, role: Role) -> Result<()> {
    may_change(caller)?;
    let mut tx = app.store.write().await?;
    tx.lock(Lock::Setup).await?;
    let agent = known(&mut tx, id).await?;
    agents::set_role(&mut tx, id, role.as_str()).await?;
    audit::keep(&mut tx, caller, Act::PersonChanged, None, &format!("{} {}", role.as_str(), agent.name), app.clock.now()).await?;
    check_admins(&mut tx).await?;
    check_sees_all(&mut tx).await?;
    end(tx, app.clock.now()).await
}

/// Which numbers somebody answers; none named: all of them. Open pages of theirs see it at once, and what is theirs on others is nobody's.
pub async fn set_numbers(app: &App, caller: &Caller, id: &AgentId, numbers: &[AccountId]) -> Result<()> {
    may_change(caller)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    tx.lock(Lock::Setup).await?;
    let agent = known(&mut tx, id).await?;
    let there = accounts::list(&mut tx).await?;
    if numbers.iter().any(|number| there.iter().all(|account| account.id != *number)) {
        return Err(refuse(Code::NotPossible, "One of these numbers is gone. Reload the page, then choose again."));
    }
    accounts::put_limits(&mut tx, id, numbers).await?;
    check_sees_all(&mut tx).await?;
    audit::keep(&mut tx, caller, Act::PersonChanged, None, &format!("numbers {}", agent.name), now).await?;
    end(tx, now).await?;
    team::release(&app.store, Some(caller), id, now, |account| numbers.is_empty() || numbers.contains(account)).await
}

/// Some admin must look after all numbers: nobody else can let another one do so.
async fn check_sees_all(tx: &mut Tx) -> Result<()> {
    for agent in agents::list(tx).await?.into_iter().filter(|agent| agent.role == Role::Admin.as_str() && agent.disabled_at.is_none()) {
        if accounts::list_limits(tx, agent.id.as_str()).await?.is_empty() {
            return Ok(());
        }
    }
    Err(refuse(Code::NotPossible, "Some admin must look after all numbers."))
}

/// Lets somebody out, whose sessions and sockets end and whose conversations are nobody's, or in again.
pub async fn set_disabled(app: &App, caller: &Caller, id: &AgentId, is_out: bool) -> Result<()> {
    may_change(caller)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    tx.lock(Lock::Setup).await?;
    let agent = known(&mut tx, id).await?;
    if is_out {
        agents::disable(&mut tx, &agent.email, now).await?;
        agents::drop_invitations(&mut tx, id).await?;
        sessions::end_of_agent(&mut tx, &agent.email).await?;
    } else {
        agents::enable(&mut tx, id).await?;
    }
    check_admins(&mut tx).await?;
    check_sees_all(&mut tx).await?;
    audit::keep(&mut tx, caller, Act::PersonChanged, None, &format!("{} {}", if is_out { "out" } else { "in" }, agent.name), now).await?;
    end(tx, now).await?;
    if is_out { team::release(&app.store, Some(caller), id, now, |_| false).await } else { Ok(()) }
}

/// Nobody may lock everybody out.
async fn check_admins(tx: &mut Tx) -> Result<()> {
    let left = agents::count_admins(tx).await?;
    if left > 0 { Ok(()) } else { Err(refuse(Code::NotPossible, "Somebody must stay an admin: make another person one first.")) }
}

async fn end(mut tx: Tx, now: Instant) -> Result<()> {
    team::changed(&mut tx, now).await?;
    events::append(&mut tx, &[Event::AccessChanged], now).await?;
    Ok(tx.commit().await?)
}

fn over() -> Error {
    refuse(Code::Forbidden, "This link no longer works. Ask an admin for another one.")
}

/// Whoever has the link chooses a password; their e-mail, to sign in with. Sessions of theirs from before end.
pub async fn accept(app: &App, token: &str, password: String) -> Result<String> {
    let now = app.clock.now();
    let found = agents::find_invitation(&mut app.store.read().await?, &token_hash(token), now).await?.ok_or_else(over)?;
    accounts_of::check_password(&password)?;
    let hash = password::hash(password).await;
    let mut tx = app.store.write().await?;
    // Once: a second visitor comes too late.
    tx.lock(Lock::Setup).await?;
    let id = agents::find_invitation(&mut tx, &token_hash(token), now).await?.filter(|id| *id == found).ok_or_else(over)?;
    let agent = known(&mut tx, &id).await?;
    agents::drop_invitations(&mut tx, &id).await?;
    agents::set_password(&mut tx, &agent.email, &hash).await?;
    sessions::end_of_agent(&mut tx, &agent.email).await?;
    // Whoever has the link is the person, as far as can be known.
    store::audit::add(&mut tx, accounts_of::line_of(&agent, Act::PersonChanged, "password by link"), now).await?;
    events::append(&mut tx, &[Event::AccessChanged], now).await?;
    tx.commit().await?;
    Ok(agent.email)
}
