//! Which part of the list is asked for, as statements take it.

use crate::domain::id::{AccountId, AgentId, LabelId};
use crate::domain::time::Instant;
use crate::server::store::{Value, args};

/// A part of the list; everything empty: all of it.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Nothing that lies further back.
    pub since: Option<Instant>,
    /// The customer wrote last after the first and up to the second of these.
    pub wrote: Option<(Instant, Instant)>,
    /// In which the customer waits.
    pub is_unanswered: bool,
    /// The word of its status.
    pub status: Option<&'static str>,
    /// With unread messages.
    pub is_unread: bool,
    /// Nobody's.
    pub is_unassigned: bool,
    /// With this label.
    pub label: Option<LabelId>,
    /// With one of these labels; none: with any.
    pub labels: Vec<LabelId>,
    /// With none of these labels.
    pub no_labels: Vec<LabelId>,
    /// This person's.
    pub assignee: Option<AgentId>,
    /// Of this number.
    pub account: Option<AccountId>,
    /// In which a message failed, about which nothing was done yet.
    pub has_failed: bool,
}

impl Part {
    /// In the order of the placeholders.
    pub(super) fn values(&self, below: (Instant, i64), limit: i64) -> Vec<Value> {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        args![
            below.0,
            below.1,
            limit,
            self.since.unwrap_or(Instant(i64::MIN)),
            self.is_unanswered,
            text(self.status),
            self.is_unread,
            self.is_unassigned,
            text(self.label.as_ref().map(LabelId::as_str)),
            text(self.assignee.as_ref().map(AgentId::as_str)),
            self.wrote.map_or(Instant(0), |(_, until)| until),
            self.wrote.map_or(Instant(0), |(after, _)| after),
            text(self.account.as_ref().map(AccountId::as_str)),
            between(self.labels.iter().map(LabelId::as_str)),
            between(self.no_labels.iter().map(LabelId::as_str)),
        ]
    }

    /// What a search takes of it, in the order of its placeholders; whose number it is, the search knows itself.
    pub(in crate::server::store) fn looked_for(&self) -> Vec<Value> {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        args![
            text(self.status),
            text(self.label.as_ref().map(LabelId::as_str)),
            text(self.assignee.as_ref().map(AgentId::as_str)),
            between(self.labels.iter().map(LabelId::as_str)),
            between(self.no_labels.iter().map(LabelId::as_str)),
            self.is_unassigned,
            self.is_unread,
            self.is_unanswered,
            self.has_failed,
            self.wrote.map_or(Instant(0), |(_, until)| until),
            self.wrote.map_or(Instant(0), |(after, _)| after),
            self.since.unwrap_or(Instant(i64::MIN)),
        ]
    }
}

/// Ids between bars, so that one can be found among them.
pub(super) fn between<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    ids.flat_map(|id| ["|", id, "|"]).collect()
}
