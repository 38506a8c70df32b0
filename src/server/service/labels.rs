//! Labels: made by everybody, also on the spot; deleted by admins.

use super::{audit, team, views};
use crate::domain::access::Action;
use crate::domain::audit::Act;
use crate::domain::id::LabelId;
use crate::domain::label::{self, Label, NAME_CHARS};
use crate::domain::time::Instant;
use crate::protocol::error::Code;
use crate::protocol::event::Event;
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::{Error, Result, refuse};
use crate::server::state::App;
use crate::server::store::labels::{self, Stored};
use crate::server::store::{Lock, Tx, conversations, events};

/// The label of this name, and whether it was made just now; none for an empty name.
pub(super) async fn named(tx: &mut Tx, name: &str, now: Instant) -> Result<Option<(Stored, bool)>> {
    if name.trim().is_empty() {
        return Ok(None);
    }
    let name = checked_name(name)?;
    if let Some(known) = labels::find_by_name(tx, &name).await? {
        return Ok(Some((known, false)));
    }
    let made = Stored { id: LabelId(new_id()), name, color: checked_color("")? };
    // Somebody else may make it at the same moment.
    let is_new = labels::add_unless_there(tx, &made, now).await?;
    let label = labels::find_by_name(tx, &made.name).await?.unwrap_or(made);
    Ok(Some((label, is_new)))
}

fn checked_name(name: &str) -> Result<String> {
    label::name(name).ok_or_else(|| refuse(Code::Invalid, format!("A label needs a name of 1 to {NAME_CHARS} characters.")))
}

fn checked_color(color: &str) -> Result<String> {
    label::color(color).ok_or_else(|| refuse(Code::Invalid, "The colour must be one of the presets, or written like #10b981."))
}

/// All labels.
pub async fn names(app: &App, caller: &Caller) -> Result<Vec<Label>> {
    caller.may(Action::Read)?;
    Ok(labels::list(&mut app.store.read().await?).await?.iter().map(Stored::shown).collect())
}

/// All labels, and how many conversations carry each, and how many contacts have it.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<(Stored, i64, i64)>> {
    caller.may(Action::Read)?;
    let mut tx = app.store.read().await?;
    let counts = labels::counts(&mut tx).await?;
    let people = labels::contact_counts(&mut tx).await?;
    let count = |counts: &[(LabelId, i64)], id: &LabelId| counts.iter().find(|(of, _)| of == id).map_or(0, |(_, count)| *count);
    let all = labels::list(&mut tx).await?.into_iter();
    Ok(all.map(|label| (label.clone(), count(&counts, &label.id), count(&people, &label.id))).collect())
}

/// Makes a label (no id), or changes one: not in place of what a colleague has made of what its writer saw, if that is known.
pub async fn put(app: &App, caller: &Caller, id: Option<LabelId>, name: &str, color: &str, was: Option<(&str, &str)>) -> Result<()> {
    caller.may(Action::Label)?;
    let label = Stored { id: id.clone().unwrap_or_else(|| LabelId(new_id())), name: checked_name(name)?, color: checked_color(color)? };
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    // Of two at once, the second sees what the first has done.
    tx.lock(Lock::Setup).await?;
    let known = labels::find(&mut tx, &label.id).await?;
    if let (Some(known), Some(was)) = (&known, was) {
        let is_as = |(name, color): (&str, &str)| known.name == name && known.color == color;
        if !is_as(was) && !is_as((&label.name, &label.color)) {
            let now = format!("A colleague has changed this label meanwhile: it is {} in {}.", known.name, known.color);
            return Err(refuse(Code::NotPossible, format!("{now} Yours is still in the form; save again to put it in its place.")));
        }
    }
    let is_new = id.is_none();
    let done = match id {
        Some(_) => labels::change(&mut tx, &label).await,
        None => labels::add(&mut tx, &label, now).await.map(|()| true),
    };
    match done {
        Err(error) if error.is_unique_violation() => return Err(refuse(Code::Invalid, format!("There is a label called {} already.", label.name))),
        Err(error) => return Err(error.into()),
        Ok(false) => return Err(unknown()),
        Ok(true) => {}
    }
    if let Some(known) = known.filter(|known| known.name != label.name) {
        views::follow_label(&mut tx, &known.name, &label.name).await?;
    }
    let what = if is_new { "make" } else { "change" };
    audit::keep(&mut tx, caller, Act::LabelChanged, None, &format!("{what} {}", label.name), now).await?;
    team::changed(&mut tx, now).await?;
    Ok(tx.commit().await?)
}

fn unknown() -> Error {
    refuse(Code::NotPossible, "This label is gone: somebody has deleted it meanwhile.")
}

/// So many conversations or contacts lose their label in one transaction: webhooks wait for no longer.
const BATCH: i64 = 200;

/// Deletes a label; the conversations and contacts that carried it do not any more.
pub async fn delete(app: &App, caller: &Caller, id: &LabelId) -> Result<()> {
    caller.may(Action::Administer)?;
    let now = app.clock.now();
    loop {
        let mut tx = app.store.write().await?;
        let label = labels::find(&mut tx, id).await?.ok_or_else(unknown)?;
        let marked = labels::list_marked(&mut tx, id, BATCH).await?;
        for conversation in &marked {
            if let Some(mut state) = conversations::lock(&mut tx, conversation).await?.filter(|state| state.label_id.as_deref() == Some(id.as_str())) {
                state.label_id = None;
                conversations::update(&mut tx, &[&state]).await?;
            }
        }
        let is_last = marked.is_empty() && labels::take_from_contacts(&mut tx, id, BATCH).await? == 0;
        if is_last {
            labels::drop(&mut tx, id).await?;
            audit::keep(&mut tx, caller, Act::LabelChanged, None, &format!("delete {}", label.name), now).await?;
            team::changed(&mut tx, now).await?;
        } else {
            events::begin(&mut tx).await?;
            let rows = conversations::load(&mut tx, &marked).await?;
            let all: Vec<Event> = rows.into_iter().map(|conversation| Event::ConversationChanged { conversation }).collect();
            events::append(&mut tx, &all, now).await?;
        }
        tx.commit().await?;
        if is_last {
            return Ok(());
        }
    }
}
