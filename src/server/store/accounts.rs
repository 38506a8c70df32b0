//! The business's WhatsApp numbers. Tokens are stored sealed (see `server/secret`), never in the clear.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::account::Account;
use crate::domain::id::AccountId;
use crate::domain::time::Instant;
use sqlx::FromRow;

statements! {
    LIST = Sql::same("select id, phone_number_id, waba_id, portfolio_id, name, phone, sealed_token, read_receipts from accounts order by created_at, id");
    PUT = Sql::same(
        "insert into accounts (id, phone_number_id, waba_id, name, phone, sealed_token, created_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (phone_number_id) do update set waba_id = excluded.waba_id, name = excluded.name, phone = excluded.phone,
           sealed_token = coalesce(excluded.sealed_token, accounts.sealed_token)"
    );
    SET_RECEIPTS = Sql::same("update accounts set read_receipts = $2 where id = $1");
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
}

impl Stored {
    /// The scope of business-scoped user ids seen on this account.
    #[must_use]
    pub fn scope(&self) -> &str {
        self.portfolio_id.as_deref().unwrap_or(&self.waba_id)
    }

    /// What the page may know of it.
    #[must_use]
    pub fn public(&self) -> Account {
        Account { id: self.id.clone(), name: self.name.clone(), phone: self.phone.clone() }
    }
}

/// All accounts, oldest first.
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

/// Switches read receipts; whether there is such an account.
pub async fn set_receipts(tx: &mut Tx, id: &str, wanted: bool) -> Result<bool> {
    Ok(tx.run(SET_RECEIPTS, args![id, wanted]).await? > 0)
}

/// The accounts an agent is limited to; none: all.
pub async fn list_limits(tx: &mut Tx, agent: &str) -> Result<Vec<AccountId>> {
    Ok(tx.all::<(AccountId,)>(LIST_LIMITS, args![agent]).await?.into_iter().map(|row| row.0).collect())
}
