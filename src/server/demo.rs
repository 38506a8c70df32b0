//! The demo: the sandbox's account, two agents, and a dozen conversations of differing age.

use super::config::{AccountSettings, Config};
use super::error::{Error, Result, refuse};
use super::ingest;
use super::sandbox::control::Customer;
use super::sandbox::people::{By, PEOPLE, SENT};
use super::sandbox::{Identity, Sandbox, files, post};
use super::secret::{Secret, new_token};
use super::service::agents::{self, NewAgent};
use super::state::App;
use super::store::messages::New;
use super::store::{Store, Tx, accounts, agents as rows, contacts, conversations, json, messages, settings};
use crate::domain::agent::Role;
use crate::domain::contact::{Identity as Who, IdentityKind};
use crate::domain::content::{Content, Text};
use crate::domain::delivery::Delivery;
use crate::domain::id::{AccountId, MessageId, Wamid};
use crate::domain::time::{HOUR_MS, Instant};
use crate::protocol::error::Code;
use crate::server::clock::new_id;
use crate::server::store::statuses::{self, Status};

/// Signs in to a demo; there is no such default anywhere else.
pub const EMAIL: &str = "mira@demo.example";
/// Its password.
pub const PASSWORD: &str = "demo password";

/// The sandbox's identity for an inbox at this origin.
#[must_use]
pub fn identity(inbox: &str) -> Identity {
    Identity {
        app_secret: Secret::new(new_token()),
        token: Secret::new(new_token()),
        phone_number_id: "106540352242922".to_owned(),
        phone: "15550783881".to_owned(),
        waba_id: "102290129340398".to_owned(),
        webhook_url: format!("{inbox}/whatsapp/webhook/"),
    }
}

/// The settings under which an inbox talks to a sandbox.
#[must_use]
pub fn config(mut config: Config, identity: &Identity, folder: &str, graph: &str) -> Config {
    config.database_url = format!("sqlite:{folder}/inbox.db");
    config.media_url = format!("{folder}/media");
    graph.clone_into(&mut config.graph_url);
    config.app_secrets = vec![identity.app_secret.clone()];
    config.verify_token.get_or_insert_with(|| Secret::new("demo"));
    config.account =
        Some(AccountSettings { phone_number_id: identity.phone_number_id.clone(), waba_id: identity.waba_id.clone(), token: identity.token.clone() });
    config
}

/// Marks a database as a demo's, or refuses one that is somebody's real inbox.
pub async fn mark(store: &Store) -> Result<()> {
    let mut tx = store.write().await?;
    let is_demo = settings::find(&mut tx, settings::DEMO).await?.is_some();
    if !is_demo && (rows::count(&mut tx).await? > 0 || !accounts::list(&mut tx).await?.is_empty()) {
        return Err(refuse(Code::Invalid, "This database is a real inbox's. The demo wants a folder of its own: demo --folder data/demo."));
    }
    settings::put(&mut tx, settings::DEMO, "1").await?;
    tx.commit().await?;
    Ok(())
}

/// Adds agents and conversations to a new demo. What is there already stays.
pub async fn furnish(app: &App, sandbox: &Sandbox) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let furnished = rows::count(&mut tx).await? > 0;
    drop(tx);
    for person in PEOPLE {
        let last = person.past.iter().filter(|line| line.1 == By::Customer).map(|line| at(now, line.0)).max();
        sandbox.world().windows.extend(last.map(|at| (person.wa_id.to_owned(), at)));
    }
    if furnished {
        return Ok(());
    }
    for (email, name, role) in [(EMAIL, "Mira", Role::Admin), ("jonas@demo.example", "Jonas", Role::Agent)] {
        let new = NewAgent { email: email.into(), name: name.into(), password: PASSWORD.into(), role, time_zone: "UTC".into() };
        agents::add(&app.store, new, now).await?;
    }
    past(app, sandbox, now).await
}

fn at(now: Instant, hours_ago: f64) -> Instant {
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a few hundred hours in milliseconds")]
    let ms = (hours_ago * HOUR_MS as f64) as i64;
    // Meta counts in whole seconds.
    Instant((now.0 - ms) / 1000 * 1000)
}

