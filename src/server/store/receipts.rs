//! What Meta is still to be told was read. One row a conversation: reading a message reads the earlier ones.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::id::{AccountId, ConversationId};
use crate::domain::time::Instant;
use sqlx::FromRow;

statements! {
    PUT = Sql::same(
        "insert into receipts (conversation_id, account_id, wamid, not_before) values ($1, $2, $3, $4)
         on conflict (conversation_id) do update set wamid = excluded.wamid, attempts = 0, not_before = excluded.not_before"
    );
    FIND_DUE = Sql {
        sqlite: "select conversation_id, account_id, wamid, attempts from receipts where not_before <= $1 order by not_before limit 1",
        postgres: "select conversation_id, account_id, wamid, attempts from receipts where not_before <= $1 order by not_before limit 1 for update skip locked",
    };
    POSTPONE = Sql::same("update receipts set attempts = attempts + 1, not_before = $3 where conversation_id = $1 and wamid = $2");
    DROP = Sql::same("delete from receipts where conversation_id = $1 and wamid = $2");
    LAST_INBOUND = Sql::same(
        "select m.sort_at, m.n, (select w.wamid from messages w where w.conversation_id = $1 and w.direction = 'inbound' and w.live = 1
           and w.wamid like 'wamid.%' and (w.sort_at, w.n) <= ($2, $3) order by w.sort_at desc, w.n desc limit 1)
         from messages m where m.conversation_id = $1 and m.direction = 'inbound' and (m.sort_at, m.n) <= ($2, $3)
         order by m.sort_at desc, m.n desc limit 1"
    );
    NEXT = Sql::same("select min(not_before) from receipts");
}

/// Place of the newest inbound message up to a place, and the wamid of the newest that Meta can be told of: calls cannot be read.
pub async fn last_inbound(tx: &mut Tx, conversation: &ConversationId, up_to: (Instant, i64)) -> Result<Option<(Instant, i64, Option<String>)>> {
    tx.find(LAST_INBOUND, args![conversation, up_to.0, up_to.1]).await
}

/// A receipt to be sent.
#[derive(Clone, Debug, FromRow)]
pub struct Receipt {
    /// Whose thread was read.
    pub conversation_id: ConversationId,
    /// The account to tell it from.
    pub account_id: AccountId,
    /// The newest message that was read.
    pub wamid: String,
    /// How often it was tried.
    pub attempts: i64,
}

/// Notes that Meta is to be told.
pub async fn put(tx: &mut Tx, conversation: &ConversationId, account: &AccountId, wamid: &str, now: Instant) -> Result<()> {
    tx.run(PUT, args![conversation, account, wamid, now]).await?;
    Ok(())
}

/// Takes the next due receipt and postpones it to `lease`, so that nobody else sends it meanwhile.
pub async fn claim(tx: &mut Tx, now: Instant, lease: Instant) -> Result<Option<Receipt>> {
    let Some(receipt) = tx.find::<Receipt>(FIND_DUE, args![now]).await? else { return Ok(None) };
    tx.run(POSTPONE, args![&receipt.conversation_id, &receipt.wamid, lease]).await?;
    Ok(Some(receipt))
}

/// Meta knows, or will never want to.
pub async fn drop_one(tx: &mut Tx, receipt: &Receipt) -> Result<()> {
    tx.run(DROP, args![&receipt.conversation_id, &receipt.wamid]).await?;
    Ok(())
}

/// When something may next be due.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Instant>> {
    Ok(tx.find::<(Option<i64>,)>(NEXT, args![]).await?.and_then(|row| row.0).map(Instant))
}
