//! Who reads what, as far as the audit needs it to have one line where somebody looks twice, or types a word letter by letter: known to this process
//! alone.

use super::caller::Caller;
use super::service::audit;
use super::state::App;
use crate::domain::id::ConversationId;
use crate::domain::time::Instant;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

/// Whoever opens a conversation, or looks for the same words, again within this time has done so once.
const READ_MS: i64 = 600_000;
/// Who has not typed on for so long has looked for what they typed.
pub const TYPED_MS: i64 = 3_000;
/// How often it is looked.
const LOOK: Duration = Duration::from_secs(1);
/// So many may be kept before those are forgotten that are longer ago.
const MANY: usize = 1_000;

/// Words that somebody was shown messages with, and that may be the beginning of others.
struct Typed {
    caller: Caller,
    words: String,
    at: Instant,
}

/// What people and programs have read lately.
#[derive(Default)]
pub struct Reading {
    /// When who opened which conversation.
    opened: Mutex<HashMap<(String, ConversationId), Instant>>,
    /// When who looked for which words.
    found: Mutex<HashMap<(String, String), Instant>>,
    /// What may still be typed on.
    typed: Mutex<Vec<Typed>>,
}

impl Reading {
    /// Somebody opens a conversation; whether they have not done so lately.
    pub fn opens(&self, who: String, id: &ConversationId, now: Instant) -> bool {
        is_new(&self.opened, (who, id.clone()), now)
    }

    /// Somebody looks for words, or types them on.
    pub fn types(&self, caller: &Caller, words: &str, now: Instant) {
        let who = caller.author();
        // invariant: no code panics while it holds this lock.
        let mut typed = self.typed.lock().expect("not poisoned");
        let is_same = |before: &Typed| before.words == words && before.caller.author() == who;
        if words.is_empty() || typed.iter().any(is_same) {
            return;
        }
        typed.retain(|before| before.caller.author() != who || !words.starts_with(&before.words));
        typed.push(Typed { caller: caller.clone(), words: words.to_owned(), at: now });
    }

    /// What nobody has typed on for a while, or (at the end) what is left, if it was not looked for lately: by whom, and the words.
    pub fn take(&self, now: Instant, is_end: bool) -> Vec<(Caller, String)> {
        // invariant: no code panics while it holds this lock.
        let mut typed = self.typed.lock().expect("not poisoned");
        let rests = |typed: &Typed| is_end || !(0..TYPED_MS).contains(&now.since(typed.at));
        let (rested, rest): (Vec<Typed>, Vec<Typed>) = typed.drain(..).partition(rests);
        *typed = rest;
        drop(typed);
        let is_first = |typed: &Typed| is_new(&self.found, (typed.caller.author().1, typed.words.clone()), now);
        rested.into_iter().filter(is_first).map(|typed| (typed.caller, typed.words)).collect()
    }

    /// These could not be written down: they are taken again.
    pub fn put_back(&self, searches: Vec<(Caller, String)>, now: Instant) {
        // invariant: no code panics while it holds this lock.
        let mut found = self.found.lock().expect("not poisoned");
        for (caller, words) in &searches {
            found.remove(&(caller.author().1, words.clone()));
        }
        drop(found);
        // invariant: no code panics while it holds this lock.
        let mut typed = self.typed.lock().expect("not poisoned");
        typed.extend(searches.into_iter().map(|(caller, words)| Typed { caller, words, at: now.plus(-TYPED_MS) }));
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

/// Writes down what was looked for, until the process stops, and then what is left.
pub async fn run(app: App) {
    while !app.stopping.is_cancelled() {
        audit::write_searches(&app, false).await;
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.stopping.cancelled() => {}
        }
    }
    audit::write_searches(&app, true).await;
}