async fn past(app: &App, sandbox: &Sandbox, now: Instant) -> Result<()> {
    let mut deliveries = Vec::new();
    for person in PEOPLE {
        for line in person.past.iter().filter(|line| line.1 == By::Customer) {
            let name = (!person.name.is_empty()).then(|| person.name.to_owned());
            let customer = Customer {
                wa_id: Some(person.wa_id.to_owned()),
                name,
                text: Some(line.2.to_owned()),
                timestamp: Some(at(now, line.0).0 / 1000),
                ..Customer::default()
            };
            deliveries.push(post::inbound(sandbox, &customer).1);
        }
    }
    for (wa_id, hours_ago, sent) in SENT {
        let (wa_id, timestamp) = (Some((*wa_id).to_owned()), Some(at(now, *hours_ago).0 / 1000));
        let customer = Customer { wa_id, timestamp, message: Some(files::message(sandbox, *sent)), ..Customer::default() };
        deliveries.push(post::inbound(sandbox, &customer).1);
    }
    let mut tx = app.store.write().await?;
    super::store::deliveries::keep(&mut tx, &deliveries, now).await?;
    tx.commit().await?;
    ingest::drain(app).await?;

    let mut tx = app.store.write().await?;
    let account = accounts::list(&mut tx).await?.into_iter().next().map(|account| account.id);
    let account = account.ok_or_else(|| refuse(Code::UnknownAccount, "The demo has no account."))?;
    for person in PEOPLE {
        answered(&mut tx, sandbox, &account, person, now).await?;
    }
    tx.commit().await.map_err(Error::from)
}

/// What the agent wrote in the past, sent and read; the conversation is read up to there.
async fn answered(tx: &mut Tx, sandbox: &Sandbox, account: &AccountId, person: &super::sandbox::people::Person, now: Instant) -> Result<()> {
    let who = Who { scope: String::new(), kind: IdentityKind::WaId, value: person.wa_id.to_owned() };
    let Some(owner) = contacts::find(tx, &[&who]).await?.into_iter().next() else { return Ok(()) };
    let key = conversations::Key { account_id: account.clone(), contact_id: owner.contact.id };
    let Some(state) = conversations::lock_by_key(tx, &[key]).await?.into_iter().next() else { return Ok(()) };
    let mira = rows::find_by_email(tx, EMAIL).await?.map(|agent| agent.id.0);
    let mut new = Vec::new();
    let mut reports = Vec::new();
    for line in person.past.iter().filter(|line| line.1 == By::Agent) {
        let content = Content::Text(Text::new(line.2));
        let (sort_at, wamid) = (at(now, line.0), sandbox.new_wamid());
        for (index, word) in ["sent", "delivered", "read"].into_iter().enumerate() {
            let reported_at = sort_at.plus(1000 * i64::try_from(index).unwrap_or(0));
            reports.push(Status {
                account_id: account.clone(),
                wamid: wamid.clone(),
                recipient: person.wa_id.into(),
                status: word.into(),
                at: reported_at,
                failure: None,
                callback: None,
            });
        }
        new.push(New {
            id: MessageId(new_id()),
            account_id: account.clone(),
            conversation_id: state.id.clone(),
            direction: "outbound",
            author_kind: Some("agent"),
            author_id: mira.clone(),
            author_name: Some("Mira".to_owned()),
            client_id: None,
            wamid: Some(Wamid(wamid)),
            message_type: "text".to_owned(),
            content: json(&content),
            preview: content.preview(),
            origin: None,
            raw: None,
            sort_at,
            created_at: sort_at,
            delivery: Some(Delivery::Accepted.as_str()),
            reply_to: None,
            retry_of: None,
            media_id: None,
            discarded: 0,
            live: 1,
        });
    }
    let added = messages::add(tx, &new).await?;
    statuses::put(tx, &reports).await?;
    messages::project(tx, &added.iter().map(|message| message.id.clone()).collect::<Vec<_>>()).await?;
    // Whatever was before today was looked at; today's is read up to the last answer.
    let answered = added.iter().map(|message| message.sort_at).max();
    let read = answered.max(Some(now.plus(-6 * HOUR_MS)));
    if let Some(read) = read {
        conversations::mark_read(tx, &state.id, (read, i64::MAX)).await?;
    }
    conversations::recount(tx, &state.id).await?;
    Ok(())
}
