//! Applies stored deliveries, in order of arrival. A delivery that cannot be applied is kept with its reason and passed over.
//!
//! Imports `store`, `meta`, `domain`, `protocol`. A batch of deliveries is one transaction with a fixed number of statements:
//! load what it touches, change it in memory, write it back, append the events.

pub mod batch;
pub mod compose;
pub mod contact;
pub mod writer;

#[cfg(test)]
mod tests;

use super::state::App;
use super::store::deliveries::{self, Pending, Settled};
use super::store::{Error, Lock, Result, Tx, accounts};
use batch::Batch;
use std::time::Duration;

/// How many deliveries one transaction takes.
const BATCH: i64 = 256;
/// A batch that gained nothing by waiting.
const FULL: usize = 128;
/// How long deliveries gather for the next batch after one of several.
const GATHER: Duration = Duration::from_millis(3);

/// What a step did.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing waited.
    Idle,
    /// So many deliveries were settled.
    Applied(usize),
}

/// What became of a batch: an outcome, or what its application failed with. A database that cannot be reached is neither.
type Tried = std::result::Result<Outcome, Error>;

/// Applies the next deliveries. A batch that fails is tried one by one, so that only the broken one is passed over.
pub async fn step(app: &App) -> Result<Outcome> {
    match apply_next(app, BATCH).await? {
        Err(error) if !error.is_passing() => {
            tracing::warn!(%error, "a batch of deliveries failed; applying one by one");
            match apply_next(app, 1).await? {
                Err(error) if !error.is_passing() => pass_over(app, &error.to_string()).await,
                other => other,
            }
        }
        other => other,
    }
}

async fn apply_next(app: &App, limit: i64) -> Result<Tried> {
    let now = app.clock.now();
    // Where several processes may apply, what waits is known only under their lock. Where this one is alone, it is read without
    // holding up the one writer, which keeps further deliveries meanwhile; should a command apply the same ones, the second time
    // changes nothing.
    let early = if app.store.is_shared() { None } else { Some(pending(&mut app.reserved.read().await?, limit).await?) };
    if early.as_ref().is_some_and(|early| early.0.is_empty()) {
        return Ok(Ok(Outcome::Idle));
    }
    let mut tx = app.reserved.write().await?;
    tx.lock(Lock::Ingest).await?;
    let (pending, (batch, settled)) = match early {
        Some(early) => early,
        None => pending(&mut tx, limit).await?,
    };
    if pending.is_empty() {
        return Ok(Ok(Outcome::Idle));
    }
    let (has_files, changes_templates) = (batch.has_files(), batch.changes_templates());
    if let Err(error) = batch::apply(&mut tx, batch, &settled, now).await {
        return Ok(Err(error));
    }
    tx.commit().await?;
    if has_files {
        app.wake.media.notify_one();
    }
    if changes_templates {
        app.wake.templates.notify_one();
    }
    count(app, &pending, &settled);
    Ok(Ok(Outcome::Applied(settled.len())))
}

/// The next deliveries, and what is in them.
async fn pending(tx: &mut Tx, limit: i64) -> Result<(Vec<Pending>, (Batch, Vec<Settled>))> {
    let pending = deliveries::list_pending(tx, limit).await?;
    let accounts = accounts::list(tx).await?;
    let read = batch::read(&pending, &accounts);
    Ok((pending, read))
}

fn count(app: &App, pending: &[Pending], settled: &[Settled]) {
    let now = app.clock.now();
    for delivery in pending {
        #[expect(clippy::cast_precision_loss, reason = "lags are far below 2^52 ms")]
        app.metrics.apply_lag.observe(now.since(delivery.received_at).max(0) as f64 / 1000.0);
    }
    let kept = settled.iter().filter(|delivery| delivery.reason.is_some()).count();
    app.metrics.settled("kept", kept);
    app.metrics.settled("applied", settled.len() - kept);
}

async fn pass_over(app: &App, reason: &str) -> Result<Outcome> {
    let mut tx = app.reserved.write().await?;
    tx.lock(Lock::Ingest).await?;
    let Some(broken) = deliveries::list_pending(&mut tx, 1).await?.into_iter().next() else { return Ok(Outcome::Idle) };
    tracing::error!(delivery = broken.n, reason, "a delivery could not be applied; it is kept, `replay` tries it again");
    let settled = [Settled { n: broken.n, state: "kept", reason: Some(reason.to_owned()) }];
    deliveries::settle(&mut tx, &settled, app.clock.now()).await?;
    tx.commit().await?;
    count(app, &[broken], &settled);
    Ok(Outcome::Applied(1))
}

/// Applies everything that waits; how many deliveries.
pub async fn drain(app: &App) -> Result<usize> {
    let mut total = 0;
    while let Outcome::Applied(count) = step(app).await? {
        total += count;
    }
    Ok(total)
}

/// Applies deliveries as they come, until the process stops.
pub async fn run(app: App) {
    loop {
        match step(&app).await {
            // Under load more has come meanwhile, and together it costs less than apart; alone, a delivery waits for nothing.
            Ok(Outcome::Applied(count)) => {
                if count > 1 && count < FULL {
                    tokio::time::sleep(GATHER).await;
                }
                continue;
            }
            Ok(Outcome::Idle) => {}
            Err(error) => {
                tracing::error!(%error, "deliveries wait: the database is not available");
                // It would fail again at once.
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        // Another process may have kept a delivery and died: the poll finds it.
        tokio::select! {
            () = app.wake.ingest.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}
