//! Saved views: what a list was asked for, under a name. Every agent's own; everybody's are kept by admins.

use super::{audit, search};
use crate::domain::access::Action;
use crate::domain::agent::Agent;
use crate::domain::audit::Act;
use crate::domain::search::Filter;
use crate::protocol::address;
use crate::protocol::error::Code;
use crate::protocol::search::SavedView;
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::{Result, refuse};
use crate::server::search::with_label_renamed;
use crate::server::state::App;
use crate::server::store::views::{self, Stored};
use crate::server::store::{self, Tx};

/// How long a name may be, in characters.
const NAME_CHARS: usize = 40;
/// Of so many it is said how many conversations they show.
const COUNTED: usize = 20;
/// So many an agent keeps.
const MOST: usize = 100;

fn person(caller: &Caller) -> Result<&Agent> {
    caller.may(Action::Handle)?.agent.as_ref().ok_or_else(|| refuse(Code::Forbidden, "Saved views are for people."))
}

/// Those that the caller may use.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<SavedView>> {
    let me = person(caller)?;
    let mut tx = app.store.read().await?;
    let mut all = Vec::new();
    for view in views::list(&mut tx, &me.id).await? {
        let filter = address::filter_of(&view.query);
        let count = if all.len() < COUNTED { search::count(app, &mut tx, caller, &filter).await? } else { None };
        all.push(SavedView { id: view.id, name: view.name, query: view.query, is_shared: view.owner_id.is_none(), count });
    }
    Ok(all)
}

/// Keeps what a list is asked for.
pub async fn save(app: &App, caller: &Caller, name: &str, query: &str, is_shared: bool) -> Result<()> {
    let me = person(caller)?;
    if is_shared {
        caller.may(Action::Administer)?;
    }
    let name = name.replace('\0', "").trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_CHARS {
        return Err(refuse(Code::Invalid, format!("A name has 1 to {NAME_CHARS} characters.")));
    }
    // Only what the list understands is kept.
    let query = address::query(&address::filter_of(query));
    if query.is_empty() {
        return Err(refuse(Code::Invalid, "This is the whole list: choose a view, a label or words first."));
    }
    let mut tx = app.store.write().await?;
    let known = views::list(&mut tx, &me.id).await?;
    if known.iter().any(|view| view.owner_id.is_none() == is_shared && view.name.to_lowercase() == name.to_lowercase()) {
        return Err(refuse(Code::Invalid, format!("There is a view called {name} already. Choose another name, or delete that one first.")));
    }
    if known.len() >= MOST {
        return Err(refuse(Code::Invalid, format!("{MOST} views are kept at most: delete one first.")));
    }
    let owner_id = (!is_shared).then(|| me.id.0.clone());
    let now = app.clock.now();
    if is_shared {
        audit::keep(&mut tx, caller, Act::ViewChanged, None, &format!("make {name}"), now).await?;
    }
    views::add(&mut tx, &Stored { id: new_id(), owner_id, name, query }, now).await?;
    Ok(tx.commit().await?)
}

/// Deletes one; one that is gone is no fault.
pub async fn delete(app: &App, caller: &Caller, id: &str) -> Result<()> {
    let me = person(caller)?;
    let mut tx = app.store.write().await?;
    match views::find(&mut tx, id).await? {
        Some(Stored { owner_id: None, name, .. }) => {
            caller.may(Action::Administer)?;
            audit::keep(&mut tx, caller, Act::ViewChanged, None, &format!("delete {name}"), app.clock.now()).await?;
        }
        // A colleague's own are nobody else's to know of.
        Some(Stored { owner_id: Some(owner), .. }) if owner != me.id.0 => return Ok(()),
        _ => {}
    }
    views::drop(&mut tx, id).await?;
    Ok(tx.commit().await?)
}

/// A label is called otherwise: views that ask for it go on doing so.
pub(super) async fn follow_label(tx: &mut Tx, was: &str, name: &str) -> store::Result<()> {
    for view in views::list_with_labels(tx).await? {
        let filter = address::filter_of(&view.query);
        let label = if filter.label.to_lowercase() == was.to_lowercase() { name.to_owned() } else { filter.label.clone() };
        let query = address::query(&Filter { q: with_label_renamed(&filter.q, was, name), label, ..filter });
        if query != view.query {
            views::change(tx, &view.id, &query).await?;
        }
    }
    Ok(())
}
