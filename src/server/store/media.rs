//! Files of messages: what is known of them. The bytes lie in the blob store, under their hash.

use super::{Error, Result, Sql, Tx, args, json, over_rows, statements};
use crate::domain::failure::Failure;
use crate::domain::id::{AccountId, MediaId, MessageId};
use crate::domain::media::{Media, State};
use crate::domain::time::{HOUR_MS, Instant};
use serde::Serialize;
use sqlx::FromRow;
use std::collections::HashMap;

statements! {
    ADD = over_rows!(
        "insert into media (id, account_id, state, meta_id, url, mime, name, announced_hash, failure, created_at)
         select r.value->>'id', r.value->>'account_id', r.value->>'state', r.value->>'meta_id', r.value->>'url', r.value->>'mime', r.value->>'name',
           r.value->>'announced_hash', r.value->>'failure', cast(r.value->>'created_at' as bigint) from",
        "where true on conflict do nothing"
    );
    ADD_READY = Sql::same(
        "insert into media (id, account_id, state, mime, name, hash, size, width, height, duration_ms, waveform, pages, thumbnail_hash, created_at)
         values ($1, $2, 'ready', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    );
    COPY = Sql::same(
        "insert into media (id, account_id, state, mime, name, hash, size, width, height, duration_ms, waveform, pages, thumbnail_hash, created_at)
         select $1, $2, 'ready', mime, name, hash, size, width, height, duration_ms, waveform, pages, thumbnail_hash, $4 from media where id = $3 and state = 'ready'
         on conflict do nothing"
    );
    LOAD = over_rows!(
        "select d.id, d.state, d.mime, d.size, d.width, d.height, d.duration_ms, d.waveform, d.pages, d.thumbnail_hash, d.due_at, d.failure from",
        "join media d on d.id = r.value->>'id'"
    );
    FIND_STORED = Sql::same("select id, account_id, mime, name, hash, thumbnail_hash, size from media where id = $1 and state = 'ready'");
    /// Not what only deleted messages show.
    FIND_SHOWN = Sql::same(
        "select id, account_id, mime, name, hash, thumbnail_hash, size from media where id = $1 and state = 'ready'
           and (not exists (select 1 from messages m where m.media_id = media.id) or exists (select 1 from messages m where m.media_id = media.id and m.discarded < 2))"
    );
    FIND_ACCOUNT = Sql::same("select account_id from media where id = $1");
    FIND_DUE = Sql {
        sqlite: "select id, account_id, state, meta_id, url, mime, announced_hash, attempts, misses, created_at from media
                 where state in ('fetching', 'waiting') and due_at <= $1 order by due_at limit 1",
        postgres: "select id, account_id, state, meta_id, url, mime, announced_hash, attempts, misses, created_at from media
                   where state in ('fetching', 'waiting') and due_at <= $1 order by due_at limit 1 for update skip locked",
    };
    NEXT = Sql::same("select min(due_at) from media where state in ('fetching', 'waiting')");
    LAST = Sql::same("select max(due_at) from media where state in ('fetching', 'waiting')");
    CLAIM = Sql::same("update media set state = 'fetching', attempts = attempts + 1, due_at = $2 where id = $1");
    WAIT = Sql::same("update media set state = 'waiting', due_at = $3, failure = $4, misses = $5 where id = $1 and attempts = $2 and state = 'fetching'");
    FAIL = Sql::same("update media set state = 'failed', failure = $3 where id = $1 and attempts = $2 and state = 'fetching'");
    FINISH = Sql::same(
        "update media set state = 'ready', failure = null, url = null, mime = $3, hash = $4, size = $5, width = $6, height = $7, duration_ms = $8,
           waveform = $9, pages = $10, thumbnail_hash = $11 where id = $1 and attempts = $2 and state = 'fetching'"
    );
    AGAIN = Sql::same("update media set state = 'fetching', due_at = 0, attempts = attempts + 1, misses = 0, failure = null where id = $1 and state in ('waiting', 'failed') and meta_id is not null");
    HASTEN = Sql::same("update media set due_at = 0 where state in ('fetching', 'waiting') and state = 'waiting' and account_id = $1");
    AMEND = Sql::same("update media set due_at = $1 where state in ('fetching', 'waiting') and due_at > $2");
    /// The messages that show it: one, or also those that sent it again; and those that quote one of them.
    LIST_SHOWING = Sql::same(
        "select id from messages where media_id = $1
         union select a.id from messages m join messages a on a.account_id = m.account_id and a.reply_to = m.wamid where m.media_id = $1"
    );
    COUNT_WAITING = Sql::same("select count(*) from (select 1 from media where state in ('fetching', 'waiting') limit 10000) as t");
    ADVANCE = Sql::same("update media set due_at = 0 where state in ('fetching', 'waiting') and due_at > 0 and state = 'fetching'");
}

/// A file to be fetched, or one that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct New {
    /// Our id.
    pub id: MediaId,
    /// Whose.
    pub account_id: AccountId,
    /// `fetching` or `failed`.
    pub state: &'static str,
    /// Meta's id.
    pub meta_id: Option<String>,
    /// Where Meta says it lies, for five minutes.
    pub url: Option<String>,
    /// The announced type.
    pub mime: String,
    /// Its name, made harmless.
    pub name: Option<String>,
    /// The announced SHA-256, in hex.
    pub announced_hash: Option<String>,
    /// Why it will never come, as JSON.
    pub failure: Option<String>,
    /// When it was stored.
    pub created_at: Instant,
}

