//! Meta's customer-service window: free-form answers are allowed for 24 hours after the customer's last message.

use super::time::{DAY_MS, HOUR_MS, Instant};

/// How long the window stays open after the greatest inbound timestamp.
pub const WINDOW_MS: i64 = DAY_MS;
/// When the page begins to warn that it is about to close.
pub const CLOSING_MS: i64 = HOUR_MS;

/// The state of a conversation's window at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// More than an hour is left.
    Open {
        /// Milliseconds until it closes.
        left_ms: i64,
    },
    /// An hour or less is left.
    Closing {
        /// Milliseconds until it closes.
        left_ms: i64,
    },
    /// Only templates may be sent.
    Closed,
}

impl Window {
    /// The window at `now`, given when it expires (`None`: the customer never wrote).
    #[must_use]
    pub fn at(expires_at: Option<Instant>, now: Instant) -> Self {
        match expires_at.map(|end| end.since(now)) {
            Some(left_ms) if left_ms > CLOSING_MS => Self::Open { left_ms },
            Some(left_ms) if left_ms > 0 => Self::Closing { left_ms },
            _ => Self::Closed,
        }
    }

    /// Whether a free-form message may be sent.
    #[must_use]
    pub fn is_open(self) -> bool {
        self != Self::Closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closes_exactly_24_hours_after_the_last_message() {
        let end = Some(Instant(WINDOW_MS));
        assert_eq!(Window::at(end, Instant(0)), Window::Open { left_ms: WINDOW_MS });
        assert_eq!(Window::at(end, Instant(WINDOW_MS - CLOSING_MS)), Window::Closing { left_ms: CLOSING_MS });
        assert!(Window::at(end, Instant(WINDOW_MS - 1)).is_open());
        assert!(!Window::at(end, Instant(WINDOW_MS)).is_open());
        assert!(!Window::at(None, Instant(0)).is_open());
    }
}
