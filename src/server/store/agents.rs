//! The people who answer, and the keys of programs.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::agent::Notify;
use crate::domain::id::AgentId;
use crate::domain::time::Instant;
use sqlx::FromRow;

statements! {
    FIND_BY_EMAIL = Sql::same("select id, email, name, role, password_hash, time_zone, locale, disabled_at, color, notify from agents where email = $1");
    LIST = Sql::same("select id, email, name, role, password_hash, time_zone, locale, disabled_at, color, notify from agents order by created_at, id");
    COUNT = Sql::same("select count(*) from agents");
    ADD = Sql::same("insert into agents (id, email, name, role, password_hash, time_zone, locale, created_at) values ($1, $2, $3, $4, $5, $6, 'en', $7)");
    DISABLE = Sql::same("update agents set disabled_at = $2 where email = $1 and disabled_at is null");
    SET_PASSWORD = Sql::same("update agents set password_hash = $2 where email = $1");
    SET_ZONE = Sql::same("update agents set time_zone = $2 where id = $1 and time_zone <> $2");
    ADD_KEY = Sql::same("insert into api_keys (id, name, key_hash, created_at) values ($1, $2, $3, $4)");
    LIST_KEYS = Sql::same("select id, name, created_at, revoked_at from api_keys order by created_at, id");
    REVOKE_KEY = Sql::same("update api_keys set revoked_at = $2 where name = $1 and revoked_at is null");
    FIND_KEY = Sql::same("select id, name, created_at, revoked_at from api_keys where key_hash = $1 and revoked_at is null");
    ADD_LINK = Sql::same("insert into setup_links (token_hash, expires_at) values ($1, $2)");
    FIND_LINK = Sql::same("select token_hash from setup_links where token_hash = $1 and expires_at > $2");
    FIND = Sql::same("select id, email, name, role, password_hash, time_zone, locale, disabled_at, color, notify from agents where id = $1");
    SET_NAME = Sql::same("update agents set name = $2 where id = $1 and name <> $2");
    SET_COLOR = Sql::same("update agents set color = $2 where id = $1 and color <> $2");
    SET_NOTIFY = Sql::same("update agents set notify = $2 where id = $1");
    SET_ROLE = Sql::same("update agents set role = $2 where id = $1 and role <> $2");
    ENABLE = Sql::same("update agents set disabled_at = null where id = $1 and disabled_at is not null");
    COUNT_ADMINS = Sql::same("select count(*) from agents where role = 'admin' and disabled_at is null");
    ADD_INVITATION = Sql::same("insert into invitations (token_hash, agent_id, expires_at) values ($1, $2, $3)");
    FIND_INVITATION = Sql::same("select agent_id from invitations where token_hash = $1 and expires_at > $2");
    DROP_INVITATIONS = Sql::same("delete from invitations where agent_id = $1");
    DROP_LINKS = Sql::same("delete from setup_links");
}

/// An agent with what only the server may know.
#[derive(Clone, Debug, FromRow)]
pub struct Stored {
    /// Our id.
    pub id: AgentId,
    /// Lower case; signs in with it.
    pub email: String,
    /// Shown on messages.
    pub name: String,
    /// `agent` or `admin`.
    pub role: String,
    /// argon2id, PHC text.
    pub password_hash: String,
    /// IANA name, from the agent's browser.
    pub time_zone: String,
    /// BCP 47, from the agent's browser.
    pub locale: String,
    /// Since when they may not sign in.
    pub disabled_at: Option<Instant>,
    /// Their colour, as a label's is kept; empty: none.
    pub color: String,
    /// The word of what they are told of.
    pub notify: String,
}

/// The agent with this e-mail (lower case).
pub async fn find_by_email(tx: &mut Tx, email: &str) -> Result<Option<Stored>> {
    tx.find(FIND_BY_EMAIL, args![email]).await
}

/// Calls an agent otherwise; whether that is new.
pub async fn set_name(tx: &mut Tx, id: &AgentId, name: &str) -> Result<bool> {
    Ok(tx.run(SET_NAME, args![id, name]).await? > 0)
}

/// Gives an agent another colour; whether it is another.
pub async fn set_color(tx: &mut Tx, id: &AgentId, color: &str) -> Result<bool> {
    Ok(tx.run(SET_COLOR, args![id, color]).await? > 0)
}

/// Keeps what an agent is told of.
pub async fn set_notify(tx: &mut Tx, id: &AgentId, notify: Notify) -> Result<()> {
    tx.run(SET_NOTIFY, args![id, notify.as_str()]).await?;
    Ok(())
}

/// All agents, oldest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Stored>> {
    tx.all(LIST, args![]).await
}

/// How many agents there are, disabled ones included.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    Ok(tx.find::<(i64,)>(COUNT, args![]).await?.map_or(0, |row| row.0))
}

