//! The business's numbers, as admins connect, test, pause and remove them.

use super::{audit, team};
use crate::domain::access::Action;
use crate::domain::audit::Act;
use crate::domain::delivery::Delivery;
use crate::domain::failure::{Failure, own};
use crate::domain::id::AccountId;
use crate::domain::time::Instant;
use crate::protocol::error::Code;
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::{Result, refuse};
use crate::server::meta::client::{PhoneNumber, SendError};
use crate::server::outbox::publish;
use crate::server::secret::{Secret, token_hash};
use crate::server::service::accounts::{connect, go_on, unknown};
use crate::server::service::contact_field::replace;
use crate::server::state::App;
use crate::server::store::accounts::{self, Stored};
use crate::server::store::{Lock, Tx, deliveries, messages, outbox};

/// The longest name of a number, in characters.
const NAME_CHARS: usize = 60;

/// All numbers, also those that were removed; and the reasons why webhooks of late are kept unread: what came for a number that is not
/// connected is among them.
pub async fn list(app: &App, caller: &Caller) -> Result<(Vec<Stored>, Vec<(String, Instant)>)> {
    caller.may(Action::Administer)?;
    let mut tx = app.store.read().await?;
    let all = accounts::list(&mut tx).await?.into_iter().filter(|account| caller.may_on(Action::Administer, &account.id)).collect();
    // What is of no number is for those who see all of them.
    let astray = if caller.limits().is_none() { deliveries::list_astray(&mut tx).await? } else { Vec::new() };
    Ok((all, astray))
}

/// What a form says of one.
pub struct Form<'a> {
    /// What agents call it.
    pub name: &'a str,
    /// Meta's id of the number.
    pub phone_number_id: &'a str,
    /// The WhatsApp business account.
    pub waba_id: &'a str,
    /// Its access token; empty: the one that is known.
    pub token: &'a str,
}

/// What a form says of one that is connected. Of each: nothing, if its writer left it as they saw it, for a colleague may have changed it meanwhile.
pub struct Changes {
    /// What agents call it, and what it was called, if that is known.
    pub name: (String, Option<String>),
    /// Its access token; empty: the one that is known.
    pub token: Secret,
    /// Customers see that their messages were read.
    pub read_receipts: Option<bool>,
    /// Customers see that somebody writes.
    pub typing_indicator: Option<bool>,
    /// Whoever answers first gets the conversation.
    pub auto_assign: Option<bool>,
}

fn checked_name(name: &str) -> Result<&str> {
    let fits = (1..=NAME_CHARS).contains(&name.chars().count());
    if fits { Ok(name) } else { Err(refuse(Code::Invalid, format!("Say what the number is called here, in 1 to {NAME_CHARS} characters."))) }
}

