//! Time and ids. The only file that asks the machine for either.

use crate::domain::time::{Clock, Instant};
use std::time::{SystemTime, UNIX_EPOCH};

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    fn now(&self) -> Instant {
        let ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        Instant(i64::try_from(ms).unwrap_or(i64::MAX))
    }
}

/// A new UUIDv7: unique, and later ones sort later.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A random number below `bound`, for jitter.
#[must_use]
pub fn jitter(bound: i64) -> i64 {
    let mut bytes = [0_u8; 8];
    if bound <= 0 || getrandom::fill(&mut bytes).is_err() {
        return 0;
    }
    i64::from_le_bytes(bytes).rem_euclid(bound)
}

/// A clock that stands where a test puts it.
#[cfg(test)]
pub struct HeldClock(std::sync::atomic::AtomicI64);

#[cfg(test)]
impl HeldClock {
    /// Stands at `at`.
    pub fn at(at: Instant) -> Self {
        Self(std::sync::atomic::AtomicI64::new(at.0))
    }

    /// Moves by `ms`.
    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, std::sync::atomic::Ordering::SeqCst);
    }
}

#[cfg(test)]
impl Clock for HeldClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}
