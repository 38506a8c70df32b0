//! The command line: one binary for the process, the demo, and the operator's commands.

mod make_data;
mod manage;
mod send;
mod serve;

use super::config::Config;
use super::error::Error;
use super::http::assets::Site;
use super::http::page::Head;
use super::telemetry;
use crate::protocol::error::ApiError;
use clap::{Args, Parser, Subcommand};
use leptos::prelude::AnyView;
use std::process::ExitCode;

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
    /// Fill the database with conversations to measure with; the same numbers make the same again
    MakeData {
        /// How many conversations
        #[arg(long, default_value_t = 1000)]
        conversations: usize,
        /// How many messages in all of them
        #[arg(long, default_value_t = 10_000)]
        messages: usize,
    },
    /// Send a message to somebody who has written before
    #[command(subcommand)]
    Send(SendCommand),
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

/// To whom a message goes.
#[derive(Args)]
struct Whom {
    /// The number in digits, a user id, or the id of the conversation
    phone: String,
    /// The number it leaves from, by its id as `account list` shows it; else that of the newest conversation
    #[arg(long)]
    account: Option<String>,
    /// The message it answers: a wamid or the inbox's id
    #[arg(long)]
    reply_to: Option<String>,
}

#[derive(Subcommand)]
enum SendCommand {
    /// Words
    Text {
        #[command(flatten)]
        whom: Whom,
        /// What it says
        body: String,
    },
    /// A place
    Location {
        #[command(flatten)]
        whom: Whom,
        /// Decimal degrees, for example 59.9139
        #[arg(allow_negative_numbers = true)]
        latitude: String,
        /// Decimal degrees, for example 10.7522
        #[arg(allow_negative_numbers = true)]
        longitude: String,
        /// What it is called
        #[arg(long)]
        name: Option<String>,
        /// In words
        #[arg(long)]
        address: Option<String>,
    },
    /// A picture, film, recording or document
    Media {
        #[command(flatten)]
        whom: Whom,
        /// Where the file is
        file: std::path::PathBuf,
        /// Words below it
        #[arg(long)]
        caption: Option<String>,
    },
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
    /// Give an agent another password, read from standard input; their sessions end
    Password {
        /// Whose
        email: String,
    },
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
    /// Change a number's switches or its token
    Set {
        /// Its id, as `account list` shows it
        id: String,
        /// Whether customers see that their messages were read
        #[arg(long, value_name = "on|off", value_parser = clap::builder::BoolishValueParser::new())]
        read_receipts: Option<bool>,
        /// Whether customers see that somebody writes; they also see then that their messages were read
        #[arg(long, value_name = "on|off", value_parser = clap::builder::BoolishValueParser::new())]
        typing: Option<bool>,
        /// Give it another access token, read from standard input and checked with Meta; messages that waited for it go out
        #[arg(long)]
        token: bool,
    },
    /// Let the messages of a number go out again that WhatsApp had refused
    Resume {
        /// Its id, as `account list` shows it
        id: String,
    },
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
        Command::Serve => serve::serve(config, shell, site).await,
        Command::Demo(args) => serve::serve_demo(config, args, shell, site).await,
        Command::Sandbox => serve::serve_sandbox(&config).await,
        Command::Migrate { new_epoch } => manage::migrate(&config, new_epoch).await,
        Command::Replay => manage::replay(&config).await,
        Command::MakeData { conversations, messages } => Box::pin(make_data::make_data(&config, conversations, messages)).await,
        Command::Send(command) => Box::pin(send::send(&config, command)).await,
        Command::Agent(command) => manage::agent(&config, command).await,
        Command::ApiKey(command) => manage::api_key(&config, command).await,
        Command::Account(command) => manage::account(&config, command).await,
    }
}

fn say(error: impl Into<Error>) -> String {
    ApiError::from(error.into()).message
}
