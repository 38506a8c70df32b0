//! I5 as a property: whatever happens to a page's line (breaks in the middle of a replay, servers that restart, a log that has
//! forgotten, a reader that falls behind), it ends with what a fresh snapshot shows. Pure parts only: the log, the gate, the reducer.

use crate::domain::search::Filter;
use crate::protocol::live::Frame;
use crate::protocol::snapshot::Snapshot;
use crate::server::bus::{Bus, Slice};
use crate::server::caller::Caller;
use crate::server::http::session::by_session;
use crate::server::ingest::drain;
use crate::server::service::conversations;
use crate::server::store::{Sql, Store, deliveries};
use crate::server::trial::{NOON, Trial, postgres, sqlite};
use crate::ui::state::model::Model;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    /// A customer writes so many messages at once, under a name of that moment, some of them quoting; the first comes twice, and all of it is
    /// applied in one batch with something of another customer.
    Write { customer: u8, count: u8, at: i16 },
    /// A customer reacts to something already said, or not yet.
    React { customer: u8, to: u8 },
    /// Somebody reads a thread to its end.
    Read { customer: u8 },
    /// The page reads on, through this process or the other, and its line breaks after so many events.
    Follow { other: bool, events: u8 },
    /// The other process starts anew.
    Restart,
    /// The log forgets its older half.
    Forget,
    /// The page lets go of the lower part of its list.
    Trim,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..6_u8, 1..5_u8, -50..50_i16).prop_map(|(customer, count, at)| Step::Write { customer, count, at }),
        1 => (0..6_u8, 0..12_u8).prop_map(|(customer, to)| Step::React { customer, to }),
        1 => (0..6_u8).prop_map(|customer| Step::Read { customer }),
        4 => (any::<bool>(), 0..8_u8).prop_map(|(other, events)| Step::Follow { other, events }),
        1 => Just(Step::Restart),
        1 => Just(Step::Forget),
        2 => Just(Step::Trim),
    ];
    proptest::collection::vec(step, 1..30)
}

fn phone(customer: u8) -> String {
    format!("44770090000{customer}")
}

struct Play {
    trial: Trial,
    caller: Caller,
    /// Another process on the same database.
    other: (Store, Bus),
    page: Model,
    said: u32,
    resyncs: u32,
}

impl Play {
    async fn start(store: Store, again: Store) -> Self {
        let trial = Trial::start(store).await;
        let cookie = trial.agent(crate::domain::agent::Role::Agent).await;
        let caller = by_session(&trial.app, &crate::server::secret::token_hash(cookie.trim_start_matches("inbox="))).await.unwrap();
        let bus = Bus::open(&again).await.unwrap();
        let mut play = Self { trial, caller, other: (again, bus), page: Model::default(), said: 0, resyncs: 0 };
        play.webhook(vec![message(&phone(0), "wamid.0", 0, "first")]).await;
        play.page = Model::new(&play.snapshot().await);
        play
    }

    async fn snapshot(&self) -> Snapshot {
        conversations::snapshot(&self.trial.app, &self.caller, Some(&phone(0)), Filter::default()).await.unwrap()
    }

    async fn webhook(&mut self, messages: Vec<Value>) {
        self.keep(messages, None).await;
        drain(&self.trial.app).await.unwrap();
    }

