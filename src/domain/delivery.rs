//! What became of an outbound message. States only advance; `project` computes the state from all that is known,
//! so the order in which things became known cannot matter.

use serde::{Deserialize, Serialize};

/// The state of an outbound message, in the words of the REST API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Kept by us, not yet handed to Meta.
    Queued,
    /// On its way to Meta.
    Sending,
    /// Whether Meta has it is not known; never sent again without a person.
    Unknown,
    /// Meta has it and gave it a wamid.
    Accepted,
    /// On WhatsApp's servers: one tick.
    Sent,
    /// It will not arrive; the failure says why.
    Failed,
    /// On the customer's device: two ticks.
    Delivered,
    /// Seen by the customer: two blue ticks.
    Read,
    /// A voice message that was listened to.
    Played,
}

impl Delivery {
    /// All states, lowest rank first.
    pub const ALL: [Self; 9] =
        [Self::Queued, Self::Sending, Self::Unknown, Self::Accepted, Self::Sent, Self::Failed, Self::Delivered, Self::Read, Self::Played];

    /// The word used on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
        }
    }

    /// Reads the word back; `None` for a word that is not ours (Meta may invent statuses: they change nothing).
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether only Meta's webhooks can say so (`meta-api` section 5: sent, delivered, read, played, failed).
    #[must_use]
    pub fn is_reported(self) -> bool {
        matches!(self, Self::Sent | Self::Failed | Self::Delivered | Self::Read | Self::Played)
    }

    /// Later words beat earlier ones; `failed` beats everything up to `sent` and is proved wrong by a later success.
    #[must_use]
    pub fn rank(self) -> usize {
        Self::ALL.iter().position(|state| *state == self).unwrap_or(0)
    }

    /// The state given what we did ourselves and what Meta reported, in whatever order.
    #[must_use]
    pub fn project(local: Self, reported: impl IntoIterator<Item = Self>) -> Self {
        reported.into_iter().filter(|state| state.is_reported()).fold(local, |best, next| if next.rank() > best.rank() { next } else { best })
    }
}

#[cfg(test)]
mod tests {
    use super::Delivery::{self, *};

    #[test]
    fn words_read_back() {
        for state in Delivery::ALL {
            assert_eq!(Delivery::parse(state.as_str()), Some(state));
        }
        assert_eq!(Delivery::parse("warning"), None);
    }

    /// B3: `read` before `sent`, in every order.
    #[test]
    fn reports_in_any_order_give_the_furthest() {
        for order in [[Sent, Delivered, Read], [Read, Delivered, Sent], [Delivered, Read, Sent], [Read, Sent, Delivered]] {
            assert_eq!(Delivery::project(Accepted, order), Read);
        }
        assert_eq!(Delivery::project(Read, [Played]), Played);
    }

    #[test]
    fn failed_wins_over_sent_and_loses_to_delivered() {
        assert_eq!(Delivery::project(Accepted, [Failed, Sent]), Failed);
        assert_eq!(Delivery::project(Accepted, [Sent, Failed]), Failed);
        assert_eq!(Delivery::project(Failed, [Delivered]), Delivered);
        assert_eq!(Delivery::project(Accepted, [Delivered, Failed]), Delivered);
        assert_eq!(Delivery::project(Unknown, [Failed]), Failed);
    }

    #[test]
    fn unknown_is_left_by_a_report_only() {
        assert_eq!(Delivery::project(Unknown, []), Unknown);
        assert_eq!(Delivery::project(Unknown, [Sent]), Sent);
        assert_eq!(Delivery::project(Unknown, [Queued, Accepted]), Unknown, "only reports count as reports");
    }
}
