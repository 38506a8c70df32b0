//! The permission gate: one function of (principal, action, account). Everything not allowed here is refused.
//!
//! To add an action: 1. a variant of [`Action`], 2. its line in [`allows`], 3. its rows in the test below.

use super::agent::Role;
use super::id::{AccountId, AgentId};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// No valid session and no valid key.
    Nobody,
    /// A signed-in person.
    Agent {
        /// Whose session it is.
        id: AgentId,
        /// What they may do.
        role: Role,
        /// The accounts the agent is limited to; `None`: all.
        accounts: Option<Vec<AccountId>>,
    },
    /// A program with an API key.
    ApiKey {
        /// The key's id.
        id: String,
    },
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See conversations and messages, receive their events.
    Read,
    /// Send, settle an unknown outcome, discard a failed message, mark read.
    Reply,
    /// Make and change labels, put them on conversations.
    Label,
    /// Hand over, put off, be done with; write notes.
    Handle,
    /// Manage agents, accounts and keys; see the admins' banners.
    Administer,
}

/// Whether `principal` may do `action` on `account` (`None`: on no account in particular).
#[must_use]
pub fn allows(principal: &Principal, action: Action, account: Option<&AccountId>) -> bool {
    match principal {
        Principal::Nobody => false,
        Principal::ApiKey { .. } => matches!(action, Action::Read | Action::Reply | Action::Label),
        Principal::Agent { role, accounts, .. } => {
            let right_role = action != Action::Administer || *role == Role::Admin;
            let right_account = match (accounts, account) {
                (Some(allowed), Some(account)) => allowed.contains(account),
                _ => true,
            };
            right_role && right_account
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I8: nobody may do anything; an agent is held to their accounts; only admins administer.
    #[test]
    fn i8_the_gate_denies_by_default() {
        let (a, b) = (AccountId::from("a"), AccountId::from("b"));
        let agent = |role, accounts| Principal::Agent { id: "x".into(), role, accounts };
        let table = [
            (Principal::Nobody, [false, false, false]),
            (Principal::ApiKey { id: "k".into() }, [true, true, false]),
            (agent(Role::Agent, None), [true, true, false]),
            (agent(Role::Agent, Some(vec![b.clone()])), [false, false, false]),
            (agent(Role::Agent, Some(vec![])), [false, false, false]),
            (agent(Role::Agent, Some(vec![a.clone(), b])), [true, true, false]),
            (agent(Role::Admin, None), [true, true, true]),
        ];
        for (principal, expected) in table {
            let got = [Action::Read, Action::Reply, Action::Administer].map(|action| allows(&principal, action, Some(&a)));
            assert_eq!(got, expected, "{principal:?}");
        }
    }
}
