//! What is said of messages: statuses and reactions, and which stored messages they change.

use super::{Inbound, Reactions, Statuses};
use crate::domain::id::{AccountId, ConversationId, MessageId};
use crate::server::store::messages::{self, Added};
use crate::server::store::statuses::{self, Reaction, Status};
use crate::server::store::{Result, Tx, conversations, outbox, reactions};
use std::collections::BTreeSet;

/// Keeps statuses and reactions, and finds the stored messages that look different now; also because what they answer (`filled`) has
/// its content only now. Also the threads in which something is gone, free of charge, or back.
pub(super) async fn store(
    tx: &mut Tx,
    statuses: Statuses,
    reactions: Reactions,
    added: &[(Added, &Inbound)],
    filled: Vec<messages::Key>,
) -> Result<(BTreeSet<MessageId>, Vec<statuses::Gone>, Vec<ConversationId>, Vec<ConversationId>)> {
    let statuses: Vec<Status> = statuses.into_values().collect();
    let reactions: Vec<Reaction> = reactions.into_values().collect();
    let wamid = |account: &AccountId, wamid: &str| messages::Key { account_id: account.0.clone(), wamid: wamid.to_owned() };
    // Threads are locked before what waits to be sent in them.
    let written = added.iter().filter(|(_, entry)| entry.delivery.is_some()).map(|(message, entry)| wamid(&message.account_id, &entry.wamid));
    let mut freed = Vec::new();
    for (conversation, until) in statuses::list_free(tx, &statuses, &written.collect::<Vec<_>>()).await? {
        conversations::lock(tx, &conversation).await?;
        if conversations::set_free(tx, &conversation, until).await? {
            freed.push(conversation);
        }
    }
    // A status that names our message may write into its row.
    let ours: Vec<MessageId> = statuses.iter().filter_map(|status| status.callback.as_deref().map(MessageId::from)).collect();
    outbox::lock(tx, &ours).await?;
    let (gone, named) = statuses::put(tx, &statuses).await?;
    statuses::put_reactions(tx, &reactions).await?;

    let reported: BTreeSet<messages::Key> = statuses.iter().map(|status| wamid(&status.account_id, &status.wamid)).collect();
    let reacted: BTreeSet<messages::Key> = reactions.iter().map(|reaction| wamid(&reaction.account_id, &reaction.target)).collect();
    let mut arrived: BTreeSet<messages::Key> = added.iter().map(|(message, entry)| wamid(&message.account_id, &entry.wamid)).collect();
    // What was sent from here has a name now: whoever knew it only by that finds it.
    arrived.extend(filled);
    arrived.extend(named.iter().map(|(_, account, name)| wamid(account, name)));

    let mut back = Vec::new();
    let mut touched: BTreeSet<MessageId> = named.into_iter().map(|(id, ..)| id).collect();
    // What was reported of them may have come first.
    let elsewhere: Vec<MessageId> = added.iter().filter(|(_, entry)| entry.delivery.is_some()).map(|(message, _)| message.id.clone()).collect();
    if !elsewhere.is_empty() {
        touched.extend(messages::project(tx, &elsewhere).await?.into_iter().map(|(id, _)| id));
    }
    if !reported.is_empty() {
        let known: Vec<MessageId> = messages::find_wamids(tx, &reported.iter().collect::<Vec<_>>()).await?.into_iter().map(|row| row.0).collect();
        outbox::lock(tx, &known).await?;
        let thrown = messages::list_discarded(tx, &known).await?;
        let changed = messages::project(tx, &known).await?;
        // What was thrown away and did arrive is an answer after all.
        back = thrown.into_iter().map(|(_, conversation)| conversation).collect();
        let settled: Vec<MessageId> = changed.iter().filter(|(_, delivery)| delivery.is_reported()).map(|(id, _)| id.clone()).collect();
        outbox::drop_all(tx, &settled).await?;
        let changed: Vec<MessageId> = changed.into_iter().map(|(id, _)| id).collect();
        if !changed.is_empty() {
            for (account, target) in reactions::targets(tx, &changed).await? {
                reactions::project(tx, &account, &target).await?;
                touched.extend(messages::find_wamids(tx, &[&wamid(&account, &target)]).await?.into_iter().map(|row| row.0));
            }
        }
        touched.extend(changed);
    }
    // What is reacted to looks different, and what is taken back.
    let taken_back = added.iter().filter(|(_, entry)| entry.content.takes_back());
    let changed: BTreeSet<messages::Key> =
        taken_back.filter_map(|(message, entry)| Some(wamid(&message.account_id, entry.reply_to.as_deref()?))).chain(reacted).collect();
    if !changed.is_empty() {
        touched.extend(messages::find_wamids(tx, &changed.iter().collect::<Vec<_>>()).await?.into_iter().map(|row| row.0));
    }
    if !arrived.is_empty() {
        let arrived: Vec<&messages::Key> = arrived.iter().collect();
        let (answers, named): (Vec<MessageId>, BTreeSet<String>) = messages::find_answers(tx, &arrived).await?.into_iter().unzip();
        touched.extend(answers);
        // What takes one of them back, and reactions, may have waited for it.
        let reacted: BTreeSet<String> = statuses::list_reacted(tx, &arrived).await?.into_iter().collect();
        let looks_different = |wamid: &String| named.contains(wamid) || reacted.contains(wamid);
        touched.extend(added.iter().filter(|(_, entry)| looks_different(&entry.wamid)).map(|(message, _)| message.id.clone()));
    }
    Ok((touched, gone, freed, back))
}
