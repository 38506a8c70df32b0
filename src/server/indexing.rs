//! Keeps the index of words up to date: what is new from the log of events, what was there before it from the newest message down.
//!
//! Never inside a transaction of anybody's; where webhooks wait, it waits for them.

use super::search::{BY, index_words, mark, marks_of_author};
use super::state::App;
use super::store::messages::read_content;
use super::store::search::{DOWN_TO, EPOCH, FORMAT, SEQ};
use super::store::{Result, Store, Tx, deliveries, events, search, settings};
use crate::domain::content::Content;
use crate::domain::delivery::Delivery;
use crate::domain::id::ConversationId;
use crate::domain::message::Message;
use crate::protocol::event::Event;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// How many events or messages one transaction takes.
const BATCH: i64 = 200;
/// How often it looks while nothing happens.
const LOOK: Duration = Duration::from_millis(500);
/// Whoever waits for it waits no longer.
const PATIENCE: Duration = Duration::from_millis(if cfg!(test) { 300 } else { 3000 });
/// Where webhooks wait, it rests so many times as long as it worked: searches can be late, answers cannot.
const REST: u32 = 9;

/// Indexes the next few, at most so many; whether there may be more.
pub async fn step(app: &App, most: i64) -> Result<bool> {
    let mut tx = app.store.read().await?;
    let (head, tail) = (events::head(&mut tx).await?, events::tail(&mut tx).await?);
    let seq = known_up_to(&mut tx).await?;
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
    Ok(search::place(tx, key).await?.and_then(|text| text.parse().ok()))
}

/// Up to where the log is indexed, if it is still that log: a restored backup has another.
async fn known_up_to(tx: &mut Tx) -> Result<Option<i64>> {
    let is_of_this = search::place(tx, EPOCH).await?.unwrap_or_default() == settings::find(tx, settings::EPOCH).await?.unwrap_or_default();
    let is_as_now = search::place(tx, FORMAT).await?.is_some();
    Ok(number(tx, SEQ).await?.filter(|_| is_of_this && is_as_now))
}

/// Lets the index begin anew: rows were written of which no event tells.
pub async fn begin_anew(store: &Store) -> Result<()> {
    let mut tx = store.index().await?;
    search::put_place(&mut tx, SEQ, "").await?;
    tx.commit().await
}

async fn begin(app: &App) -> Result<bool> {
    let mut index = app.store.index().await?;
    let mut tx = app.store.read().await?;
    let (head, newest) = (events::head(&mut tx).await?, search::newest(&mut tx).await?);
    let epoch = settings::find(&mut tx, settings::EPOCH).await?.unwrap_or_default();
    search::forget_names(&mut index).await?;
    for (key, value) in [(EPOCH, epoch), (FORMAT, String::new()), (SEQ, head.to_string()), (DOWN_TO, (newest + 1).to_string())] {
        search::put_place(&mut index, key, &value).await?;
    }
    let silent = search::list_silent(&mut tx).await?;
    name(app, &mut tx, &mut index, &silent.iter().collect()).await?;
    index.commit().await?;
    Ok(true)
}

/// What the log says since.
async fn follow(app: &App, seq: i64, most: i64) -> Result<bool> {
    let listed = events::list(&mut app.store.read().await?, seq, most).await?;
    let Some(last) = listed.last().map(|event| event.seq) else { return Ok(false) };
    let (mut messages, mut named): (BTreeMap<i64, Vec<String>>, BTreeSet<ConversationId>) = Default::default();
    for event in &listed {
        let Ok(event) = serde_json::from_str::<Event>(&event.payload) else { continue };
        named.extend(event.conversation().map(|row| row.id.clone()));
        if let Event::MessageStored { message, .. } = &event {
            messages.insert(message.n, words_of(message));
        }
    }
    for (n, author) in search::list_authors(&mut app.store.read().await?, messages.keys().copied()).await? {
        messages.entry(n).and_modify(|words| add_author(words, &author));
    }
    let mut index = app.store.index().await?;
    // Another process may have been faster.
    if number(&mut index, SEQ).await? != Some(seq) {
        return Ok(true);
    }
    search::put_messages(&app.store, &mut index, &messages.into_iter().collect::<Vec<_>>()).await?;
    name(app, &mut app.store.read().await?, &mut index, &named.iter().collect()).await?;
    search::put_place(&mut index, SEQ, &last.to_string()).await?;
    index.commit().await?;
    Ok(true)
}

