//! The commands that do one thing and end; they may run beside a running server.

use super::{AccountCommand, AgentCommand, Done, KeyCommand, say};
use crate::domain::agent::Role;
use crate::domain::audit::Act;
use crate::domain::time::Clock;
use crate::server::clock::{SystemClock, new_id};
use crate::server::config::Config;
use crate::server::ingest;
use crate::server::meta::client::Client;
use crate::server::opening;
use crate::server::secret::Secret;
use crate::server::service::accounts::connect;
use crate::server::service::agents::{self, NewAgent};
use crate::server::store::accounts::{self, Stored};
use crate::server::store::audit::New;
use crate::server::store::{Store, Tx, agents as rows, audit, deliveries, settings};

/// See the command of this name.
pub async fn migrate(config: &Config, new_epoch: bool) -> Done {
    let store = opening::store(config).await?;
    if new_epoch {
        let mut tx = store.write().await.map_err(say)?;
        settings::put(&mut tx, settings::EPOCH, &new_id()).await.map_err(say)?;
        tx.commit().await.map_err(say)?;
    }
    println!("The database is up to date.");
    Ok(())
}

/// See the command of this name.
pub async fn replay(config: &Config) -> Done {
    let store = opening::store(config).await?;
    let app = opening::app(config.clone(), store.clone(), String::new()).await?;
    let mut tx = store.write().await.map_err(say)?;
    deliveries::replay(&mut tx, 0).await.map_err(say)?;
    tx.commit().await.map_err(say)?;
    let count = ingest::drain(&app).await.map_err(say)?;
    println!("{count} stored webhooks were applied again.");
    store.close().await;
    Ok(())
}

/// Writes down that whoever runs the server does this.
async fn note(tx: &mut Tx, act: Act, subject: &str) -> Done {
    audit::add(tx, New::by_operator(act, subject), SystemClock.now()).await.map_err(say)
}

/// The same of what is done already: it holds, and was said, whatever becomes of this.
async fn note_done(store: &Store, act: Act, subject: &str) -> Done {
    let mut tx = store.write().await.map_err(say)?;
    note(&mut tx, act, subject).await?;
    tx.commit().await.map_err(say)
}

fn read_line(what: &str) -> Result<String, String> {
    eprintln!("{what}, then Enter:");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| format!("Standard input cannot be read: {error}"))?;
    let line = line.trim_end_matches(['\r', '\n']).to_owned();
    if line.is_empty() { Err(format!("{what} on standard input, on one line.")) } else { Ok(line) }
}

/// See the command of this name.
pub async fn agent(config: &Config, command: AgentCommand) -> Done {
    let store = opening::store(config).await?;
    match command {
        AgentCommand::Add { email, name, admin } => {
            let password = read_line("Type the agent's password")?;
            let role = if admin { Role::Admin } else { Role::Agent };
            let new = NewAgent { email: email.clone(), name, password, role, time_zone: "UTC".to_owned() };
            agents::add(&store, new, SystemClock.now()).await.map_err(say)?;
            println!("{email} can sign in now.");
            note_done(&store, Act::PersonChanged, &format!("add {email}")).await?;
        }
        AgentCommand::List => {
            let mut tx = store.read().await.map_err(say)?;
            for agent in rows::list(&mut tx).await.map_err(say)? {
                let state = agent.disabled_at.map_or_else(|| "active".to_owned(), |at| format!("disabled since {}", at.rfc3339()));
                println!("{}\t{}\t{}\t{state}", agent.email, agent.name, agent.role);
            }
        }
        AgentCommand::Password { email } => {
            let password = read_line("Type the agent's new password")?;
            agents::change_password(&store, &email, password, SystemClock.now()).await.map_err(say)?;
            println!("{email} signs in with the new password now; their sessions have ended.");
            note_done(&store, Act::PersonChanged, &format!("password {email}")).await?;
        }
        AgentCommand::Disable { email } => {
            agents::disable(&store, &email, SystemClock.now()).await.map_err(say)?;
            println!("{email} can no longer sign in; their sessions have ended.");
            note_done(&store, Act::PersonChanged, &format!("out {email}")).await?;
        }
    }
    Ok(())
}

