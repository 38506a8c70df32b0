//! The business's WhatsApp numbers. Tokens are stored sealed (see `server/secret`), never in the clear.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::account::Account;
use crate::domain::failure::{Failure, own};
use crate::domain::id::{AccountId, AgentId};
use crate::domain::time::Instant;
use sqlx::FromRow;

statements! {
    LIST = Sql::same(
        "select id, phone_number_id, waba_id, portfolio_id, name, phone, sealed_token, read_receipts, typing_indicator, auto_assign, stopped_code, stopped_text, stopped_token, strikes
         from accounts order by created_at, id"
    );
    /// One that was removed (-8, `failure::own`) is there again, with what was said with it.
    PUT = Sql::same(
        "insert into accounts (id, phone_number_id, waba_id, name, phone, sealed_token, created_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (phone_number_id) do update set waba_id = excluded.waba_id, name = excluded.name, phone = excluded.phone,
           sealed_token = coalesce(excluded.sealed_token, nullif(accounts.sealed_token, '')),
           stopped_code = nullif(accounts.stopped_code, -8)"
    );
    SET_RECEIPTS = Sql::same("update accounts set read_receipts = $2 where id = $1");
    SET_AUTO_ASSIGN = Sql::same("update accounts set auto_assign = $2 where id = $1");
    FIND_AUTO_ASSIGN = Sql::same("select auto_assign from accounts where id = $1");
    SET_TYPING = Sql::same("update accounts set typing_indicator = $2 where id = $1");
    RENAME = Sql::same("update accounts set name = $2 where id = $1");
    FIND_USE = Sql::same("select 1 where exists (select 1 from conversations where account_id = $1) or exists (select 1 from agent_accounts where account_id = $1)");
    RETIRE = Sql::same("update accounts set sealed_token = '', stopped_code = $2, stopped_text = null, stopped_token = '' where id = $1");
    /// Held to the end of the transaction: nothing is queued for a number while it is removed. SQLite has one writer.
    FIND_TOKEN = Sql {
        sqlite: "select sealed_token from accounts where id = $1",
        postgres: "select sealed_token from accounts where id = $1 for key share",
    };
    LOCK = Sql {
        sqlite: "select id from accounts where id = $1",
        postgres: "select id from accounts where id = $1 for update",
    };
    REMOVE = Sql::same("delete from accounts where id = $1");
    SET_TOKEN = Sql::same("update accounts set sealed_token = $2 where id = $1");
    /// One that was removed stays so.
    STOP = Sql::same("update accounts set stopped_code = $2, stopped_text = $3, stopped_token = $4 where id = $1 and coalesce(sealed_token, '-') <> ''");
    /// One that was removed needs a token first.
    RESUME = Sql::same(
        "update accounts set stopped_code = null, stopped_text = null, stopped_token = null, strikes = 0, resume_at = 0
         where id = $1 and stopped_code is not null and coalesce(sealed_token, '-') <> ''"
    );
    /// Refusals that come together are one strike.
    /// Several refusals of one moment are one strike; a rest of some hundred milliseconds hides none.
    SLOW_DOWN = Sql::same(
        "update accounts set strikes = strikes + case when resume_at <= $3 + 500 then 1 else 0 end,
           resume_at = case when resume_at < $2 then $2 else resume_at end where id = $1"
    );
    REST = Sql::same("update accounts set resume_at = $2 where id = $1 and resume_at < $2");
    CALM = Sql::same("update accounts set strikes = 0, resume_at = 0 where id = $1 and strikes > 0");
    LIST_ALL_LIMITS = Sql::same("select agent_id, account_id from agent_accounts");
    DROP_LIMITS = Sql::same("delete from agent_accounts where agent_id = $1");
    PUT_LIMIT = Sql::same("insert into agent_accounts (agent_id, account_id) values ($1, $2) on conflict do nothing");
    LIST_LIMITS = Sql::same("select account_id from agent_accounts where agent_id = $1 order by account_id");
}

