//! A stand-in for the Graph API over HTTP: validates like Meta, answers like Meta, posts signed webhooks like Meta.
//! It is what `demo` talks to and what every test talks to; a client library made for the Cloud API works against it unchanged.
//!
//! Imports nothing of the inbox but the signature, the clock and secrets. To add a request kind: its validation in [`graph`].
//! To add a fault: a variant of [`control::Fault`] and its arm in `graph::send`.

pub mod blocked;
pub mod chatter;
pub mod control;
pub mod drawing;
pub mod files;
pub mod graph;
pub mod limits;
pub mod people;
pub mod post;
pub mod templates;

use super::clock::jitter;
use super::secret::Secret;
use crate::domain::time::{Clock, Instant};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post as on_post};
use control::{Fault, Received, Settings};
use files::{File, FileFault};
use limits::Limits;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;

/// Whose number the sandbox plays, and how it reaches the inbox.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Signs webhooks.
    pub app_secret: Secret,
    /// The only token it takes.
    pub token: Secret,
    /// The business's number, by Meta's id.
    pub phone_number_id: String,
    /// The business's number, digits.
    pub phone: String,
    /// The WhatsApp business account.
    pub waba_id: String,
    /// Where webhooks go.
    pub webhook_url: String,
}

/// A running sandbox.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    identity: Identity,
    clock: Arc<dyn Clock>,
    http: reqwest::Client,
    world: Mutex<World>,
}

/// What the sandbox remembers.
#[derive(Default)]
pub struct World {
    /// When each customer last wrote.
    pub windows: HashMap<String, Instant>,
    /// Whom the business has blocked.
    pub blocked: HashSet<String>,
    /// Everything that was posted to the Graph API.
    pub received: Vec<Received>,
    /// What goes wrong next.
    pub faults: VecDeque<Fault>,
    /// The business's templates.
    pub templates: Vec<serde_json::Value>,
    /// Files, by id.
    pub files: HashMap<String, File>,
    /// What goes wrong next with a download.
    pub file_faults: VecDeque<FileFault>,
    /// How webhooks are delivered.
    pub settings: Settings,
    /// Rate limits.
    pub limits: Limits,
    /// Running number for ids.
    pub count: u64,
    /// Where time stands, if it is held.
    pub held: Option<Instant>,
    /// Webhooks not yet taken by the inbox.
    pub undelivered: u64,
}

impl Sandbox {
    /// A sandbox with this identity.
    #[must_use]
    pub fn new(identity: Identity, clock: Arc<dyn Clock>) -> Self {
        // invariant: the options are constant and valid.
        let http = super::meta::client::builder().build().expect("a valid client");
        Self(Arc::new(Inner { identity, clock, http, world: Mutex::new(World { templates: templates::first(), ..World::default() }) }))
    }

    /// Its routes: the Graph API, and `/control/…` for tests and load.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/{version}/{id}", get(graph::node).delete(files::delete))
            .route("/{version}/{id}/media", on_post(files::upload))
            .route("/media/{id}", get(files::download))
            .route("/{version}/{id}/messages", on_post(graph::messages))
            .route("/{version}/{id}/block_users", get(blocked::list).post(blocked::change).delete(blocked::change))
            .route("/{version}/{id}/message_templates", get(templates::list))
            .route("/control/templates", get(templates::all).post(templates::put))
            .route("/control/customer", on_post(control::customer))
            .route("/control/media", on_post(files::give))
            .route("/control/media-faults", on_post(files::faults))
            .route("/control/webhook", on_post(control::webhook))
            .route("/control/received", get(control::received).delete(control::forget))
            .route("/control/faults", on_post(control::faults))
            .route("/control/settings", on_post(control::settings))
            .route("/control/clock", on_post(control::clock))
            .route("/control/idle", get(control::idle))
            .fallback(graph::unknown_path)
            .layer(DefaultBodyLimit::max(128 * 1024 * 1024))
            .with_state(self.clone())
    }

    /// Serves until the listener fails.
    pub async fn serve(self, listener: TcpListener) -> std::io::Result<()> {
        axum::serve(listener, self.router()).await
    }

    /// Whose number it plays.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// Its memory, locked.
    pub fn world(&self) -> MutexGuard<'_, World> {
        // invariant: no code panics while it holds this lock.
        self.0.world.lock().expect("not poisoned")
    }

    /// The sandbox's time: held, if a test holds it.
    #[must_use]
    pub fn now(&self) -> Instant {
        let held = self.world().held;
        held.unwrap_or_else(|| self.0.clock.now())
    }

    /// A new `wamid.…`, shaped like Meta's.
    #[must_use]
    pub fn new_wamid(&self) -> String {
        use base64::Engine;
        let count = {
            let mut world = self.world();
            world.count += 1;
            world.count
        };
        let text = format!("{:016x}{:08x}{count:08x}", self.0.clock.now().0, jitter(i64::from(u32::MAX)));
        format!("wamid.HBgM{}", base64::engine::general_purpose::STANDARD_NO_PAD.encode(text))
    }
}
