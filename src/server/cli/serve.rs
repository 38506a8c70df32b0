//! `serve`, `demo` and `sandbox`: the commands that stay.

use super::{Demo, Done, say};
use crate::server::clock::{SystemClock, new_id};
use crate::server::config::Config;
use crate::server::http::assets::Site;
use crate::server::http::page::{Head, Pages};
use crate::server::media::fetch;
use crate::server::sandbox::{Sandbox, chatter};
use crate::server::service::accounts::connect;
use crate::server::service::agents;
use crate::server::state::App;
use crate::server::store::{self, Store, accounts, settings};
use crate::server::{bus, demo, http, indexing, ingest, opening, outbox, reading, receipts, snooze, sweep, templates, trouble};
use leptos::prelude::AnyView;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

async fn start(config: Config, store: Store, site: Site) -> Result<App, String> {
    if (site.0)("pkg/whatsapp-inbox.wasm").is_none() {
        return Err("This binary was built without its page. Build it with `make run`, or with `.ci/site release && cargo build --release`.".to_owned());
    }
    let build = if std::env::var("LEPTOS_WATCH").is_ok() { new_id() } else { site.build() };
    let app = opening::app(config, store, build).await?;
    register_account(&app).await.map_err(say)?;
    outbox::recover(&app).await.map_err(say)?;
    fetch::recover(&app).await.map_err(say)?;
    Ok(app)
}

/// The account in the settings is a row like any other; its token stays in the settings.
async fn register_account(app: &App) -> store::Result<()> {
    let Some(settings) = &app.config.account else { return Ok(()) };
    let mut tx = app.store.write().await?;
    if accounts::list(&mut tx).await?.iter().any(|account| account.phone_number_id == settings.phone_number_id && !account.is_removed()) {
        return Ok(());
    }
    // What Meta calls it is nice to have and can wait: without it, the id serves.
    let found = app.meta.phone_number(&settings.phone_number_id, &settings.token).await;
    if let Err(sentence) = &found {
        tracing::warn!(sentence, "the account in the settings could not be looked up at Meta");
    }
    let (name, phone) =
        found.map_or_else(|_| ("WhatsApp".to_owned(), settings.phone_number_id.clone()), |number| (number.verified_name, number.display_phone_number));
    let new = accounts::New {
        id: new_id().as_str().into(),
        phone_number_id: &settings.phone_number_id,
        waba_id: &settings.waba_id,
        name: &name,
        phone: &phone,
        sealed_token: None,
    };
    connect(&mut tx, new, app.clock.now()).await?;
    tx.commit().await
}

/// Serves the inbox.
pub async fn serve(config: Config, shell: fn(Head) -> AnyView, site: Site) -> Done {
    if std::env::var("LEPTOS_WATCH").is_ok() && config.account.is_none() {
        return serve_demo(config, Demo { folder: "data/demo".to_owned(), quiet: false }, shell, site).await;
    }
    let store = opening::store(&config).await?;
    let mut tx = store.read().await.map_err(say)?;
    if settings::find(&mut tx, settings::DEMO).await.map_err(say)?.is_some() {
        return Err("DATABASE_URL names a demo's database. Real customers need one of their own, for example DATABASE_URL=sqlite:data/inbox.db.".to_owned());
    }
    drop(tx);
    let listener = listen(config.addr, "LEPTOS_SITE_ADDR").await?;
    let app = start(config, store, site).await?;
    announce(&app).await?;
    run_server(app, listener, shell, site).await
}

/// Says where the page is, what is missing, and how the first admin gets in.
async fn announce(app: &App) -> Done {
    let base = app.config.base_url.clone().unwrap_or_else(|| format!("http://{}", app.config.addr));
    if app.config.app_secrets.is_empty() {
        tracing::error!("WHATSAPP_APP_SECRET is not set: every webhook is refused until it is");
    }
    println!("The inbox is at {base}/");
    if let Some(token) = agents::offer_setup(app).await.map_err(say)? {
        println!("Nobody can sign in yet. Make the first admin here, once, within a day:");
        println!("{base}/whatsapp/set-up/?token={token}");
    }
    Ok(())
}

