//! Templates: which there are, and one filled for a customer.

use super::outgoing::Outgoing;
use crate::domain::access::Action;
use crate::domain::content;
use crate::domain::id::{AccountId, ContactId};
use crate::domain::template::{Chosen, Header, Unfit};
use crate::protocol::error::Code;
use crate::protocol::templates::Listing;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::state::App;
use crate::server::store::accounts::Stored;
use crate::server::store::{Tx, accounts, book, templates};

/// The templates of a number.
pub async fn list(app: &App, caller: &Caller, account: &AccountId) -> Result<Listing> {
    caller.may(Action::Reply)?;
    let mut tx = app.store.read().await?;
    let account = own(&mut tx, caller, account).await?;
    let state = templates::state(&mut tx, &account.waba_id).await?;
    let templates = templates::list(&mut tx, &account.waba_id).await?;
    Ok(Listing { templates, fetched_at: state.fetched_at, failure: state.failure.unwrap_or_default() })
}

/// Asks Meta for the list again, soon.
pub async fn refresh(app: &App, caller: &Caller, account: &AccountId) -> Result<()> {
    caller.may(Action::Reply)?;
    let mut tx = app.store.write().await?;
    let account = own(&mut tx, caller, account).await?;
    templates::begin(&mut tx, &account.waba_id).await?;
    templates::hasten(&mut tx, &account.waba_id, app.clock.now()).await?;
    tx.commit().await?;
    app.wake.templates.notify_one();
    Ok(())
}

async fn own(tx: &mut Tx, caller: &Caller, id: &AccountId) -> Result<Stored> {
    let found = accounts::list(tx).await?.into_iter().find(|account| account.id == *id && !account.is_removed() && caller.may_on(Action::Reply, id));
    found.ok_or_else(|| refuse(Code::UnknownAccount, "There is no such number."))
}

/// The template that a message chose, filled: what is sent is kept as the customer sees it.
pub(super) async fn filled(tx: &mut Tx, command: &Outgoing, chosen: &Chosen) -> Result<content::Template> {
    let unknown = || refuse(Code::Invalid, "There is no such template in this language. Look at the list again.");
    if !command.body.trim().is_empty() {
        return Err(refuse(Code::Invalid, "WhatsApp shows no words beside a template: send them as a message of their own."));
    }
    let account = accounts::list(tx).await?.into_iter().find(|account| account.id == command.account_id).ok_or_else(unknown)?;
    let template = templates::find(tx, &account.waba_id, &chosen.name, &chosen.language).await?.ok_or_else(unknown)?;
    check_wanted(tx, &command.account_id, &command.contact_id, &chosen.name, &chosen.language).await?;
    let unfit = |unfit: Unfit| refuse(Code::Invalid, unfit.sentence());
    let values = template.in_slots(&chosen.values).map_err(unfit)?;
    let filled = template.fill(&values).map_err(unfit)?;
    check_file(&template.header, command)?;
    let file_name = command.file.as_ref().and_then(|file| file.name.clone()).filter(|_| filled.file.as_deref() == Some("document"));
    Ok(content::Template { file_name, ..filled })
}

/// Marketing goes to nobody who wants none.
pub(super) async fn check_wanted(tx: &mut Tx, account: &AccountId, contact: &ContactId, name: &str, language: &str) -> Result<()> {
    let account = accounts::list(tx).await?.into_iter().find(|own| own.id == *account);
    let Some(account) = account else { return Ok(()) };
    let is_marketing = templates::find(tx, &account.waba_id, name, language).await?.is_some_and(|template| template.category == "MARKETING");
    if is_marketing && book::find(tx, contact).await?.is_some_and(|contact| contact.wants_no_marketing()) {
        return Err(refuse(Code::Invalid, "This customer wants no marketing: choose a template of another kind."));
    }
    Ok(())
}

/// A template with a file above it needs one of that kind, and no other takes any.
fn check_file(header: &Header, command: &Outgoing) -> Result<()> {
    let wanted = |sentence: String| -> Result<()> { Err(refuse(Code::Invalid, sentence)) };
    match (header, &command.file) {
        (Header::File(kind), None) => wanted(format!("This template needs a file of its kind above the text: {kind}.")),
        (Header::File(kind), Some(file)) => {
            let sent = file.media.to_send(file.name.clone(), None).map_err(|refusal| refuse(Code::Invalid, refusal.sentence()))?;
            if kind == "video" && file.media.mime.starts_with("video/") && sent.message_type() != kind {
                return wanted("Not every telephone plays this film. Save it anew as MP4 with H.264 (Main profile) and AAC, at most 16 MB.".to_owned());
            }
            if sent.message_type() == kind { Ok(()) } else { wanted(format!("This template needs a file of this kind above the text: {kind}.")) }
        }
        (_, Some(_)) => wanted("This template has no place for a file.".to_owned()),
        _ => Ok(()),
    }
}
