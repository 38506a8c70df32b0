//! Tells Meta what was read. Telling twice does no harm, so a failed attempt is simply repeated a few times.

use super::meta::client::SendError;
use super::meta::error::{Class, class};
use super::meta::outbound::MarkRead;
use super::state::App;
use super::store::receipts::{self, Receipt};
use super::store::{Result, accounts};
use std::time::Duration;

/// How often it is tried.
const ATTEMPTS: i64 = 4;
/// How long one attempt keeps others off.
const LEASE_MS: i64 = 30_000;

/// What a step did.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is due.
    Idle,
    /// Meta knows.
    Told,
    /// It will be tried again, or was given up.
    Failed,
}

/// Sends the next due receipt.
pub async fn step(app: &App) -> Result<Outcome> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    if receipts::next_due(&mut tx).await?.is_none_or(|due| due > now) {
        return Ok(Outcome::Idle);
    }
    drop(tx);
    let mut tx = app.store.write().await?;
    let Some(receipt) = receipts::claim(&mut tx, now, now.plus(LEASE_MS)).await? else { return Ok(Outcome::Idle) };
    let account = accounts::list(&mut tx).await?.into_iter().find(|account| account.id == receipt.account_id);
    tx.commit().await?;

    let told = match account.as_ref().and_then(|account| Some((account, app.token(account)?))) {
        Some((account, token)) => app.meta.post(&account.phone_number_id, &token, &MarkRead::new(&receipt.wamid)).await.map(drop),
        None => Ok(()),
    };
    let over = match &told {
        Ok(()) => true,
        Err(SendError::Graph { error, .. }) => !matches!(class(error.failure.code), Class::Retry | Class::Unknown) || is_last(&receipt),
        Err(_) => is_last(&receipt),
    };
    if over {
        let mut tx = app.store.write().await?;
        receipts::drop_one(&mut tx, &receipt).await?;
        tx.commit().await?;
    }
    Ok(if told.is_ok() { Outcome::Told } else { Outcome::Failed })
}

fn is_last(receipt: &Receipt) -> bool {
    receipt.attempts + 1 >= ATTEMPTS
}

/// Tells Meta as conversations are read, until the process stops.
pub async fn run(app: App) {
    while !app.stopping.is_cancelled() {
        match step(&app).await {
            Ok(Outcome::Told | Outcome::Failed) => continue,
            Ok(Outcome::Idle) => {}
            Err(error) => tracing::warn!(%error, "read receipts wait: the database is not available"),
        }
        tokio::select! {
            () = app.wake.receipts.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}