/// What was there before the log began.
async fn go_down(app: &App, n: i64, most: i64) -> Result<bool> {
    // Read once nobody else writes the index: what another process has indexed meanwhile is newer.
    let mut index = app.store.index().await?;
    if number(&mut index, DOWN_TO).await? != Some(n) {
        return Ok(true);
    }
    let mut tx = app.store.read().await?;
    let found = search::list_below(&mut tx, n, most).await?;
    let words = found.iter().map(|raw| {
        let what = What { direction: &raw.direction, kind: &raw.message_type, delivery: raw.delivery.as_deref(), author: raw.author_name.as_deref() };
        let mut words = words(&what, read_content(&raw.content).as_ref());
        if let Some(author) = &raw.author_id {
            add_author(&mut words, author);
        }
        (raw.n, words)
    });
    let words: Vec<(i64, Vec<String>)> = words.collect();
    let next = found.last().map_or(0, |message| message.n);
    search::put_messages(&app.store, &mut index, &words).await?;
    name(app, &mut tx, &mut index, &found.iter().map(|message| &message.conversation_id).collect()).await?;
    search::put_place(&mut index, DOWN_TO, &next.to_string()).await?;
    index.commit().await?;
    Ok(true)
}

/// Keeps what conversations are found by: what the customer and the team call them, their numbers, and what the team knows of them.
async fn name(app: &App, tx: &mut Tx, index: &mut Tx, ids: &BTreeSet<&ConversationId>) -> Result<()> {
    for named in search::names(tx, ids).await? {
        search::put_conversation(&app.store, index, &named.id, &named.text()).await?;
    }
    Ok(())
}

/// What a message is, beside its words.
struct What<'a> {
    direction: &'a str,
    kind: &'a str,
    delivery: Option<&'a str>,
    author: Option<&'a str>,
}

fn words_of(message: &Message) -> Vec<String> {
    let what = What {
        direction: message.direction.as_str(),
        kind: message.content.message_type(),
        delivery: message.delivery.map(Delivery::as_str),
        author: message.author.as_deref(),
    };
    words(&what, Some(&message.content))
}

/// What a message is found by: its words, names and captions, and what it is.
fn words(what: &What<'_>, content: Option<&Content>) -> Vec<String> {
    // What was done with the conversation is nobody's words.
    if matches!(content, Some(Content::Change(_))) {
        return Vec::new();
    }
    let mut words = content.map(|content| index_words(&content.searchable())).unwrap_or_default();
    words.extend([mark("any", ""), mark("has", what.kind)]);
    let side = match what.direction {
        "inbound" => Some("customer"),
        "outbound" => Some("us"),
        _ => None,
    };
    words.extend(side.map(|side| mark("from", side)));
    words.extend(what.delivery.map(|state| mark("status", state)));
    words.extend(what.author.into_iter().flat_map(marks_of_author));
    words
}

/// Adds who wrote a message; what says nothing stays so.
fn add_author(words: &mut Vec<String>, author: &str) {
    if !words.is_empty() {
        words.push(mark(BY, author));
    }
}

/// What is not indexed yet: events, and (by their numbers) older messages.
pub async fn behind(tx: &mut Tx) -> Result<i64> {
    let head = events::head(tx).await?;
    let Some(seq) = known_up_to(tx).await? else { return search::newest(tx).await };
    Ok((head - seq).max(0) + number(tx, DOWN_TO).await?.unwrap_or(0))
}

/// Waits until what the log says by now can be found, for some seconds at most; whether it can.
pub async fn catch_up(app: &App) -> Result<bool> {
    let head = events::head(&mut app.store.read().await?).await?;
    let caught_up = async {
        while known_up_to(&mut app.store.read().await?).await?.is_none_or(|seq| seq < head) {
            // The index tells nobody how far it is: it is asked, as it asks the log.
            tokio::time::sleep(LOOK / 5).await;
        }
        Ok(true)
    };
    tokio::time::timeout(PATIENCE, caught_up).await.unwrap_or(Ok(false))
}

/// Indexes the next few; how long to wait then, for longer where webhooks wait.
async fn next(app: &App) -> Result<Duration> {
    let began = Instant::now();
    if !step(app, BATCH).await? {
        return Ok(LOOK);
    }
    let waits = deliveries::oldest_pending(&mut app.store.read().await?).await?.is_some();
    Ok(if waits { began.elapsed() * REST } else { Duration::ZERO })
}

/// Indexes until the process stops.
pub async fn run(app: App) {
    loop {
        let wait = match next(&app).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(%error, "the index of words could not be brought up to date; trying again");
                LOOK
            }
        };
        // The log is asked, not listened to: nothing waits for words, and webhooks go first.
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}