impl New {
    /// As reading it back would give it.
    #[must_use]
    pub fn shown(&self) -> Media {
        let failure = self.failure.as_deref().and_then(|json| serde_json::from_str(json).ok());
        Media {
            id: self.id.clone(),
            state: failure.map_or(State::Fetching, State::Failed),
            mime: self.mime.clone(),
            size: None,
            pages: None,
            pixels: None,
            duration_ms: None,
            waveform: None,
            thumbnail: false,
        }
    }
}

#[derive(FromRow)]
struct Row {
    id: MediaId,
    state: String,
    mime: String,
    size: Option<i64>,
    width: Option<i64>,
    height: Option<i64>,
    duration_ms: Option<i64>,
    waveform: Option<String>,
    pages: Option<i64>,
    thumbnail_hash: Option<String>,
    due_at: Instant,
    failure: Option<String>,
}

impl TryFrom<Row> for Media {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let broken = |what: &str| Error::Inconsistent(format!("media {}: {what}", row.id));
        let state = match row.state.as_str() {
            "ready" => State::Ready,
            "waiting" => State::Waiting(row.due_at),
            "failed" => {
                let failure: Option<Failure> = row.failure.as_deref().and_then(|json| serde_json::from_str(json).ok());
                State::Failed(failure.ok_or_else(|| broken("failure"))?)
            }
            _ => State::Fetching,
        };
        Ok(Self {
            state,
            mime: row.mime,
            size: row.size,
            pages: row.pages,
            pixels: row.width.zip(row.height),
            duration_ms: row.duration_ms,
            waveform: row.waveform,
            thumbnail: row.thumbnail_hash.is_some(),
            id: row.id,
        })
    }
}

/// Notes files; those that are known already stay as they are.
pub async fn add(tx: &mut Tx, new: &[&New]) -> Result<()> {
    if !new.is_empty() {
        tx.run(ADD, args![json(&new)]).await?;
    }
    Ok(())
}

/// Notes a file that was handed to us to be sent.
pub async fn add_ready(tx: &mut Tx, id: &MediaId, account: &AccountId, name: Option<&str>, found: &Found, now: Instant) -> Result<()> {
    let (width, height) = found.pixels.unzip();
    let values = args![
        id,
        account,
        &found.mime,
        name,
        &found.hash,
        found.size,
        width,
        height,
        found.duration_ms,
        found.waveform.clone(),
        found.pages,
        found.thumbnail_hash.clone(),
        now
    ];
    tx.run(ADD_READY, values).await?;
    Ok(())
}

/// Notes a file that is here a second time, to be sent from an account; nothing if it is noted already.
pub async fn copy(tx: &mut Tx, id: &MediaId, account: &AccountId, of: &MediaId, now: Instant) -> Result<()> {
    tx.run(COPY, args![id, account, of, now]).await?;
    Ok(())
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a MediaId,
}

/// What is shown of these files, by id.
pub async fn load(tx: &mut Tx, wanted: &[MediaId]) -> Result<HashMap<MediaId, Media>> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Id> = wanted.iter().map(|id| Id { id }).collect();
    let rows = tx.all::<Row>(LOAD, args![json(&ids)]).await?;
    rows.into_iter().map(|row| Media::try_from(row).map(|media| (media.id.clone(), media))).collect()
}

/// A file that is here.
#[derive(Clone, Debug, FromRow)]
pub struct Stored {
    /// Our id.
    pub id: MediaId,
    /// Whose.
    pub account_id: AccountId,
    /// Its type, told by its content.
    pub mime: String,
    /// What it is called.
    pub name: Option<String>,
    /// Its hash: its place in the blob store.
    pub hash: String,
    /// The hash of its small picture.
    pub thumbnail_hash: Option<String>,
    /// Its bytes.
    pub size: i64,
}

/// A file, if it is here.
pub async fn find_stored(tx: &mut Tx, id: &MediaId) -> Result<Option<Stored>> {
    tx.find(FIND_STORED, args![id]).await
}

/// A file that is here, unless all messages that showed it were deleted.
pub async fn find_shown(tx: &mut Tx, id: &MediaId) -> Result<Option<Stored>> {
    tx.find(FIND_SHOWN, args![id]).await
}

/// Whose file it is, here or not.
pub async fn find_account(tx: &mut Tx, id: &MediaId) -> Result<Option<AccountId>> {
    Ok(tx.find::<(AccountId,)>(FIND_ACCOUNT, args![id]).await?.map(|row| row.0))
}

