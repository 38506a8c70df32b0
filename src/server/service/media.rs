//! Files of messages, for those who may see them.

use crate::domain::access::Action;
use crate::domain::id::MediaId;
use crate::protocol::error::Code;
use crate::server::caller::Caller;
use crate::server::error::{Error, Result, refuse};
use crate::server::media::fetch;
use crate::server::state::App;
use crate::server::store::media::{self, Stored};

fn unknown() -> Error {
    refuse(Code::UnknownMessage, "There is no such file, or it is not here yet.")
}

/// A file that is here.
pub async fn find(app: &App, caller: &Caller, id: &MediaId) -> Result<Stored> {
    caller.may(Action::Read)?;
    let mut tx = app.store.read().await?;
    let stored = media::find_stored(&mut tx, id).await?;
    stored.filter(|stored| caller.may_on(Action::Read, &stored.account_id)).ok_or_else(unknown)
}

/// Fetches a file again that did not come.
pub async fn fetch_again(app: &App, caller: &Caller, id: &MediaId) -> Result<()> {
    caller.may(Action::Reply)?;
    let mut tx = app.store.write().await?;
    media::find_account(&mut tx, id).await?.filter(|account| caller.may_on(Action::Reply, account)).ok_or_else(unknown)?;
    if !media::again(&mut tx, id).await? {
        return Err(refuse(Code::NotPossible, "WhatsApp never had this file for us: ask the customer to send it again."));
    }
    fetch::publish(&mut tx, id, app.clock.now()).await?;
    tx.commit().await?;
    app.wake.media.notify_one();
    Ok(())
}
