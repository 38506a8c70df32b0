//! The address book: contacts as the team lists and edits them, and what they have told WhatsApp about marketing.

use super::{Result, Sql, Tx, args, json, over_rows, statements};
use crate::domain::contact::{display_name, display_phone};
use crate::domain::id::{AccountId, ContactId, LabelId};
use crate::domain::time::Instant;
pub use crate::protocol::beside::ContactEdit as Edit;
use serde::Serialize;
use sqlx::FromRow;
use std::collections::HashMap;

/// The columns of [`Entry`].
macro_rules! entry_of {
    ($from:literal, $rest:literal) => {
        concat!(
            "select k.id, k.name, k.given_name, k.email, k.notes, k.wa_id, k.user_id, k.first_seen_at, k.no_marketing, k.blocked_at,
               cast((select coalesce(max(p.at * 2 + p.stops), 0) from contact_identities i
                 join preferences p on p.scope = i.scope and p.kind = i.kind and p.value = i.value where i.contact_id = k.id) % 2 as bigint) as has_stopped from ",
            $from,
            " ",
            $rest
        )
    };
}

statements! {
    FIND = Sql::same(entry_of!("contacts k", "where k.id = $1"));
    LOAD = Sql {
        sqlite: entry_of!("jsonb_each($1) as r join contacts k on k.id = r.value->>'id'", ""),
        postgres: entry_of!("jsonb_array_elements($1::jsonb) as r(value) join contacts k on k.id = r.value->>'id'", ""),
    };
    LIST = Sql::same(entry_of!("contacts k", "where k.id < $1 order by k.id desc limit $2"));
    /// For whoever is limited to some numbers: those who wrote to one of them, or were written to.
    LIST_OF = Sql {
        sqlite: entry_of!(
            "contacts k",
            "where k.id < $1 and exists (select 1 from conversations c where c.contact_id = k.id and c.last_message_id is not null
               and c.account_id in (select r.value->>'id' from jsonb_each($3) as r)) order by k.id desc limit $2"
        ),
        postgres: entry_of!(
            "contacts k",
            "where k.id < $1 and exists (select 1 from conversations c where c.contact_id = k.id and c.last_message_id is not null
               and c.account_id in (select r.value->>'id' from jsonb_array_elements($3::jsonb) as r(value))) order by k.id desc limit $2"
        ),
    };
    LIST_LABELLED = Sql::same(entry_of!("contact_labels l join contacts k on k.id = l.contact_id", "where l.label_id = $3 and l.contact_id < $1 order by l.contact_id desc limit $2"));
    LIST_LABELLED_OF = Sql {
        sqlite: entry_of!(
            "contact_labels l join contacts k on k.id = l.contact_id",
            "where l.label_id = $3 and l.contact_id < $1 and exists (select 1 from conversations c where c.contact_id = k.id and c.last_message_id is not null
               and c.account_id in (select r.value->>'id' from jsonb_each($4) as r)) order by l.contact_id desc limit $2"
        ),
        postgres: entry_of!(
            "contact_labels l join contacts k on k.id = l.contact_id",
            "where l.label_id = $3 and l.contact_id < $1 and exists (select 1 from conversations c where c.contact_id = k.id and c.last_message_id is not null
               and c.account_id in (select r.value->>'id' from jsonb_array_elements($4::jsonb) as r(value))) order by l.contact_id desc limit $2"
        ),
    };
    LABELS = over_rows!("select l.contact_id, l.label_id from", "join contact_labels l on l.contact_id = r.value->>'id'");
    TAKE_LABELS = over_rows!("delete from contact_labels where contact_id in (select r.value->>'id' from", ")");
    /// One that was deleted meanwhile is put on nobody.
    PUT_LABELS = over_rows!(
        "insert into contact_labels (contact_id, label_id) select r.value->>'contact_id', l.id from",
        "join labels l on l.id = r.value->>'label_id' where true on conflict do nothing"
    );
    INHERIT_LABELS = Sql::same("insert into contact_labels (contact_id, label_id) select $2, label_id from contact_labels where contact_id = $1 on conflict do nothing");
    SILENT = Sql::same("select id, given_name || ' ' || name || ' ' || email || ' ' || substr(notes, 1, 200) from contacts where first_seen_at = 9223372036854775807 order by id desc limit 20000");
    BLOCK = Sql::same("update contacts set blocked_at = $2 where id = $1");
    SAVE = Sql::same("update contacts set given_name = $2, email = $3, notes = $4, no_marketing = $5 where id = $1");
    SAVE_ALL = over_rows!(
        "update contacts set given_name = r.value->>'given_name', email = r.value->>'email', notes = r.value->>'notes', no_marketing = cast(r.value->>'no_marketing' as bigint) from",
        "where contacts.id = r.value->>'id'"
    );
    /// What is known of either of two contacts holds for the one that stays.
    INHERIT = Sql::same(
        "update contacts set given_name = coalesce(nullif(contacts.given_name, ''), g.given_name), email = coalesce(nullif(contacts.email, ''), g.email),
           notes = case when contacts.notes = '' or g.notes = '' then contacts.notes || g.notes else contacts.notes || ' / ' || g.notes end,
           no_marketing = case when contacts.no_marketing + g.no_marketing > 0 then 1 else 0 end, blocked_at = coalesce(contacts.blocked_at, g.blocked_at)
         from contacts g where g.id = $1 and contacts.id = $2"
    );
    /// The newest holds; of two of one second, the one that asks for less.
    PREFER = over_rows!(
        "insert into preferences (scope, kind, value, at, stops)
         select r.value->>'scope', r.value->>'kind', r.value->>'value', cast(r.value->>'at' as bigint), cast(r.value->>'stops' as bigint) from",
        "where true on conflict (scope, kind, value) do update set at = excluded.at, stops = excluded.stops
         where (excluded.at, excluded.stops) > (preferences.at, preferences.stops)"
    );
}

