//! What questions may cost: a limit for those of strangers' making (E19), and how PostgreSQL plans lists.

use super::{Inner, Result, Tx};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How many steps of SQLite's machine lie between two looks at the clock: some tens of microseconds.
const STEPS: i32 = 10_000;

/// Holds for a transaction; the connection goes on without it.
pub struct Hurry(Arc<AtomicBool>);

impl Drop for Hurry {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl Tx {
    /// From now on, what takes longer is broken off: on SQLite everything after this together, on PostgreSQL each statement. See
    /// [`Error::is_interrupted`](crate::server::store::Error::is_interrupted).
    pub async fn hurry(&mut self, limit: Duration) -> Result<()> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let (holds, until) = (Arc::new(AtomicBool::new(true)), Instant::now() + limit);
                self.hurry = Some(Hurry(holds.clone()));
                tx.lock_handle().await?.set_progress_handler(STEPS, move || !holds.load(Ordering::Relaxed) || Instant::now() < until);
            }
            Inner::Postgres(tx) => {
                let ms = limit.as_millis().max(1).to_string();
                sqlx::query("select set_config('statement_timeout', $1, true)").bind(ms).execute(&mut **tx).await?;
            }
        }
        Ok(())
    }

    /// Whether PostgreSQL plans the next statements for their values. A list is asked for by one statement with many conditions that may be
    /// left out: planned once for whatever they are, it sorts ten thousand rows to show fifty (116 ms); planned for what they are, it follows
    /// an index (2 ms, and 4 to plan). What has no such conditions is better planned once.
    pub async fn plan_for_values(&mut self, is_on: bool) -> Result<()> {
        if let Inner::Postgres(tx) = &mut self.inner {
            let mode = if is_on { "force_custom_plan" } else { "auto" };
            sqlx::query("select set_config('plan_cache_mode', $1, true)").bind(mode).execute(&mut **tx).await?;
        }
        Ok(())
    }
}
