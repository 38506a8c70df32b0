//! A number that Meta refuses or slows down: its messages wait in their order, the rest goes on, people are told.

use crate::domain::agent::Role;
use crate::domain::delivery::Delivery;
use crate::protocol::aside::{Aside, Notice};
use crate::protocol::live::Frame;
use crate::server::outbox::{self, Outcome, step};
use crate::server::store::accounts;
use crate::server::trial::{Trial, answer, on_both};
use crate::server::trouble;
use serde_json::{Value, json};

/// A message to a customer, who has just written.
async fn send(trial: &Trial, key: &str, phone: &str, text: &str) -> Value {
    let (status, sent) = trial.send(key, json!({"phone": phone, "message": text})).await;
    assert_eq!(status, 202, "{sent}");
    sent["id"].clone()
}

async fn customers(trial: &Trial, count: usize) -> Vec<String> {
    let phones: Vec<String> = (0..count).map(|n| format!("4477009000{n:02}")).collect();
    for phone in &phones {
        trial.customer(json!({"wa_id": phone, "text": "hi"})).await;
    }
    phones
}

/// The texts each customer was sent, in the order of arrival.
fn texts(trial: &Trial, phone: &str) -> Vec<String> {
    let is_for = |body: &&Value| body["to"] == format!("+{phone}");
    trial.received().iter().filter(is_for).map(|body| body["text"]["body"].as_str().unwrap_or_default().to_owned()).collect()
}

/// What an open page is told to be wrong, once the process has looked.
pub(super) async fn notices(trial: &Trial, cookie: &str) -> Vec<Notice> {
    trouble::step(&trial.app).await;
    let frames = trial.http.get(format!("{}/whatsapp/live/events?epoch=x&after=0", trial.base)).header("cookie", cookie);
    let frames = frames.send().await.unwrap().text().await.unwrap();
    let aside = frames.lines().find_map(|frame| if let Some(Frame::Aside { text }) = Frame::read(frame) { Some(text) } else { None }).unwrap();
    let Aside::Notices(notices) = serde_json::from_str(&aside).unwrap();
    notices
}

/// Steps until nothing is due, moving the clock to whatever is due next, at most so far.
async fn run_for(trial: &Trial, ms: i64) -> Vec<Delivery> {
    let end = crate::domain::time::Clock::now(trial.clock.as_ref()).plus(ms);
    let mut done = Vec::new();
    loop {
        match step(&trial.app).await.unwrap() {
            Outcome::Recorded(delivery) => done.push(delivery),
            Outcome::Idle(Some(due)) if due <= end => {
                let now = crate::domain::time::Clock::now(trial.clock.as_ref());
                trial.clock.advance(due.since(now).max(1));
            }
            Outcome::Idle(_) => return done,
        }
    }
}

