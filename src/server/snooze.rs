//! Ends rests: what was snoozed until now is open again.

use super::service::team;
use super::state::App;
use std::time::Duration;

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(5);

/// Looks until the process stops.
pub async fn run(app: App) {
    loop {
        if let Err(error) = team::wake(&app).await {
            tracing::warn!(?error, "what was snoozed waits on: the database is not available");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}
