//! Who makes a request: the principal, what they are called, and the gate in front of every use case.

use super::error::{Result, refuse};
use crate::domain::access::{Action, Principal, allows};
use crate::domain::agent::{Agent, Role};
use crate::domain::id::AccountId;
use crate::domain::time::Instant;
use crate::protocol::error::Code;

/// A caller, as the session layer established them.
#[derive(Clone, Debug)]
pub struct Caller {
    /// For the gate.
    pub principal: Principal,
    /// The signed-in person, if it is one.
    pub agent: Option<Agent>,
    /// What their messages are signed with.
    pub name: String,
    /// The agent's time zone.
    pub time_zone: String,
    /// When the session ends if it is not used again.
    pub valid_until: Instant,
    /// Hash of the session's token, if it is one.
    pub session: Option<String>,
}

impl Caller {
    /// Somebody without session or key.
    #[must_use]
    pub fn nobody() -> Self {
        Self { principal: Principal::Nobody, agent: None, name: String::new(), time_zone: "UTC".to_owned(), valid_until: Instant(i64::MAX), session: None }
    }

    /// Lets them pass or not.
    ///
    /// # Errors
    /// 401 for nobody, 403 for somebody who may not.
    pub fn may(&self, action: Action) -> Result<&Self> {
        if allows(&self.principal, action, None) {
            return Ok(self);
        }
        Err(match self.principal {
            Principal::Nobody => refuse(Code::Unauthorized, "Sign in first."),
            _ => refuse(Code::Forbidden, "Your role does not allow this. Ask an admin."),
        })
    }

    /// The accounts they are limited to; none: they may see all.
    #[must_use]
    pub fn limits(&self) -> Option<Vec<AccountId>> {
        match &self.principal {
            Principal::Agent { accounts, .. } => accounts.clone(),
            Principal::Nobody | Principal::ApiKey { .. } => None,
        }
    }

    /// Whether they may do it on this account.
    #[must_use]
    pub fn may_on(&self, action: Action, account: &AccountId) -> bool {
        allows(&self.principal, action, Some(account))
    }

    /// `agent` or `api_key`, and the id: the author of what they write.
    #[must_use]
    pub fn author(&self) -> (&'static str, String) {
        match &self.principal {
            Principal::Agent { id, .. } => ("agent", id.0.clone()),
            Principal::ApiKey { id } => ("api_key", id.clone()),
            Principal::Nobody => ("nobody", String::new()),
        }
    }

    /// Whether they are an admin.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        matches!(self.principal, Principal::Agent { role: Role::Admin, .. })
    }
}
