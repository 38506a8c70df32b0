//! Fetches files from Meta. [`step`] claims one, fetches it, records what became of it; agents see each state.
//!
//! Meta keeps a file for seven days, its address for five minutes: it is fetched at once, and again and again while Meta cannot be
//! reached. What Meta says about the file itself is believed after some tries.

use super::{MOST_BYTES, keep};
use crate::domain::failure::{Failure, own};
use crate::domain::id::MediaId;
use crate::domain::time::{DAY_MS, Instant};
use crate::protocol::event::Event;
use crate::server::clock::jitter;
use crate::server::meta::client::FileError;
use crate::server::state::App;
use crate::server::store::media::{self, Due, Found};
use crate::server::store::{Result, Tx, accounts, conversations, events, messages};
use reqwest::Response;
use std::time::Duration;

/// How many files may be on their way at once.
const WORKERS: usize = 4;
/// How long one try may take, and a little more: then another process may take it up.
const LEASE_MS: i64 = 1_200_000;
/// How long one try may take.
const PATIENCE: Duration = Duration::from_mins(18);
/// How long nothing of it may come.
const SILENCE: Duration = Duration::from_secs(30);
/// How often Meta may say that it does not have the file, or give a damaged one, before that is believed.
const TRIES: i64 = 5;
/// After so many tries a file is kept without being looked into: looking may be what ended the earlier ones.
const LOOKS: i64 = 8;
/// The longest wait between two tries.
const MAX_WAIT_MS: i64 = 3_600_000;
/// How long Meta keeps a file.
const KEPT_MS: i64 = 7 * DAY_MS;

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is due; the next file is at this instant, if any waits.
    Idle(Option<Instant>),
    /// A file is here.
    Ready,
    /// A file will be tried again.
    Waiting,
    /// A file will not come.
    Failed,
}

/// Why a try failed.
enum Miss {
    /// Of the way: tried for as long as Meta keeps the file.
    Way(Failure),
    /// Of the file: believed after some tries.
    File(Failure),
    /// For good.
    Never(Failure),
}

fn said(code: i64) -> Failure {
    Failure { code, text: String::new() }
}

/// Claims the next due file, fetches it and records what became of it.
pub async fn step(app: &App) -> Result<Outcome> {
    let now = app.clock.now();
    let next = media::next_due(&mut app.store.read().await?).await?;
    if next.is_none_or(|due| due > now) {
        return Ok(Outcome::Idle(next));
    }
    let mut tx = app.store.write().await?;
    let Some(due) = media::claim(&mut tx, now, now.plus(LEASE_MS)).await? else { return Ok(Outcome::Idle(None)) };
    // There may be more: one worker wakes the next.
    app.wake.media.notify_one();
    if due.state == "waiting" {
        publish(&mut tx, &due.id, now).await?;
    }
    let account = accounts::list(&mut tx).await?.into_iter().find(|account| account.id == due.account_id);
    tx.commit().await?;
    let tried = match account.as_ref().and_then(|account| Some((account, app.token(account)?))) {
        Some((account, token)) => match tokio::time::timeout(PATIENCE, fetch(app, &due, &account.phone_number_id, &token)).await {
            Ok(tried) => tried,
            Err(_) => Err(Miss::Way(said(own::FILE_NOT_HAD))),
        },
        None if account.as_ref().is_some_and(accounts::Stored::is_removed) => Err(Miss::Way(said(own::REMOVED))),
        None => Err(Miss::Way(said(190))),
    };
    record(app, &due, tried).await
}

async fn fetch(app: &App, due: &Due, phone_number_id: &str, token: &crate::server::secret::Secret) -> std::result::Result<Found, Miss> {
    // The address that came with the webhook saves a request, as long as it is fresh; it is only a hint, and may be forged.
    let hinted = match due.url.as_deref().filter(|_| due.attempts == 0) {
        Some(url) => app.meta.download(token, url).await.ok(),
        None => None,
    };
    let response = if let Some(response) = hinted {
        response
    } else {
        let id = due.meta_id.as_deref().unwrap_or_default();
        let url = app.meta.locate(phone_number_id, token, id).await.map_err(miss)?;
        app.meta.download(token, &url).await.map_err(miss)?
    };
    receive(app, due, response).await
}

fn miss(error: FileError) -> Miss {
    use crate::server::meta::error::{Class, class};
    match error {
        FileError::Elsewhere => Miss::Never(said(own::FILE_ELSEWHERE)),
        FileError::Gone => Miss::File(said(own::FILE_GONE)),
        FileError::Graph(error) => match class(error.failure.code) {
            Class::Permanent if error.failure.code == 100 => Miss::File(said(own::FILE_GONE)),
            Class::Permanent => Miss::File(error.failure),
            _ => Miss::Way(error.failure),
        },
        FileError::Broken(why) => {
            tracing::debug!(why, "a file did not come");
            Miss::Way(said(own::FILE_NOT_HAD))
        }
    }
}

