//! How fast this process hands messages to Meta: no faster than Meta takes them (`meta-api` section 15), so that a burst is never
//! refused. Several processes each keep their own count; what they send too fast together, the outbox is told by Meta's codes.

use crate::domain::id::{AccountId, ConversationId};
use crate::domain::time;
use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Messages a second of one number: what every number may. Meta raises it for some, which gains an inbox nothing.
const THROUGHPUT: u32 = 80;
/// Messages to one customer at once.
const PAIR_BURST: u32 = 45;
/// Messages to one customer in a minute, after that.
const PAIR_PER_MINUTE: u32 = 10;
/// No customer's wait is longer than a whole burst takes to come back; one that seems to be was begun before the clock was set back.
const LONGEST_PAIR_MS: i64 = 6000 * 45;
/// The same for a number.
const LONGEST_NUMBER_MS: i64 = 1000;
/// How long a number rests that has spent its second: it then goes on with some twenty messages, not with one.
const REST_MS: i64 = 250;

/// The time of the process, as the limiters want it.
struct Now(Arc<dyn time::Clock>);

impl Clock for Now {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().0).unwrap_or(0))
    }
}

type Buckets<K> = RateLimiter<K, DashMapStateStore<K>, Now, NoOpMiddleware<Duration>>;

/// What may be sent yet.
pub struct Pace {
    numbers: Buckets<AccountId>,
    pairs: Buckets<ConversationId>,
}

/// What must wait, for so many milliseconds.
#[derive(Debug, PartialEq, Eq)]
pub enum Wait {
    /// Everything of the number.
    Number(i64),
    /// This customer's messages.
    Pair(i64),
}

impl Pace {
    /// Nothing has been sent.
    #[must_use]
    pub fn new(clock: &Arc<dyn time::Clock>) -> Self {
        // invariant: the constants are not zero.
        let number = |value| NonZeroU32::new(value).expect("not zero");
        Self {
            numbers: RateLimiter::dashmap_with_clock(Quota::per_second(number(THROUGHPUT)), Now(clock.clone())),
            pairs: RateLimiter::dashmap_with_clock(Quota::per_minute(number(PAIR_PER_MINUTE)).allow_burst(number(PAIR_BURST)), Now(clock.clone())),
        }
    }

    /// Counts a message that goes now.
    ///
    /// # Errors
    /// It must not go yet.
    pub fn take(&self, number: &AccountId, pair: &ConversationId) -> Result<(), Wait> {
        if self.pairs.len() > 10_000 {
            self.pairs.retain_recent();
        }
        check(&self.numbers, number, LONGEST_NUMBER_MS).map_err(|ms| Wait::Number(ms.max(REST_MS)))?;
        check(&self.pairs, pair, LONGEST_PAIR_MS).map_err(Wait::Pair)
    }
}

fn check<K: Hash + Eq + Clone>(buckets: &Buckets<K>, key: &K, longest_ms: i64) -> Result<(), i64> {
    let Err(not_until) = buckets.check_key(key) else { return Ok(()) };
    let wait = Duration::from(not_until.earliest_possible().duration_since(buckets.clock().now()));
    let ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX) + 1;
    if ms > longest_ms { Ok(()) } else { Err(ms) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::clock::HeldClock;

    /// C1: one customer gets 45 messages at once and then one in six seconds; others do not wait for that.
    #[test]
    fn c1_a_pair_has_its_burst_and_then_its_pace() {
        let clock = Arc::new(HeldClock::at(time::Instant(1_000_000)));
        let pace = Pace::new(&(clock.clone() as Arc<dyn time::Clock>));
        let (number, pair) = ("a".into(), "c".into());
        for _ in 0..45 {
            assert_eq!(pace.take(&number, &pair), Ok(()));
        }
        let Err(Wait::Pair(ms)) = pace.take(&number, &pair) else { panic!("too many at once") };
        assert!((5900..=6001).contains(&ms), "{ms}");
        assert_eq!(pace.take(&number, &"other".into()), Ok(()));
        clock.advance(ms);
        assert_eq!(pace.take(&number, &pair), Ok(()));
        assert!(pace.take(&number, &pair).is_err());
        // A clock that is set back makes nobody wait for hours.
        clock.advance(-900_000);
        assert!(matches!(pace.take(&number, &pair), Ok(()) | Err(Wait::Pair(..=LONGEST_PAIR_MS))));
    }

    /// C1: a number sends 80 messages a second, whoever they go to.
    #[test]
    fn c1_a_number_has_its_throughput() {
        let clock = Arc::new(HeldClock::at(time::Instant(1_000_000)));
        let pace = Pace::new(&(clock.clone() as Arc<dyn time::Clock>));
        let sent = |second: i64| (0..1000).filter(|n| pace.take(&"a".into(), &format!("{second}-{n}").as_str().into()).is_ok()).count();
        assert_eq!(sent(0), 80);
        assert_eq!(pace.take(&"a".into(), &"late".into()), Err(Wait::Number(REST_MS)));
        assert_eq!(pace.take(&"another number".into(), &"c".into()), Ok(()));
        clock.advance(500);
        assert_eq!(sent(1), 40);
        // A clock that is set back holds nothing up.
        clock.advance(-60_000);
        assert_eq!(pace.take(&"a".into(), &"after".into()), Ok(()));
    }
}
