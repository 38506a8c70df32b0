//! Message templates as Meta has them, by business account, and when they are fetched again.

use super::{Result, Sql, Tx, args, json, over_rows, statements};
use crate::domain::template::Template;
use crate::domain::time::Instant;
use serde::Serialize;
use sqlx::FromRow;

statements! {
    LIST = Sql::same("select definition from templates where waba_id = $1 order by name, language");
    FIND = Sql::same("select definition from templates where waba_id = $1 and name = $2 and language = $3");
    CLEAR = Sql::same("delete from templates where waba_id = $1");
    ADD = over_rows!(
        "insert into templates (waba_id, name, language, definition) select r.value->>'waba_id', r.value->>'name', r.value->>'language', r.value->>'definition' from",
        "where true on conflict do nothing"
    );
    BEGIN = Sql::same("insert into template_lists (waba_id, due_at) values ($1, 0) on conflict do nothing");
    HASTEN = Sql::same("update template_lists set due_at = $2 where waba_id = $1 and due_at > $2");
    NEXT = Sql::same("select min(due_at) from template_lists");
    FIND_DUE = Sql {
        sqlite: "select waba_id from template_lists where due_at <= $1 order by due_at limit 1",
        postgres: "select waba_id from template_lists where due_at <= $1 order by due_at limit 1 for update skip locked",
    };
    POSTPONE = Sql::same("update template_lists set due_at = $2 where waba_id = $1");
    DONE = Sql::same("update template_lists set due_at = $3 where waba_id = $1 and due_at = $2");
    FETCHED = Sql::same("update template_lists set fetched_at = $2, failure = null where waba_id = $1");
    FAILED = Sql::same("update template_lists set failure = $2 where waba_id = $1");
    STATE = Sql::same("select fetched_at, failure from template_lists where waba_id = $1");
}

#[derive(Serialize)]
struct Row<'a> {
    waba_id: &'a str,
    name: &'a str,
    language: &'a str,
    definition: String,
}

/// How fresh a list is.
#[derive(Clone, Debug, Default, FromRow)]
pub struct State {
    /// When it last came.
    pub fetched_at: Option<Instant>,
    /// Why it did not come since.
    pub failure: Option<String>,
}

fn read(rows: Vec<(String,)>) -> Vec<Template> {
    rows.iter().filter_map(|(definition,)| serde_json::from_str(definition).ok()).collect()
}

/// All of a business account.
pub async fn list(tx: &mut Tx, waba: &str) -> Result<Vec<Template>> {
    Ok(read(tx.all(LIST, args![waba]).await?))
}

/// One by its key.
pub async fn find(tx: &mut Tx, waba: &str, name: &str, language: &str) -> Result<Option<Template>> {
    Ok(read(tx.all(FIND, args![waba, name, language]).await?).pop())
}

/// Puts a fresh list in place of the old one.
pub async fn replace(tx: &mut Tx, waba: &str, templates: &[Template], now: Instant) -> Result<()> {
    let row = |template: &Template| (template.name.clone(), template.language.clone(), json(template));
    let rows: Vec<(String, String, String)> = templates.iter().map(row).collect();
    let rows: Vec<Row> = rows.iter().map(|(name, language, definition)| Row { waba_id: waba, name, language, definition: definition.clone() }).collect();
    tx.run(CLEAR, args![waba]).await?;
    tx.run(ADD, args![json(&rows)]).await?;
    tx.run(FETCHED, args![waba, now]).await?;
    Ok(())
}

/// Notes why a list did not come.
pub async fn fail(tx: &mut Tx, waba: &str, why: &str) -> Result<()> {
    tx.run(FAILED, args![waba, why]).await?;
    Ok(())
}

/// Fetches the list of this business account for the first time as soon as may be.
pub async fn begin(tx: &mut Tx, waba: &str) -> Result<bool> {
    Ok(tx.run(BEGIN, args![waba]).await? > 0)
}

/// Fetches a list at once: it has changed at Meta, or somebody asks.
pub async fn hasten(tx: &mut Tx, waba: &str, now: Instant) -> Result<()> {
    tx.run(HASTEN, args![waba, now]).await?;
    Ok(())
}

/// Whether a list is to be fetched now.
pub async fn is_due(tx: &mut Tx, now: Instant) -> Result<bool> {
    Ok(tx.find::<(Option<Instant>,)>(NEXT, args![]).await?.and_then(|row| row.0).is_some_and(|due| due <= now))
}

/// Takes the next list that is due, and leaves it alone until `again`.
pub async fn take_due(tx: &mut Tx, now: Instant, again: Instant) -> Result<Option<String>> {
    let Some((waba,)) = tx.find::<(String,)>(FIND_DUE, args![now]).await? else { return Ok(None) };
    tx.run(POSTPONE, args![&waba, again]).await?;
    Ok(Some(waba))
}

/// It is fresh: the next time is `next`, unless it was hastened since it was taken until `again`.
pub async fn settle(tx: &mut Tx, waba: &str, again: Instant, next: Instant) -> Result<()> {
    tx.run(DONE, args![waba, again, next]).await?;
    Ok(())
}

/// How fresh a list is.
pub async fn state(tx: &mut Tx, waba: &str) -> Result<State> {
    Ok(tx.find(STATE, args![waba]).await?.unwrap_or_default())
}
