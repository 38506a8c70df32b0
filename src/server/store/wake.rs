//! Wakes whoever follows the log. On SQLite, where this process is the only writer that matters, it also hands over what was
//! appended, so that nothing need be read back; the table stays the truth for everything that was not handed over.

use super::events::Stored;
use std::sync::Mutex;
use tokio::sync::Notify;

/// How many events are held for a follower; beyond that it reads the table.
const HELD: usize = 2000;

/// A follower's bell and letter box.
#[derive(Default)]
pub struct Wake {
    bell: Notify,
    handed: Mutex<Vec<Stored>>,
}

impl Wake {
    /// Something was appended: these events, as far as they are known here.
    pub fn ring(&self, appended: Vec<Stored>) {
        if !appended.is_empty() {
            // invariant: no code panics while it holds this lock.
            let mut handed = self.handed.lock().expect("not poisoned");
            if handed.len() + appended.len() > HELD {
                handed.clear();
            } else {
                handed.extend(appended);
            }
        }
        self.bell.notify_one();
    }

    /// Resolves after the bell has rung.
    pub async fn rung(&self) {
        self.bell.notified().await;
    }

    /// What was handed over since the last call and follows `head` without a gap; nothing if anything in between is missing.
    #[must_use]
    pub fn take_after(&self, head: i64) -> Vec<Stored> {
        // invariant: no code panics while it holds this lock.
        let mut handed = std::mem::take(&mut *self.handed.lock().expect("not poisoned"));
        handed.sort_by_key(|event| event.seq);
        handed.retain(|event| event.seq > head);
        let is_whole = handed.iter().zip(head + 1..).all(|(event, seq)| event.seq == seq);
        if is_whole { handed } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Instant;

    fn event(seq: i64) -> Stored {
        Stored { seq, at: Instant(0), kind: "k".into(), account_id: None, payload: "{}".into() }
    }

    #[test]
    fn hands_over_only_what_follows_without_a_gap() {
        let wake = Wake::default();
        let after = |head: i64| wake.take_after(head).iter().map(|event| event.seq).collect::<Vec<_>>();
        // Two transactions rang in the other order than they committed.
        wake.ring(vec![event(7), event(8)]);
        wake.ring(vec![event(6)]);
        assert_eq!(after(5), [6, 7, 8]);
        wake.ring(vec![event(10)]);
        assert!(after(8).is_empty(), "9 is not here: the table has it");
        wake.ring(vec![event(9), event(10)]);
        assert_eq!(after(9), [10]);
        wake.ring((11..4000).map(event).collect());
        assert!(after(10).is_empty(), "too many to hold");
    }
}
