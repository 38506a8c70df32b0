//! What `/metrics` shows: counted as it happens, or looked up when somebody asks.
//!
//! To add one: 1. a field here and its line in [`Metrics::default`], or a line in [`collect`] for what the database knows,
//! 2. where it happens, 3. its row in the README's table, 4. the test in which it moves.

use super::indexing;
use super::media::fetch;
use super::meta::client::SendError;
use super::state::App;
use super::store::{self, deliveries, media, outbox};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

/// A number of seconds or bytes, as large as they come.
type Float = Gauge<f64, AtomicU64>;

/// Bounds of lags, in seconds.
const LAGS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0];

/// What became of a webhook at the door.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Result {
    result: &'static str,
}

/// How Meta answered: `ok`, its error code, or what kept the answer away.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answer {
    code: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Waiting {
    account: String,
    state: String,
}

/// The counters of this process.
pub struct Metrics {
    deliveries: Family<Result, Counter>,
    applied: Family<Result, Counter>,
    sends: Family<Answer, Counter>,
    fetches: Family<Result, Counter>,
    /// From a webhook's commit to the commit of what it says.
    pub apply_lag: Histogram,
    /// From an event's commit to its arrival in this process.
    pub event_lag: Histogram,
    /// Sockets that are open.
    pub sockets: Gauge,
    /// Pages told to fetch everything anew.
    pub resyncs: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            deliveries: Family::default(),
            applied: Family::default(),
            sends: Family::default(),
            fetches: Family::default(),
            apply_lag: Histogram::new(LAGS),
            event_lag: Histogram::new(LAGS),
            sockets: Gauge::default(),
            resyncs: Counter::default(),
        }
    }
}

impl Metrics {
    /// A webhook was answered: `kept`, `unsigned`, `too_large`, `too_slow`, `full` or `failed`.
    pub fn delivery(&self, result: &'static str) {
        self.deliveries.get_or_create(&Result { result }).inc();
    }

    /// So many deliveries were settled as `applied`, or `kept` because something in them has nowhere to go.
    pub fn settled(&self, result: &'static str, count: usize) {
        self.applied.get_or_create(&Result { result }).inc_by(count as u64);
    }

    /// A message was handed to Meta.
    pub fn sent<T>(&self, answer: &std::result::Result<T, SendError>) {
        let code = match answer {
            Ok(_) => "ok".to_owned(),
            Err(SendError::NotSent) => "not_sent".to_owned(),
            Err(SendError::Busy { .. }) => "busy".to_owned(),
            Err(SendError::Unknown(_)) => "unknown".to_owned(),
            Err(SendError::Graph { error, .. }) => error.failure.code.to_string(),
        };
        self.sends.get_or_create(&Answer { code }).inc();
    }

    /// A file was tried to be fetched.
    pub fn fetched(&self, outcome: fetch::Outcome) {
        let result = match outcome {
            fetch::Outcome::Idle(_) => return,
            fetch::Outcome::Ready => "ready",
            fetch::Outcome::Waiting => "waiting",
            fetch::Outcome::Failed => "failed",
        };
        self.fetches.get_or_create(&Result { result }).inc();
    }

    fn register(&self) -> Registry {
        let mut registry = Registry::with_prefix("inbox");
        registry.register("deliveries", "Webhooks by result", self.deliveries.clone());
        registry.register("deliveries_settled", "Deliveries read, by what became of them", self.applied.clone());
        registry.register("sends", "Messages handed to WhatsApp, by its answer", self.sends.clone());
        registry.register("media_fetches", "Files asked of WhatsApp, by what became of them", self.fetches.clone());
        registry.register("apply_lag_seconds", "From a webhook's commit to the commit of what it says", self.apply_lag.clone());
        registry.register("event_lag_seconds", "From an event's commit to its arrival in this process", self.event_lag.clone());
        registry.register("sockets", "Open sockets", self.sockets.clone());
        registry.register("resyncs", "Pages told to fetch everything anew", self.resyncs.clone());
        registry
    }
}

/// Everything as Prometheus text (`OpenMetrics` 1.0). What only the database knows is left out while it does not answer.
pub async fn collect(app: &App) -> String {
    let mut registry = app.metrics.register();
    put(&mut registry, "intake_queue", "Webhooks that wait for a commit", float(i64::try_from(app.intake.waiting()).unwrap_or(i64::MAX)));
    put(&mut registry, "storage_failing", "1 while deliveries cannot be stored", f64::from(u8::from(app.trouble.storage().is_some())));
    let mut stored = Registry::with_prefix("inbox");
    let looked = look_up(app, &mut stored).await;
    let mut text = String::new();
    for known in [Some(&registry), looked.as_ref().ok().map(|()| &stored)].into_iter().flatten() {
        text.truncate(text.strip_suffix("# EOF\n").map_or(text.len(), str::len));
        // invariant: writing to a text cannot fail.
        encode(&mut text, known).expect("writes to a text");
    }
    if let Err(error) = looked {
        tracing::warn!(%error, "metrics without what the database knows");
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "seconds since and bytes are far below 2^52")]
fn float(value: i64) -> f64 {
    value as f64
}

fn put(registry: &mut Registry, name: &str, help: &str, value: f64) {
    let gauge = Float::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

async fn look_up(app: &App, registry: &mut Registry) -> store::Result<()> {
    let now = app.clock.now();
    let (size, log) = app.store.size().await?;
    put(registry, "database_bytes", "Size of the database", float(size));
    put(registry, "database_log_bytes", "Size of SQLite's write-ahead log", float(log));
    let mut tx = app.store.read().await?;
    let oldest = deliveries::oldest_pending(&mut tx).await?;
    let age = oldest.map_or(0.0, |at| float(now.since(at)) / 1000.0);
    put(registry, "oldest_unapplied_seconds", "Age of the oldest delivery that is not yet applied", age);
    put(registry, "unapplied", "Deliveries that are not yet applied, counted up to 10,000", float(deliveries::count_pending(&mut tx).await?));
    put(registry, "media_waiting", "Files that are on their way, counted up to 10,000", float(media::count_waiting(&mut tx).await?));
    put(registry, "search_unindexed", "Events and older messages that searches do not know yet", float(indexing::behind(&mut tx).await?));
    let (messages, age) = (Family::<Waiting, Float>::default(), Family::<Waiting, Float>::default());
    for count in outbox::count(&mut tx).await? {
        let label = Waiting { account: count.account_id.0, state: count.state };
        messages.get_or_create(&label).set(float(count.count));
        age.get_or_create(&label).set(float(now.since(count.oldest_at).max(0)) / 1000.0);
    }
    registry.register("outbox", "Messages on their way to WhatsApp", messages);
    registry.register("outbox_age_seconds", "Age of the oldest of them", age);
    Ok(())
}
