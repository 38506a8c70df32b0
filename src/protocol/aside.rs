//! What is said beside the log: it holds for the moment, is said anew to every line, and is lost without harm. The first page hands it on
//! unread; the code that comes later reads it.
//!
//! To add something: a variant of [`Aside`], who says it in `server/http/live`, and its arm in `ui/later/aside`.

use crate::domain::account::Account;
use crate::domain::failure::Failure;
use crate::domain::id::{AccountId, AgentId, ConversationId, MessageId};
use crate::domain::time::Instant;
use crate::domain::warning::Warning;
use serde::{Deserialize, Serialize};

/// One thing that is said beside the log; each in place of what was said of its kind before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aside {
    /// What is wrong now, as far as it concerns the agent.
    Notices(Vec<Notice>),
}

/// Something that is wrong and that somebody must see to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Every webhook is refused, because no app secret is set.
    NoAppSecret,
    /// No WhatsApp number is connected.
    NoAccount,
    /// Webhooks cannot be stored: the disk is full or the database is away. Meta keeps them.
    NotStoring,
    /// Webhooks have been stored for more than a minute without being read.
    NotApplying,
    /// WhatsApp refuses a number: its messages wait.
    AccountStopped {
        /// Which number.
        account: Account,
        /// What WhatsApp said.
        failure: Failure,
        /// How many messages wait.
        waiting: i64,
    },
    /// Meta told something that an admin must see to.
    Told {
        /// Names it, to say that somebody has.
        key: String,
        /// When.
        at: Instant,
        /// What.
        warning: Warning,
    },
    /// A colleague has called somebody by name in a note.
    Mentioned {
        /// Who is called: nobody else is told.
        agent: AgentId,
        /// Who calls.
        by: String,
        /// The customer of the thread.
        customer: String,
        /// The thread.
        conversation: ConversationId,
        /// The number that it belongs to.
        account: AccountId,
        /// The note.
        message: MessageId,
        /// Its first words.
        preview: String,
    },
}
