//! Quick replies: every agent's own; everybody's are kept by admins.

use super::{audit, media, table};
use crate::domain::access::Action;
use crate::domain::agent::Agent;
use crate::domain::audit::Act;
use crate::domain::content::document::harmless_name;
use crate::domain::content::text::{LIMIT, units};
use crate::domain::reply::{Reply, SHORTCUT_CHARS, shortcut};
use crate::protocol::error::{ApiError, Code};
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::{Error, Result, refuse};
use crate::server::media::blob::Spool;
use crate::server::media::kind;
use crate::server::state::App;
use crate::server::store::Lock;
use crate::server::store::replies::{self, File, Stored};
use std::collections::{BTreeMap, HashMap};

fn person(caller: &Caller) -> Result<&Agent> {
    caller.may(Action::Handle)?.agent.as_ref().ok_or_else(|| refuse(Code::Forbidden, "Quick replies are for people."))
}

/// Those that the caller may use.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Reply>> {
    let me = person(caller)?;
    let all = replies::list(&mut app.store.read().await?, &me.id).await?;
    let shown = |reply: Stored| Reply {
        id: reply.id,
        shortcut: reply.shortcut,
        body: reply.body,
        is_shared: reply.owner_id.is_none(),
        file: reply.file.map(|file| file.name),
    };
    Ok(all.into_iter().map(shown).collect())
}

/// What a form says of one.
pub struct Form<'a> {
    /// Which; none: a new one.
    pub id: Option<&'a str>,
    /// What is typed after the slash.
    pub shortcut: &'a str,
    /// The words.
    pub body: &'a str,
    /// What its writer saw: the short name and the words. None: that is not known.
    pub was: Option<(&'a str, &'a str)>,
    /// Whether a new one is everybody's.
    pub is_shared: bool,
    /// A file that goes along from now on.
    pub file: Option<File>,
    /// The one that goes along now does not any more.
    pub drops_file: bool,
}

/// Whether a form can be kept, as far as that is known before its file is: who may, and whether the short name is free.
pub async fn check(app: &App, caller: &Caller, id: Option<&str>, name: &str, is_shared: bool) -> Result<()> {
    let me = person(caller)?;
    let name = checked_shortcut(name)?;
    let mut tx = app.store.read().await?;
    let owner_id = match id {
        Some(id) => {
            let known = replies::find(&mut tx, id).await?.ok_or_else(unknown)?;
            check_owner(caller, me, &known)?;
            known.owner_id
        }
        None => owner(caller, me, is_shared)?,
    };
    let all = replies::list(&mut tx, &me.id).await?;
    let is_taken = all.iter().any(|other| other.shortcut == name && other.owner_id == owner_id && Some(other.id.as_str()) != id);
    if is_taken { Err(taken(&name)) } else { Ok(()) }
}

fn taken(name: &str) -> Error {
    refuse(Code::Invalid, format!("There is a quick reply called /{name} already."))
}

/// Keeps a file that is to go along with one.
pub async fn keep_file(app: &App, caller: &Caller, name: &str, spool: Spool) -> Result<File> {
    person(caller)?;
    let (found, media) = media::keep(app, Some(name), spool).await?;
    let name = kind::name_of(harmless_name(name), &media.mime);
    Ok(File { name, mime: found.mime, hash: found.hash, size: found.size })
}

/// The file that goes along with one.
pub async fn find_file(app: &App, caller: &Caller, id: &str) -> Result<File> {
    let me = person(caller)?;
    let known = replies::find(&mut app.store.read().await?, id).await?.ok_or_else(unknown)?;
    if known.owner_id.as_ref().is_some_and(|owner| *owner != me.id.0) {
        return Err(unknown());
    }
    known.file.ok_or_else(unknown)
}

/// Makes one, or changes one.
pub async fn put(app: &App, caller: &Caller, form: Form<'_>) -> Result<()> {
    let me = person(caller)?;
    let shortcut = checked_shortcut(form.shortcut)?;
    let mut tx = app.store.write().await?;
    let done = if let Some(id) = form.id {
        // Of two at once, the second sees what the first has done.
        tx.lock(Lock::Setup).await?;
        let known = replies::find(&mut tx, id).await?.ok_or_else(unknown)?;
        check_owner(caller, me, &known)?;
        check_unchanged(&known, &form, &shortcut)?;
        let file = form.file.or(known.file.filter(|_| !form.drops_file));
        let body = checked_body(form.body, file.is_some())?;
        replies::change(&mut tx, &Stored { shortcut: shortcut.clone(), body, file, id: known.id, owner_id: known.owner_id }).await
    } else {
        let owner_id = owner(caller, me, form.is_shared)?;
        let body = checked_body(form.body, form.file.is_some())?;
        replies::add(&mut tx, &Stored { id: new_id(), owner_id, shortcut: shortcut.clone(), body, file: form.file }, app.clock.now()).await
    };
    match done {
        Err(error) if error.is_unique_violation() => Err(taken(&shortcut)),
        Err(error) => Err(error.into()),
        Ok(()) => {
            audit::keep(&mut tx, caller, Act::ReplyChanged, None, &shortcut, app.clock.now()).await?;
            Ok(tx.commit().await?)
        }
    }
}