/// Serves the inbox with a sandbox beside it.
pub async fn serve_demo(config: Config, args: Demo, shell: fn(Head) -> AnyView, site: Site) -> Done {
    let listener = listen(config.addr, "LEPTOS_SITE_ADDR").await?;
    let sandbox_listener = listen(config.sandbox_addr, "SANDBOX_ADDR").await?;
    let inbox = format!("http://{}", listener.local_addr().map_err(|error| error.to_string())?);
    let graph = format!("http://{}", sandbox_listener.local_addr().map_err(|error| error.to_string())?);
    let identity = demo::identity(&inbox);
    let mut config = demo::config(config, &identity, &args.folder, &graph);
    config.base_url = None;
    let sandbox = Sandbox::new(identity, Arc::new(SystemClock));
    sandbox.world().settings.chatty = !args.quiet;
    tokio::spawn(sandbox.clone().serve(sandbox_listener));
    let store = opening::store(&config).await?;
    demo::mark(&store).await.map_err(say)?;
    let app = start(config, store, site).await?;
    demo::furnish(&app, &sandbox).await.map_err(say)?;
    tokio::spawn(chatter::run(sandbox));
    println!(
        "\n  The demo inbox is at {inbox}/\n  Sign in as {} with the password: {}\n  Its WhatsApp is a sandbox at {graph}; nothing leaves this machine.\n",
        demo::EMAIL,
        demo::PASSWORD
    );
    run_server(app, listener, shell, site).await
}

/// Serves only the sandbox.
pub async fn serve_sandbox(config: &Config) -> Done {
    let identity = demo::identity(&format!("http://{}", config.addr));
    let listener = listen(config.sandbox_addr, "SANDBOX_ADDR").await?;
    println!("A sandbox of the Graph API is at http://{}. An inbox talks to it with these settings:", config.sandbox_addr);
    println!("WHATSAPP_GRAPH_URL=http://{}", config.sandbox_addr);
    println!("WHATSAPP_PHONE_NUMBER_ID={}\nWHATSAPP_WABA_ID={}", identity.phone_number_id, identity.waba_id);
    println!("WHATSAPP_ACCESS_TOKEN={}\nWHATSAPP_APP_SECRET={}", identity.token.expose(), identity.app_secret.expose());
    Sandbox::new(identity, Arc::new(SystemClock)).serve(listener).await.map_err(|error| error.to_string())
}

async fn listen(addr: SocketAddr, variable: &str) -> Result<TcpListener, String> {
    TcpListener::bind(addr).await.map_err(|error| format!("{variable}: cannot listen on {addr}: {error}. Is another inbox running?"))
}

/// Serves until the process is told to stop, then finishes what is in hand.
async fn run_server(app: App, listener: TcpListener, shell: fn(Head) -> AnyView, site: Site) -> Done {
    let options = leptos_options().map_err(|error| error.to_string())?;
    let router = http::router(app.clone(), Pages::new(shell, options), site);
    let mut workers = outbox::start(&app);
    fetch::start(&app);
    workers.push(tokio::spawn(ingest::run(app.clone())));
    workers.push(tokio::spawn(bus::run(app.clone())));
    workers.push(tokio::spawn(receipts::run(app.clone())));
    workers.push(tokio::spawn(templates::run(app.clone())));
    workers.push(tokio::spawn(indexing::run(app.clone())));
    workers.push(tokio::spawn(snooze::run(app.clone())));
    workers.push(tokio::spawn(reading::run(app.clone())));
    workers.push(tokio::spawn(sweep::run(app.clone())));
    workers.push(tokio::spawn(sweep::fold(app.clone())));
    workers.push(tokio::spawn(trouble::run(app.clone())));
    if app.store.is_shared() {
        workers.push(tokio::spawn(bus::listen(app.clone())));
    }
    let stopping = app.stopping.clone();
    tokio::spawn(async move {
        asked_to_stop().await;
        tracing::info!("stopping");
        stopping.cancel();
    });
    tokio::select! {
        result = http::serve(&app, listener, router) => result.map_err(|error| error.to_string())?,
        // Nothing is folded or closed: what the disk holds is not known.
        () = app.store.broken() => return Err("The disk failed to sync the database. Nothing more was answered. Check the disk, then start the inbox again.".to_owned()),
    }
    app.stopping.cancel();
    // All together, so that the process is gone within ten seconds: what is left of a request to WhatsApp then is unknown, and says so.
    if tokio::time::timeout(Duration::from_secs(4), futures_util::future::join_all(workers)).await.is_err() {
        tracing::warn!("some work was still in hand after four seconds");
    }
    // Sockets are no requests that the server has waited for: each page is to hear that the process restarts.
    let told = async {
        // A count tells nobody when it changes; it is looked at for two seconds at most.
        while app.metrics.sockets.get() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    if tokio::time::timeout(Duration::from_secs(2), told).await.is_err() {
        tracing::warn!("some pages were not told that the process stops");
    }
    app.store.close().await;
    Ok(())
}

/// `Leptos.toml` beside the binary, else the copy inside it: it also runs from an empty folder.
fn leptos_options() -> Result<leptos::config::LeptosOptions, leptos::config::errors::LeptosConfigError> {
    match leptos::config::get_configuration(Some("Leptos.toml")) {
        Ok(file) => Ok(file.leptos_options),
        Err(_) => leptos::config::get_config_from_str(include_str!("../../../Leptos.toml")),
    }
}

async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        // invariant: a process may always listen for its own signals.
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).expect("a signal handler");
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}
