//! Tails the log for this process's sockets. The event table is the truth; a wake-up is only a hint, and a poll every second
//! finds what a command or another process appended.

use super::state::App;
use super::store::{self, Store, events, settings};
use crate::domain::time::Instant;
use crate::protocol::event::TEAM_CHANGED;
use axum::extract::ws::Utf8Bytes;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::watch;

/// The kind of [`crate::protocol::event::Event::AccessChanged`]; it concerns no account and is never sent.
const ACCESS_CHANGED: &str = "access_changed";
/// How many of the newest events are held in memory.
const RING: usize = 2000;
/// How many events a reader may be behind before a fresh snapshot is cheaper.
pub const REPLAY: usize = 2000;
/// How many events are read from the database at once.
const PAGE: i64 = 500;

/// One event, ready to be sent.
#[derive(Debug)]
pub struct Entry {
    /// Its place in the log.
    pub seq: i64,
    /// The account it concerns, for the gate.
    pub account_id: Option<String>,
    /// Whether it concerns everybody who may read.
    pub is_for_all: bool,
    /// The frame as text.
    pub frame: Utf8Bytes,
}

/// The log as this process sees it.
#[derive(Clone)]
pub struct Bus {
    ring: Arc<RwLock<Ring>>,
    head: watch::Sender<i64>,
    epoch: Arc<str>,
    last_access_change: Arc<AtomicI64>,
}

struct Ring {
    /// Everything after this place is in `entries`.
    from: i64,
    entries: VecDeque<Arc<Entry>>,
}

/// What a look at the log gave, with the moment of the oldest event in it.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing new.
    Nothing,
    /// Events that were handed over: the bell rings for any others.
    Handed(Instant),
    /// Events from the table, where there may be more.
    Read(Instant),
}

/// What a reader gets.
pub enum Slice {
    /// The events after its place, possibly none.
    Entries(Vec<Arc<Entry>>),
    /// It is too far behind, or its place is not one of this log.
    Resync,
}

impl Bus {
    /// Opens the log, giving the database an epoch if it has none, or a new one if it is a restored backup.
    pub async fn open(store: &Store) -> store::Result<Self> {
        let mut tx = store.write().await?;
        let head = events::head(&mut tx).await?;
        let served = served_file(store).and_then(|path| std::fs::read_to_string(path).ok()).and_then(|text| text.trim().parse::<i64>().ok());
        let known = settings::find(&mut tx, settings::EPOCH).await?;
        let epoch = match known {
            Some(epoch) if served.is_none_or(|served| served <= head) => epoch,
            _ => {
                let epoch = super::clock::new_id();
                settings::put(&mut tx, settings::EPOCH, &epoch).await?;
                epoch
            }
        };
        tx.commit().await?;
        let bus = Self {
            ring: Arc::new(RwLock::new(Ring { from: head, entries: VecDeque::new() })),
            head: watch::Sender::new(head),
            epoch: epoch.into(),
            last_access_change: Arc::default(),
        };
        bus.note_served(store);
        Ok(bus)
    }