/// A contact as the team sees it.
#[derive(Clone, Debug, FromRow)]
pub struct Entry {
    /// Our id.
    pub id: ContactId,
    /// What they call themselves.
    pub name: String,
    /// What the team calls them; empty: as they do.
    pub given_name: String,
    /// Where else to write to.
    pub email: String,
    /// What else is known.
    pub notes: String,
    /// Their number.
    pub wa_id: Option<String>,
    /// Their business-scoped user id.
    pub user_id: Option<String>,
    /// Their first message; far ahead if there is none.
    pub first_seen_at: Instant,
    /// The team noted that they want no marketing.
    pub no_marketing: i64,
    /// They told WhatsApp so.
    pub has_stopped: i64,
    /// Since when they are blocked.
    pub blocked_at: Option<Instant>,
    /// What the team sorts them by.
    #[sqlx(skip)]
    pub labels: Vec<LabelId>,
}

impl Entry {
    /// What the team wrote.
    #[must_use]
    pub fn edit(&self) -> Edit {
        Edit {
            given_name: self.given_name.clone(),
            email: self.email.clone(),
            notes: self.notes.clone(),
            no_marketing: self.no_marketing > 0,
            labels: self.labels.clone(),
        }
    }

    /// What they are called here.
    #[must_use]
    pub fn shown_name(&self) -> String {
        display_name(if self.given_name.is_empty() { &self.name } else { &self.given_name }, self.wa_id.as_deref(), self.user_id.as_deref())
    }

    /// Their number as people read it, else their user id.
    #[must_use]
    pub fn address(&self) -> String {
        self.wa_id.as_deref().map(display_phone).or_else(|| self.user_id.clone()).unwrap_or_default()
    }

    /// Whether they are to get no marketing.
    #[must_use]
    pub fn wants_no_marketing(&self) -> bool {
        self.no_marketing + self.has_stopped > 0
    }
}

/// What somebody told WhatsApp about marketing.
#[derive(Clone, Debug, Serialize)]
pub struct Preference {
    /// See [`crate::domain::contact::Identity::scope`].
    pub scope: String,
    /// `wa_id` or `user_id`.
    pub kind: &'static str,
    /// The id as Meta wrote it.
    pub value: String,
    /// When they said so.
    pub at: Instant,
    /// 1: no more of it; 0: again.
    pub stops: i64,
}

/// A contact.
pub async fn find(tx: &mut Tx, id: &ContactId) -> Result<Option<Entry>> {
    let found = tx.find(FIND, args![id]).await?.into_iter().collect();
    Ok(labelled(tx, found).await?.pop())
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a ContactId,
}

/// These contacts, in any order.
pub async fn load(tx: &mut Tx, wanted: &[ContactId]) -> Result<Vec<Entry>> {
    let found = tx.all(LOAD, args![json(&wanted.iter().map(|id| Id { id }).collect::<Vec<_>>())]).await?;
    labelled(tx, found).await
}

