//! The command line: one binary for the process, the demo, and the operator's commands.

use super::clock::{SystemClock, new_id};
use super::config::Config;
use super::error::Error;
use super::http::assets::Site;
use super::http::page::{Head, Pages};
use super::meta::client::Client;
use super::sandbox::{Sandbox, chatter};
use super::secret::{Sealer, Secret};
use super::service::agents::{self, NewAgent};
use super::state::App;
use super::store::{self, Store, accounts, agents as rows, deliveries, settings};
use super::{bus, demo, http, ingest, outbox, receipts, sweep, telemetry};
use crate::domain::agent::Role;
use crate::domain::time::Clock;
use crate::protocol::error::ApiError;
use clap::{Args, Parser, Subcommand};
use leptos::prelude::AnyView;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// A team inbox for WhatsApp.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the inbox (the default). Settings come from the environment or .env
    Serve,
    /// Serve the inbox with a sandbox in place of WhatsApp and conversations to try it on
    Demo(Demo),
    /// Serve only the sandbox of the Graph API; it prints the settings an inbox needs to talk to it
    Sandbox,
    /// Bring the database up to date
    Migrate {
        /// Give the database a new identity, after a backup was restored: all pages start afresh
        #[arg(long)]
        new_epoch: bool,
    },
    /// Apply all stored webhooks again; what is there already stays as it is
    Replay,
    /// Manage the people who answer
    #[command(subcommand)]
    Agent(AgentCommand),
    /// Manage the keys of programs
    #[command(subcommand)]
    ApiKey(KeyCommand),
    /// Manage WhatsApp numbers
    #[command(subcommand)]
    Account(AccountCommand),
}

#[derive(Args)]
struct Demo {
    /// Where the demo keeps its data
    #[arg(long, default_value = "data/demo")]
    folder: String,
    /// Customers do not write by themselves
    #[arg(long)]
    quiet: bool,
}

#[derive(Subcommand)]
enum AgentCommand {
    /// Add an agent; the password is read from standard input
    Add {
        /// They sign in with it
        email: String,
        /// Their messages are signed with it
        #[arg(long)]
        name: String,
        /// May also manage agents, numbers and keys
        #[arg(long)]
        admin: bool,
    },
    /// List all agents
    List,
    /// End an agent's sessions and let them in no more
    Disable {
        /// Whose
        email: String,
    },
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Make a key; it is printed once, alone on the last line
    Add {
        /// Who will use it
        name: String,
    },
    /// List all keys, without the keys themselves
    List,
    /// Refuse a key from now on
    Revoke {
        /// Which
        name: String,
    },
}

#[derive(Subcommand)]
enum AccountCommand {
    /// Add a WhatsApp number; its access token is read from standard input and checked with Meta
    Add {
        /// What agents call it
        name: String,
        /// Meta's id of the phone number
        #[arg(long)]
        phone_number_id: String,
        /// Meta's id of the WhatsApp business account
        #[arg(long)]
        waba_id: String,
    },
    /// List all numbers
    List,
}

/// What a command answers: nothing more to say, or a sentence for standard error.
type Done = Result<(), String>;

