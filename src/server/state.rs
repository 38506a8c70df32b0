//! What every part of the running process shares.

use super::bus::Bus;
use super::config::Config;
use super::ingest::writer::Intake;
use super::media::blob::Blobs;
use super::meta::client::Client;
use super::metrics::Metrics;
use super::pace::Pace;
use super::presence::Presence;
use super::reading::Reading;
use super::secret::{Sealer, Secret};
use super::store::accounts::Stored;
use super::store::{self, Store};
use super::trouble::Trouble;
use crate::domain::time::Clock;
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// A handle on the shared state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// The shared state.
pub struct Shared {
    /// The database.
    pub store: Store,
    /// The same, over connections that requests cannot exhaust.
    pub reserved: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The settings.
    pub config: Config,
    /// Opens and seals account tokens.
    pub sealer: Sealer,
    /// The way to Meta.
    pub meta: Client,
    /// The log.
    pub bus: Bus,
    /// Keeps deliveries.
    pub intake: Intake,
    /// Where the bytes of files lie.
    pub blobs: Blobs,
    /// Wakes the workers.
    pub wake: Arc<Wake>,
    /// Which build serves: pages of another build reload.
    pub build: String,
    /// Set once the process is to stop.
    pub stopping: CancellationToken,
    /// Slows down what goes to Meta.
    pub pace: Pace,
    /// Slows down guesses of passwords.
    pub throttle: super::http::throttle::Throttle,
    /// What this process counts.
    pub metrics: Arc<Metrics>,
    /// What this process knows to be wrong.
    pub trouble: Trouble,
    /// Who looks at what.
    pub presence: Presence,
    /// Who has read what lately.
    pub reading: Reading,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Wakes workers; each also polls, so that a lost wake-up only costs a second.
#[derive(Default)]
pub struct Wake {
    /// A delivery was kept.
    pub ingest: Notify,
    /// A message was queued.
    pub outbox: Notify,
    /// A file waits to be fetched.
    pub media: Notify,
    /// A conversation was read.
    pub receipts: Notify,
    /// A list of templates is to be fetched.
    pub templates: Notify,
    /// Something that a banner shows may have changed.
    pub notices: Notify,
}

impl App {
    /// Puts the parts together and starts the writer.
    pub async fn new(store: Store, clock: Arc<dyn Clock>, config: Config, sealer: Sealer, blobs: Blobs, build: String) -> store::Result<Self> {
        let wake = Arc::new(Wake::default());
        let bus = Bus::open(&store).await?;
        let reserved = store.reserved();
        let meta = Client::new(&config.graph_url, &config.graph_version);
        let (metrics, trouble) = (Arc::new(Metrics::default()), Trouble::default());
        let intake = Intake::start(reserved.clone(), clock.clone(), wake.clone(), trouble.clone());
        let throttle = super::http::throttle::Throttle::default();
        let (stopping, pace) = (CancellationToken::new(), Pace::new(&clock));
        Ok(Self(Arc::new(Shared {
            store,
            reserved,
            clock,
            config,
            sealer,
            meta,
            bus,
            intake,
            blobs,
            wake,
            build,
            stopping,
            pace,
            throttle,
            metrics,
            trouble,
            presence: Presence::default(),
            reading: Reading::default(),
        })))
    }

    /// The token of an account: its own, or the one from the settings if it is that account.
    #[must_use]
    pub fn token(&self, account: &Stored) -> Option<Secret> {
        match &account.sealed_token {
            Some(sealed) => self.sealer.open(sealed),
            None => self.config.account.as_ref().filter(|settings| settings.phone_number_id == account.phone_number_id).map(|settings| settings.token.clone()),
        }
    }
}