/// A file to be fetched now.
#[derive(Clone, Debug, FromRow)]
pub struct Due {
    /// Our id.
    pub id: MediaId,
    /// Whose.
    pub account_id: AccountId,
    /// `waiting` if agents were told that it is tried again.
    pub state: String,
    /// Meta's id.
    pub meta_id: Option<String>,
    /// Where it lies, if that was said and is not tried yet.
    pub url: Option<String>,
    /// The announced type.
    pub mime: String,
    /// The announced SHA-256, in hex.
    pub announced_hash: Option<String>,
    /// How often it was tried before.
    pub attempts: i64,
    /// How often Meta did not have it, or gave a damaged one.
    pub misses: i64,
    /// When it was announced.
    pub created_at: Instant,
}

/// Takes the next due file until `lease`.
pub async fn claim(tx: &mut Tx, now: Instant, lease: Instant) -> Result<Option<Due>> {
    let Some(due) = tx.find::<Due>(FIND_DUE, args![now]).await? else { return Ok(None) };
    tx.run(CLAIM, args![&due.id, lease]).await?;
    Ok(Some(due))
}

/// When something may next be due; `None`: nothing waits.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Instant>> {
    Ok(tx.find::<(Option<i64>,)>(NEXT, args![]).await?.and_then(|row| row.0).map(Instant))
}

/// When the last of them is due.
pub async fn last_due(tx: &mut Tx) -> Result<Option<Instant>> {
    Ok(tx.find::<(Option<i64>,)>(LAST, args![]).await?.and_then(|row| row.0).map(Instant))
}

/// It did not come this time; whether this try still stood.
pub async fn wait(tx: &mut Tx, due: &Due, until: Instant, failure: &Failure, misses: i64) -> Result<bool> {
    Ok(tx.run(WAIT, args![&due.id, due.attempts + 1, until, json(failure), misses]).await? > 0)
}

/// It will not come; whether this try still stood.
pub async fn fail(tx: &mut Tx, due: &Due, failure: &Failure) -> Result<bool> {
    Ok(tx.run(FAIL, args![&due.id, due.attempts + 1, json(failure)]).await? > 0)
}

/// What was found in a file that has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Its type, told by its content.
    pub mime: String,
    /// SHA-256 in hex.
    pub hash: String,
    /// Bytes.
    pub size: i64,
    /// Of a picture.
    pub pixels: Option<(i64, i64)>,
    /// Of a recording, or of a film that telephones play.
    pub duration_ms: Option<i64>,
    /// See [`Media::waveform`].
    pub waveform: Option<String>,
    /// Of a PDF.
    pub pages: Option<i64>,
    /// The hash of its small picture.
    pub thumbnail_hash: Option<String>,
    /// Whether it is a WebP that moves; only asked when it is sent.
    pub moves: bool,
}

impl Found {
    /// As reading it back would give it.
    #[must_use]
    pub fn shown(&self, id: MediaId) -> Media {
        Media {
            id,
            state: State::Ready,
            mime: self.mime.clone(),
            size: Some(self.size),
            pages: self.pages,
            pixels: self.pixels,
            duration_ms: self.duration_ms,
            waveform: self.waveform.clone(),
            thumbnail: self.thumbnail_hash.is_some(),
        }
    }
}

/// It is here; whether this try still stood.
pub async fn finish(tx: &mut Tx, due: &Due, found: &Found) -> Result<bool> {
    let (width, height) = found.pixels.unzip();
    let values = args![
        &due.id,
        due.attempts + 1,
        &found.mime,
        &found.hash,
        found.size,
        width,
        height,
        found.duration_ms,
        found.waveform.clone(),
        found.pages,
        found.thumbnail_hash.clone()
    ];
    Ok(tx.run(FINISH, values).await? > 0)
}

/// Somebody wants it tried again; whether it can be.
pub async fn again(tx: &mut Tx, id: &MediaId) -> Result<bool> {
    Ok(tx.run(AGAIN, args![id]).await? > 0)
}

/// An account works again: what waits for it is due at once.
pub async fn hasten(tx: &mut Tx, account: &AccountId) -> Result<()> {
    tx.run(HASTEN, args![account]).await?;
    Ok(())
}

/// Ends waits that are longer than any: they were begun before the clock was set back. How many there were.
pub async fn amend(tx: &mut Tx, now: Instant) -> Result<u64> {
    tx.run(AMEND, args![now, now.plus(2 * HOUR_MS)]).await
}

/// The messages that show it.
pub async fn list_showing(tx: &mut Tx, id: &MediaId) -> Result<Vec<MessageId>> {
    Ok(tx.all::<(MessageId,)>(LIST_SHOWING, args![id]).await?.into_iter().map(|row| row.0).collect())
}

/// How many files are on their way, at most ten thousand.
pub async fn count_waiting(tx: &mut Tx) -> Result<i64> {
    Ok(tx.find::<(i64,)>(COUNT_WAITING, args![]).await?.map_or(0, |row| row.0))
}

/// At the start of the only process there is: what the one before had in hand is due at once.
pub async fn advance(tx: &mut Tx) -> Result<()> {
    tx.run(ADVANCE, args![]).await?;
    Ok(())
}
