//! Raw webhooks: kept before they are answered, applied afterwards, replayable.

use super::{Result, Sql, Tx, args, json, over_rows, statements};
use crate::domain::time::Instant;
use serde::Serialize;
use sqlx::FromRow;

statements! {
    /// Raw bytes travel as hexadecimal text: JSON cannot carry them.
    KEEP = Sql {
        sqlite: "insert into deliveries (received_at, body, state) select $2, unhex(r.value->>'body'), 'pending' from jsonb_each($1) as r",
        postgres: "insert into deliveries (received_at, body, state) select $2, decode(r.value->>'body', 'hex'), 'pending' from jsonb_array_elements($1::jsonb) as r(value)",
    };
    LIST_PENDING = Sql::same("select n, received_at, body from deliveries where state = 'pending' order by n limit $1");
    COUNT_PENDING = Sql::same("select count(*) from (select n from deliveries where state = 'pending' limit 10000) as p");
    SETTLE = over_rows!(
        "update deliveries set state = r.value->>'state', reason = r.value->>'reason', applied_at = $2 from",
        "where deliveries.n = cast(r.value->>'n' as bigint)"
    );
    REPLAY = Sql::same("update deliveries set state = 'pending' where state <> 'pending' and n > $1");
    /// Of the newest thousand.
    LIST_ASTRAY = Sql::same("select reason, received_at from deliveries where state = 'kept' and reason like 'no account has%' order by n desc limit 1000");
    REVIVE = Sql::same("update deliveries set state = 'pending' where state = 'kept' and reason like '%\"' || $1 || '\"%'");
    OLDEST_PENDING = Sql::same("select received_at from deliveries where state = 'pending' order by n limit 1");
    /// Of the ten thousand oldest, those that are old enough: the one writer is not held up for long.
    EXPIRE = Sql::same(
        "delete from deliveries where state = 'applied' and applied_at < $1 and n <= (select max(a.n) from
           (select n, applied_at from deliveries where state = 'applied' order by n limit 10000) as a where a.applied_at < $1)"
    );
}

/// How many bytes of deliveries are applied at once.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

#[derive(Serialize)]
struct Kept {
    body: String,
}

/// A delivery that waits to be applied.
#[derive(Debug, FromRow)]
pub struct Pending {
    /// Its place in the order of arrival.
    pub n: i64,
    /// When it came.
    pub received_at: Instant,
    /// Its bytes, exactly as Meta signed them.
    pub body: Vec<u8>,
}

/// What became of a delivery.
#[derive(Debug, Serialize)]
pub struct Settled {
    /// Which one.
    pub n: i64,
    /// `applied`, or `kept` if something in it had nowhere to go: a replay may help.
    pub state: &'static str,
    /// What had nowhere to go, and why.
    pub reason: Option<String>,
}

/// Keeps a batch of bodies in their order.
pub async fn keep(tx: &mut Tx, bodies: &[impl AsRef<[u8]>], now: Instant) -> Result<()> {
    let rows: Vec<Kept> = bodies.iter().map(|body| Kept { body: hex::encode(body) }).collect();
    tx.run(KEEP, args![json(&rows), now]).await?;
    Ok(())
}

/// Why deliveries of late are kept, each reason once, with when the last of them came.
pub async fn list_astray(tx: &mut Tx) -> Result<Vec<(String, Instant)>> {
    let mut reasons: Vec<(String, Instant)> = Vec::new();
    for (reason, at) in tx.all::<(String, Instant)>(LIST_ASTRAY, args![]).await? {
        if reasons.iter().all(|(known, _)| *known != reason) && reasons.len() < 20 {
            reasons.push((reason, at));
        }
    }
    Ok(reasons)
}

/// What is kept because a number was not connected is tried again.
pub async fn revive(tx: &mut Tx, phone_number_id: &str) -> Result<()> {
    tx.run(REVIVE, args![phone_number_id]).await?;
    Ok(())
}

/// The oldest deliveries that wait, in order: at most `limit` and some megabytes, and at least one however large it is.
pub async fn list_pending(tx: &mut Tx, limit: i64) -> Result<Vec<Pending>> {
    let mut bytes = 0;
    let fits = |delivery: &Pending| {
        let fits = bytes == 0 || bytes + delivery.body.len() <= BATCH_BYTES;
        bytes += delivery.body.len();
        fits
    };
    tx.some(LIST_PENDING, args![limit], fits).await
}

/// How many wait, counted up to 10,000.
pub async fn count_pending(tx: &mut Tx) -> Result<i64> {
    Ok(tx.find::<(i64,)>(COUNT_PENDING, args![]).await?.map_or(0, |row| row.0))
}

/// Records what became of a batch.
pub async fn settle(tx: &mut Tx, settled: &[Settled], now: Instant) -> Result<()> {
    if !settled.is_empty() {
        tx.run(SETTLE, args![json(&settled), now]).await?;
    }
    Ok(())
}

/// Marks all deliveries after `n` to be applied again; how many. Applying twice changes nothing.
pub async fn replay(tx: &mut Tx, after: i64) -> Result<u64> {
    tx.run(REPLAY, args![after]).await
}

/// When the oldest delivery came that is not yet applied.
pub async fn oldest_pending(tx: &mut Tx) -> Result<Option<Instant>> {
    Ok(tx.find::<(Instant,)>(OLDEST_PENDING, args![]).await?.map(|row| row.0))
}

/// Forgets some thousands of the deliveries applied before `before`; how many. Kept ones stay: they wait for a better version.
pub async fn expire(tx: &mut Tx, before: Instant) -> Result<u64> {
    tx.run(EXPIRE, args![before]).await
}
