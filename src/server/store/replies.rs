//! Quick replies.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::id::AgentId;
use crate::domain::time::Instant;
use sqlx::FromRow;

/// The columns of [`Stored`].
macro_rules! replies_of {
    ($where:literal) => {
        concat!("select id, owner_id, shortcut, body, file_name, file_mime, file_hash, file_size from replies where ", $where)
    };
}

statements! {
    LIST = Sql::same(concat!(replies_of!("owner_id = $1"), " union all ", replies_of!("owner_id is null")));
    FIND = Sql::same(replies_of!("id = $1"));
    ADD = Sql::same("insert into replies (id, owner_id, shortcut, body, file_name, file_mime, file_hash, file_size, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    CHANGE = Sql::same("update replies set shortcut = $2, body = $3, file_name = $4, file_mime = $5, file_hash = $6, file_size = $7 where id = $1");
    DROP = Sql::same("delete from replies where id = $1");
}

/// A quick reply as it is kept.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Our id.
    pub id: String,
    /// Whose; none: everybody's.
    pub owner_id: Option<String>,
    /// What is typed after the slash.
    pub shortcut: String,
    /// The words.
    pub body: String,
    /// The file that goes along.
    pub file: Option<File>,
}

/// A file in the blob store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What it is called.
    pub name: String,
    /// Its type, told by its content.
    pub mime: String,
    /// Its place in the blob store.
    pub hash: String,
    /// Bytes.
    pub size: i64,
}

#[derive(FromRow)]
struct Row {
    id: String,
    owner_id: Option<String>,
    shortcut: String,
    body: String,
    file_name: Option<String>,
    file_mime: Option<String>,
    file_hash: Option<String>,
    file_size: Option<i64>,
}

impl From<Row> for Stored {
    fn from(row: Row) -> Self {
        let file = (row.file_name, row.file_mime, row.file_hash, row.file_size);
        let file = if let (Some(name), Some(mime), Some(hash), Some(size)) = file { Some(File { name, mime, hash, size }) } else { None };
        Self { id: row.id, owner_id: row.owner_id, shortcut: row.shortcut, body: row.body, file }
    }
}

impl Stored {
    fn text(&self, of: fn(&File) -> &str) -> Option<String> {
        self.file.as_ref().map(|file| of(file).to_owned())
    }
}

/// An agent's own and everybody's, by their short names.
pub async fn list(tx: &mut Tx, agent: &AgentId) -> Result<Vec<Stored>> {
    let mut all: Vec<Stored> = tx.all::<Row>(LIST, args![agent]).await?.into_iter().map(Stored::from).collect();
    all.sort_by(|one, other| (&one.shortcut, &one.id).cmp(&(&other.shortcut, &other.id)));
    Ok(all)
}

/// One by its id.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<Stored>> {
    Ok(tx.find::<Row>(FIND, args![id]).await?.map(Stored::from))
}

/// Adds one; a taken short name is a unique violation.
pub async fn add(tx: &mut Tx, reply: &Stored, now: Instant) -> Result<()> {
    let (name, mime, hash) = (reply.text(|file| &file.name), reply.text(|file| &file.mime), reply.text(|file| &file.hash));
    let size = reply.file.as_ref().map(|file| file.size);
    tx.run(ADD, args![&reply.id, reply.owner_id.clone(), &reply.shortcut, &reply.body, name, mime, hash, size, now]).await?;
    Ok(())
}

/// Changes one. A taken short name is a unique violation.
pub async fn change(tx: &mut Tx, reply: &Stored) -> Result<()> {
    let (name, mime, hash) = (reply.text(|file| &file.name), reply.text(|file| &file.mime), reply.text(|file| &file.hash));
    let size = reply.file.as_ref().map(|file| file.size);
    tx.run(CHANGE, args![&reply.id, &reply.shortcut, &reply.body, name, mime, hash, size]).await?;
    Ok(())
}

/// Drops one.
pub async fn drop(tx: &mut Tx, id: &str) -> Result<()> {
    tx.run(DROP, args![id]).await?;
    Ok(())
}
