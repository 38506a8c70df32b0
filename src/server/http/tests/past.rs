//! Jumps into the past of a thread: whatever is jumped to and scrolled to, in whatever order, no message is left out without a line that
//! says so, and in the end all of them are there.

use crate::domain::agent::Role;
use crate::domain::id::ClientId;
use crate::domain::message::{Direction, Message};
use crate::domain::search::Filter;
use crate::protocol::error::{ApiError, Code};
use crate::protocol::event::Event;
use crate::protocol::snapshot::Stretch;
use crate::server::caller::Caller;
use crate::server::http::session::by_session;
use crate::server::ingest::drain;
use crate::server::secret::token_hash;
use crate::server::service::{conversations, stretch};
use crate::server::store::{Store, deliveries};
use crate::server::trial::{NOON, Trial, on_both};
use crate::ui::state::model::{Entry, Handover, Model};
use serde_json::{Value, json};

const PHONE: &str = "447700900001";
const MESSAGES: usize = 700;

struct Past {
    trial: Trial,
    caller: Caller,
    /// All messages, as they are.
    all: Vec<Message>,
    page: Model,
}

impl Past {
    async fn start(store: Store) -> Self {
        let trial = Trial::start(store).await;
        // Several of one second, so that places differ by their running numbers alone.
        let message = |n: usize| json!({"id": format!("wamid.{n}"), "from": PHONE, "timestamp": (NOON.0 / 1000 - 90_000 + i64::try_from(n / 7).unwrap() * 300).to_string(), "type": "text", "text": {"body": format!("line {n}")}});
        let messages: Vec<Value> = (0..MESSAGES).map(message).collect();
        let value = json!({"metadata": {"phone_number_id": "106540352242922"}, "messages": messages});
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}]});
        let mut tx = trial.app.store.write().await.unwrap();
        deliveries::keep(&mut tx, &[body.to_string().as_bytes()], NOON).await.unwrap();
        tx.commit().await.unwrap();
        drain(&trial.app).await.unwrap();
        let cookie = trial.agent(Role::Agent).await;
        let caller = by_session(&trial.app, &token_hash(cookie.trim_start_matches("inbox="))).await.unwrap();
        let id = conversations::find(&trial.app, &caller, PHONE, None).await.unwrap().id;
        let all = conversations::older(&trial.app, &caller, &id, None, 1000).await.unwrap().messages;
        assert_eq!(all.len(), MESSAGES);
        let mut past = Self { trial, caller, all, page: Model::default() };
        past.open().await;
        past
    }

    async fn open(&mut self) {
        self.page = Model::new(&conversations::snapshot(&self.trial.app, &self.caller, Some(PHONE), Filter::default()).await.unwrap());
    }

    async fn jump(&mut self, n: usize) {
        let target = &self.all[n];
        let stretch = stretch::around(&self.trial.app, &self.caller, &target.conversation_id, &target.id).await.unwrap();
        self.page.thread.as_mut().unwrap().take_in(stretch);
        assert!(self.shown().iter().flatten().any(|shown| *shown == n), "what was jumped to is there");
    }

    /// Scrolls to a gap, from below or from above; whether there was one.
    async fn fill(&mut self, which: usize, from_below: bool) -> bool {
        let thread = self.page.thread.as_mut().unwrap();
        let gaps: Vec<String> = thread.entries.iter().filter(|entry| entry.is_gap()).map(|entry| entry.key().to_owned()).collect();
        let Some(gap) = gaps.get(which % gaps.len().max(1)) else { return false };
        let (after, before) = thread.edges(gap).unwrap();
        let id = thread.conversation_id.clone();
        let stretch = if from_below {
            let page = conversations::older(&self.trial.app, &self.caller, &id, Some(&before), 50).await.unwrap();
            Stretch { messages: page.messages, before: page.before, after: None }
        } else {
            stretch::newer(&self.trial.app, &self.caller, &id, &after).await.unwrap()
        };
        self.page.thread.as_mut().unwrap().fill(gap, stretch, from_below);
        true
    }

    /// Something becomes of an old message.
    fn change(&mut self, n: usize) {
        let message = self.all[n].clone();
        let conversation = self.page.rows[&message.conversation_id].clone();
        self.page.apply(self.page.seq + 1, Event::MessageStored { conversation, message });
    }

    /// Something that was typed here long ago and never handed over stands among the others.
    fn leave_unsent(&mut self, n: usize) {
        let thread = self.page.thread.as_mut().unwrap();
        let client_id: ClientId = format!("unsent-{n}").as_str().into();
        let message =
            Message { id: client_id.0.as_str().into(), client_id: Some(client_id), n: i64::MAX, direction: Direction::Outbound, ..self.all[n].clone() };
        let refused = Handover::Refused(ApiError::new(Code::Offline, "not handed over"));
        thread.entries.push(Entry { message, handover: refused });
        thread.entries.sort_by_key(|entry| entry.message.position());
    }

    /// The numbers of the messages that are shown, in runs between which a line says that some are left out.
    fn shown(&self) -> Vec<Vec<usize>> {
        let mut runs = vec![Vec::new()];
        for entry in &self.page.thread.as_ref().unwrap().entries {
            if entry.is_gap() {
                runs.push(Vec::new());
            } else if entry.handover == Handover::Done {
                let n = self.all.iter().position(|message| message.id == entry.message.id).unwrap();
                runs.last_mut().unwrap().push(n);
            }
        }
        runs
    }

    fn check(&self, what: &str) {
        let runs = self.shown();
        for run in &runs {
            assert!(!run.is_empty(), "{what}: two lines for one gap");
            assert!(run.windows(2).all(|pair| pair[1] == pair[0] + 1), "{what}: left out without a word, or in disorder, in {run:?}");
        }
        assert!(runs.windows(2).all(|pair| pair[0].last() < pair[1].first()), "{what}: in order");
        assert_eq!(runs.last().unwrap().last(), Some(&(MESSAGES - 1)), "{what}: the newest stay");
        assert_eq!(runs[0][0] == 0, self.page.thread.as_ref().unwrap().before.is_none(), "{what}: whether there are older ones");
    }
}

on_both! {
    /// `behaviours` 11 to 13.
    async fn nothing_is_left_out_without_a_line(store: Store) {
        let mut past = Past::start(store).await;
        let mut random = 7_usize;
        let mut next = |most: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % most
        };
        for round in 0..12 {
            past.open().await;
            past.leave_unsent(next(MESSAGES));
            for step in 0..10 {
                let (n, what) = (next(MESSAGES), next(5));
                match what {
                    0 | 1 => past.jump(n).await,
                    2 => past.change(n),
                    _ => drop(past.fill(n, what == 3).await),
                }
                past.check(&format!("round {round}, step {step}: {what} {n}"));
            }
            for turn in 0.. {
                if !past.fill(turn, turn % 3 == 0).await {
                    break;
                }
                past.check(&format!("round {round}, gap {turn}"));
                assert!(turn < 60, "each scrolling brings some");
            }
        }
    }
}
