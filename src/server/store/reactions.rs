//! Our own reactions. Each is a message that no thread shows, answering the one it is about; which of them is seen there follows from
//! what became of them. (Customers' reactions are in `statuses`, as Meta reports them.)

use super::messages::ids;
use super::{Result, Sql, Tx, args, over_rows, statements};
use crate::domain::content::Content;
use crate::domain::id::{AccountId, MessageId};
use crate::domain::time::Instant;

/// The sender of our own reactions; no customer is called so, and it sorts before all of them.
pub const OURS: &str = "";

statements! {
    LIST = Sql::same(
        "select m.n, m.id, m.content, m.sort_at from messages m
         where m.account_id = $1 and m.reply_to = $2 and m.message_type = 'reaction' and m.direction = 'outbound' and m.delivery <> 'failed'"
    );
    /// A later one that was put there on the phone stays.
    PUT = Sql::same(
        "insert into reactions (account_id, target, sender, emoji, at, wamid) values ($1, $2, '', $3, $4, $5)
         on conflict (account_id, target, sender) do update set emoji = excluded.emoji, at = excluded.at, wamid = excluded.wamid
         where reactions.wamid not like 'wamid.%' or excluded.at >= reactions.at"
    );
    TARGETS = over_rows!(
        "select m.account_id, m.reply_to from",
        "join messages m on m.id = r.value->>'id' where m.message_type = 'reaction' and m.direction = 'outbound'"
    );
}

/// Computes which of ours is seen on a message: the latest that did not fail.
pub async fn project(tx: &mut Tx, account: &AccountId, target: &str) -> Result<()> {
    let ours: Vec<(i64, String, String, Instant)> = tx.all(LIST, args![account, target]).await?;
    let emoji = |json: &str| match serde_json::from_str(json) {
        Ok(Content::Reaction(reaction)) => reaction.emoji,
        _ => String::new(),
    };
    let (id, emoji, at) = ours.into_iter().max_by_key(|(n, ..)| *n).map_or_else(Default::default, |(_, id, content, at)| (id, emoji(&content), at));
    tx.run(PUT, args![account, target, emoji, at, id]).await?;
    Ok(())
}

/// Of these messages, those that are reactions of ours: what each is about.
pub async fn targets(tx: &mut Tx, messages: &[MessageId]) -> Result<Vec<(AccountId, String)>> {
    tx.all(TARGETS, args![ids(messages)]).await
}
