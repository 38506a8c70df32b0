//! What somebody of the team did with a conversation: a quiet line of its thread, which no customer ever sees.

use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// What was done. Names are as they were then: a label or an agent may be called otherwise by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It carries this label now; none: no label any more.
    Labelled(Option<String>),
    /// It is this person's now; none: nobody's.
    Assigned(Option<String>),
    /// It is done with.
    Resolved,
    /// It is to be done again.
    Reopened,
    /// It rests until then.
    Snoozed(Instant),
    /// It has rested long enough.
    Woken,
    /// What was read counts as unread again.
    Unread,
    /// A message was taken out of the thread.
    Deleted,
    /// The customer was blocked, or (not so) may write again.
    Blocked(bool),
}