async fn receive(app: &App, due: &Due, mut response: Response) -> std::result::Result<Found, Miss> {
    let ours = |error: super::blob::Error| {
        tracing::error!(%error, media = %due.id, "a file cannot be kept");
        Miss::Way(said(own::FILE_NOT_HAD))
    };
    if response.content_length().is_some_and(|length| length > MOST_BYTES) {
        return Err(Miss::Never(said(own::FILE_TOO_LARGE)));
    }
    let mut spool = app.blobs.spool().await.map_err(ours)?;
    loop {
        let part = tokio::time::timeout(SILENCE, response.chunk()).await;
        match part {
            Ok(Ok(Some(bytes))) => spool.write(&bytes).await.map_err(ours)?,
            Ok(Ok(None)) => break,
            Ok(Err(_)) | Err(_) => return Err(Miss::Way(said(own::FILE_NOT_HAD))),
        }
        if spool.size() > MOST_BYTES {
            return Err(Miss::Never(said(own::FILE_TOO_LARGE)));
        }
    }
    let spooled = spool.finish().await.map_err(ours)?;
    let is_right = due.announced_hash.as_deref().is_none_or(|announced| announced == spooled.hash());
    if !is_right || spooled.size() == 0 {
        return Err(Miss::File(said(own::FILE_BROKEN)));
    }
    let look = due.attempts - due.misses < LOOKS;
    keep(&app.blobs, spooled, &due.mime, look).await.map_err(ours)
}

/// When to try again, if at all.
fn again_at(due: &Due, miss: &Miss, now: Instant) -> Option<Instant> {
    let goes_on = match miss {
        Miss::Never(_) => false,
        Miss::File(_) => due.misses + 1 < TRIES,
        Miss::Way(_) => now.since(due.created_at) < KEPT_MS,
    };
    let before = if matches!(miss, Miss::File(_)) { due.misses } else { due.attempts };
    let wait = (5000_i64 << (2 * before).clamp(0, 20)).min(MAX_WAIT_MS);
    goes_on.then(|| now.plus(wait + jitter(wait / 4 + 1)))
}

async fn record(app: &App, due: &Due, tried: std::result::Result<Found, Miss>) -> Result<Outcome> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    let (outcome, stands) = match &tried {
        Ok(found) => (Outcome::Ready, media::finish(&mut tx, due, found).await?),
        Err(miss) => {
            let (Miss::Way(failure) | Miss::File(failure) | Miss::Never(failure)) = miss;
            match again_at(due, miss, now) {
                Some(at) => (Outcome::Waiting, media::wait(&mut tx, due, at, failure, due.misses + i64::from(matches!(miss, Miss::File(_)))).await?),
                None => (Outcome::Failed, media::fail(&mut tx, due, failure).await?),
            }
        }
    };
    if stands {
        publish(&mut tx, &due.id, now).await?;
    }
    tx.commit().await?;
    app.metrics.fetched(outcome);
    Ok(outcome)
}

/// Tells everybody what has become of a file.
pub async fn publish(tx: &mut Tx, id: &MediaId, now: Instant) -> Result<()> {
    events::begin(tx).await?;
    let showing = media::list_showing(tx, id).await?;
    let mut told = Vec::new();
    for message in messages::load(tx, &showing).await? {
        let conversation = conversations::load_one(tx, &message.conversation_id).await?;
        told.push(Event::MessageStored { conversation, message });
    }
    events::append(tx, &told, now).await
}

/// At the start: what the process before had in hand is due at once, where no other process can be at work.
pub async fn recover(app: &App) -> Result<()> {
    if app.store.is_shared() {
        return Ok(());
    }
    let mut tx = app.store.write().await?;
    media::advance(&mut tx).await?;
    tx.commit().await
}

/// Starts the workers; they end when the process stops. What one has in hand then is fetched anew.
pub fn start(app: &App) {
    for _ in 0..WORKERS {
        tokio::spawn(work(app.clone()));
    }
}

async fn work(app: App) {
    loop {
        let stepped = tokio::select! {
            stepped = step(&app) => stepped,
            () = app.stopping.cancelled() => return,
        };
        let due = match stepped {
            Ok(Outcome::Idle(due)) => due,
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(%error, "files wait: the database is not available");
                None
            }
        };
        let wait = due.map_or(5000, |due| due.since(app.clock.now()).clamp(10, 5000));
        // Until the next one is due; another process may have noted one, of which nobody here is woken.
        tokio::select! {
            () = app.wake.media.notified() => {}
            () = tokio::time::sleep(Duration::from_millis(u64::try_from(wait).unwrap_or(1000))) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}