/// The same contacts with their labels.
async fn labelled(tx: &mut Tx, mut contacts: Vec<Entry>) -> Result<Vec<Entry>> {
    let ids: Vec<Id<'_>> = contacts.iter().map(|contact| Id { id: &contact.id }).collect();
    let pairs: Vec<(ContactId, LabelId)> = tx.all(LABELS, args![json(&ids)]).await?;
    let mut labels: HashMap<ContactId, Vec<LabelId>> = HashMap::new();
    for (contact, label) in pairs {
        labels.entry(contact).or_default().push(label);
    }
    for contact in &mut contacts {
        contact.labels = labels.remove(&contact.id).unwrap_or_default();
        contact.labels.sort();
    }
    Ok(contacts)
}

#[derive(Serialize)]
struct Account<'a> {
    id: &'a AccountId,
}

/// Contacts before one, newest first; with a label, and of these accounts only, if they are named.
pub async fn list(tx: &mut Tx, before: &str, label: Option<&LabelId>, accounts: Option<&[AccountId]>, limit: i64) -> Result<Vec<Entry>> {
    let accounts = accounts.map(|accounts| json(&accounts.iter().map(|id| Account { id }).collect::<Vec<_>>()));
    let (sql, values) = match (label, accounts) {
        (None, None) => (LIST, args![before, limit]),
        (None, Some(accounts)) => (LIST_OF, args![before, limit, accounts]),
        (Some(label), None) => (LIST_LABELLED, args![before, limit, label]),
        (Some(label), Some(accounts)) => (LIST_LABELLED_OF, args![before, limit, label, accounts]),
    };
    let found = tx.all(sql, values).await?;
    labelled(tx, found).await
}

/// Who never wrote, newest first, with all that the team knows of them. Of very many, those that were brought last.
pub async fn list_silent(tx: &mut Tx) -> Result<Vec<(ContactId, String)>> {
    tx.all(SILENT, args![]).await
}

/// Keeps what the team writes about a contact; whether there is one.
pub async fn save(tx: &mut Tx, id: &ContactId, edit: &Edit) -> Result<bool> {
    if tx.run(SAVE, args![id, &edit.given_name, &edit.email, &edit.notes, edit.no_marketing]).await? == 0 {
        return Ok(false);
    }
    put_labels(tx, &[(id, edit)]).await?;
    Ok(true)
}

#[derive(Serialize)]
struct Labelled<'a> {
    contact_id: &'a ContactId,
    label_id: &'a LabelId,
}

async fn put_labels(tx: &mut Tx, edits: &[(&ContactId, &Edit)]) -> Result<()> {
    let ids: Vec<Id<'_>> = edits.iter().map(|(id, _)| Id { id }).collect();
    tx.run(TAKE_LABELS, args![json(&ids)]).await?;
    let put: Vec<Labelled<'_>> =
        edits.iter().flat_map(|(contact_id, edit)| edit.labels.iter().map(move |label_id| Labelled { contact_id, label_id })).collect();
    if !put.is_empty() {
        tx.run(PUT_LABELS, args![json(&put)]).await?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Saved<'a> {
    id: &'a ContactId,
    given_name: &'a str,
    email: &'a str,
    notes: &'a str,
    no_marketing: i64,
}

/// The same for several.
pub async fn save_all(tx: &mut Tx, edits: &[(ContactId, Edit)]) -> Result<()> {
    let row = |(id, edit): &(ContactId, Edit)| {
        let rows = Saved { id, given_name: &edit.given_name, email: &edit.email, notes: &edit.notes, no_marketing: i64::from(edit.no_marketing) };
        json(&rows)
    };
    if !edits.is_empty() {
        let rows = edits.iter().map(row).collect::<Vec<_>>().join(",");
        tx.run(SAVE_ALL, args![format!("[{rows}]")]).await?;
        put_labels(tx, &edits.iter().map(|(id, edit)| (id, edit)).collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// Keeps since when somebody is blocked (none: they are not); whether there is such a contact.
pub async fn block(tx: &mut Tx, id: &ContactId, at: Option<Instant>) -> Result<bool> {
    Ok(tx.run(BLOCK, args![id, at]).await? > 0)
}

/// Hands on what is known of a contact to the one it becomes.
pub async fn inherit(tx: &mut Tx, gone: &ContactId, kept: &ContactId) -> Result<()> {
    tx.run(INHERIT, args![gone, kept]).await?;
    tx.run(INHERIT_LABELS, args![gone, kept]).await?;
    Ok(())
}

/// Keeps what customers told WhatsApp; the order does not matter.
pub async fn prefer(tx: &mut Tx, said: &[Preference]) -> Result<()> {
    if !said.is_empty() {
        tx.run(PREFER, args![json(&said)]).await?;
    }
    Ok(())
}