/// Runs the command line with the page and its files.
pub async fn run(shell: fn(Head) -> AnyView, site: Site) -> ExitCode {
    let cli = Cli::parse();
    telemetry::start();
    let done = match Config::from_env() {
        Ok(config) => dispatch(cli.command.unwrap_or(Command::Serve), config, shell, site).await,
        Err(error) => Err(error.to_string()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(command: Command, config: Config, shell: fn(Head) -> AnyView, site: Site) -> Done {
    match command {
        Command::Serve => serve(config, shell, site).await,
        Command::Demo(args) => serve_demo(config, args, shell, site).await,
        Command::Sandbox => serve_sandbox(&config).await,
        Command::Migrate { new_epoch } => migrate(&config, new_epoch).await,
        Command::Replay => replay(&config).await,
        Command::Agent(command) => agent(&config, command).await,
        Command::ApiKey(command) => api_key(&config, command).await,
        Command::Account(command) => account(&config, command).await,
    }
}

fn say(error: impl Into<Error>) -> String {
    ApiError::from(error.into()).message
}

async fn open(config: &Config) -> Result<Store, String> {
    Store::open(&config.database_url).await.map_err(|error| match error {
        store::Error::Migrate(error) => format!("The database could not be brought up to date: {error}. Is it from a newer version?"),
        other => format!("DATABASE_URL: the database cannot be opened: {other}"),
    })
}

fn sealer(config: &Config, store: &Store) -> Result<Sealer, String> {
    match &config.secret_key {
        // invariant: the settings were checked when they were read.
        Some(key) => Ok(Sealer::from_base64(key.expose()).expect("a checked key")),
        None if store.is_shared() => {
            Err("INBOX_SECRET_KEY must be given with PostgreSQL, the same for every process; `openssl rand -base64 32` makes one.".to_owned())
        }
        None => Sealer::from_file(&config.key_file()).map_err(|error| format!("The key file cannot be used: {error}")),
    }
}

async fn start(config: Config, store: Store, site: Site) -> Result<App, String> {
    let sealer = sealer(&config, &store)?;
    let build = if std::env::var("LEPTOS_WATCH").is_ok() { new_id() } else { site.build() };
    let app = App::new(store, Arc::new(SystemClock), config, sealer, build).await.map_err(say)?;
    register_account(&app).await.map_err(say)?;
    outbox::recover(&app).await.map_err(say)?;
    Ok(app)
}

/// The account in the settings is a row like any other; its token stays in the settings.
async fn register_account(app: &App) -> store::Result<()> {
    let Some(settings) = &app.config.account else { return Ok(()) };
    let mut tx = app.store.write().await?;
    if accounts::list(&mut tx).await?.iter().any(|account| account.phone_number_id == settings.phone_number_id) {
        return Ok(());
    }
    // What Meta calls it is nice to have and can wait: without it, the id serves.
    let found = app.meta.phone_number(&settings.phone_number_id, &settings.token).await;
    if let Err(sentence) = &found {
        tracing::warn!(sentence, "the account in the settings could not be looked up at Meta");
    }
    let (name, phone) = found.map_or_else(|_| ("WhatsApp".to_owned(), settings.phone_number_id.clone()), |number| (number.verified_name, number.display_phone_number));
    let new = accounts::New { id: new_id().as_str().into(), phone_number_id: &settings.phone_number_id, waba_id: &settings.waba_id, name: &name, phone: &phone, sealed_token: None };
    accounts::put(&mut tx, new, app.clock.now()).await?;
    tx.commit().await
}

async fn serve(config: Config, shell: fn(Head) -> AnyView, site: Site) -> Done {
    if std::env::var("LEPTOS_WATCH").is_ok() && config.account.is_none() {
        return serve_demo(config, Demo { folder: "data/demo".to_owned(), quiet: false }, shell, site).await;
    }
    let store = open(&config).await?;
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

async fn serve_demo(config: Config, args: Demo, shell: fn(Head) -> AnyView, site: Site) -> Done {
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
    let store = open(&config).await?;
    demo::mark(&store).await.map_err(say)?;
    let app = start(config, store, site).await?;
    demo::furnish(&app, &sandbox).await.map_err(say)?;
    tokio::spawn(chatter::run(sandbox));
    println!("\n  The demo inbox is at {inbox}/\n  Sign in as {} with the password: {}\n  Its WhatsApp is a sandbox at {graph}; nothing leaves this machine.\n", demo::EMAIL, demo::PASSWORD);
    run_server(app, listener, shell, site).await
}

async fn serve_sandbox(config: &Config) -> Done {
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
    workers.push(tokio::spawn(ingest::run(app.clone())));
    workers.push(tokio::spawn(bus::run(app.clone())));
    workers.push(tokio::spawn(receipts::run(app.clone())));
    workers.push(tokio::spawn(sweep::run(app.clone())));
    if app.store.is_shared() {
        workers.push(tokio::spawn(bus::listen(app.clone())));
    }
    let stopping = app.stopping.clone();
    tokio::spawn(async move {
        asked_to_stop().await;
        tracing::info!("stopping");
        stopping.cancel();
    });
    let stopping = app.stopping.clone();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(async move { stopping.cancelled().await });
    let stopping = app.stopping.clone();
    let patience = async {
        stopping.cancelled().await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    };
    tokio::select! {
        result = served => result.map_err(|error| error.to_string())?,
        () = patience => tracing::warn!("some requests were still open after five seconds"),
    }
    app.stopping.cancel();
    for worker in workers {
        let _ = tokio::time::timeout(Duration::from_secs(4), worker).await;
    }
    app.store.close().await;
    Ok(())
}

/// `Leptos.toml` beside the binary, else the copy inside it: it also runs from an empty folder.
fn leptos_options() -> Result<leptos::config::LeptosOptions, leptos::config::errors::LeptosConfigError> {
    match leptos::config::get_configuration(Some("Leptos.toml")) {
        Ok(file) => Ok(file.leptos_options),
        Err(_) => leptos::config::get_config_from_str(include_str!("../../Leptos.toml")),
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

async fn migrate(config: &Config, new_epoch: bool) -> Done {
    let store = open(config).await?;
    if new_epoch {
        let mut tx = store.write().await.map_err(say)?;
        settings::put(&mut tx, settings::EPOCH, &new_id()).await.map_err(say)?;
        tx.commit().await.map_err(say)?;
    }
    println!("The database is up to date.");
    Ok(())
}

async fn replay(config: &Config) -> Done {
    let store = open(config).await?;
    let app = App::new(store.clone(), Arc::new(SystemClock), config.clone(), sealer(config, &store)?, String::new()).await.map_err(say)?;
    let mut tx = store.write().await.map_err(say)?;
    deliveries::replay(&mut tx, 0).await.map_err(say)?;
    tx.commit().await.map_err(say)?;
    let count = ingest::drain(&app).await.map_err(say)?;
    println!("{count} stored webhooks were applied again.");
    store.close().await;
    Ok(())
}

fn read_line(what: &str) -> Result<String, String> {
    eprintln!("{what}, then Enter:");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| format!("Standard input cannot be read: {error}"))?;
    let line = line.trim_end_matches(['\r', '\n']).to_owned();
    if line.is_empty() { Err(format!("{what} on standard input, on one line.")) } else { Ok(line) }
}

async fn agent(config: &Config, command: AgentCommand) -> Done {
    let store = open(config).await?;
    match command {
        AgentCommand::Add { email, name, admin } => {
            let password = read_line("Type the agent's password")?;
            let role = if admin { Role::Admin } else { Role::Agent };
            let new = NewAgent { email: email.clone(), name, password, role, time_zone: "UTC".to_owned() };
            agents::add(&store, new, SystemClock.now()).await.map_err(say)?;
            println!("{email} can sign in now.");
        }
        AgentCommand::List => {
            let mut tx = store.read().await.map_err(say)?;
            for agent in rows::list(&mut tx).await.map_err(say)? {
                let state = agent.disabled_at.map_or_else(|| "active".to_owned(), |at| format!("disabled since {}", at.rfc3339()));
                println!("{}\t{}\t{}\t{state}", agent.email, agent.name, agent.role);
            }
        }
        AgentCommand::Disable { email } => {
            agents::disable(&store, &email, SystemClock.now()).await.map_err(say)?;
            println!("{email} can no longer sign in; their sessions have ended.");
        }
    }
    Ok(())
}

async fn api_key(config: &Config, command: KeyCommand) -> Done {
    let store = open(config).await?;
    match command {
        KeyCommand::Add { name } => {
            let key = agents::add_key(&store, &name, SystemClock.now()).await.map_err(say)?;
            eprintln!("The key of {name}, shown only this once:");
            println!("{key}");
        }
        KeyCommand::List => {
            let mut tx = store.read().await.map_err(say)?;
            for key in rows::list_keys(&mut tx).await.map_err(say)? {
                let state = key.revoked_at.map_or_else(|| "valid".to_owned(), |at| format!("revoked since {}", at.rfc3339()));
                println!("{}\tmade {}\t{state}", key.name, key.created_at.rfc3339());
            }
        }
        KeyCommand::Revoke { name } => {
            let mut tx = store.write().await.map_err(say)?;
            if !rows::revoke_key(&mut tx, &name, SystemClock.now()).await.map_err(say)? {
                return Err(format!("There is no valid key named {name}. `api-key list` shows them."));
            }
            tx.commit().await.map_err(say)?;
            println!("{name} is refused from now on.");
        }
    }
    Ok(())
}

async fn account(config: &Config, command: AccountCommand) -> Done {
    let store = open(config).await?;
    match command {
        AccountCommand::Add { name, phone_number_id, waba_id } => {
            let sealer = sealer(config, &store)?;
            let token = Secret::new(read_line("Paste the number's access token")?);
            let found = Client::new(&config.graph_url, &config.graph_version).phone_number(&phone_number_id, &token).await;
            let number = found.map_err(|sentence| format!("Meta does not accept this number with this token: {sentence}"))?;
            let new = accounts::New {
                id: new_id().as_str().into(),
                phone_number_id: &phone_number_id,
                waba_id: &waba_id,
                name: &name,
                phone: &number.display_phone_number,
                sealed_token: Some(sealer.seal(token.expose())),
            };
            let mut tx = store.write().await.map_err(say)?;
            accounts::put(&mut tx, new, SystemClock.now()).await.map_err(say)?;
            tx.commit().await.map_err(say)?;
            println!("{name} ({}) is connected.", number.display_phone_number);
        }
        AccountCommand::List => {
            let mut tx = store.read().await.map_err(say)?;
            for account in accounts::list(&mut tx).await.map_err(say)? {
                println!("{}\t{}\t{}\t{}", account.id, account.name, account.phone, account.phone_number_id);
            }
        }
    }
    Ok(())
}
