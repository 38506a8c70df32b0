//! Keeps raw deliveries: whatever is queued goes into one transaction, and only its commit answers the requests.
//! There is no timer: while one commit syncs, the next batch grows.

use crate::domain::time::Clock;
use crate::server::store::{self, Store, deliveries};
use axum::body::Bytes;
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, oneshot};

/// How many deliveries may wait for a commit; more are answered 503 and come again.
const QUEUE: usize = 1024;
/// How many go into one commit.
const BATCH: usize = 256;
/// How many bytes go into one commit, unless a single delivery has more.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

struct Waiting {
    body: Bytes,
    done: oneshot::Sender<bool>,
}

/// Hands deliveries to the writer.
#[derive(Clone)]
pub struct Intake(mpsc::Sender<Waiting>);

/// Why a delivery was not kept.
#[derive(Debug, PartialEq, Eq)]
pub enum NotKept {
    /// Too many wait already.
    Full,
    /// The database refused or is away.
    Failed,
}

impl Intake {
    /// Starts the writer; it ends when the last handle is gone.
    #[must_use]
    pub fn start(store: Store, clock: Arc<dyn Clock>, applied: Arc<Notify>) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(write(store, clock, applied, receiver));
        Self(sender)
    }

    /// Returns once the body is committed and synced.
    ///
    /// # Errors
    /// It was not kept; Meta will post it again.
    pub async fn keep(&self, body: Bytes) -> Result<(), NotKept> {
        let (done, kept) = oneshot::channel();
        self.0.try_send(Waiting { body, done }).map_err(|_| NotKept::Full)?;
        if kept.await.unwrap_or(false) { Ok(()) } else { Err(NotKept::Failed) }
    }

    /// How many wait for a commit.
    #[must_use]
    pub fn waiting(&self) -> usize {
        QUEUE - self.0.capacity()
    }
}

async fn write(store: Store, clock: Arc<dyn Clock>, applied: Arc<Notify>, mut receiver: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut batch, BATCH).await > 0 {
        while !batch.is_empty() {
            let count = fitting(&batch);
            let bodies: Vec<&Bytes> = batch[..count].iter().map(|waiting| &waiting.body).collect();
            let kept = keep(&store, &bodies, clock.as_ref()).await;
            if let Err(error) = &kept {
                tracing::error!(%error, deliveries = count, "deliveries were not kept; Meta will post them again");
            }
            for waiting in batch.drain(..count) {
                // Whoever gave up waiting gets it again from Meta; the duplicate has no effect.
                let _ = waiting.done.send(kept.is_ok());
            }
            applied.notify_one();
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

async fn keep(store: &Store, bodies: &[&Bytes], clock: &dyn Clock) -> store::Result<()> {
    let mut tx = store.write().await?;
    deliveries::keep(&mut tx, bodies, clock.now()).await?;
    tx.commit().await
}
