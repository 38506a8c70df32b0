//! What this process knows to be wrong with itself, for the banners, `/healthz` and `/metrics`.

use super::state::App;
use super::store::{Result, Tx, accounts, deliveries, mentions, outbox, settings, warnings};
use crate::domain::access::{Action, Principal};
use crate::domain::contact::display_name;
use crate::domain::time::MINUTE_MS;
use crate::protocol::aside::Notice;
use crate::protocol::json;
use crate::server::caller::Caller;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::watch;

/// What is wrong, as far as it is not in the database.
#[derive(Clone)]
pub struct Trouble {
    storage: Arc<RwLock<Option<String>>>,
    notices: watch::Sender<Arc<Vec<Notice>>>,
}

impl Default for Trouble {
    fn default() -> Self {
        Self { storage: Arc::default(), notices: watch::Sender::new(Arc::default()) }
    }
}

impl Trouble {
    /// Deliveries could (`None`) or could not be stored.
    pub fn set_storage(&self, reason: Option<String>) {
        // invariant: no code panics while it holds this lock.
        let mut known = self.storage.write().expect("not poisoned");
        if known.is_some() != reason.is_some() {
            if let Some(reason) = &reason {
                tracing::error!(reason, "deliveries cannot be stored; WhatsApp keeps them and posts them again");
            } else {
                tracing::info!("deliveries are stored again");
            }
        }
        *known = reason;
    }

    /// Why deliveries cannot be stored, if so.
    #[must_use]
    pub fn storage(&self) -> Option<String> {
        // invariant: no code panics while it holds this lock.
        self.storage.read().expect("not poisoned").clone()
    }

    /// Tells when the notices change.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Arc<Vec<Notice>>> {
        self.notices.subscribe()
    }

    /// The notices as of the last look.
    #[must_use]
    pub fn notices(&self) -> Arc<Vec<Notice>> {
        self.notices.borrow().clone()
    }
}

/// Everything that somebody must see to.
pub async fn list(app: &App, tx: &mut Tx) -> Result<Vec<Notice>> {
    let mut notices = Vec::new();
    if app.config.app_secrets.is_empty() {
        notices.push(Notice::NoAppSecret);
    }
    if app.trouble.storage().is_some() {
        notices.push(Notice::NotStoring);
    }
    if deliveries::oldest_pending(tx).await?.is_some_and(|at| app.clock.now().since(at) > MINUTE_MS) {
        notices.push(Notice::NotApplying);
    }
    let accounts: Vec<_> = accounts::list(tx).await?.into_iter().filter(|account| !account.is_removed()).collect();
    if accounts.is_empty() {
        notices.push(Notice::NoAccount);
    }
    for account in accounts {
        if let Some(failure) = account.stopped() {
            let waiting = outbox::count_of(tx, &account.id).await?;
            notices.push(Notice::AccountStopped { account: account.public(), failure, waiting });
        }
    }
    for (key, at, warning) in warnings::list(tx).await? {
        notices.extend(json::read(warning.as_bytes()).map(|warning| Notice::Told { key, at, warning }));
    }
    for mention in mentions::list(tx).await? {
        notices.push(Notice::Mentioned {
            agent: mention.agent_id,
            by: mention.author_name.unwrap_or_default(),
            customer: display_name(&mention.name, mention.wa_id.as_deref(), mention.user_id.as_deref()),
            conversation: mention.conversation_id,
            account: mention.account_id,
            message: mention.message_id,
            preview: mention.preview,
        });
    }
    Ok(notices)
}

/// Which of them concern this caller: what an admin alone can mend, admins; what everybody feels, everybody.
#[must_use]
pub fn visible(caller: &Caller, notices: &[Notice]) -> Vec<Notice> {
    let concerns = |notice: &&Notice| match notice {
        Notice::NoAppSecret | Notice::Told { .. } => caller.is_admin(),
        Notice::NoAccount | Notice::NotStoring | Notice::NotApplying => caller.principal != Principal::Nobody,
        Notice::AccountStopped { account, .. } => caller.may_on(Action::Read, &account.id),
        Notice::Mentioned { agent, account, .. } => caller.agent.as_ref().is_some_and(|me| me.id == *agent) && caller.may_on(Action::Read, account),
    };
    notices.iter().filter(concerns).cloned().collect()
}

/// Looks once; whether anything changed. While storing fails, tries whether it works again: no delivery may come for long. What is
/// said then needs no database.
pub async fn step(app: &App) -> bool {
    if app.trouble.storage().is_some() && probe(app).await.is_ok() {
        app.trouble.set_storage(None);
    }
    let looked = async { list(app, &mut app.reserved.read().await?).await };
    let notices = looked.await.unwrap_or_else(|error| {
        tracing::debug!(%error, "the notices could not be looked up");
        let mut known: Vec<Notice> = app.trouble.notices().iter().filter(|notice| **notice != Notice::NotStoring).cloned().collect();
        known.extend(app.trouble.storage().map(|_| Notice::NotStoring));
        known
    });
    app.trouble.notices.send_if_modified(|known| {
        let changed = **known != notices;
        if changed {
            *known = Arc::new(notices);
        }
        changed
    })
}

/// Whether the database takes a write.
async fn probe(app: &App) -> Result<()> {
    let mut tx = app.reserved.write().await?;
    settings::put(&mut tx, settings::STORED_AT, &app.clock.now().0.to_string()).await?;
    tx.commit().await
}

/// Looks every second, and when somebody says that something changed, until the process stops.
pub async fn run(app: App) {
    loop {
        step(&app).await;
        tokio::select! {
            () = app.wake.notices.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}
