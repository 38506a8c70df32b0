//! Keeps the index of words up to date: what is new from the log of events, what was there before it from the newest message down.
//!
//! Never inside a transaction of anybody's; where webhooks wait, it waits for them.

use super::search::{index_words, mark};
use super::state::App;
use super::store::messages::read_content;
use super::store::{Lock, Result, Tx, deliveries, events, search, settings};
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::domain::message::Message;
use crate::protocol::event::Event;
use std::collections::BTreeMap;
use std::time::Duration;

/// How many events or messages one transaction takes.
const BATCH: i64 = 200;
/// So many while messages come: SQLite has one writer, and no webhook shall wait for words.
const FEW: i64 = 25;
/// And how long it then leaves the writer to others.
const REST: Duration = Duration::from_millis(10);
/// How often it looks while nothing happens.
const LOOK: Duration = Duration::from_millis(500);
/// How long it lets webhooks go first, between one batch and the next.
const PATIENCE: Duration = Duration::from_secs(2);
/// Up to where the log is indexed; down to where older messages are.
const SEQ: &str = "search_seq";
const DOWN_TO: &str = "search_n";

/// Indexes the next few, at most so many; whether there may be more.
pub async fn step(app: &App, most: i64) -> Result<bool> {
    let mut tx = app.store.read().await?;
    let (head, tail) = (events::head(&mut tx).await?, events::tail(&mut tx).await?);
    let seq = number(&mut tx, SEQ).await?;
    let down_to = number(&mut tx, DOWN_TO).await?;
    drop(tx);
    // Never begun, or events were forgotten before they were indexed: everything anew, from the newest message down.
    let Some(seq) = seq.filter(|seq| *seq + 1 >= tail && *seq <= head) else { return begin(app).await };
    if seq < head {
        return follow(app, seq, most).await;
    }
    match down_to {
        Some(n) if n > 0 => go_down(app, n, most).await,
        _ => Ok(false),
    }
}

async fn number(tx: &mut Tx, key: &str) -> Result<Option<i64>> {
    Ok(settings::find(tx, key).await?.and_then(|text| text.parse().ok()))
}

/// Lets the index begin anew: rows were written of which no event tells.
pub async fn begin_anew(tx: &mut Tx) -> Result<()> {
    settings::put(tx, SEQ, "").await
}

async fn begin(app: &App) -> Result<bool> {
    let mut tx = app.store.write().await?;
    tx.lock(Lock::Search).await?;
    let (head, newest) = (events::head(&mut tx).await?, search::newest(&mut tx).await?);
    settings::put(&mut tx, SEQ, &head.to_string()).await?;
    settings::put(&mut tx, DOWN_TO, &(newest + 1).to_string()).await?;
    tx.commit().await?;
    Ok(true)
}

/// What the log says since.
async fn follow(app: &App, seq: i64, most: i64) -> Result<bool> {
    let listed = events::list(&mut app.store.read().await?, seq, most).await?;
    let Some(last) = listed.last().map(|event| event.seq) else { return Ok(false) };
    let (mut messages, mut rows): (BTreeMap<i64, Vec<String>>, BTreeMap<ConversationId, String>) = Default::default();
    for event in &listed {
        let Ok(event) = serde_json::from_str::<Event>(&event.payload) else { continue };
        if let Some(row) = event.conversation() {
            rows.insert(row.id.clone(), text_of(row));
        }
        if let Event::MessageStored { message, .. } = &event {
            messages.insert(message.n, words_of(message));
        }
    }
    let mut tx = app.store.write().await?;
    tx.lock(Lock::Search).await?;
    // Another process may have been faster.
    if number(&mut tx, SEQ).await? != Some(seq) {
        return Ok(true);
    }
    search::put_messages(&app.store, &mut tx, &messages.into_iter().collect::<Vec<_>>()).await?;
    for (id, text) in rows {
        search::put_conversation(&app.store, &mut tx, &id, &text).await?;
    }
    settings::put(&mut tx, SEQ, &last.to_string()).await?;
    tx.commit().await?;
    Ok(true)
}

/// What was there before the log began.
async fn go_down(app: &App, n: i64, most: i64) -> Result<bool> {
    // Read under the lock: what another process has indexed meanwhile is newer.
    let mut tx = app.store.write().await?;
    tx.lock(Lock::Search).await?;
    if number(&mut tx, DOWN_TO).await? != Some(n) {
        return Ok(true);
    }
    let found = search::list_below(&mut tx, n, most).await?;
    let mut ids: Vec<ConversationId> = found.iter().map(|message| message.conversation_id.clone()).collect();
    ids.sort();
    ids.dedup();
    let rows = super::store::conversations::load(&mut tx, &ids).await?;
    let words = found.iter().map(|raw| (raw.n, words(&raw.direction, &raw.message_type, raw.delivery.as_deref(), read_content(&raw.content).as_ref())));
    let words: Vec<(i64, Vec<String>)> = words.collect();
    let next = found.last().map_or(0, |message| message.n);
    search::put_messages(&app.store, &mut tx, &words).await?;
    for row in &rows {
        search::put_conversation(&app.store, &mut tx, &row.id, &text_of(row)).await?;
    }
    settings::put(&mut tx, DOWN_TO, &next.to_string()).await?;
    tx.commit().await?;
    Ok(true)
}

/// What a conversation is found by.
fn text_of(row: &Conversation) -> String {
    [Some(row.name.as_str()), row.wa_id.as_deref(), row.user_id.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn words_of(message: &Message) -> Vec<String> {
    words(message.direction.as_str(), message.content.message_type(), message.delivery.map(crate::domain::delivery::Delivery::as_str), Some(&message.content))
}

/// What a message is found by: its words, names and captions, and what it is.
fn words(direction: &str, kind: &str, delivery: Option<&str>, content: Option<&Content>) -> Vec<String> {
    // What was done with the conversation is nobody's words.
    if matches!(content, Some(Content::Change(_))) {
        return Vec::new();
    }
    let mut words = content.map(|content| index_words(&content.searchable())).unwrap_or_default();
    words.extend([mark("any", ""), mark("has", kind)]);
    let side = match direction {
        "inbound" => Some("customer"),
        "outbound" => Some("us"),
        _ => None,
    };
    words.extend(side.map(|side| mark("from", side)));
    words.extend(delivery.map(|state| mark("status", state)));
    words
}

/// What is not indexed yet: events, and (by their numbers) older messages.
pub async fn behind(tx: &mut Tx) -> Result<i64> {
    let head = events::head(tx).await?;
    let Some(seq) = number(tx, SEQ).await? else { return search::newest(tx).await };
    Ok((head - seq).max(0) + number(tx, DOWN_TO).await?.unwrap_or(0))
}

/// Indexes the next few; how long to wait then, for longer where webhooks wait.
async fn next(app: &App, seen: &mut i64) -> Result<Duration> {
    let mut tx = app.store.read().await?;
    let (waits, head) = (deliveries::oldest_pending(&mut tx).await?.is_some(), events::head(&mut tx).await?);
    drop(tx);
    let is_busy = std::mem::replace(seen, head) != head;
    let more = step(app, if is_busy { FEW } else { BATCH }).await?;
    Ok(match (more, waits) {
        (true, false) if is_busy => REST,
        (true, false) => Duration::ZERO,
        (true, true) => PATIENCE,
        (false, _) => LOOK,
    })
}

/// Indexes until the process stops.
pub async fn run(app: App) {
    // The head of the log when it last looked.
    let mut seen = 0;
    loop {
        let wait = match next(&app, &mut seen).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(%error, "the index of words could not be brought up to date; trying again");
                LOOK
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}