fn is_id(id: &str) -> bool {
    (1..=32).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// Asks Meta whether it knows the number and the business account with this token.
async fn ask(app: &App, phone_number_id: &str, waba_id: &str, token: &Secret) -> Result<PhoneNumber> {
    let number = app.meta.phone_number(phone_number_id, token).await;
    let number = number.map_err(|why| refuse(Code::Invalid, format!("WhatsApp does not accept this phone number id with this token. {why}")))?;
    match app.meta.templates(waba_id, token, None).await {
        Ok(_) => Ok(number),
        Err(SendError::Graph { error, .. }) => {
            Err(refuse(Code::Invalid, format!("The number works, but not this business account id with this token. {}", error.failure.sentence())))
        }
        Err(_) => Err(refuse(Code::Unavailable, "WhatsApp could not be reached. Try again.")),
    }
}

/// Connects a number, once Meta knows it. What came for it before, and was kept, is read now.
pub async fn add(app: &App, caller: &Caller, form: Form<'_>) -> Result<()> {
    caller.may(Action::Administer)?;
    if caller.limits().is_some() {
        return Err(refuse(Code::Forbidden, "You look after some numbers only. Ask an admin who looks after all of them."));
    }
    let name = checked_name(form.name)?;
    if !is_id(form.phone_number_id) || !is_id(form.waba_id) {
        return Err(refuse(Code::Invalid, "Both ids are digits alone. They are in Meta's dashboard, under WhatsApp, API Setup."));
    }
    if form.token.is_empty() {
        return Err(refuse(Code::Invalid, "Paste the access token of the number."));
    }
    let is_known =
        accounts::list(&mut app.store.read().await?).await?.iter().any(|account| account.phone_number_id == form.phone_number_id && !account.is_removed());
    if is_known {
        return Err(refuse(Code::Invalid, "This number is connected already. Give it another token below."));
    }
    let token = Secret::new(form.token);
    let number = ask(app, form.phone_number_id, form.waba_id, &token).await?;
    let new = accounts::New {
        id: new_id().as_str().into(),
        phone_number_id: form.phone_number_id,
        waba_id: form.waba_id,
        name,
        phone: &number.display_phone_number,
        sealed_token: Some(app.sealer.seal(token.expose())),
    };
    let mut tx = app.store.write().await?;
    connect(&mut tx, new, app.clock.now()).await?;
    audit::keep(&mut tx, caller, Act::NumberChanged, None, &format!("connect {name}"), app.clock.now()).await?;
    tx.commit().await?;
    app.wake.ingest.notify_one();
    app.wake.templates.notify_one();
    app.wake.notices.notify_one();
    Ok(())
}

async fn find(app: &App, caller: &Caller, id: &AccountId) -> Result<Stored> {
    caller.may(Action::Administer)?;
    let known = accounts::list(&mut app.store.read().await?).await?.into_iter().find(|account| account.id == *id);
    known.filter(|account| !account.is_removed() && caller.may_on(Action::Administer, id)).ok_or_else(unknown)
}

/// As it is by now, unless somebody has removed it meanwhile.
async fn find_in(tx: &mut Tx, id: &AccountId) -> Result<Stored> {
    accounts::list(tx).await?.into_iter().find(|account| account.id == *id && !account.is_removed()).ok_or_else(unknown)
}

/// Changes what it is called and what customers see; with another token, once Meta takes it, its messages go out again.
pub async fn change(app: &App, caller: &Caller, id: &AccountId, changes: Changes) -> Result<()> {
    let account = find(app, caller, id).await?;
    let (name, was) = changes.name;
    checked_name(&name)?;
    let token = Some(changes.token).filter(|token| !token.expose().is_empty());
    if let Some(token) = &token {
        ask(app, &account.phone_number_id, &account.waba_id, token).await?;
    }
    let mut tx = app.store.write().await?;
    // As it is by now: somebody may have renamed or paused it meanwhile.
    tx.lock(Lock::Setup).await?;
    let mut now = find_in(&mut tx, id).await?;
    replace(&mut now.name, was, name)?;
    accounts::rename(&mut tx, id, &now.name).await?;
    audit::keep(&mut tx, caller, Act::NumberChanged, None, &format!("change {}", now.name), app.clock.now()).await?;
    if let Some(is_on) = changes.read_receipts {
        accounts::set_receipts(&mut tx, id, is_on).await?;
    }
    if let Some(is_on) = changes.typing_indicator {
        accounts::set_typing(&mut tx, id, is_on).await?;
    }
    if let Some(is_on) = changes.auto_assign {
        accounts::set_auto_assign(&mut tx, id, is_on).await?;
    }
    if let Some(token) = &token {
        accounts::set_token(&mut tx, id, &app.sealer.seal(token.expose())).await?;
        if now.stopped_code != Some(own::PAUSED) {
            accounts::resume(&mut tx, id).await?;
        }
    }
    go_on(app, tx, id).await
}

/// Asks Meta whether it works; what Meta says, as a sentence.
pub async fn test(app: &App, caller: &Caller, id: &AccountId) -> Result<String> {
    let account = find(app, caller, id).await?;
    let token = app.token(&account).ok_or_else(|| refuse(Code::Invalid, "Its access token is missing, or was sealed with another key. Paste it anew."))?;
    let number = ask(app, &account.phone_number_id, &account.waba_id, &token).await?;
    Ok(format!("{} works: WhatsApp knows it as {}, {}.", account.name, number.display_phone_number, number.verified_name))
}

/// Holds back what is written from it until an admin resumes it; what customers write still comes in.
pub async fn pause(app: &App, caller: &Caller, id: &AccountId) -> Result<()> {
    let account = find(app, caller, id).await?;
    let hash = app.token(&account).map(|token| token_hash(token.expose())).unwrap_or_default();
    let mut tx = app.store.write().await?;
    tx.lock(Lock::Setup).await?;
    find_in(&mut tx, id).await?;
    accounts::stop(&mut tx, id, &Failure { code: own::PAUSED, text: String::new() }, &hash).await?;
    audit::keep(&mut tx, caller, Act::NumberChanged, None, &format!("pause {}", account.name), app.clock.now()).await?;
    tx.commit().await?;
    app.wake.notices.notify_one();
    Ok(())
}

/// Removes a number: its token is forgotten, and nothing is sent or received with it. What was said with it can still be read.
pub async fn remove(app: &App, caller: &Caller, id: &AccountId) -> Result<()> {
    let account = find(app, caller, id).await?;
    if app.config.account.as_ref().is_some_and(|settings| settings.phone_number_id == account.phone_number_id) {
        return Err(refuse(Code::NotPossible, "This number comes from the server's settings (WHATSAPP_PHONE_NUMBER_ID). Take it out there first."));
    }
    let mut tx = app.store.write().await?;
    tx.lock(Lock::Setup).await?;
    end_waiting(app, &mut tx, &account).await?;
    if accounts::is_used(&mut tx, id).await? {
        accounts::retire(&mut tx, id).await?;
    } else {
        accounts::remove(&mut tx, id).await?;
    }
    audit::keep(&mut tx, caller, Act::NumberChanged, None, &format!("remove {}", account.name), app.clock.now()).await?;
    team::changed(&mut tx, app.clock.now()).await?;
    tx.commit().await?;
    app.wake.notices.notify_one();
    Ok(())
}

/// What waits to be sent from a number that is removed has failed: connected again next month, it must not send what was written today.
async fn end_waiting(app: &App, tx: &mut Tx, account: &Stored) -> Result<()> {
    let now = app.clock.now();
    let waiting = outbox::list_queued(tx, &account.id).await?;
    accounts::lock(tx, &account.id).await?;
    for id in &waiting {
        messages::set_local(tx, id, Delivery::Failed, Some(&Failure { code: own::REMOVED, text: String::new() }), now).await?;
    }
    outbox::drop_all(tx, &waiting).await?;
    for id in &waiting {
        publish(tx, id, now).await?;
    }
    // What is on its way may have to wait again, and nobody would be there to say so; or somebody wrote since it was looked.
    if outbox::count_leaving(tx, &account.id).await? > 0 {
        return Err(refuse(Code::NotPossible, format!("A message of {} is on its way just now. Remove it in a minute.", account.name)));
    }
    Ok(())
}
