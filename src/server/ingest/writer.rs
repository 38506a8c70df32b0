//! Keeps raw deliveries: whatever is queued goes into one transaction, and only its commit answers the requests.
//! There is no timer: while one commit syncs, the next batch grows.

use crate::domain::time::Clock;
use crate::server::state::Wake;
use crate::server::store::{self, Store, deliveries};
use crate::server::trouble::Trouble;
use axum::body::Bytes;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// How many deliveries may wait for a commit; more are answered 503 and come again.
const QUEUE: usize = 1024;
/// How many kilobytes of deliveries may be in memory at once, being read or waiting; more are answered 503.
const ROOM_KB: usize = 128 * 1024;
/// How many deliveries go into one commit.
const BATCH: usize = 256;
/// How many bytes go into one commit, unless a single delivery has more.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// How long a commit may take: longer than a locked database is waited for.
const PATIENCE: Duration = Duration::from_secs(12);

struct Waiting {
    body: Bytes,
    room: Option<OwnedSemaphorePermit>,
    done: oneshot::Sender<bool>,
}

/// Hands deliveries to the writer.
#[derive(Clone)]
pub struct Intake {
    queue: mpsc::Sender<Waiting>,
    room: Arc<Semaphore>,
}

/// Why a delivery was not kept.
#[derive(Debug, PartialEq, Eq)]
pub enum NotKept {
    /// Too many wait already.
    Full,
    /// The database refused or is away.
    Failed,
}

/// Room in memory for what has come of a delivery so far.
pub struct Room {
    all: Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
    kb: usize,
}

impl Room {
    /// Takes room for so many bytes in all.
    ///
    /// # Errors
    /// There is none left.
    pub fn grow_to(&mut self, bytes: usize) -> Result<(), NotKept> {
        let kb = bytes.div_ceil(1024);
        let more = u32::try_from(kb.saturating_sub(self.kb)).map_err(|_| NotKept::Full)?;
        if more == 0 {
            return Ok(());
        }
        self.kb = kb;
        let more = self.all.clone().try_acquire_many_owned(more).map_err(|_| NotKept::Full)?;
        match &mut self.held {
            Some(held) => held.merge(more),
            None => self.held = Some(more),
        }
        Ok(())
    }
}

impl Intake {
    /// Starts the writer; it ends when the last handle is gone.
    #[must_use]
    pub fn start(store: Store, clock: Arc<dyn Clock>, wake: Arc<Wake>, trouble: Trouble) -> Self {
        let (queue, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(write(Writer { store, clock, wake, trouble }, receiver));
        Self { queue, room: Arc::new(Semaphore::new(ROOM_KB)) }
    }

    /// Room for a delivery that begins to come in.
    #[must_use]
    pub fn room(&self) -> Room {
        Room { all: self.room.clone(), held: None, kb: 0 }
    }

    /// Returns once the body is committed and synced.
    ///
    /// # Errors
    /// It was not kept; Meta will post it again.
    pub async fn keep(&self, body: Bytes, room: Room) -> Result<(), NotKept> {
        let (done, kept) = oneshot::channel();
        self.queue.try_send(Waiting { body, room: room.held, done }).map_err(|_| NotKept::Full)?;
        if kept.await.unwrap_or(false) { Ok(()) } else { Err(NotKept::Failed) }
    }

    /// How many wait for a commit.
    #[must_use]
    pub fn waiting(&self) -> usize {
        QUEUE - self.queue.capacity()
    }
}

struct Writer {
    store: Store,
    clock: Arc<dyn Clock>,
    wake: Arc<Wake>,
    trouble: Trouble,
}

async fn write(writer: Writer, mut receiver: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut batch, BATCH).await > 0 {
        while !batch.is_empty() {
            let count = fitting(&batch);
            let kept = writer.keep(&batch[..count]).await;
            for waiting in batch.drain(..count) {
                // Whoever gave up waiting gets it again from Meta; the duplicate has no effect.
                let _ = waiting.done.send(kept);
                drop(waiting.room);
            }
        }
    }
}

/// How many of the first deliveries fit into one commit: at least one.
fn fitting(batch: &[Waiting]) -> usize {
    let mut bytes = 0;
    let fits = |waiting: &&Waiting| {
        bytes += waiting.body.len();
        bytes <= BATCH_BYTES
    };
    batch.iter().take_while(fits).count().max(1)
}

impl Writer {
    /// Whether these deliveries are committed and synced now.
    async fn keep(&self, batch: &[Waiting]) -> bool {
        let bodies: Vec<&Bytes> = batch.iter().map(|waiting| &waiting.body).collect();
        // A database that hangs is one that is away: nobody is left waiting for it.
        let kept = match tokio::time::timeout(PATIENCE, self.commit(&bodies)).await {
            Ok(kept) => kept,
            Err(_) => Err(store::Error::TooSlow),
        };
        match &kept {
            Ok(()) => self.wake.ingest.notify_one(),
            Err(error) => tracing::error!(%error, deliveries = batch.len(), "deliveries were not kept; Meta will post them again"),
        }
        let failed = kept.as_ref().err().map(ToString::to_string);
        if failed.is_some() != self.trouble.storage().is_some() {
            self.trouble.set_storage(failed);
            self.wake.notices.notify_one();
        }
        kept.is_ok()
    }

    async fn commit(&self, bodies: &[&Bytes]) -> store::Result<()> {
        let mut tx = self.store.write().await?;
        deliveries::keep(&mut tx, bodies, self.clock.now()).await?;
        tx.commit().await
    }
}
