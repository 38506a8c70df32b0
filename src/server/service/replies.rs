//! Quick replies: every agent's own; everybody's are kept by admins.

use super::audit;
use crate::domain::access::Action;
use crate::domain::agent::Agent;
use crate::domain::audit::Act;
use crate::domain::content::text::{LIMIT, units};
use crate::domain::reply::{Reply, SHORTCUT_CHARS, shortcut};
use crate::protocol::error::Code;
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::{Error, Result, refuse};
use crate::server::state::App;
use crate::server::store::replies::{self, Stored};

fn person(caller: &Caller) -> Result<&Agent> {
    caller.may(Action::Handle)?.agent.as_ref().ok_or_else(|| refuse(Code::Forbidden, "Quick replies are for people."))
}

/// Those that the caller may use.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Reply>> {
    let me = person(caller)?;
    let all = replies::list(&mut app.store.read().await?, &me.id).await?;
    Ok(all.into_iter().map(|reply| Reply { id: reply.id, shortcut: reply.shortcut, body: reply.body, is_shared: reply.owner_id.is_none() }).collect())
}

/// What a form says of one.
pub struct Form<'a> {
    /// Which; none: a new one.
    pub id: Option<&'a str>,
    /// What is typed after the slash.
    pub shortcut: &'a str,
    /// The words.
    pub body: &'a str,
    /// Whether a new one is everybody's.
    pub is_shared: bool,
}

/// Makes one, or changes one.
pub async fn put(app: &App, caller: &Caller, form: Form<'_>) -> Result<()> {
    let me = person(caller)?;
    let shortcut = shortcut(form.shortcut).ok_or_else(|| {
        refuse(Code::Invalid, format!("The short name has 1 to {SHORTCUT_CHARS} letters, digits or dashes and no blanks, like thanks or opening-hours."))
    })?;
    let body = form.body.replace("\r\n", "\n").trim().to_owned();
    if body.is_empty() || units(&body) > LIMIT {
        return Err(refuse(Code::Invalid, format!("Write what it says, at most {LIMIT} characters.")));
    }
    let mut tx = app.store.write().await?;
    let done = if let Some(id) = form.id {
        let known = replies::find(&mut tx, id).await?.ok_or_else(unknown)?;
        check_owner(caller, me, &known)?;
        replies::change(&mut tx, &Stored { shortcut: shortcut.clone(), body, ..known }).await
    } else {
        if form.is_shared {
            caller.may(Action::Administer)?;
        }
        let owner_id = (!form.is_shared).then(|| me.id.0.clone());
        replies::add(&mut tx, &Stored { id: new_id(), owner_id, shortcut: shortcut.clone(), body }, app.clock.now()).await
    };
    match done {
        Err(error) if error.is_unique_violation() => Err(refuse(Code::Invalid, format!("There is a quick reply called /{shortcut} already."))),
        Err(error) => Err(error.into()),
        Ok(()) => {
            audit::keep(&mut tx, caller, Act::ReplyChanged, None, &shortcut, app.clock.now()).await?;
            Ok(tx.commit().await?)
        }
    }
}

/// Deletes one.
pub async fn delete(app: &App, caller: &Caller, id: &str) -> Result<()> {
    let me = person(caller)?;
    let mut tx = app.store.write().await?;
    let known = replies::find(&mut tx, id).await?.ok_or_else(unknown)?;
    check_owner(caller, me, &known)?;
    replies::drop(&mut tx, id).await?;
    audit::keep(&mut tx, caller, Act::ReplyChanged, None, &known.shortcut, app.clock.now()).await?;
    Ok(tx.commit().await?)
}

fn unknown() -> Error {
    refuse(Code::NotPossible, "This quick reply is gone: somebody has deleted it meanwhile.")
}

/// Everybody's are an admin's to change; a colleague's own are nobody else's to see.
fn check_owner(caller: &Caller, me: &Agent, known: &Stored) -> Result<()> {
    match &known.owner_id {
        None => caller.may(Action::Administer).map(drop),
        Some(owner) if *owner == me.id.0 => Ok(()),
        Some(_) => Err(unknown()),
    }
}