on_both! {
    /// C3: a token that no longer works stops the number's queue with the first message. Nothing fails, nothing is sent meanwhile, both
    /// roles are told in a banner, only an admin may let it go on, and then everything leaves in order, once.
    async fn c3_a_refused_token_stops_the_queue_and_keeps_it(store: Store) {
        let trial = Trial::start(store).await;
        let (key, admin, agent) = (trial.key().await, trial.agent(Role::Admin).await, trial.agent(Role::Agent).await);
        let phones = customers(&trial, 3).await;
        trial.faults(json!([{"fault": "error", "code": 190, "status": 401}]));
        for text in ["one", "two"] {
            for phone in &phones {
                send(&trial, &key, phone, text).await;
            }
        }
        assert_eq!(run_for(&trial, 6 * 3_600_000).await, [Delivery::Queued]);
        assert_eq!(trial.received().len(), 0, "nothing more was handed to Meta");
        for cookie in [&admin, &agent] {
            let notices = notices(&trial, cookie).await;
            assert!(matches!(&notices[..], [Notice::AccountStopped { failure, waiting: 6, .. }] if failure.code == 190), "{notices:?}");
        }
        let resume = |cookie: &str| trial.http.post(format!("{}/whatsapp/fn/accounts/resume", trial.base)).header("cookie", cookie.to_owned()).header("sec-fetch-site", "same-origin");
        let id = json!({"id": "account-1"});
        assert_eq!(answer(resume(&agent).json(&id)).await.0, 403);
        assert_eq!(answer(resume(&admin).json(&json!({"id": "another"}))).await.0, 404);
        assert_eq!(answer(resume(&admin).json(&id)).await.0, 200);
        assert_eq!(run_for(&trial, 1000).await, [Delivery::Accepted; 6]);
        for phone in &phones {
            assert_eq!(texts(&trial, phone), ["one", "two"]);
        }
        assert!(notices(&trial, &admin).await.is_empty());
    }

    /// C3: at a start with another token the queue goes on by itself; with the same one it stays stopped.
    async fn c3_another_token_lets_the_queue_go_on(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        let phones = customers(&trial, 1).await;
        trial.faults(json!([{"fault": "error", "code": 190, "status": 401}]));
        send(&trial, &key, &phones[0], "kept").await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Queued));
        outbox::recover(&trial.app).await.unwrap();
        assert_eq!(run_for(&trial, 60_000).await, []);
        let mut tx = trial.app.store.write().await.unwrap();
        let failure = crate::domain::failure::Failure { code: 190, text: String::new() };
        accounts::stop(&mut tx, &"account-1".into(), &failure, "hash of the token before").await.unwrap();
        tx.commit().await.unwrap();
        outbox::recover(&trial.app).await.unwrap();
        assert_eq!(run_for(&trial, 60_000).await, [Delivery::Accepted]);
    }

    /// C1: a storm of 130429 slows the whole number down: few requests meanwhile, one at a time, no message fails, none overtakes.
    async fn c1_a_busy_meta_slows_the_number_down(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        let phones = customers(&trial, 5).await;
        let storm = 7;
        let faults: Vec<Value> = (0..storm).map(|n| if n % 2 == 0 { json!({"fault": "error", "code": 130_429, "status": 429}) } else { json!({"fault": "html", "status": 429}) }).collect();
        trial.faults(json!(faults));
        for text in ["one", "two", "three"] {
            for phone in &phones {
                send(&trial, &key, phone, text).await;
            }
        }
        // In the first second only the first message is tried: everything behind it waits with it.
        assert_eq!(run_for(&trial, 900).await, [Delivery::Queued]);
        let all = run_for(&trial, 10 * 60_000).await;
        assert_eq!(all.iter().filter(|delivery| **delivery == Delivery::Queued).count(), storm - 1, "one try for each refusal");
        assert_eq!(all.iter().filter(|delivery| **delivery == Delivery::Accepted).count(), 15);
        for phone in &phones {
            assert_eq!(texts(&trial, phone), ["one", "two", "three"]);
        }
    }

    /// C1: a burst is paced before Meta has to refuse it: 45 to one customer at once, then one in six seconds, in order; another
    /// customer's message does not wait behind them.
    async fn c1_a_burst_is_never_refused(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        let phones = customers(&trial, 2).await;
        let words: Vec<String> = (0..48).map(|n| format!("part {n}")).collect();
        for text in &words {
            send(&trial, &key, &phones[0], text).await;
        }
        send(&trial, &key, &phones[1], "other").await;
        assert_eq!(run_for(&trial, 3000).await, [Delivery::Accepted; 46]);
        assert_eq!((texts(&trial, &phones[0]).len(), texts(&trial, &phones[1]).len()), (45, 1));
        assert_eq!(run_for(&trial, 6500).await, [Delivery::Accepted]);
        assert_eq!(run_for(&trial, 20_000).await, [Delivery::Accepted; 2], "not one refusal");
        assert_eq!(texts(&trial, &phones[0]), words);
    }

    /// C1, C3: a queue that waited for hours meets a busy WhatsApp when it goes on: it drains all the same, in order, and nothing fails.
    async fn c1_c3_a_mended_number_drains_through_a_busy_meta(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        let phones = customers(&trial, 3).await;
        trial.faults(json!([{"fault": "error", "code": 190, "status": 401}, {"fault": "error", "code": 130_429}, {"fault": "none"}, {"fault": "error", "code": 130_429}]));
        for text in ["one", "two"] {
            for phone in &phones {
                send(&trial, &key, phone, text).await;
            }
        }
        run_for(&trial, 3 * 3_600_000).await;
        trial.clock.advance(3 * 3_600_000);
        let mut tx = trial.app.store.write().await.unwrap();
        accounts::resume(&mut tx, &"account-1".into()).await.unwrap();
        tx.commit().await.unwrap();
        let all = run_for(&trial, 10 * 60_000).await;
        assert_eq!(all.iter().filter(|delivery| **delivery == Delivery::Accepted).count(), 6, "{all:?}");
        for phone in &phones {
            assert_eq!(texts(&trial, phone), ["one", "two"]);
        }
    }

    /// C3: an account with a token of its own: refused, it stops; with another sealed token it goes on at the next start.
    async fn c3_an_account_with_its_own_token(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        let phones = customers(&trial, 1).await;
        // The sandbox takes only the one in the settings.
        let sealed = trial.app.sealer.seal("another token");
        let mut tx = trial.app.store.write().await.unwrap();
        accounts::set_token(&mut tx, &"account-1".into(), &sealed).await.unwrap();
        tx.commit().await.unwrap();
        send(&trial, &key, &phones[0], "kept").await;
        assert_eq!(run_for(&trial, 60_000).await, [Delivery::Queued]);
        let mut tx = trial.app.store.write().await.unwrap();
        let stored = accounts::list(&mut tx).await.unwrap().remove(0);
        assert_eq!(stored.stopped().map(|why| why.code), Some(190));
        let right = trial.app.sealer.seal(trial.sandbox.identity().token.expose());
        accounts::set_token(&mut tx, &"account-1".into(), &right).await.unwrap();
        tx.commit().await.unwrap();
        outbox::recover(&trial.app).await.unwrap();
        assert_eq!(run_for(&trial, 60_000).await, [Delivery::Accepted]);
    }

    /// C1: Retry-After counts for the number; 131056 slows down one customer alone.
    async fn c1_a_pair_waits_alone(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        let phones = customers(&trial, 2).await;
        trial.faults(json!([{"fault": "error", "code": 131_056}]));
        send(&trial, &key, &phones[0], "one").await;
        send(&trial, &key, &phones[0], "two").await;
        send(&trial, &key, &phones[1], "other").await;
        assert_eq!(run_for(&trial, 1000).await, [Delivery::Queued, Delivery::Accepted]);
        assert_eq!((texts(&trial, &phones[0]).len(), texts(&trial, &phones[1]).len()), (0, 1));
        run_for(&trial, 60_000).await;
        assert_eq!(texts(&trial, &phones[0]), ["one", "two"]);
        trial.faults(json!([{"fault": "error", "code": 4, "retry_after": 90}]));
        send(&trial, &key, &phones[0], "later").await;
        assert_eq!(run_for(&trial, 89_000).await, [Delivery::Queued]);
        assert_eq!(run_for(&trial, 140_000).await, [Delivery::Accepted]);
    }
}

/// A3: while the database takes no deliveries, everybody is told, health fails with the reason, and both end by themselves.
#[tokio::test(flavor = "multi_thread")]
async fn a3_storing_fails_and_recovers_in_words() {
    let trial = Trial::start(crate::server::trial::sqlite().await).await;
    let agent = trial.agent(Role::Agent).await;
    trial.app.trouble.set_storage(Some("database or disk is full".to_owned()));
    assert_eq!(trouble::list(&trial.app, &mut trial.app.store.read().await.unwrap()).await.unwrap(), [Notice::NotStoring]);
    let (status, health) = answer(trial.http.get(format!("{}/healthz", trial.base))).await;
    assert_eq!((status, &health["reason"]), (503, &json!("deliveries cannot be stored")));
    // The look that finds the database well again.
    assert_eq!(notices(&trial, &agent).await, []);
    assert_eq!(answer(trial.http.get(format!("{}/healthz", trial.base))).await.0, 200);
}
