//! Forwarding: what one customer sent, or was sent, goes to another as a new message. WhatsApp's own mark of forwarded messages is not
//! for businesses to set.

use super::conversations::unknown;
use super::media::failed;
use super::messages::{find, mismatch, send_whole};
use super::outgoing::{Attached, Outgoing};
use crate::domain::access::Action;
use crate::domain::content::Content;
use crate::domain::id::{MediaId, MessageId};
use crate::domain::media::{Media, State, Unsendable};
use crate::domain::message::{Direction, Message};
use crate::protocol::command::{Made, SendText};
use crate::protocol::error::Code;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::media::{self as files, kind};
use crate::server::secret::token_hash;
use crate::server::state::App;
use crate::server::store::conversations;
use crate::server::store::media::{self, Found, Stored};
use futures_util::StreamExt;

/// Sends what a message carries to somebody else. The same client id again answers the same message and sends nothing.
pub async fn forward(app: &App, caller: &Caller, to: SendText, id: &MessageId) -> Result<Message> {
    caller.may(Action::Reply)?;
    let message = find(app, caller, id).await?;
    if !matches!(message.direction, Direction::Inbound | Direction::Outbound) {
        return Err(refuse(Code::NotPossible, "Only what customers wrote, or were sent, can be forwarded."));
    }
    let words = message.content.body().unwrap_or_default().to_owned();
    let command = Outgoing { reply_to: None, body: words, ..Outgoing::from(to) };
    let command = match message.content {
        Content::Text(_) => command,
        Content::Location(place) => Outgoing { body: String::new(), made: Some(Made::Location(place)), ..command },
        Content::Contacts(cards) => Outgoing { body: String::new(), made: Some(Made::Contacts(cards)), ..command },
        _ => match message.media {
            Some(media) if media.state == State::Ready => with_copy(app, caller, command, &media).await?,
            Some(_) => return Err(refuse(Code::NotPossible, "The file is not here yet: forward it when it is.")),
            None => return Err(refuse(Code::NotPossible, "A message of this kind cannot be forwarded. Copy its words.")),
        },
    };
    send_whole(app, caller, command).await
}

/// The file belongs to the account that sends it. A picture goes without the place where it was taken; of others, the bytes are not
/// copied. Its id follows from the message's: twice is once.
async fn with_copy(app: &App, caller: &Caller, command: Outgoing, of: &Media) -> Result<Outgoing> {
    let row = conversations::find(&mut app.store.read().await?, &command.conversation_id).await?;
    let row = row.filter(|row| caller.may_on(Action::Reply, &row.account_id)).ok_or_else(unknown)?;
    if row.account_id != command.account_id || row.contact_id != command.contact_id {
        return Err(mismatch());
    }
    let gone = || refuse(Code::NotPossible, "The file is no longer here.");
    let stored = media::find_stored(&mut app.store.read().await?, &of.id).await?.ok_or_else(gone)?;
    let place = format!("{} {} {} {}", command.conversation_id, command.account_id, command.client_id, of.id);
    let id = MediaId(token_hash(&place).get(..32).unwrap_or_default().to_owned());
    let remade = without_traces(app, &stored).await?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    match remade {
        Some(found) if media::find_stored(&mut tx, &id).await?.is_none() => {
            media::add_ready(&mut tx, &id, &command.account_id, stored.name.as_deref(), &found, now).await?;
        }
        Some(_) => {}
        None => media::copy(&mut tx, &id, &command.account_id, &of.id, now).await?,
    }
    let media = media::load(&mut tx, std::slice::from_ref(&id)).await?.remove(&id).ok_or_else(gone)?;
    tx.commit().await?;
    Ok(Outgoing { file: Some(Attached { name: Some(kind::name_of(stored.name, &media.mime)), media }), ..command })
}

/// The picture anew, if it says where it was taken, or anything else that its camera wrote down.
async fn without_traces(app: &App, stored: &Stored) -> Result<Option<Found>> {
    if !["image/jpeg", "image/png"].contains(&stored.mime.as_str()) {
        return Ok(None);
    }
    let copied = async {
        let mut spool = app.blobs.spool().await?;
        let mut bytes = app.blobs.read(&stored.hash, None).await?;
        while let Some(part) = bytes.next().await {
            spool.write(&part?).await?;
        }
        files::keep_to_send(&app.blobs, spool, stored.name.as_deref()).await
    };
    let found = copied.await.map_err(failed)?.ok_or_else(|| refuse(Code::NotPossible, Unsendable::Traces.sentence()))?;
    Ok((found.hash != stored.hash).then_some(found))
}