    /// Keeps a delivery, to be applied with others.
    async fn keep(&mut self, messages: Vec<Value>, contacts: Option<Value>) {
        self.said += 1;
        let mut value = json!({"metadata": {"phone_number_id": "106540352242922"}, "messages": messages});
        if let Some(contacts) = contacts {
            value["contacts"] = contacts;
        }
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}]})
            .to_string();
        let mut tx = self.trial.app.store.write().await.unwrap();
        deliveries::keep(&mut tx, &[body.as_bytes()], NOON).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn take(&mut self, step: &Step) {
        match *step {
            Step::Write { customer, count, at } => {
                let said = self.said;
                let mut messages: Vec<Value> = (0..count).map(|n| message(&phone(customer), &format!("wamid.{said}.{n}"), i64::from(at), "words")).collect();
                if said.is_multiple_of(3) {
                    messages[0]["context"] = json!({"id": format!("wamid.{}.0", said.saturating_sub(2)), "from": "1"});
                }
                let again = messages[0].clone();
                self.keep(messages, Some(json!([{"wa_id": phone(customer), "profile": {"name": format!("Name {at}")}}]))).await;
                self.keep(vec![again, message(&phone((customer + 1) % 6), &format!("wamid.{said}.beside"), i64::from(at), "beside")], None).await;
                drain(&self.trial.app).await.unwrap();
            }
            Step::React { customer, to } => {
                let reaction = json!({"id": format!("wamid.r{}", self.said), "from": phone(customer), "timestamp": (NOON.0 / 1000).to_string(), "type": "reaction",
                    "reaction": {"message_id": format!("wamid.{to}.0"), "emoji": "👍"}});
                self.webhook(vec![reaction]).await;
            }
            Step::Read { customer } => {
                if let Ok(thread) = conversations::thread(&self.trial.app, &self.caller, &phone(customer)).await
                    && let Some(last) = thread.messages.messages.last()
                {
                    conversations::mark_read_up_to(&self.trial.app, &self.caller, &last.id).await.unwrap();
                }
            }
            Step::Follow { other, events } => self.follow(other, usize::from(events)).await,
            Step::Restart => self.other.1 = Bus::open(&self.other.0).await.unwrap(),
            Step::Trim => drop(self.page.trim(4)),
            Step::Forget => {
                let mut tx = self.trial.app.store.write().await.unwrap();
                tx.run(Sql::same("delete from events where seq < (select max(seq) / 2 from events)"), vec![]).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
    }

    /// Reads on from the page's own place; the line breaks after so many events.
    async fn follow(&mut self, other: bool, events: usize) {
        let (store, bus) = if other { (&self.other.0, &self.other.1) } else { (&self.trial.app.store, &self.trial.app.bus) };
        if other {
            bus.step(store).await.unwrap();
        }
        assert_eq!(bus.epoch(), self.page.epoch, "both processes serve one log");
        match bus.after(store, self.page.seq).await.unwrap() {
            Slice::Resync => {
                self.resyncs += 1;
                self.page = Model::new(&self.snapshot().await);
            }
            Slice::Entries(entries) => {
                for entry in entries.iter().take(events) {
                    let Frame::Event { seq, event } = serde_json::from_str(&entry.frame).unwrap() else { panic!("an event") };
                    self.page.apply(seq, event);
                }
            }
        }
    }

    /// The page catches up for good; it must show what a fresh one would.
    async fn end(mut self) -> u32 {
        let fresh = self.snapshot().await;
        while self.page.seq < fresh.seq {
            let before = self.page.seq;
            self.follow(true, usize::MAX).await;
            assert!(self.page.seq > before || self.page.seq >= fresh.seq, "the log leads nowhere after {before}");
            // Events without a conversation are not for pages: the place alone moves on.
            if self.page.seq < fresh.seq && self.other.1.head() >= fresh.seq {
                break;
            }
        }
        let fresh = Model::new(&fresh);
        assert_eq!(self.page.order, fresh.order[..self.page.order.len()], "what is left of the list is its top");
        while let Some(cursor) = self.page.next.clone() {
            let page = conversations::list(&self.trial.app, &self.caller, &Filter::default(), Some(&cursor), 2).await.unwrap();
            self.page.extend(&cursor, page);
        }
        assert_eq!(self.page.rows, fresh.rows);
        assert_eq!(self.page.order, fresh.order);
        assert_eq!(BTreeSet::from_iter(&self.page.unread), BTreeSet::from_iter(&fresh.unread));
        let bubbles = |model: &Model| model.thread.as_ref().map(|thread| thread.entries.iter().map(|entry| entry.message.clone()).collect::<Vec<_>>());
        assert_eq!(bubbles(&self.page), bubbles(&fresh));
        self.resyncs
    }
}

fn message(from: &str, id: &str, at: i64, body: &str) -> Value {
    json!({"id": id, "from": from, "timestamp": (NOON.0 / 1000 + at).to_string(), "type": "text", "text": {"body": body}})
}

fn ends_as_a_fresh_page(make: impl AsyncFn() -> Option<(Store, Store)>, cases: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let resyncs = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases, rng_seed: RngSeed::Random, failure_persistence: None, max_shrink_iters: 60, ..Config::default() });
    let outcome = runner.run(&steps(), |steps| {
        runtime.block_on(async {
            let Some((store, again)) = make().await else { return };
            let mut play = Play::start(store, again).await;
            for step in &steps {
                play.take(step).await;
            }
            resyncs.set(resyncs.get() + play.end().await);
        });
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    println!("{} fresh snapshots on the way", resyncs.get());
}

#[test]
fn i5_d1_any_broken_line_ends_as_a_fresh_page_sqlite() {
    ends_as_a_fresh_page(
        async || {
            let store = sqlite().await;
            let url = format!("sqlite:{}", store.file().unwrap().display());
            Some((store, Store::open(&url).await.unwrap()))
        },
        24,
    );
}

#[test]
fn i5_d1_any_broken_line_ends_as_a_fresh_page_postgres() {
    ends_as_a_fresh_page(
        async || {
            let store = postgres().await?;
            // The same database, through connections of its own.
            let name = {
                let mut tx = store.read().await.unwrap();
                tx.find::<(String,)>(Sql::same("select current_database()::text"), vec![]).await.unwrap().unwrap().0
            };
            let url = std::env::var("TEST_POSTGRES_URL").unwrap().replace("/postgres", &format!("/{name}"));
            Some((store, Store::open(&url).await.unwrap()))
        },
        6,
    );
}
