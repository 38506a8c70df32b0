//! Tells open pages what became of a message of ours.

use crate::domain::content::Content;
use crate::domain::delivery::Delivery;
use crate::domain::id::{AccountId, MessageId};
use crate::domain::time::Instant;
use crate::protocol::event::Event;
use crate::server::store::{Result, Tx, conversations, events, messages, outbox, reactions};

/// Computes the visible state, appends the event, and settles what a status has settled meanwhile.
pub async fn publish(tx: &mut Tx, id: &MessageId, now: Instant) -> Result<Delivery> {
    messages::project(tx, std::slice::from_ref(id)).await?;
    if messages::load_one(tx, id).await?.delivery.is_some_and(Delivery::is_reported) {
        outbox::drop_all(tx, std::slice::from_ref(id)).await?;
    }
    let mut message = messages::load_one(tx, id).await?;
    let delivery = message.delivery.unwrap_or(Delivery::Queued);
    if let Content::Reaction(reaction) = &message.content {
        // What is seen of it is on the message it is about.
        reactions::project(tx, &message.account_id, &reaction.target).await?;
        events::begin(tx).await?;
        // Deleted meanwhile: there is nothing to be seen.
        let Some(target) = messages::find_by_wamid(tx, &message.account_id, &reaction.target).await? else { return Ok(delivery) };
        message = target;
    } else {
        events::begin(tx).await?;
        message = messages::load_one(tx, id).await?;
    }
    let conversation = conversations::load_one(tx, &message.conversation_id).await?;
    events::append(tx, &[Event::MessageStored { conversation, message }], now).await?;
    Ok(delivery)
}

/// Answers that came before the message they answer had its name show it now.
pub async fn publish_answers(tx: &mut Tx, account: &AccountId, wamid: &str, now: Instant) -> Result<()> {
    let key = messages::Key { account_id: account.0.clone(), wamid: wamid.to_owned() };
    let answers: Vec<MessageId> = messages::find_answers(tx, &[&key]).await?.into_iter().map(|(id, _)| id).collect();
    let mut all = Vec::new();
    // What was deleted meanwhile stays away.
    for message in messages::load(tx, &answers).await? {
        let conversation = conversations::load_one(tx, &message.conversation_id).await?;
        all.push(Event::MessageStored { conversation, message });
    }
    events::append(tx, &all, now).await
}