/// See the command of this name.
pub async fn api_key(config: &Config, command: KeyCommand) -> Done {
    let store = opening::store(config).await?;
    match command {
        KeyCommand::Add { name } => {
            let key = agents::add_key(&store, &name, SystemClock.now()).await.map_err(say)?;
            eprintln!("The key of {name}, shown only this once:");
            println!("{key}");
            note_done(&store, Act::KeyChanged, &format!("make {name}")).await?;
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
            note(&mut tx, Act::KeyChanged, &format!("revoke {name}")).await?;
            tx.commit().await.map_err(say)?;
            println!("{name} is refused from now on.");
        }
    }
    Ok(())
}

/// See the command of this name.
pub async fn account(config: &Config, command: AccountCommand) -> Done {
    let store = opening::store(config).await?;
    match command {
        AccountCommand::Add { name, phone_number_id, waba_id } => {
            let sealer = opening::sealer(config, &store)?;
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
            connect(&mut tx, new, SystemClock.now()).await.map_err(say)?;
            note(&mut tx, Act::NumberChanged, &format!("connect {name}")).await?;
            tx.commit().await.map_err(say)?;
            println!("{name} ({}) is connected.", number.display_phone_number);
        }
        AccountCommand::Set { id, read_receipts, typing, token } => {
            let account = find_account(&store, &id).await?;
            set_switches(&store, &account, read_receipts, typing).await?;
            if token {
                replace_token(config, &store, &account).await?;
                println!("{} has another token; messages that waited for it go out.", account.name);
            }
        }
        AccountCommand::Resume { id } => {
            let account = find_account(&store, &id).await?;
            let mut tx = store.write().await.map_err(say)?;
            let stopped = accounts::resume(&mut tx, &account.id).await.map_err(say)?;
            if stopped {
                note(&mut tx, Act::NumberChanged, &format!("resume {}", account.name)).await?;
            }
            tx.commit().await.map_err(say)?;
            println!("{}", if stopped { "Its messages go out again." } else { "Nothing held its messages." });
        }
        AccountCommand::List => {
            let mut tx = store.read().await.map_err(say)?;
            for account in accounts::list(&mut tx).await.map_err(say)? {
                let state = account.stopped().map_or_else(|| "sends".to_owned(), |why| format!("stopped: {}", why.sentence()));
                println!("{}\t{}\t{}\t{}\t{state}", account.id, account.name, account.phone, account.phone_number_id);
            }
        }
    }
    Ok(())
}

/// What customers see of a number.
async fn set_switches(store: &Store, account: &Stored, read_receipts: Option<bool>, typing: Option<bool>) -> Done {
    let mut tx = store.write().await.map_err(say)?;
    if let Some(wanted) = read_receipts {
        accounts::set_receipts(&mut tx, &account.id, wanted).await.map_err(say)?;
    }
    if let Some(wanted) = typing {
        accounts::set_typing(&mut tx, &account.id, wanted).await.map_err(say)?;
    }
    if read_receipts.is_some() || typing.is_some() {
        note(&mut tx, Act::NumberChanged, &format!("change {}", account.name)).await?;
    }
    tx.commit().await.map_err(say)?;
    if let Some(wanted) = read_receipts {
        println!("Read receipts are {} from now on.", if wanted { "sent" } else { "not sent" });
    }
    if let Some(wanted) = typing {
        println!("Customers {} from now on that somebody writes.", if wanted { "see" } else { "do not see" });
    }
    Ok(())
}

async fn find_account(store: &Store, id: &str) -> Result<Stored, String> {
    let mut tx = store.read().await.map_err(say)?;
    let found = accounts::list(&mut tx).await.map_err(say)?.into_iter().find(|account| account.id.as_str() == id);
    let found = found.ok_or_else(|| format!("There is no number with the id {id}. `account list` shows them."))?;
    if found.is_removed() {
        return Err(format!("{} was removed. Connect it again with `account add`.", found.name));
    }
    Ok(found)
}

async fn replace_token(config: &Config, store: &Store, account: &Stored) -> Done {
    let token = Secret::new(read_line("Paste the number's new access token")?);
    let found = Client::new(&config.graph_url, &config.graph_version).phone_number(&account.phone_number_id, &token).await;
    found.map_err(|sentence| format!("Meta does not accept this number with this token: {sentence}"))?;
    let sealed = opening::sealer(config, store)?.seal(token.expose());
    let mut tx = store.write().await.map_err(say)?;
    accounts::set_token(&mut tx, &account.id, &sealed).await.map_err(say)?;
    accounts::resume(&mut tx, &account.id).await.map_err(say)?;
    note(&mut tx, Act::NumberChanged, &format!("token {}", account.name)).await?;
    tx.commit().await.map_err(say)
}
