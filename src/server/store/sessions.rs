//! Who is signed in. Only the hash of a token is stored; ending a session is deleting its row.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::id::AgentId;
use crate::domain::time::Instant;
use sqlx::FromRow;

statements! {
    ADD = Sql::same("insert into sessions (token_hash, agent_id, created_at, seen_at, expires_at, device) values ($1, $2, $3, $3, $4, $5)");
    FIND = Sql::same(
        "select s.agent_id, a.name, a.email, a.role, a.time_zone, s.seen_at, s.expires_at
         from sessions s join agents a on a.id = s.agent_id
         where s.token_hash = $1 and s.expires_at > $2 and s.seen_at > $3 and a.disabled_at is null"
    );
    TOUCH = Sql::same("update sessions set seen_at = $2 where token_hash = $1");
    END = Sql::same("delete from sessions where token_hash = $1");
    LIST = Sql::same(
        "select token_hash, created_at, seen_at, device from sessions where agent_id = $1 and expires_at > $2 and seen_at > $3"
    );
    END_OWN = Sql::same("delete from sessions where agent_id = $1 and token_hash = $2");
    END_OTHERS = Sql::same("delete from sessions where agent_id = $1 and token_hash <> $2");
    END_OF_AGENT = Sql::same("delete from sessions where agent_id in (select id from agents where email = $1)");
    EXPIRE = Sql::same("delete from sessions where expires_at < $1 or seen_at < $2");
}

/// A valid session with its agent.
#[derive(Clone, Debug, FromRow)]
pub struct Session {
    /// Whose it is.
    pub agent_id: AgentId,
    /// The agent's name.
    pub name: String,
    /// The agent's e-mail.
    pub email: String,
    /// `agent` or `admin`.
    pub role: String,
    /// IANA name.
    pub time_zone: String,
    /// When it was last used, to the minute.
    pub seen_at: Instant,
    /// When it ends whatever happens.
    pub expires_at: Instant,
}

/// Begins a session.
pub async fn add(tx: &mut Tx, token_hash: &str, agent: &AgentId, now: Instant, expires_at: Instant, device: &str) -> Result<()> {
    tx.run(ADD, args![token_hash, agent, now, expires_at, device]).await?;
    Ok(())
}

/// The session with this token hash, if it is not over, was used after `idle_since`, and its agent is not disabled.
pub async fn find(tx: &mut Tx, token_hash: &str, now: Instant, idle_since: Instant) -> Result<Option<Session>> {
    tx.find(FIND, args![token_hash, now, idle_since]).await
}

/// Remembers that it was used.
pub async fn touch(tx: &mut Tx, token_hash: &str, now: Instant) -> Result<()> {
    tx.run(TOUCH, args![token_hash, now]).await?;
    Ok(())
}

/// Ends it.
pub async fn end(tx: &mut Tx, token_hash: &str) -> Result<()> {
    tx.run(END, args![token_hash]).await?;
    Ok(())
}

/// One of an agent's sessions, as they see it.
#[derive(Clone, Debug, FromRow)]
pub struct Own {
    /// Names it.
    pub token_hash: String,
    /// When it began.
    pub created_at: Instant,
    /// When it was last used, to the minute.
    pub seen_at: Instant,
    /// Where, in words; may be empty.
    pub device: String,
}

/// The sessions of an agent that are not over, the one used last first.
pub async fn list(tx: &mut Tx, agent: &AgentId, now: Instant, idle_since: Instant) -> Result<Vec<Own>> {
    let mut own: Vec<Own> = tx.all(LIST, args![agent, now, idle_since]).await?;
    own.sort_by_key(|own| std::cmp::Reverse((own.seen_at, own.created_at)));
    Ok(own)
}

/// Ends one of an agent's sessions; whether there was one.
pub async fn end_own(tx: &mut Tx, agent: &AgentId, token_hash: &str) -> Result<bool> {
    Ok(tx.run(END_OWN, args![agent, token_hash]).await? > 0)
}

/// Ends all of them but this one.
pub async fn end_others(tx: &mut Tx, agent: &AgentId, token_hash: &str) -> Result<()> {
    tx.run(END_OTHERS, args![agent, token_hash]).await?;
    Ok(())
}

/// Ends all sessions of the agent with this e-mail.
pub async fn end_of_agent(tx: &mut Tx, email: &str) -> Result<()> {
    tx.run(END_OF_AGENT, args![email]).await?;
    Ok(())
}

/// Forgets sessions that are over.
pub async fn expire(tx: &mut Tx, now: Instant, idle_since: Instant) -> Result<u64> {
    tx.run(EXPIRE, args![now, idle_since]).await
}
