//! Labels.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::id::{ConversationId, LabelId};
use crate::domain::label::{self, Label};
use crate::domain::time::Instant;
use sqlx::FromRow;

statements! {
    LIST = Sql::same("select id, name, color from labels order by key");
    COUNTS = Sql::same("select label_id, count(*) from conversations where label_id is not null group by label_id");
    CONTACT_COUNTS = Sql::same("select label_id, count(*) from contact_labels group by label_id");
    FIND = Sql::same("select id, name, color from labels where id = $1");
    FIND_BY_KEY = Sql::same("select id, name, color from labels where key = $1");
    ADD = Sql::same("insert into labels (id, name, key, color, created_at) values ($1, $2, $3, $4, $5)");
    ADD_UNLESS_THERE = Sql::same("insert into labels (id, name, key, color, created_at) values ($1, $2, $3, $4, $5) on conflict (key) do nothing");
    CHANGE = Sql::same("update labels set name = $2, key = $3, color = $4 where id = $1");
    LIST_MARKED = Sql::same("select id from conversations where label_id = $1 limit $2");
    TAKE_FROM_CONTACTS = Sql::same("delete from contact_labels where label_id = $1 and contact_id in (select contact_id from contact_labels where label_id = $1 limit $2)");
    DROP = Sql::same("delete from labels where id = $1");
}

/// A label as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Stored {
    /// Our id.
    pub id: LabelId,
    /// Unique but for case.
    pub name: String,
    /// See [`label::color`].
    pub color: String,
}

impl Stored {
    /// As pages show it.
    #[must_use]
    pub fn shown(&self) -> Label {
        Label { id: self.id.clone(), name: self.name.clone(), color: label::hex(&self.color) }
    }
}

/// All, by name.
pub async fn list(tx: &mut Tx) -> Result<Vec<Stored>> {
    tx.all(LIST, args![]).await
}

/// How many conversations carry each; those without any are left out.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(LabelId, i64)>> {
    tx.all(COUNTS, args![]).await
}

/// How many contacts have each; those without any are left out.
pub async fn contact_counts(tx: &mut Tx) -> Result<Vec<(LabelId, i64)>> {
    tx.all(CONTACT_COUNTS, args![]).await
}

/// One by its id.
pub async fn find(tx: &mut Tx, id: &LabelId) -> Result<Option<Stored>> {
    tx.find(FIND, args![id]).await
}

/// One by its name, in any case.
pub async fn find_by_name(tx: &mut Tx, name: &str) -> Result<Option<Stored>> {
    tx.find(FIND_BY_KEY, args![label::key(name)]).await
}

/// Adds one; a taken name is a unique violation.
pub async fn add(tx: &mut Tx, label: &Stored, now: Instant) -> Result<()> {
    tx.run(ADD, args![&label.id, &label.name, label::key(&label.name), &label.color, now]).await?;
    Ok(())
}

/// Adds one, unless there is one of this name; whether it was added.
pub async fn add_unless_there(tx: &mut Tx, label: &Stored, now: Instant) -> Result<bool> {
    Ok(tx.run(ADD_UNLESS_THERE, args![&label.id, &label.name, label::key(&label.name), &label.color, now]).await? > 0)
}

/// Changes one; whether it was there. A taken name is a unique violation.
pub async fn change(tx: &mut Tx, label: &Stored) -> Result<bool> {
    Ok(tx.run(CHANGE, args![&label.id, &label.name, label::key(&label.name), &label.color]).await? > 0)
}

/// Some of the conversations that carry it, in the order in which they are to be locked.
pub async fn list_marked(tx: &mut Tx, id: &LabelId, limit: i64) -> Result<Vec<ConversationId>> {
    let mut marked: Vec<ConversationId> = tx.all::<(ConversationId,)>(LIST_MARKED, args![id, limit]).await?.into_iter().map(|row| row.0).collect();
    marked.sort();
    Ok(marked)
}

/// Takes it off so many contacts at most; off how many.
pub async fn take_from_contacts(tx: &mut Tx, id: &LabelId, limit: i64) -> Result<u64> {
    tx.run(TAKE_FROM_CONTACTS, args![id, limit]).await
}

/// Drops one that no conversation carries any more.
pub async fn drop(tx: &mut Tx, id: &LabelId) -> Result<()> {
    tx.run(DROP, args![id]).await?;
    Ok(())
}