/// Adds an agent; a taken e-mail is a unique violation.
pub async fn add(tx: &mut Tx, agent: &Stored, now: Instant) -> Result<()> {
    tx.run(ADD, args![&agent.id, &agent.email, &agent.name, &agent.role, &agent.password_hash, &agent.time_zone, now]).await?;
    Ok(())
}

/// Gives the agent with this e-mail another password; whether there was one.
pub async fn set_password(tx: &mut Tx, email: &str, hash: &str) -> Result<bool> {
    Ok(tx.run(SET_PASSWORD, args![email, hash]).await? > 0)
}

/// Disables the agent with this e-mail; whether there was one.
pub async fn disable(tx: &mut Tx, email: &str, now: Instant) -> Result<bool> {
    Ok(tx.run(DISABLE, args![email, now]).await? > 0)
}

/// Remembers the time zone of the agent's browser.
pub async fn set_zone(tx: &mut Tx, agent: &AgentId, zone: &str) -> Result<()> {
    tx.run(SET_ZONE, args![agent, zone]).await?;
    Ok(())
}

/// A program's key; the key itself is stored only as a hash.
#[derive(Clone, Debug, FromRow)]
pub struct Key {
    /// Our id.
    pub id: String,
    /// What the admin called it.
    pub name: String,
    /// When it was made.
    pub created_at: Instant,
    /// Since when it is refused.
    pub revoked_at: Option<Instant>,
}

/// Adds a key; a taken name is a unique violation.
pub async fn add_key(tx: &mut Tx, id: &str, name: &str, key_hash: &str, now: Instant) -> Result<()> {
    tx.run(ADD_KEY, args![id, name, key_hash, now]).await?;
    Ok(())
}

/// All keys, oldest first.
pub async fn list_keys(tx: &mut Tx) -> Result<Vec<Key>> {
    tx.all(LIST_KEYS, args![]).await
}

/// Revokes the key of this name; whether there was one.
pub async fn revoke_key(tx: &mut Tx, name: &str, now: Instant) -> Result<bool> {
    Ok(tx.run(REVOKE_KEY, args![name, now]).await? > 0)
}

/// The valid key with this hash.
pub async fn find_key(tx: &mut Tx, key_hash: &str) -> Result<Option<Key>> {
    tx.find(FIND_KEY, args![key_hash]).await
}

/// Makes a one-time set-up link valid; older ones no longer are.
pub async fn replace_setup_link(tx: &mut Tx, token_hash: &str, expires_at: Instant) -> Result<()> {
    tx.run(DROP_LINKS, args![]).await?;
    tx.run(ADD_LINK, args![token_hash, expires_at]).await?;
    Ok(())
}

/// Whether a set-up link is valid.
pub async fn is_setup_link(tx: &mut Tx, token_hash: &str, now: Instant) -> Result<bool> {
    Ok(tx.find::<(String,)>(FIND_LINK, args![token_hash, now]).await?.is_some())
}

/// Uses up all set-up links.
pub async fn drop_setup_links(tx: &mut Tx) -> Result<()> {
    tx.run(DROP_LINKS, args![]).await?;
    Ok(())
}

/// One by its id.
pub async fn find(tx: &mut Tx, id: &AgentId) -> Result<Option<Stored>> {
    tx.find(FIND, args![id]).await
}

/// Gives somebody another role; whether it is another.
pub async fn set_role(tx: &mut Tx, id: &AgentId, role: &str) -> Result<bool> {
    Ok(tx.run(SET_ROLE, args![id, role]).await? > 0)
}

/// Lets somebody in again; whether they were out.
pub async fn enable(tx: &mut Tx, id: &AgentId) -> Result<bool> {
    Ok(tx.run(ENABLE, args![id]).await? > 0)
}

/// How many admins there are who may sign in.
pub async fn count_admins(tx: &mut Tx) -> Result<i64> {
    Ok(tx.find::<(i64,)>(COUNT_ADMINS, args![]).await?.map_or(0, |row| row.0))
}

/// Keeps a link by which somebody chooses a password; links of theirs before it no longer work.
pub async fn put_invitation(tx: &mut Tx, token_hash: &str, id: &AgentId, expires_at: Instant) -> Result<()> {
    drop_invitations(tx, id).await?;
    tx.run(ADD_INVITATION, args![token_hash, id, expires_at]).await?;
    Ok(())
}

/// Whose link this is, while it works.
pub async fn find_invitation(tx: &mut Tx, token_hash: &str, now: Instant) -> Result<Option<AgentId>> {
    Ok(tx.find::<(AgentId,)>(FIND_INVITATION, args![token_hash, now]).await?.map(|row| row.0))
}

/// Somebody's links no longer work.
pub async fn drop_invitations(tx: &mut Tx, id: &AgentId) -> Result<()> {
    tx.run(DROP_INVITATIONS, args![id]).await?;
    Ok(())
}