/// What a colleague has written meanwhile is not replaced unread.
fn check_unchanged(known: &Stored, form: &Form<'_>, shortcut: &str) -> Result<()> {
    let plain = |body: &str| body.replace('\r', "").trim().to_owned();
    let is_as = |name: &str, body: &str| known.shortcut == name && plain(&known.body) == plain(body);
    if form.was.is_none_or(|(name, body)| is_as(name, body)) || is_as(shortcut, form.body) {
        return Ok(());
    }
    let now = format!("Somebody has changed this quick reply meanwhile. It is /{}, and says: “{}”.", known.shortcut, known.body);
    Err(refuse(Code::NotPossible, format!("{now} Yours is still in the form; save again to put it in its place.")))
}

/// Whose a new one is.
fn owner(caller: &Caller, me: &Agent, is_shared: bool) -> Result<Option<String>> {
    if is_shared {
        caller.may(Action::Administer)?;
    }
    Ok((!is_shared).then(|| me.id.0.clone()))
}

fn checked_shortcut(name: &str) -> Result<String> {
    shortcut(name).ok_or_else(|| {
        refuse(Code::Invalid, format!("The short name has 1 to {SHORTCUT_CHARS} letters, digits or dashes and no blanks, like thanks or opening-hours."))
    })
}

fn checked_body(body: &str, has_file: bool) -> Result<String> {
    let body = body.replace("\r\n", "\n").trim().to_owned();
    if (body.is_empty() && !has_file) || units(&body) > LIMIT {
        return Err(refuse(Code::Invalid, format!("Write what it says, at most {LIMIT} characters.")));
    }
    Ok(body)
}

/// So many a table may have.
const MOST_LINES: usize = 500;
/// So many faults of a table are told at once.
const FAULTS: usize = 20;

/// Makes and changes those of a table (`shortcut`, `text`), all of them or none; how many are new, and how many changed. Of those that are
/// there, the text is changed.
pub async fn import(app: &App, caller: &Caller, body: &[u8], is_shared: bool) -> Result<(usize, usize)> {
    let me = person(caller)?;
    let owner_id = owner(caller, me, is_shared)?;
    let table = table::read(&table::text(body)?, "shortcut").await?;
    if !table.columns.iter().any(|column| column == "text") {
        return Err(refuse(Code::Invalid, "The first line must name two columns: shortcut and text."));
    }
    if table.lines.len() > MOST_LINES {
        return Err(refuse(Code::Invalid, format!("The table has more than {MOST_LINES} quick replies: nobody finds one among so many. Leave some out.")));
    }
    let (mut read, mut faults) = (BTreeMap::new(), Vec::new());
    for line in &table.lines {
        let cell = |column| line.cell(column).unwrap_or_default();
        match checked_shortcut(cell("shortcut")).and_then(|name| Ok((name, checked_body(cell("text"), false)?))) {
            Ok((name, _)) if read.contains_key(&name) => faults.push(format!("Line {}: /{name} stands above already.", line.at)),
            Ok((name, text)) => drop(read.insert(name, text)),
            Err(error) => faults.push(format!("Line {}: {}", line.at, ApiError::from(error).message)),
        }
    }
    if !faults.is_empty() {
        faults.truncate(FAULTS);
        return Err(refuse(Code::Invalid, format!("Nothing was imported. {}", faults.join(" "))));
    }
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    // Two tables at once would make the same twice.
    tx.lock(Lock::Setup).await?;
    let known: HashMap<String, Stored> =
        replies::list(&mut tx, &me.id).await?.into_iter().filter(|reply| reply.owner_id == owner_id).map(|reply| (reply.shortcut.clone(), reply)).collect();
    let (mut new, mut changed) = (0, 0);
    for (shortcut, body) in read {
        match known.get(&shortcut) {
            Some(reply) if reply.body == body => {}
            Some(reply) => {
                replies::change(&mut tx, &Stored { body, ..reply.clone() }).await?;
                changed += 1;
            }
            None => {
                replies::add(&mut tx, &Stored { id: new_id(), owner_id: owner_id.clone(), shortcut, body, file: None }, now).await?;
                new += 1;
            }
        }
    }
    audit::keep(&mut tx, caller, Act::ReplyChanged, None, &format!("{new} new, {changed} changed"), now).await?;
    tx.commit().await?;
    Ok((new, changed))
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
