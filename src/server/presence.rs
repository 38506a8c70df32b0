//! Who looks at which conversation, and who writes there: kept for some seconds, told among the processes on one PostgreSQL, and lost without harm.

use crate::domain::id::{AgentId, ConversationId};
use crate::domain::time::Instant;
use crate::protocol::team::Present;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Mutex;

/// A page says every second and a half that somebody looks; who has not for so long has gone.
const LASTS_MS: i64 = 4_000;
/// And who writes says so as often: with the pause of a page and its next question, a name is gone six seconds after the last key.
const WRITES_MS: i64 = 2_000;
/// So many conversations may be looked at before those that nobody looks at any more are looked for.
const MANY: usize = 1_000;

/// Somebody looks at a conversation, as processes tell each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// At which.
    pub id: ConversationId,
    /// Who.
    pub agent: AgentId,
    /// What they are called.
    pub name: String,
    /// Whether they write there.
    pub writes: bool,
}

/// Who was seen.
struct Seen {
    name: String,
    at: Instant,
    /// When they last wrote, also on another page of theirs.
    wrote_at: Option<Instant>,
}

/// Everybody who looks.
#[derive(Default)]
pub struct Presence {
    here: Mutex<HashMap<ConversationId, HashMap<AgentId, Seen>>>,
}

impl Presence {
    /// Somebody looks at a conversation, and may write there, here or through another process; who else does, by name.
    pub fn look(&self, look: &Look, now: Instant) -> Vec<Present> {
        let Look { id, agent, name, writes } = look;
        // invariant: no code panics while it holds this lock.
        let mut all = self.here.lock().expect("not poisoned");
        // A clock may be set back: what is yet to come is as long ago as can be.
        let is_here = |seen: &Seen| (0..LASTS_MS).contains(&now.since(seen.at));
        let writes_now = |seen: &Seen| seen.wrote_at.is_some_and(|at| (0..WRITES_MS).contains(&now.since(at)));
        if all.len() > MANY {
            all.retain(|_, here| here.values().any(is_here));
        }
        let here = all.entry(id.clone()).or_default();
        here.retain(|_, seen| is_here(seen));
        let wrote_at = if *writes { Some(now) } else { here.get(agent).and_then(|seen| seen.wrote_at) };
        here.insert(agent.clone(), Seen { name: name.clone(), at: now, wrote_at });
        let others = here.iter().filter(|(other, _)| *other != agent);
        let mut others: Vec<Present> = others.map(|(_, seen)| Present { name: seen.name.clone(), writes: writes_now(seen) }).collect();
        others.sort_by(|one, other| one.name.cmp(&other.name));
        others
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_gone_is_gone_after_seconds() {
        let presence = Presence::default();
        let look =
            |agent: &str, id: &str, writes, at| presence.look(&Look { id: id.into(), agent: agent.into(), name: agent.to_uppercase(), writes }, Instant(at));
        assert_eq!(look("mira", "a", false, 0), []);
        assert_eq!(look("jonas", "a", true, 1_000), [Present { name: "MIRA".into(), writes: false }]);
        assert_eq!(look("mira", "a", false, 2_000), [Present { name: "JONAS".into(), writes: true }]);
        assert_eq!(look("mira", "b", false, 2_000), [], "another conversation");
        assert_eq!(look("jonas", "a", false, 3_000), [Present { name: "MIRA".into(), writes: false }]);
        assert_eq!(look("mira", "a", false, 4_000), [Present { name: "JONAS".into(), writes: false }]);
        assert_eq!(look("mira", "a", false, 2_000), [], "the clock was set back");
        assert_eq!(look("mira", "a", false, 7_000), []);
        for n in 0..=MANY {
            look("mira", &format!("c{n}"), false, 20_000);
        }
        look("mira", "last", false, 40_000);
        assert!(presence.here.lock().unwrap().len() <= 2, "what nobody looks at is not kept");
    }
}
