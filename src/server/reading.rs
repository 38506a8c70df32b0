//! Who reads what, as far as the audit needs it to have one line where somebody looks twice, or types a word letter by letter: known to this process
//! alone, and lost without harm.

use crate::domain::id::ConversationId;
use crate::domain::time::Instant;
use std::collections::HashMap;
use std::sync::Mutex;

/// Whoever opens a conversation, or looks for the same words, again within this time has done so once.
const READ_MS: i64 = 600_000;
/// So many may be kept before those are forgotten that are longer ago.
const MANY: usize = 1_000;

/// What people and programs have read lately.
#[derive(Default)]
pub struct Reading {
    /// When who opened which conversation.
    opened: Mutex<HashMap<(String, ConversationId), Instant>>,
    /// When who looked for which words.
    found: Mutex<HashMap<(String, String), Instant>>,
    /// What is looked for by whom and may still be typed on.
    typed: Mutex<HashMap<String, Vec<String>>>,
}

impl Reading {
    /// Somebody opens a conversation; whether they have not done so lately.
    pub fn opens(&self, who: String, id: &ConversationId, now: Instant) -> bool {
        is_new(&self.opened, (who, id.clone()), now)
    }

    /// Somebody looks for words, which may be the beginning of others.
    pub fn types(&self, who: String, words: &str) {
        // invariant: no code panics while it holds this lock.
        let mut typed = self.typed.lock().expect("not poisoned");
        let typed = typed.entry(who).or_default();
        typed.retain(|before| !words.starts_with(before.as_str()));
        typed.push(words.to_owned());
    }

    /// Nobody has typed for a while: whether these words were all of it, and were not looked for lately.
    pub fn finds(&self, who: &str, words: &str, now: Instant) -> bool {
        // invariant: no code panics while it holds this lock.
        let mut all = self.typed.lock().expect("not poisoned");
        let Some(typed) = all.get_mut(who) else { return false };
        let Some(at) = typed.iter().position(|typed| typed == words) else { return false };
        typed.remove(at);
        if typed.is_empty() {
            all.remove(who);
        }
        is_new(&self.found, (who.to_owned(), words.to_owned()), now)
    }
}

/// Keeps that something is done; whether it was not done lately.
fn is_new<Key: std::hash::Hash + Eq>(all: &Mutex<HashMap<Key, Instant>>, key: Key, now: Instant) -> bool {
    // invariant: no code panics while it holds this lock.
    let mut all = all.lock().expect("not poisoned");
    let is_recent = |at: &Instant| (0..READ_MS).contains(&now.since(*at));
    if all.len() > MANY {
        all.retain(|_, at| is_recent(at));
    }
    let is_known = all.get(&key).is_some_and(is_recent);
    if !is_known {
        all.insert(key, now);
    }
    !is_known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_typed_letter_by_letter_is_looked_for_once() {
        let reading = Reading::default();
        let types = |who: &str, words: &str| reading.types(who.to_owned(), words);
        types("mira", "par");
        types("mira", "parcel");
        types("jonas", "par");
        assert!(!reading.finds("mira", "par", Instant(0)), "it was the beginning of another");
        assert!(reading.finds("mira", "parcel", Instant(0)));
        assert!(reading.finds("jonas", "par", Instant(0)), "somebody else's");
        // Taken back letter by letter: both were read.
        types("mira", "late parcel");
        types("mira", "late");
        assert!(reading.finds("mira", "late parcel", Instant(0)));
        assert!(reading.finds("mira", "late", Instant(0)));
        // Again, soon and much later.
        types("mira", "parcel");
        assert!(!reading.finds("mira", "parcel", Instant(READ_MS - 1)));
        types("mira", "parcel");
        assert!(reading.finds("mira", "parcel", Instant(READ_MS)));
        assert!(reading.typed.lock().unwrap().is_empty(), "nothing is kept that was written down");
    }
}
