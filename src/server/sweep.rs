//! Forgets what is kept only for a time: old events, applied deliveries, reports whose message never came, ended sessions.
//! And keeps SQLite's log short, and waits finite.

use super::http::session::IDLE_MS;
use super::state::App;
use super::store::{Result, deliveries, events, outbox, sessions, statuses};
use crate::domain::time::{DAY_MS, HOUR_MS};
use std::time::Duration;

/// How long events can be replayed.
const EVENT_DAYS: i64 = 7;
/// How long a status or reaction waits for its message.
const PARKED_DAYS: i64 = 30;

/// A log of SQLite's that large is worth a warning, bytes.
const LOG_ALERT: i64 = 256 * 1024 * 1024;

/// Forgets everything that is due.
pub async fn step(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    let gone = [
        events::expire(&mut tx, now.plus(-EVENT_DAYS * DAY_MS)).await?,
        deliveries::expire(&mut tx, now.plus(-app.config.raw_retention_days * DAY_MS)).await?,
        statuses::expire(&mut tx, now.plus(-PARKED_DAYS * DAY_MS)).await?,
        sessions::expire(&mut tx, now, now.plus(-IDLE_MS)).await?,
    ];
    tx.commit().await?;
    tracing::debug!(?gone, "events, deliveries, parked reports, sessions forgotten");
    Ok(())
}

/// Ends waits that a clock set back has made endless; folds SQLite's log into the database when it is large, and says so if something
/// prevents that.
pub async fn mend(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let astray = outbox::next_due(&mut tx, now).await?.is_some_and(|due| due > now.plus(HOUR_MS));
    drop(tx);
    if astray {
        let mut tx = app.store.write().await?;
        outbox::amend(&mut tx, now).await?;
        tx.commit().await?;
        app.wake.outbox.notify_one();
    }
    let bytes = app.store.checkpoint().await?;
    if bytes > LOG_ALERT {
        tracing::warn!(bytes, "the database's log does not shrink: some program has had the database open and read for long");
    }
    Ok(())
}

/// Sweeps every hour and mends every ten seconds, until the process stops.
pub async fn run(app: App) {
    let (mut hours, mut mending) = (tokio::time::interval(Duration::from_hours(1)), tokio::time::interval(Duration::from_secs(10)));
    loop {
        tokio::select! {
            _ = mending.tick() => if let Err(error) = mend(&app).await {
                tracing::warn!(%error, "the database's log was not folded; trying again");
            },
            _ = hours.tick() => if let Err(error) = step(&app).await {
                tracing::warn!(%error, "old rows were not forgotten; trying again in an hour");
            },
            () = app.stopping.cancelled() => return,
        }
    }
}
