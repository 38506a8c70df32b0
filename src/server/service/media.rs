//! Files of messages, for those who may see them.

use super::outgoing::Attached;
use crate::domain::access::Action;
use crate::domain::content::document::harmless_name;
use crate::domain::id::{AccountId, MediaId};
use crate::domain::media::{Media, STICKER, Unsendable};
use crate::domain::message::Message;
use crate::domain::time::Instant;
use crate::protocol::error::Code;
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::{Error, Result, refuse};
use crate::server::media::blob::{self, Spool};
use crate::server::media::{self as files, fetch};
use crate::server::state::App;
use crate::server::store::Tx;
use crate::server::store::media::{self, Found, Stored};

fn unknown() -> Error {
    refuse(Code::UnknownMessage, "There is no such file, or it is not here yet.")
}

/// A file that is here.
pub async fn find(app: &App, caller: &Caller, id: &MediaId) -> Result<Stored> {
    caller.may(Action::Read)?;
    let mut tx = app.store.read().await?;
    let stored = media::find_shown(&mut tx, id).await?;
    stored.filter(|stored| caller.may_on(Action::Read, &stored.account_id)).ok_or_else(unknown)
}

/// Keeps a file that is to be sent, for the account of a conversation, and says what it is.
pub async fn attach(app: &App, caller: &Caller, account: &AccountId, name: Option<&str>, spool: Spool) -> Result<Attached> {
    caller.may(Action::Reply)?;
    if !caller.may_on(Action::Reply, account) {
        return Err(refuse(Code::UnknownAccount, "There is no such account."));
    }
    let (found, media) = keep(app, name, spool).await?;
    let name = name.and_then(harmless_name);
    let mut tx = app.store.write().await?;
    media::add_ready(&mut tx, &media.id, account, name.as_deref(), &found, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Attached { media, name })
}

/// Keeps a file that is to be sent, now or some day, and says what it is. What WhatsApp would not take is refused before anybody has
/// written a word to it.
pub(super) async fn keep(app: &App, name: Option<&str>, spool: Spool) -> Result<(Found, Media)> {
    if spool.size() == 0 {
        return Err(refuse(Code::Invalid, "The file is empty: choose another one."));
    }
    let found = files::keep_to_send(&app.blobs, spool, name).await.map_err(failed)?;
    let found = found.ok_or_else(|| refuse(Code::Invalid, Unsendable::Traces.sentence()))?;
    if found.mime == "image/webp" && !found.moves && found.size > STICKER {
        return Err(refuse(Code::Invalid, Unsendable::Sticker.sentence()));
    }
    let media = found.shown(MediaId(new_id()));
    media.to_send(name.and_then(harmless_name), None).map_err(|refusal| refuse(Code::Invalid, refusal.sentence()))?;
    Ok((found, media))
}

/// The blob store does not take it.
pub fn failed(error: blob::Error) -> Error {
    tracing::error!(%error, "a file cannot be kept");
    refuse(Code::Unavailable, "The file cannot be kept right now. Try again in a minute; if it lasts, an admin must look at the media folder.")
}

/// Fetches the file of a message again that did not come.
pub async fn fetch_again(tx: &mut Tx, message: &Message, now: Instant) -> Result<()> {
    let id = message.media.as_ref().map(|media| media.id.clone()).ok_or_else(unknown)?;
    if !media::again(tx, &id).await? {
        return Err(refuse(Code::NotPossible, "WhatsApp never had this file for us: ask the customer to send it again."));
    }
    Ok(fetch::publish(tx, &id, now).await?)
}
