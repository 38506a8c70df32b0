//! What stands beside a thread: its files and links, and where in it a day begins.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::id::{ConversationId, MediaId, MessageId};
use crate::domain::time::Instant;
use sqlx::FromRow;

statements! {
    FILES = Sql::same(
        "select m.id, m.media_id, m.content, m.sort_at from messages m join media f on f.id = m.media_id
         where m.conversation_id = $1 and m.media_id is not null and m.discarded = 0 and f.state = 'ready' order by m.sort_at desc, m.n desc limit $2"
    );
    LINKS = Sql::same(
        "select t.id, t.content, t.sort_at from
           (select m.id, m.content, m.sort_at, m.n, m.message_type from messages m where m.conversation_id = $1 and m.discarded = 0 order by m.sort_at desc, m.n desc limit $2) as t
         where t.content like '%://%' and t.message_type not in ('note', 'change')"
    );
    FIRST_FROM = Sql::same("select id from messages where conversation_id = $1 and discarded = 0 and sort_at >= $2 order by sort_at, n limit 1");
}

/// A file of a thread.
#[derive(Clone, Debug, FromRow)]
pub struct File {
    /// Its message.
    pub id: MessageId,
    /// The file.
    pub media_id: MediaId,
    /// What the message says, as JSON.
    pub content: String,
    /// When.
    pub sort_at: Instant,
}

/// The newest files that are here.
pub async fn files(tx: &mut Tx, id: &ConversationId, limit: i64) -> Result<Vec<File>> {
    tx.all(FILES, args![id, limit]).await
}

/// Among so many of the newest messages, those that hold a link: their id, content as JSON, and when.
pub async fn links(tx: &mut Tx, id: &ConversationId, among: i64) -> Result<Vec<(MessageId, String, Instant)>> {
    tx.all(LINKS, args![id, among]).await
}

/// The first message from a time on.
pub async fn first_from(tx: &mut Tx, id: &ConversationId, at: Instant) -> Result<Option<MessageId>> {
    Ok(tx.find::<(MessageId,)>(FIRST_FROM, args![id, at]).await?.map(|row| row.0))
}
