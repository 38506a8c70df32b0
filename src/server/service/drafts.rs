//! Drafts: kept for their agent alone, so that they are found on any device.

use super::conversations::unknown;
use super::media;
use super::messages::{check_client_id, mismatch};
use crate::domain::access::Action;
use crate::domain::agent::Agent;
use crate::domain::content::document::harmless_name;
use crate::domain::id::{AgentId, ClientId, ConversationId};
use crate::domain::time::Instant;
use crate::protocol::command::SendText;
use crate::protocol::draft::{Begun, Kept, KeptFile, Kind};
use crate::protocol::error::Code;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::media::blob::Spool;
use crate::server::media::kind;
use crate::server::state::App;
use crate::server::store::draft_files::{self, File};
use crate::server::store::{conversations, drafts, messages};
use futures_util::StreamExt;

/// The longest that is kept, in bytes: many times what can be sent, as what is too long may be cut by hand.
const MOST_BYTES: usize = 64 * 1024;

/// The caller, if the page that asks is theirs: a colleague may have signed in beside it.
fn person<'a>(caller: &'a Caller, page: &AgentId) -> Result<&'a Agent> {
    let me = caller.may(Action::Reply)?.agent.as_ref().ok_or_else(|| refuse(Code::Forbidden, "Drafts are for people."))?;
    if me.id == *page { Ok(me) } else { Err(refuse(Code::Forbidden, "Somebody else has signed in here. Reload the page.")) }
}

/// The caller's, of conversations that they may answer.
pub async fn list(app: &App, caller: &Caller, page: &AgentId) -> Result<Begun> {
    let me = person(caller, page)?;
    let mut tx = app.store.read().await?;
    let may = |draft: &SendText| caller.may_on(Action::Reply, &draft.account_id);
    let kept = |all: Vec<(SendText, Instant)>| all.into_iter().filter(|(draft, _)| may(draft)).map(|(draft, at)| Kept { draft, at }).collect();
    let (messages, notes) = (kept(drafts::list(&mut tx, &me.id, Kind::Message).await?), kept(drafts::list(&mut tx, &me.id, Kind::Note).await?));
    let files = draft_files::list(&mut tx, &me.id).await?;
    let rows = conversations::load(&mut tx, files.iter().map(|file| &file.message.conversation_id)).await?;
    let may_see = |file: &File| rows.iter().any(|row| row.id == file.message.conversation_id && caller.may_on(Action::Reply, &row.account_id));
    let shown = |file: File| KeptFile { message: file.message, name: file.name, mime: file.mime, size: file.size };
    Ok(Begun { messages, notes, files: files.into_iter().filter(may_see).map(shown).collect() })
}

/// Keeps a draft, or forgets it; when it was kept.
pub async fn keep(app: &App, caller: &Caller, page: &AgentId, kind: Kind, id: &ConversationId, draft: Option<SendText>) -> Result<Instant> {
    let me = person(caller, page)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    conversations::find(&mut tx, id).await?.filter(|row| caller.may_on(Action::Reply, &row.account_id)).ok_or_else(unknown)?;
    match draft {
        Some(draft) => {
            let draft = SendText { conversation_id: id.clone(), ..checked(draft)? };
            drafts::put(&mut tx, &me.id, kind, &draft, now).await?;
        }
        None => drafts::drop(&mut tx, &me.id, kind, id).await?,
    }
    tx.commit().await?;
    Ok(now)
}

/// So many files may wait for one agent.
const MOST_FILES: usize = 100;

/// Keeps a file that waits above a composer, with the message it will be. What was sent meanwhile waits no more.
pub async fn keep_file(app: &App, caller: &Caller, page: &AgentId, message: SendText, named: (String, Spool)) -> Result<()> {
    let me = person(caller, page)?;
    let message = checked(message)?;
    let (name, spool) = named;
    let id = message.conversation_id.clone();
    let mut tx = app.store.read().await?;
    conversations::find(&mut tx, &id).await?.filter(|row| caller.may_on(Action::Reply, &row.account_id)).ok_or_else(unknown)?;
    if draft_files::list(&mut tx, &me.id).await?.len() >= MOST_FILES {
        return Err(refuse(Code::NotPossible, format!("{MOST_FILES} files wait to be sent already: send some, or take them out.")));
    }
    drop(tx);
    let (found, media) = media::keep(app, Some(&name), spool).await?;
    let name = kind::name_of(harmless_name(&name), &media.mime);
    let file = File { message, name, mime: found.mime, hash: found.hash, size: found.size };
    let mut tx = app.store.write().await?;
    let (author, author_id) = caller.author();
    conversations::lock(&mut tx, &id).await?.ok_or_else(unknown)?;
    if messages::find_by_client(&mut tx, author, &author_id, &file.message.client_id).await?.is_none() {
        draft_files::put(&mut tx, &me.id, &file, app.clock.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// A message that can be kept.
fn checked(message: SendText) -> Result<SendText> {
    check_client_id(message.client_id.as_str())?;
    if message.body.len() > MOST_BYTES {
        return Err(refuse(Code::Invalid, "This text is too long to be kept on the server. It stays on this device."));
    }
    // No engine can hold NUL.
    Ok(SendText { body: message.body.replace('\0', ""), ..message })
}

/// Changes the message that a file of the caller's will be.
pub async fn change_file(app: &App, caller: &Caller, page: &AgentId, message: SendText) -> Result<()> {
    let me = person(caller, page)?;
    let message = checked(message)?;
    let mut tx = app.store.write().await?;
    draft_files::change(&mut tx, &me.id, &message).await?;
    Ok(tx.commit().await?)
}

/// Forgets a file of the caller's.
pub async fn drop_file(app: &App, caller: &Caller, page: &AgentId, id: &ClientId) -> Result<()> {
    let me = person(caller, page)?;
    let mut tx = app.store.write().await?;
    draft_files::drop(&mut tx, &me.id, id).await?;
    Ok(tx.commit().await?)
}

/// A file of the caller's that waits.
pub async fn find_file(app: &App, caller: &Caller, client_id: &ClientId) -> Result<File> {
    let gone = || refuse(Code::UnknownMessage, "This file waits no more: it was sent, or taken out.");
    let me = caller.may(Action::Reply)?.agent.as_ref().ok_or_else(|| refuse(Code::Forbidden, "Drafts are for people."))?;
    let mut tx = app.store.read().await?;
    let file = draft_files::find(&mut tx, &me.id, client_id).await?.ok_or_else(gone)?;
    let row = conversations::find(&mut tx, &file.message.conversation_id).await?;
    row.filter(|row| caller.may_on(Action::Reply, &row.account_id)).ok_or_else(gone)?;
    Ok(file)
}

/// The same, with its bytes, to be sent where it was chosen for: they need not come from a page once more.
pub async fn spool_file(app: &App, caller: &Caller, client_id: &ClientId, conversation: &ConversationId) -> Result<(String, Spool)> {
    let file = find_file(app, caller, client_id).await?;
    if file.message.conversation_id != *conversation {
        return Err(mismatch());
    }
    let mut spool = app.blobs.spool().await.map_err(media::failed)?;
    let mut parts = app.blobs.read(&file.hash, None).await.map_err(media::failed)?;
    while let Some(part) = parts.next().await {
        spool.write(&part.map_err(media::failed)?).await.map_err(media::failed)?;
    }
    Ok((file.name, spool))
}