/// An account with what only the server may know.
#[derive(Clone, Debug, FromRow)]
pub struct Stored {
    /// Our id.
    pub id: AccountId,
    /// Meta's id of the number: webhooks are routed by it.
    pub phone_number_id: String,
    /// The WhatsApp business account.
    pub waba_id: String,
    /// The business portfolio, if known: scopes user ids.
    pub portfolio_id: Option<String>,
    /// What agents call it.
    pub name: String,
    /// As Meta displays it.
    pub phone: String,
    /// The access token, sealed; `None`: it comes from the settings.
    pub sealed_token: Option<String>,
    /// Whether Meta is told what was read (1) or not (0).
    pub read_receipts: i64,
    /// Whether customers see that somebody writes (1) or not (0).
    pub typing_indicator: i64,
    /// Whether whoever answers first gets the conversation (1) or not (0).
    pub auto_assign: i64,
    /// Meta's code, while nothing is sent from it.
    pub stopped_code: Option<i64>,
    /// Meta's words for it.
    pub stopped_text: Option<String>,
    /// Hash of the token that was refused.
    pub stopped_token: Option<String>,
    /// How often in a row Meta said that it is too busy.
    pub strikes: i64,
}

impl Stored {
    /// The scope of business-scoped user ids seen on this account.
    #[must_use]
    pub fn scope(&self) -> &str {
        self.portfolio_id.as_deref().unwrap_or(&self.waba_id)
    }

    /// Why nothing is sent from it, if so.
    #[must_use]
    pub fn stopped(&self) -> Option<Failure> {
        self.stopped_code.map(|code| Failure { code, text: self.stopped_text.clone().unwrap_or_default() })
    }

    /// Whether it is here only for what was said with it: it was connected, and its token was forgotten.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.sealed_token.as_deref() == Some("")
    }

    /// What the page may know of it.
    #[must_use]
    pub fn public(&self) -> Account {
        let name = if self.is_removed() { format!("{} (removed)", self.name) } else { self.name.clone() };
        Account { id: self.id.clone(), name, phone: self.phone.clone() }
    }
}

/// All accounts, oldest first; also those that were removed.
pub async fn list(tx: &mut Tx) -> Result<Vec<Stored>> {
    tx.all(LIST, args![]).await
}

/// What it takes to add an account.
pub struct New<'a> {
    /// Our id, used if the number is new.
    pub id: AccountId,
    /// Meta's id of the number.
    pub phone_number_id: &'a str,
    /// The WhatsApp business account.
    pub waba_id: &'a str,
    /// What agents call it.
    pub name: &'a str,
    /// As Meta displays it.
    pub phone: &'a str,
    /// Its token, sealed.
    pub sealed_token: Option<String>,
}

/// Adds an account, or renews the one with this number.
pub async fn put(tx: &mut Tx, new: New<'_>, now: Instant) -> Result<()> {
    tx.run(PUT, args![&new.id, new.phone_number_id, new.waba_id, new.name, new.phone, new.sealed_token, now]).await?;
    Ok(())
}

/// Switches read receipts.
pub async fn set_receipts(tx: &mut Tx, id: &AccountId, wanted: bool) -> Result<()> {
    tx.run(SET_RECEIPTS, args![id, wanted]).await?;
    Ok(())
}

/// Switches whether whoever answers first gets the conversation.
pub async fn set_auto_assign(tx: &mut Tx, id: &AccountId, wanted: bool) -> Result<()> {
    tx.run(SET_AUTO_ASSIGN, args![id, wanted]).await?;
    Ok(())
}

/// Whether whoever answers first gets the conversation.
pub async fn assigns(tx: &mut Tx, id: &AccountId) -> Result<bool> {
    Ok(tx.find::<(i64,)>(FIND_AUTO_ASSIGN, args![id]).await?.is_some_and(|row| row.0 > 0))
}

/// Switches the typing indicator.
pub async fn set_typing(tx: &mut Tx, id: &AccountId, wanted: bool) -> Result<()> {
    tx.run(SET_TYPING, args![id, wanted]).await?;
    Ok(())
}

