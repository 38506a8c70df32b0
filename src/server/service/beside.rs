//! What stands beside a thread: who the customer is, their files and links, their other conversations; and where a day begins.

use super::contacts;
use super::conversations::unknown;
use crate::domain::access::Action;
use crate::domain::content::Content;
use crate::domain::content::document::Document;
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::markup::links;
use crate::protocol::beside::{Beside, File, Link, SHELF};
use crate::protocol::error::Code;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::state::App;
use crate::server::store::book::Entry;
use crate::server::store::messages::read_content;
use crate::server::store::{beside, book, conversations, media};
use crate::server::zone;

/// So many files are told at most, and so many links.
const MOST: usize = 24 * 4 * 4 * 4;
/// So many messages are looked through for links; for more of them, so many times as many.
const LOOKED_AT: i64 = 2000;
const FURTHER: i64 = 10;

/// All of it; of files and links, the newest `most`.
pub async fn load(app: &App, caller: &Caller, id: &ConversationId, most: u32) -> Result<Beside> {
    caller.may(Action::Read)?;
    if caller.agent.is_none() {
        return Err(refuse(Code::Forbidden, "What the team knows of a customer is for people."));
    }
    let mut tx = app.store.read().await?;
    let row = conversations::find(&mut tx, id).await?.filter(|row| caller.may_on(Action::Read, &row.account_id)).ok_or_else(unknown)?;
    let known = book::find(&mut tx, &row.contact_id).await?.ok_or_else(contacts::unknown)?;
    // What the team knows of them from a number that is not the caller's: not before something was said on one that is.
    let contact = contacts::visible(&mut tx, caller, vec![known]).await?.pop();
    let ids = conversations::list_by_contacts(&mut tx, &[&row.contact_id]).await?;
    let mut others = conversations::load(&mut tx, ids.iter().filter(|other| *other != id)).await?;
    others.retain(|row| caller.may_on(Action::Read, &row.account_id) && row.last.is_some());
    others.sort_by_key(|row| std::cmp::Reverse(row.position()));
    // Pages of before do not say how many.
    let most = usize::try_from(most.max(SHELF)).unwrap_or(MOST).min(MOST);
    let mut stored = beside::files(&mut tx, id, i64::try_from(most + 1).unwrap_or(0)).await?;
    let has_more_files = stored.len() > most && most < MOST;
    stored.truncate(most);
    let known = media::load(&mut tx, &stored.iter().map(|file| file.media_id.clone()).collect::<Vec<_>>()).await?;
    let file = |file: beside::File| {
        let name = match read_content(&file.content)? {
            Content::Document(Document { name, .. }) => name,
            _ => None,
        };
        Some(File { message_id: file.id, media: known.get(&file.media_id)?.clone(), name, at: file.sort_at })
    };
    let files = stored.into_iter().filter_map(file).collect();
    let mut found = Vec::new();
    let asks_for_more = most > usize::try_from(SHELF).unwrap_or(MOST);
    let looked_at = if asks_for_more { LOOKED_AT * FURTHER } else { LOOKED_AT };
    for (message_id, content, at) in beside::links(&mut tx, id, looked_at).await? {
        let text = read_content(&content).and_then(|content| content.body().map(str::to_owned)).unwrap_or_default();
        found.extend(links::of(&text).into_iter().map(|href| Link { message_id: message_id.clone(), href, at }));
    }
    found.sort_by_key(|link: &Link| std::cmp::Reverse(link.at));
    let has_more_links = found.len() > most && most < MOST;
    found.truncate(most);
    Ok(Beside {
        edit: contact.as_ref().map(Entry::edit).unwrap_or_default(),
        has_stopped: contact.as_ref().is_some_and(|contact| contact.has_stopped > 0),
        is_blocked: contact.as_ref().is_some_and(|contact| contact.blocked_at.is_some()),
        first_seen_at: contact.as_ref().map(|contact| contact.first_seen_at).filter(|at| *at <= app.clock.now()),
        name: contact.map(|contact| contact.name).unwrap_or_default(),
        others,
        files,
        has_more_files,
        links: found,
        has_more_links,
    })
}

/// The first message of a thread from a day on (`2026-11-23`, in the caller's zone); none: nothing was written since.
pub async fn first_from(app: &App, caller: &Caller, id: &ConversationId, day: &str) -> Result<Option<MessageId>> {
    caller.may(Action::Read)?;
    let mut tx = app.store.read().await?;
    conversations::find(&mut tx, id).await?.filter(|row| caller.may_on(Action::Read, &row.account_id)).ok_or_else(unknown)?;
    let at = zone::midnight(&caller.time_zone, day).ok_or_else(|| refuse(Code::Invalid, "Write the day as 2026-11-23."))?;
    Ok(beside::first_from(&mut tx, id, at).await?)
}
