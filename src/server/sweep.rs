//! Forgets what is kept only for a time: old events, applied deliveries, reports whose message never came, ended sessions.
//! And keeps SQLite's log short, and waits finite.

use super::service::agents::IDLE_MS;
use super::state::App;
use super::store::{Result, audit, deliveries, events, imports, media, outbox, sessions, statuses};
use crate::domain::time::{DAY_MS, HOUR_MS};
use std::time::Duration;

/// How long events can be replayed.
const EVENT_DAYS: i64 = 7;
/// How long a status or reaction waits for its message.
const PARKED_DAYS: i64 = 30;

/// How long it is kept who did what.
const AUDIT_DAYS: i64 = 366;

/// A log of SQLite's that large is worth a warning, bytes.
const LOG_ALERT: i64 = 256 * 1024 * 1024;
/// How often the log is looked at.
const FOLD: Duration = Duration::from_millis(250);

/// Forgets what is due; whether there may be more.
pub async fn step(app: &App) -> Result<bool> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    let deliveries = deliveries::expire(&mut tx, now.plus(-app.config.raw_retention_days * DAY_MS)).await?;
    let others = [
        events::expire(&mut tx, now.plus(-EVENT_DAYS * DAY_MS)).await?,
        statuses::expire(&mut tx, now.plus(-PARKED_DAYS * DAY_MS)).await?,
        sessions::expire(&mut tx, now, now.plus(-IDLE_MS)).await?,
        imports::expire(&mut tx, now.plus(-DAY_MS)).await?,
        audit::expire(&mut tx, now.plus(-AUDIT_DAYS * DAY_MS)).await?,
    ];
    tx.commit().await?;
    tracing::debug!(deliveries, ?others, "old deliveries, events, parked reports and sessions forgotten");
    Ok(deliveries > 0)
}

/// Forgets everything that is due, some thousands of rows at a time.
async fn forget(app: &App) -> Result<()> {
    while step(app).await? && !app.stopping.is_cancelled() {}
    Ok(())
}

/// Ends waits that a clock set back has made endless.
pub async fn mend(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let astray = outbox::is_astray(&mut tx, now).await?;
    drop(tx);
    if astray {
        let mut tx = app.store.write().await?;
        outbox::amend(&mut tx, now).await?;
        tx.commit().await?;
        app.wake.outbox.notify_one();
    }
    let last = media::last_due(&mut app.store.read().await?).await?;
    if last.is_some_and(|at| at > now.plus(2 * HOUR_MS)) {
        let mut tx = app.store.write().await?;
        media::amend(&mut tx, now).await?;
        tx.commit().await?;
        app.wake.media.notify_one();
    }
    Ok(())
}

/// Folds SQLite's log into the database as it grows, until the process stops. Says so if something prevents that for long.
pub async fn fold(app: App) {
    let mut told = false;
    loop {
        match app.store.fold().await {
            Ok(bytes) => {
                let is_long = bytes > LOG_ALERT;
                if is_long && !told {
                    tracing::warn!(bytes, "the database's log does not shrink: some program has had the database open and read for long");
                }
                told = is_long;
            }
            Err(error) => tracing::warn!(%error, "the database's log was not folded; trying again"),
        }
        tokio::select! {
            () = tokio::time::sleep(FOLD) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

/// Sweeps every hour and mends every ten seconds, until the process stops.
pub async fn run(app: App) {
    let (mut hours, mut mending) = (tokio::time::interval(Duration::from_hours(1)), tokio::time::interval(Duration::from_secs(10)));
    loop {
        tokio::select! {
            _ = mending.tick() => if let Err(error) = mend(&app).await {
                tracing::warn!(%error, "waits were not looked at; trying again");
            },
            _ = hours.tick() => if let Err(error) = forget(&app).await {
                tracing::warn!(%error, "old rows were not forgotten; trying again in an hour");
            },
            () = app.stopping.cancelled() => return,
        }
    }
}
