//! Our reactions: an emoji of the business on a message, seen on it at once, sent like any other message, in order with the others.

use super::audit;
use super::conversations::unknown;
use super::messages::{check_can_send, outbound};
use crate::domain::access::Action;
use crate::domain::audit::Act;
use crate::domain::content::{self, Content};
use crate::domain::id::MessageId;
use crate::domain::markup;
use crate::domain::message::Message;
use crate::protocol::error::Code;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::outbox::publish;
use crate::server::state::App;
use crate::server::store::messages::{HIDDEN, New};
use crate::server::store::{conversations, messages, outbox};

/// How long an emoji may be, in characters: families and flags are made of several.
const MOST_CHARS: usize = 16;

/// Puts an emoji on a message in place of the one before, or (an empty one) takes it back; the message as it is then.
pub async fn react(app: &App, caller: &Caller, id: &MessageId, emoji: &str) -> Result<Message> {
    caller.may(Action::Reply)?;
    if !emoji.is_empty() && (emoji.chars().count() > MOST_CHARS || markup::count_emoji(emoji) != Some(1)) {
        return Err(refuse(Code::Invalid, "A reaction is one emoji."));
    }
    let mut tx = app.store.write().await?;
    let found = messages::find(&mut tx, id).await?.filter(|message| caller.may_on(Action::Reply, &message.account_id));
    let target = found.ok_or_else(|| refuse(Code::UnknownMessage, "There is no such message."))?;
    let state = conversations::lock(&mut tx, &target.conversation_id).await?.ok_or_else(unknown)?;
    // A second click finds the first one's; the later of two has the later time.
    let now = app.clock.now();
    let target = messages::load_one(&mut tx, id).await?;
    if messages::is_deleted(&mut tx, id).await? {
        return Err(refuse(Code::UnknownMessage, "This message has been deleted."));
    }
    if target.reacted == emoji {
        return Ok(target);
    }
    let wamid = target.wamid.ok_or_else(|| refuse(Code::NotPossible, "WhatsApp does not have this message yet: react to it when it was sent."))?;
    let content = Content::Reaction(content::Reaction { target: wamid.0.clone(), emoji: emoji.to_owned() });
    check_can_send(&mut tx, &state, &content, now).await?;
    let new = New { discarded: HIDDEN, ..outbound(caller, &state, &content, Some(wamid.clone()), now) };
    for added in messages::add(&mut tx, std::slice::from_ref(&new)).await? {
        outbox::add(&mut tx, &added.id, &added.account_id, &added.conversation_id, added.n, now).await?;
    }
    publish(&mut tx, &new.id, now).await?;
    audit::keep(&mut tx, caller, Act::Reacted, Some(&state.id), emoji, now).await?;
    let target = messages::load_one(&mut tx, id).await?;
    tx.commit().await?;
    app.wake.outbox.notify_one();
    Ok(target)
}
