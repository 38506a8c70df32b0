//! A whole inbox for tests: a fresh database, a held clock, the sandbox and the server on real sockets. Workers are stepped, never waited for.

use super::clock::{HeldClock, new_id};
use super::config::Config;
use super::http::assets::Site;
use super::http::page::Pages;
use super::http::{router, serve};
use super::media::blob::Blobs;
use super::sandbox::{Identity, Sandbox};
use super::secret::{Sealer, Secret};
use super::service::agents::{self, NewAgent};
use super::state::App;
use super::store::{Store, Tx, accounts};
use super::{bus, demo, ingest};
use crate::domain::agent::Role;
use crate::domain::id::AccountId;
use crate::domain::time::{Clock, Instant};
use crate::ui::page::document::document;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Where tests stand in time, ms.
pub const NOON: Instant = Instant(1_795_348_800_000);
/// Signs in everywhere in tests.
pub const PASSWORD: &str = "a long enough password";

/// Runs one test on both engines: as `<name>::sqlite` and `<name>::postgres`.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($store:ident: Store) $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;
            async fn story($store: $crate::server::store::Store) $body
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story($crate::server::trial::sqlite().await).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(store) = $crate::server::trial::postgres().await {
                    story(store).await;
                }
            }
        }
    )*};
}
pub(crate) use on_both;

/// A folder that is gone with the temporary files (`.ci/test` has its own).
pub fn folder() -> PathBuf {
    let path = std::env::temp_dir().join(format!("inbox-test-{}", new_id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// A fresh SQLite database.
pub async fn sqlite() -> Store {
    Store::open(&format!("sqlite:{}/inbox.db", folder().display())).await.unwrap()
}

/// A fresh PostgreSQL database; `None` where `TEST_POSTGRES_URL` names no server (`make test` starts one).
pub async fn postgres() -> Option<Store> {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        eprintln!("skipped: TEST_POSTGRES_URL is not set");
        return None;
    };
    let name = format!("t_{}", new_id().replace('-', ""));
    let admin = sqlx::PgPool::connect(&server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&admin).await.unwrap();
    admin.close().await;
    Some(Store::open(&server.replace("/postgres", &format!("/{name}"))).await.unwrap())
}

/// An inbox with its sandbox, both listening.
pub struct Trial {
    /// The inbox.
    pub app: App,
    /// Its WhatsApp.
    pub sandbox: Sandbox,
    /// Where the inbox is.
    pub base: String,
    /// Its time.
    pub clock: Arc<HeldClock>,
    /// A client without cookies that follows no redirect.
    pub http: reqwest::Client,
}

impl Trial {
    /// Starts one over a store.
    pub async fn start(store: Store) -> Self {
        Self::start_with(store, |_| {}).await
    }

    /// Starts one with other settings.
    pub async fn start_with(store: Store, change: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(HeldClock::at(NOON));
        let (listener, graph) = (bind().await, bind().await);
        let base = format!("http://{}", listener.local_addr().unwrap());
        let identity = Identity { app_secret: Secret::new("app-secret"), token: Secret::new("token"), ..demo::identity(&base) };
        let config = Config::from(|_| None).unwrap();
        let mut config = demo::config(config, &identity, &folder().to_string_lossy(), &format!("http://{}", graph.local_addr().unwrap()));
        change(&mut config);
        let sandbox = Sandbox::new(identity.clone(), clock.clone());
        sandbox.world().settings.pace_ms = Vec::new();
        tokio::spawn(sandbox.clone().serve(graph));
        let blobs = Blobs::open(&config.media_url, &config.data_folder()).unwrap();
        let app = App::new(store, clock.clone(), config, sealer(), blobs, "build-1".to_owned()).await.unwrap();
        let mut tx = app.store.write().await.unwrap();
        let id = AccountId::from("account-1");
        let new =
            accounts::New { id, phone_number_id: &identity.phone_number_id, waba_id: &identity.waba_id, name: "Shop", phone: "+1 555", sealed_token: None };
        accounts::put(&mut tx, new, NOON).await.unwrap();
        tx.commit().await.unwrap();
        let options = leptos::config::get_config_from_str(include_str!("../../Leptos.toml")).unwrap();
        let pages = Pages::new(|head| document(&head.nonce, &head.build, head.options, head.view), options);
        let router = router(app.clone(), pages, Site(|_| None));
        let serving = app.clone();
        tokio::spawn(async move { serve(&serving, listener, router).await });
        tokio::spawn(bus::run(app.clone()));
        let http = super::meta::client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { app, sandbox, base, clock, http }
    }

    /// A customer writes; the inbox has applied it.
    pub async fn customer(&self, customer: Value) {
        let customer = serde_json::from_value(customer).unwrap();
        let (_, body) = super::sandbox::post::inbound(&self.sandbox, &customer);
        assert_eq!(super::sandbox::post::deliver(&self.sandbox, body).await, 200);
        self.settle().await;
    }

    /// Zoë writes a text.
    pub async fn zoe(&self, text: &str) {
        self.customer(json!({"wa_id": "447700900123", "name": "Zoë", "text": text})).await;
    }

    /// Applies every delivery.
    pub async fn settle(&self) {
        ingest::drain(&self.app).await.unwrap();
    }

    /// Adds an agent and signs in; the cookie.
    pub async fn agent(&self, role: Role) -> String {
        let email = format!("{}@shop.example", new_id());
        let new = NewAgent { email: email.clone(), name: "Mira".into(), password: PASSWORD.into(), role, time_zone: "Europe/Oslo".into() };
        agents::add(&self.app.store, new, self.clock.now()).await.unwrap();
        format!("inbox={}", agents::sign_in(&self.app, &email, PASSWORD.into(), "", "").await.unwrap())
    }

    /// An API key.
    pub async fn key(&self) -> String {
        agents::add_key(&self.app.store, &new_id(), self.clock.now()).await.unwrap()
    }

    /// Sends through the REST API; status and body.
    pub async fn send(&self, key: &str, body: Value) -> (u16, Value) {
        let request = self.http.post(format!("{}/whatsapp/api/send-message/", self.base)).header("x-api-key", key).json(&body);
        answer(request).await
    }

    /// Zoë's messages by the REST API, newest first.
    pub async fn messages(&self, key: &str) -> Vec<Value> {
        let request = self.http.get(format!("{}/whatsapp/api/chats/447700900123/messages/", self.base)).header("x-api-key", key);
        answer(request).await.1["messages"].as_array().cloned().unwrap_or_default()
    }

    /// All chats by the REST API.
    pub async fn chats(&self, key: &str) -> Vec<Value> {
        let request = self.http.get(format!("{}/whatsapp/api/chats/", self.base)).header("x-api-key", key);
        answer(request).await.1["conversations"].as_array().cloned().unwrap_or_default()
    }

    /// What the Graph API was sent.
    pub fn received(&self) -> Vec<Value> {
        self.sandbox.world().received.iter().map(|received| received.body.clone()).collect()
    }

    /// Makes things go wrong, in this order.
    pub fn faults(&self, faults: Value) {
        self.sandbox.world().faults = serde_json::from_value(faults).unwrap();
    }
}

/// Status and JSON body.
pub async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null))
}

async fn bind() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

fn sealer() -> Sealer {
    Sealer::from_base64("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap()
}

/// A single number from the database.
pub async fn number(tx: &mut Tx, sql: &'static str) -> i64 {
    tx.find::<(i64,)>(super::store::Sql::same(sql), Vec::new()).await.unwrap().unwrap().0
}