/// Calls it by another name.
pub async fn rename(tx: &mut Tx, id: &AccountId, name: &str) -> Result<()> {
    tx.run(RENAME, args![id, name]).await?;
    Ok(())
}

/// Whether anything was said from it or to it, or somebody is limited to it.
pub async fn is_used(tx: &mut Tx, id: &AccountId) -> Result<bool> {
    Ok(tx.find::<(i32,)>(FIND_USE, args![id]).await?.is_some())
}

/// Forgets its token; what was said with it stays.
pub async fn retire(tx: &mut Tx, id: &AccountId) -> Result<()> {
    tx.run(RETIRE, args![id, own::REMOVED]).await?;
    Ok(())
}

/// Whether it was removed; until the end of the transaction it is not.
pub async fn is_removed(tx: &mut Tx, id: &AccountId) -> Result<bool> {
    Ok(tx.find::<(Option<String>,)>(FIND_TOKEN, args![id]).await?.is_some_and(|row| row.0.as_deref() == Some("")))
}

/// Waits for whoever queues messages for it, and lets nobody until the end of the transaction.
pub async fn lock(tx: &mut Tx, id: &AccountId) -> Result<()> {
    tx.run(LOCK, args![id]).await?;
    Ok(())
}

/// Removes one that is not used.
pub async fn remove(tx: &mut Tx, id: &AccountId) -> Result<()> {
    tx.run(REMOVE, args![id]).await?;
    Ok(())
}

/// Gives it another token, sealed.
pub async fn set_token(tx: &mut Tx, id: &AccountId, sealed_token: &str) -> Result<()> {
    tx.run(SET_TOKEN, args![id, sealed_token]).await?;
    Ok(())
}

/// Nothing more is sent from it: Meta refused the token with this hash, or the number itself.
pub async fn stop(tx: &mut Tx, id: &AccountId, why: &Failure, token_hash: &str) -> Result<()> {
    tx.run(STOP, args![id, why.code, &why.text, token_hash]).await?;
    Ok(())
}

/// Its messages go out again; whether anything held them.
pub async fn resume(tx: &mut Tx, id: &AccountId) -> Result<bool> {
    Ok(tx.run(RESUME, args![id]).await? > 0)
}

/// Meta is too busy for this number: nothing leaves before `until`, and then one message at a time until one is taken.
pub async fn slow_down(tx: &mut Tx, id: &AccountId, until: Instant, now: Instant) -> Result<()> {
    tx.run(SLOW_DOWN, args![id, until, now]).await?;
    Ok(())
}

/// It has sent as much as it may in a moment: nothing leaves before `until`.
pub async fn rest(tx: &mut Tx, id: &AccountId, until: Instant) -> Result<()> {
    tx.run(REST, args![id, until]).await?;
    Ok(())
}

/// Meta took a message of this number: it is no longer too busy.
pub async fn calm(tx: &mut Tx, id: &AccountId) -> Result<()> {
    tx.run(CALM, args![id]).await?;
    Ok(())
}

/// Who is limited to which.
pub async fn list_all_limits(tx: &mut Tx) -> Result<Vec<(AgentId, AccountId)>> {
    tx.all(LIST_ALL_LIMITS, args![]).await
}

/// Limits somebody to these, in place of those before; none: to nothing.
pub async fn put_limits(tx: &mut Tx, agent: &AgentId, accounts: &[AccountId]) -> Result<()> {
    tx.run(DROP_LIMITS, args![agent]).await?;
    for account in accounts {
        tx.run(PUT_LIMIT, args![agent, account]).await?;
    }
    Ok(())
}

/// The accounts an agent is limited to; none: all.
pub async fn list_limits(tx: &mut Tx, agent: &str) -> Result<Vec<AccountId>> {
    Ok(tx.all::<(AccountId,)>(LIST_LIMITS, args![agent]).await?.into_iter().map(|row| row.0).collect())
}