    /// The database's identity.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Tells when the head moves.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<i64> {
        self.head.subscribe()
    }

    /// The newest change of somebody's session or rights: sockets that were checked before it must be checked again.
    #[must_use]
    pub fn last_access_change(&self) -> i64 {
        self.last_access_change.load(Ordering::SeqCst)
    }

    /// The newest event's place.
    #[must_use]
    pub fn head(&self) -> i64 {
        *self.head.borrow()
    }

    /// The events after `after`, from memory or from the database.
    pub async fn after(&self, store: &Store, after: i64) -> store::Result<Slice> {
        if let Some(entries) = self.in_ring(after) {
            return Ok(Slice::Entries(entries));
        }
        let mut tx = store.read().await?;
        let (tail, head) = (events::tail(&mut tx).await?, events::head(&mut tx).await?);
        // An expired event before the tail may have been missed; a place above the head belongs to another log.
        if after < tail - 1 || after > head {
            return Ok(Slice::Resync);
        }
        let rows = events::list(&mut tx, after, i64::try_from(REPLAY).unwrap_or(i64::MAX) + 1).await?;
        if rows.len() > REPLAY {
            return Ok(Slice::Resync);
        }
        Ok(Slice::Entries(rows.into_iter().map(|row| Arc::new(entry(row))).collect()))
    }

    fn in_ring(&self, after: i64) -> Option<Vec<Arc<Entry>>> {
        // invariant: no code panics while it holds this lock.
        let ring = self.ring.read().expect("not poisoned");
        if after < ring.from || after > self.head() {
            return None;
        }
        let first = ring.entries.partition_point(|entry| entry.seq <= after);
        Some(ring.entries.range(first..).cloned().collect())
    }

    /// Takes in what was appended since, handed over or read.
    pub async fn step(&self, store: &Store) -> store::Result<Step> {
        let handed = store.handed_over(self.head());
        let is_handed = !handed.is_empty();
        let (rows, tail) = if is_handed {
            (handed, 0)
        } else {
            let mut tx = store.read().await?;
            (events::list(&mut tx, self.head(), PAGE).await?, events::tail(&mut tx).await?)
        };
        // Events were forgotten before this process had read them: what it holds begins only after them.
        let has_missed = tail > self.head() + 1;
        let Some((last, at)) = rows.last().map(|row| row.seq).zip(rows.first().map(|row| row.at)) else { return Ok(Step::Nothing) };
        if let Some(change) = rows.iter().rev().find(|row| row.kind == ACCESS_CHANGED) {
            self.last_access_change.store(change.seq, Ordering::SeqCst);
        }
        {
            // invariant: no code panics while it holds this lock.
            let mut ring = self.ring.write().expect("not poisoned");
            if has_missed {
                ring.entries.clear();
                ring.from = tail - 1;
            }
            ring.entries.extend(rows.into_iter().map(|row| Arc::new(entry(row))));
            while ring.entries.len() > RING {
                if let Some(oldest) = ring.entries.pop_front() {
                    ring.from = oldest.seq;
                }
            }
        }
        self.head.send_replace(last);
        Ok(if is_handed { Step::Handed(at) } else { Step::Read(at) })
    }

    /// Remembers beside the database how far its log was served: a restored backup is behind that and gets a new epoch.
    pub fn note_served(&self, store: &Store) {
        if let Some(path) = served_file(store)
            && let Err(error) = std::fs::write(&path, self.head().to_string())
        {
            tracing::warn!(%error, "the served position could not be noted beside the database");
        }
    }
}

fn served_file(store: &Store) -> Option<PathBuf> {
    let mut name = store.file()?.into_os_string();
    name.push(".served");
    Some(PathBuf::from(name))
}

fn entry(row: events::Stored) -> Entry {
    Entry {
        seq: row.seq,
        frame: format!(r#"{{"event":{{"seq":{},"event":{}}}}}"#, row.seq, row.payload).into(),
        is_for_all: row.kind == TEAM_CHANGED,
        account_id: row.account_id,
    }
}

/// Takes in what was appended since, and notes how late; whether there may be more.
pub async fn step(app: &App) -> store::Result<bool> {
    let step = app.bus.step(&app.reserved).await?;
    if let Step::Handed(at) | Step::Read(at) = step {
        #[expect(clippy::cast_precision_loss, reason = "lags are far below 2^52 ms")]
        app.metrics.event_lag.observe(app.clock.now().since(at).max(0) as f64 / 1000.0);
    }
    Ok(matches!(step, Step::Read(_)))
}

/// Follows the log until the process stops.
pub async fn run(app: App) {
    let mut noted = app.bus.head();
    let mut ticker = tokio::time::interval(Duration::from_secs(1));
    loop {
        match step(&app).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the log could not be read; trying again"),
        }
        tokio::select! {
            () = app.store.woken() => {}
            _ = ticker.tick() => {
                if noted != app.bus.head() {
                    noted = app.bus.head();
                    app.bus.note_served(&app.store);
                }
            }
            () = app.stopping.cancelled() => break,
        }
    }
    app.bus.note_served(&app.store);
}

/// Listens for other processes until this one stops.
pub async fn listen(app: App) {
    // One of another version may say something else.
    let hear = |told: &str| {
        if let Ok(look) = serde_json::from_str(told) {
            app.presence.look(&look, app.clock.now());
        }
    };
    loop {
        tokio::select! {
            result = app.store.listen(hear) => if let Err(error) = result {
                tracing::warn!(%error, "wake-ups from other processes are interrupted; the poll goes on");
                // The server is away: asking again at once would only load it when it comes back.
                tokio::time::sleep(Duration::from_secs(1)).await;
            },
            () = app.stopping.cancelled() => return,
        }
    }
}
