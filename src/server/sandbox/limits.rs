//! Meta's rate limits (`meta-api` section 15): 80 messages a second for a number; for one customer one message in six seconds,
//! with a burst of 45.

use crate::domain::time::Instant;
use std::collections::HashMap;

/// Messages a second.
const THROUGHPUT: f64 = 80.0;
/// Messages to one customer at once.
const PAIR_BURST: f64 = 45.0;
/// Milliseconds until one more message to the same customer may go.
const PAIR_MS: f64 = 6000.0;

/// Counts what was sent.
#[derive(Default)]
pub struct Limits {
    number: Option<Bucket>,
    pairs: HashMap<String, Bucket>,
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    fn take(&mut self, size: f64, per_ms: f64, now: Instant) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds between two requests are few")]
        let gained = now.since(self.at).max(0) as f64 * per_ms;
        self.tokens = (self.tokens + gained).min(size);
        self.at = now;
        let allowed = self.tokens >= 1.0;
        self.tokens -= f64::from(u8::from(allowed));
        allowed
    }
}

impl Limits {
    /// The error code of a message that is too much, if it is.
    pub fn refuse(&mut self, recipient: &str, now: Instant) -> Option<i64> {
        let number = self.number.get_or_insert(Bucket { tokens: THROUGHPUT, at: now });
        if !number.take(THROUGHPUT, THROUGHPUT / 1000.0, now) {
            return Some(130_429);
        }
        let pair = self.pairs.entry(recipient.to_owned()).or_insert(Bucket { tokens: PAIR_BURST, at: now });
        (!pair.take(PAIR_BURST, 1.0 / PAIR_MS, now)).then_some(131_056)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_and_one_number_have_their_limits() {
        let mut limits = Limits::default();
        let at = |second: i64| Instant(second * 1000);
        let taken = (0..60).filter(|_| limits.refuse("a", at(0)).is_none()).count();
        assert_eq!(taken, 45);
        assert_eq!(limits.refuse("a", at(1)), Some(131_056));
        assert_eq!(limits.refuse("a", at(7)), None);
        let mut limits = Limits::default();
        let taken = (0..100).filter(|n| limits.refuse(&n.to_string(), at(0)).is_none()).count();
        assert_eq!(taken, 80);
        assert_eq!(limits.refuse("x", at(0)), Some(130_429));
    }
}
