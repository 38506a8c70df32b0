//! The business's numbers.

use super::{audit, team};
use crate::domain::access::Action;
use crate::domain::account::Account;
use crate::domain::audit::Act;
use crate::domain::id::AccountId;
use crate::domain::time::Instant;
use crate::protocol::error::Code;
use crate::server::caller::Caller;
use crate::server::error::{Error, Result, refuse};
use crate::server::state::App;
use crate::server::store::accounts::{self, Stored};
use crate::server::store::{self, Tx, deliveries, media, templates, warnings};

/// The numbers that a caller may see; also those that were removed.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Account>> {
    Ok(seen(app, caller).await?.iter().map(Stored::public).collect())
}

/// Those of them from which somebody can be written to.
pub async fn list_connected(app: &App, caller: &Caller) -> Result<Vec<Account>> {
    Ok(seen(app, caller).await?.iter().filter(|account| !account.is_removed()).map(Stored::public).collect())
}

async fn seen(app: &App, caller: &Caller) -> Result<Vec<Stored>> {
    caller.may(Action::Read)?;
    let all = accounts::list(&mut app.store.read().await?).await?.into_iter();
    Ok(all.filter(|account| caller.may_on(Action::Read, &account.id)).collect())
}

/// There is none, or not for this caller.
pub fn unknown() -> Error {
    refuse(Code::UnknownAccount, "There is no such number.")
}

/// An admin has mended a number: its messages go out again. If it is still refused, it stops again with the first of them.
pub async fn resume(app: &App, caller: &Caller, id: &AccountId) -> Result<()> {
    caller.may(Action::Administer)?;
    let mut tx = app.store.write().await?;
    let known = accounts::list(&mut tx).await?.iter().any(|account| account.id == *id && !account.is_removed()) && caller.may_on(Action::Administer, id);
    if !known {
        return Err(unknown());
    }
    accounts::resume(&mut tx, id).await?;
    audit::keep(&mut tx, caller, Act::NumberChanged, None, &format!("resume {id}"), app.clock.now()).await?;
    go_on(app, tx, id).await
}

/// Connects a number, or connects it again: what came for it before, and was kept, is read now, and what waits for it is due.
pub async fn connect(tx: &mut Tx, new: accounts::New<'_>, now: Instant) -> store::Result<()> {
    let (phone_number_id, waba_id) = (new.phone_number_id.to_owned(), new.waba_id.to_owned());
    accounts::put(tx, new, now).await?;
    deliveries::revive(tx, &phone_number_id).await?;
    templates::hasten(tx, &waba_id, now).await?;
    for account in accounts::list(tx).await?.into_iter().filter(|account| account.phone_number_id == phone_number_id) {
        media::hasten(tx, &account.id).await?;
    }
    team::changed(tx, now).await
}

/// A number works by now: what waits for it is due at once.
pub(super) async fn go_on(app: &App, mut tx: Tx, id: &AccountId) -> Result<()> {
    media::hasten(&mut tx, id).await?;
    tx.commit().await?;
    app.wake.media.notify_one();
    app.wake.outbox.notify_one();
    app.wake.notices.notify_one();
    Ok(())
}

/// An admin has seen to what Meta told: nobody is reminded of it any more.
pub async fn see(app: &App, caller: &Caller, key: &str, at: Instant) -> Result<()> {
    caller.may(Action::Administer)?;
    let mut tx = app.store.write().await?;
    if !warnings::see(&mut tx, key, at).await? {
        return Err(refuse(Code::Invalid, "There is no such notice any more."));
    }
    tx.commit().await?;
    app.wake.notices.notify_one();
    Ok(())
}
