//! Fetches the templates of every business account: at the start, once a day, when Meta says that one has changed, and when somebody asks.

use super::meta::client::SendError;
use super::state::App;
use super::store::{Result, accounts, templates};
use crate::domain::template::Template;
use crate::domain::time::{DAY_MS, HOUR_MS};
use std::time::Duration;

/// How soon a list that did not come is asked for again.
const AGAIN_MS: i64 = 5 * 60_000;
/// So many pages at most: 6,000 templates are the most that Meta allows.
const MOST_PAGES: usize = 100;

/// What a step did.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is due.
    Idle,
    /// A list is fresh.
    Fetched,
    /// It did not come; it will be asked for again.
    Failed,
}

/// Fetches the next list that is due.
pub async fn step(app: &App) -> Result<Outcome> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    if !templates::is_due(&mut tx, now).await? {
        return Ok(Outcome::Idle);
    }
    drop(tx);
    let again = now.plus(AGAIN_MS);
    let mut tx = app.store.write().await?;
    let Some(waba) = templates::take_due(&mut tx, now, again).await? else { return Ok(Outcome::Idle) };
    let all = accounts::list(&mut tx).await?;
    tx.commit().await?;
    let of = || all.iter().filter(|account| account.waba_id == waba);
    // Nothing is sent with them any more.
    if of().all(accounts::Stored::is_removed) {
        let mut tx = app.store.write().await?;
        templates::settle(&mut tx, &waba, again, now.plus(DAY_MS)).await?;
        tx.commit().await?;
        return Ok(Outcome::Fetched);
    }
    let token = of().find_map(|account| app.token(account));
    let fetched = match token {
        Some(token) => fetch(app, &waba, &token).await,
        None => Err("The number has no token.".to_owned()),
    };
    let mut tx = app.store.write().await?;
    let outcome = match fetched {
        Ok(found) => {
            templates::replace(&mut tx, &waba, &found, now).await?;
            templates::settle(&mut tx, &waba, again, now.plus(DAY_MS)).await?;
            Outcome::Fetched
        }
        Err(why) => {
            tracing::warn!(waba, why, "the templates of a business account did not come; trying again in five minutes");
            templates::fail(&mut tx, &waba, &why).await?;
            Outcome::Failed
        }
    };
    tx.commit().await?;
    Ok(outcome)
}

/// The whole list, page by page; or a sentence that says why not. A cursor that has gone stale (131059) begins it anew.
async fn fetch(app: &App, waba: &str, token: &super::secret::Secret) -> std::result::Result<Vec<Template>, String> {
    let (mut found, mut after) = (Vec::new(), None::<String>);
    for _ in 0..MOST_PAGES {
        match app.meta.templates(waba, token, after.as_deref()).await {
            Ok(page) => {
                found.extend(page.templates);
                after = page.after;
                if after.is_none() {
                    return Ok(found);
                }
            }
            Err(SendError::Graph { error, .. }) if error.failure.code == 131_059 && after.is_some() => (found, after) = (Vec::new(), None),
            // A token that was refused, a permission that is missing: the sentence for messages says it as well; else Meta's own words.
            Err(SendError::Graph { error, .. }) if error.failure.code == 100 => return Err(format!("WhatsApp refused: {}.", error.failure.text)),
            Err(SendError::Graph { error, .. }) => return Err(error.failure.sentence()),
            Err(_) => return Err("WhatsApp did not answer.".to_owned()),
        }
    }
    Err("WhatsApp's list of templates has no end.".to_owned())
}

/// Every business account has its list.
async fn begin(app: &App) -> Result<()> {
    let mut tx = app.store.write().await?;
    for account in accounts::list(&mut tx).await?.into_iter().filter(|account| !account.is_removed()) {
        templates::begin(&mut tx, &account.waba_id).await?;
    }
    tx.commit().await
}

/// Fetches lists as they are due, until the process stops. Accounts that are added meanwhile are seen within the hour.
pub async fn run(app: App) {
    let mut hours = tokio::time::interval(Duration::from_millis(HOUR_MS.unsigned_abs()));
    loop {
        let done = match step(&app).await {
            Ok(outcome) => outcome == Outcome::Idle,
            Err(error) => {
                tracing::warn!(%error, "templates wait: the database is not available");
                true
            }
        };
        if !done {
            continue;
        }
        tokio::select! {
            () = app.wake.templates.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(20)) => {}
            _ = hours.tick() => if let Err(error) = begin(&app).await {
                tracing::warn!(%error, "templates wait: the database is not available");
            },
            () = app.stopping.cancelled() => return,
        }
    }
}
