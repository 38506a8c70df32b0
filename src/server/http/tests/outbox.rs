//! Sending against the sandbox: once, in order, to the right person, whatever goes wrong on the way.

use crate::domain::agent::Role;
use crate::domain::delivery::Delivery;
use crate::domain::id::{ClientId, MessageId};
use crate::protocol::command::Settle;
use crate::protocol::error::{ApiError, Code};
use crate::server::caller::Caller;
use crate::server::outbox::{Outcome, step};
use crate::server::receipts;
use crate::server::service::outgoing::Outgoing;
use crate::server::service::{conversations, messages};
use crate::server::store::{self, outbox};
use crate::server::trial::{Trial, number, on_both, sqlite};
use serde_json::{Value, json};

async fn send(trial: &Trial, key: &str, text: &str) -> MessageId {
    let (status, sent) = trial.send(key, json!({"phone": "447700900123", "message": text})).await;
    assert_eq!(status, 202, "{sent}");
    MessageId(sent["id"].as_str().unwrap().to_owned())
}

/// A worker, until nothing waits. As the real one does, it goes on when all connections are in use for long.
async fn work(trial: &Trial) {
    loop {
        match step(&trial.app).await {
            Ok(Outcome::Idle(None)) => return,
            Err(error) if !error.is_passing() => panic!("{error}"),
            _ => tokio::task::yield_now().await,
        }
    }
}

async fn status_of(trial: &Trial, key: &str, id: &MessageId) -> Value {
    trial.messages(key).await.into_iter().find(|message| message["id"] == id.as_str()).unwrap()["status"].clone()
}

pub(super) fn program() -> Caller {
    Caller { principal: crate::domain::access::Principal::ApiKey { id: "k".into() }, ..Caller::nobody() }
}

on_both! {
    /// The ordinary way: queued, accepted once with the number as Meta knows it, then the ticks.
    async fn a_text_is_accepted_once_and_its_ticks_turn(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        let id = send(&trial, &key, "hello").await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Accepted));
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Idle(None));
        let received = trial.received();
        assert_eq!(received.len(), 1);
        assert_eq!((&received[0]["to"], &received[0]["biz_opaque_callback_data"]), (&json!("+447700900123"), &json!(id.as_str())));
        let wamid = trial.sandbox.world().received[0].wamid.clone().unwrap();
        for word in ["sent", "delivered", "read", "sent"] {
            let body = crate::server::sandbox::post::status(&trial.sandbox, &wamid, "447700900123", word, None, trial.sandbox.now());
            crate::server::sandbox::post::deliver(&trial.sandbox, body).await;
            trial.settle().await;
        }
        assert_eq!(status_of(&trial, &key, &id).await, "read");
    }

    /// I6, C4: accepted and the line breaks, or the gateway fails: the outcome is unknown, and nothing is sent again by itself.
    async fn i6_c4_an_unknown_outcome_is_never_sent_again(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        for fault in [json!({"fault": "drop_silently"}), json!({"fault": "html", "status": 502}), json!({"fault": "error", "code": 131_000, "status": 500}), json!({"fault": "error", "code": 1})] {
            trial.zoe("hi").await;
            trial.faults(json!([fault]));
            let id = send(&trial, &key, "maybe").await;
            assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Unknown), "{fault}");
            trial.clock.advance(10 * 60_000);
            assert_eq!(step(&trial.app).await.unwrap(), Outcome::Idle(None));
            assert_eq!(status_of(&trial, &key, &id).await, "unknown");
        }
        assert_eq!(trial.received().len(), 1, "only the first fault accepted anything");
    }

    /// I6: an unknown outcome is settled by the status that carries our id, or by a person.
    async fn i6_a_status_or_a_person_settles_the_unknown(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        trial.faults(json!([{"fault": "drop_silently"}, {"fault": "drop_silently"}, {"fault": "drop_silently"}]));
        let by_status = send(&trial, &key, "one").await;
        step(&trial.app).await.unwrap();
        let wamid = trial.sandbox.world().received[0].wamid.clone().unwrap();
        let body = crate::server::sandbox::post::status(&trial.sandbox, &wamid, "447700900123", "delivered", Some(by_status.as_str()), trial.sandbox.now());
        crate::server::sandbox::post::deliver(&trial.sandbox, body).await;
        trial.settle().await;
        assert_eq!(status_of(&trial, &key, &by_status).await, "delivered");

        let marked = send(&trial, &key, "two").await;
        step(&trial.app).await.unwrap();
        messages::settle(&trial.app, &program(), &marked, Settle::MarkAsSent).await.unwrap();
        assert_eq!(status_of(&trial, &key, &marked).await, "accepted");

        let again = send(&trial, &key, "three").await;
        step(&trial.app).await.unwrap();
        let first = messages::settle(&trial.app, &program(), &again, Settle::SendAgain).await.unwrap();
        let second = messages::settle(&trial.app, &program(), &again, Settle::SendAgain).await.unwrap();
        assert_eq!(first.id, second.id, "two clicks on send again are one message");
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Accepted));
        assert_eq!(trial.received().len(), 4);
    }

    /// C5: the same request many times at once is one message.
    async fn c5_parallel_requests_are_one_message(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        let sends = (0..16).map(|_| trial.send(&key, json!({"phone": "447700900123", "message": "once", "client_id": "same"})));
        let answers = futures_util::future::join_all(sends).await;
        assert!(answers.iter().all(|(status, body)| *status == 202 && body["id"] == answers[0].1["id"]), "{answers:?}");
        while step(&trial.app).await.unwrap() != Outcome::Idle(None) {}
        assert_eq!(trial.received().len(), 1);
    }

    /// C6: five quick messages, answers of random speed, eight workers: Meta gets them in order.
    async fn c6_a_conversation_keeps_its_order(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        trial.faults(json!([{"fault": "delay", "ms": 120}, {"fault": "none"}, {"fault": "delay", "ms": 60}, {"fault": "none"}, {"fault": "delay", "ms": 20}]));
        for index in 0..5 {
            send(&trial, &key, &index.to_string()).await;
        }
        futures_util::future::join_all((0..8).map(|_| work(&trial))).await;
        let bodies: Vec<String> = trial.received().iter().map(|body| body["text"]["body"].as_str().unwrap().to_owned()).collect();
        assert_eq!(bodies, ["0", "1", "2", "3", "4"]);
    }

    /// What follows an unknown outcome waits 60 seconds for it, then goes.
    async fn an_unknown_outcome_holds_its_conversation_for_a_minute(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        trial.faults(json!([{"fault": "drop_silently"}]));
        send(&trial, &key, "first").await;
        send(&trial, &key, "second").await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Unknown));
        assert!(matches!(step(&trial.app).await.unwrap(), Outcome::Idle(Some(_))));
        trial.clock.advance(61_000);
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Accepted));
    }

    /// B5: all statuses overtake the answer; the message ends where they say, with its wamid.
    async fn b5_statuses_before_the_answer(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        trial.sandbox.world().settings.pace_ms = vec![0, 0, 0];
        trial.faults(json!([{"fault": "status_first"}]));
        let id = send(&trial, &key, "fast").await;
        let (outcome, ()) = tokio::join!(step(&trial.app), async {
            while number(&mut trial.app.store.read().await.unwrap(), "select count(*) from statuses").await < 3 { trial.settle().await; }
        });
        assert!(matches!(outcome.unwrap(), Outcome::Recorded(_)));
        trial.settle().await;
        assert_eq!(status_of(&trial, &key, &id).await, "read");
        assert_eq!(number(&mut trial.app.store.read().await.unwrap(), "select count(*) from outbox").await, 0);
    }

    /// B5: a status and what an outcome writes are applied at the same time; neither fails, and the message ends where both say.
    async fn b5_a_status_and_an_outcome_never_wait_for_each_other(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        trial.faults(json!([{"fault": "drop_silently"}]));
        let id = send(&trial, &key, "maybe").await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Unknown));
        let wamid = trial.sandbox.world().received[0].wamid.clone().unwrap();
        let read = crate::server::sandbox::post::status(&trial.sandbox, &wamid, "447700900123", "read", Some(id.as_str()), trial.sandbox.now());
        let mut tx = trial.app.store.write().await.unwrap();
        outbox::lock(&mut tx, std::slice::from_ref(&id)).await.unwrap();
        tokio::join!(
            async {
                crate::server::sandbox::post::deliver(&trial.sandbox, read).await;
                trial.settle().await;
            },
            async {
                let blocked = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
                while trial.app.store.is_shared() && number(&mut trial.app.store.read().await.unwrap(), blocked).await == 0 {
                    tokio::task::yield_now().await;
                }
                store::messages::set_local(&mut tx, &id, Delivery::Accepted, None, crate::server::trial::NOON).await.unwrap();
                tx.commit().await.unwrap();
            }
        );
        assert_eq!(status_of(&trial, &key, &id).await, "read");
    }

    /// Codes that pass are tried again after a while, as `Retry-After` says, and then go through once.
    async fn a_busy_meta_is_tried_again_later(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        trial.faults(json!([{"fault": "error", "code": 130_429, "status": 429, "retry_after": 30}]));
        let id = send(&trial, &key, "patient").await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Queued));
        trial.clock.advance(29_000);
        assert!(matches!(step(&trial.app).await.unwrap(), Outcome::Idle(Some(_))));
        trial.clock.advance(30_000);
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Accepted));
        assert_eq!((trial.received().len(), status_of(&trial, &key, &id).await), (1, json!("accepted")));
    }

    /// I7: a composer opened for somebody else is refused, and nothing is queued.
    async fn i7_a_mismatched_recipient_is_refused(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        trial.customer(json!({"wa_id": "5511955501234", "text": "oi"})).await;
        let zoe = conversations::find(&trial.app, &program(), "447700900123", None).await.unwrap();
        let joao = conversations::find(&trial.app, &program(), "5511955501234", None).await.unwrap();
        let command = Outgoing {
            client_id: ClientId("c".into()),
            conversation_id: zoe.id,
            contact_id: joao.contact_id,
            account_id: zoe.account_id,
            body: "for João".into(),
            reply_to: None,
            seen: None,
            plain: false,
        file: None,
            made: None,
        };
        let error = ApiError::from(messages::send(&trial.app, &program(), command).await.unwrap_err());
        assert_eq!(error.code, Code::RecipientMismatch);
        assert_eq!(trial.messages(&key).await.len(), 1);
    }

    /// A10: a process that died between claiming and recording leaves an unknown outcome, never a second message.
    async fn a_lapsed_lease_is_an_unknown_outcome(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        let id = send(&trial, &key, "in flight").await;
        let mut tx = trial.app.store.write().await.unwrap();
        let due = crate::server::store::outbox::take_due(&mut tx, trial.app.clock.now()).await.unwrap().unwrap();
        crate::server::store::outbox::claim(&mut tx, &due.message_id, trial.app.clock.now().plus(60_000)).await.unwrap();
        tx.commit().await.unwrap();
        trial.clock.advance(60_000);
        assert!(matches!(step(&trial.app).await.unwrap(), Outcome::Idle(_)));
        assert_eq!(status_of(&trial, &key, &id).await, "unknown");
        assert!(trial.received().is_empty());
    }
}

/// A permanent error fails with a sentence that says what to do; the text can be thrown away.
#[tokio::test(flavor = "multi_thread")]
async fn a_final_error_fails_with_its_sentence() {
    let trial = Trial::start(sqlite().await).await;
    let key = trial.key().await;
    trial.zoe("hi").await;
    trial.faults(json!([{"fault": "error", "code": 131_047}]));
    let id = send(&trial, &key, "too late").await;
    assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Failed));
    let message = trial.messages(&key).await.remove(0);
    assert_eq!(message["error"]["code"], 131_047);
    assert!(message["error"]["message"].as_str().unwrap().contains("Only a template"));
    assert_eq!(trial.chats(&key).await[0]["last_message"]["status"], "failed");
    messages::settle(&trial.app, &program(), &id, Settle::Discard).await.unwrap();
    assert_eq!(trial.messages(&key).await.len(), 1);
    assert_eq!(trial.chats(&key).await[0]["last_message"]["body"], "hi");
}

/// What failed stays in its list, also behind what the customer writes then, until it is sent again or thrown away.
#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_listed_until_something_is_done_about_it() {
    let trial = Trial::start(sqlite().await).await;
    let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
    let listed = async || {
        let page = crate::server::trial::answer(trial.http.get(format!("{}/whatsapp/api/chats/?view=failed", trial.base)).header("x-api-key", &key)).await.1;
        let counts = super::team::call(&trial, &mira, "search/counts", json!({})).await.1;
        let count = counts["views"].as_array().unwrap().iter().find(|view| view[0] == "failed").unwrap()[1].clone();
        assert_eq!(json!(page["conversations"].as_array().unwrap().len()), count);
        count
    };
    let fails = async |text: &str| {
        trial.faults(json!([{"fault": "error", "code": 131_026, "status": 400}]));
        let id = send(&trial, &key, text).await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Failed));
        id
    };
    let head = async || {
        let last = crate::server::store::events::list(&mut trial.app.store.read().await.unwrap(), 0, 500).await.unwrap().pop().unwrap();
        json!(last.payload.contains(r#""has_failed":true"#))
    };
    trial.zoe("hi").await;
    assert_eq!(listed().await, 0);
    let one = fails("one").await;
    let other = fails("other").await;
    assert_eq!(listed().await, 1, "once, however many");
    trial.clock.advance(1000);
    trial.zoe("are you there?").await;
    assert_eq!((listed().await, head().await), (json!(1), json!(true)), "also to pages that are open");
    messages::settle(&trial.app, &program(), &one, Settle::SendAgain).await.unwrap();
    assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Accepted));
    assert_eq!(listed().await, 1);
    messages::settle(&trial.app, &program(), &other, Settle::Discard).await.unwrap();
    assert_eq!((listed().await, head().await), (json!(0), json!(false)));
    // Done with before it was known that the last word did not arrive.
    let last = send(&trial, &key, "goodbye").await;
    assert_eq!(super::team::handle(&trial, &mira, json!("resolve")).await.1["has_failed"], false);
    trial.faults(json!([{"fault": "error", "code": 131_026, "status": 400}]));
    assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Failed));
    assert_eq!((listed().await, head().await), (json!(1), json!(true)));
    messages::settle(&trial.app, &program(), &last, Settle::Discard).await.unwrap();
    assert_eq!(listed().await, 0);
}

/// A reply carries the quoted message's wamid, also when it is sent again; the quote is shown.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_quotes_its_original() {
    let trial = Trial::start(sqlite().await).await;
    let key = trial.key().await;
    trial.customer(json!({"wa_id": "447700900123", "text": "which colour?", "id": "wamid.q"})).await;
    let (status, _) = trial.send(&key, json!({"phone": "447700900123", "message": "green", "reply_to": "wamid.q"})).await;
    assert_eq!(status, 202);
    step(&trial.app).await.unwrap();
    assert_eq!(trial.received()[0]["context"]["message_id"], "wamid.q");
    assert_eq!(trial.messages(&key).await[0]["reply_to"], "wamid.q");

    trial.faults(json!([{"fault": "error", "code": 131_026, "status": 400}]));
    trial.send(&key, json!({"phone": "447700900123", "message": "or blue", "reply_to": "wamid.q"})).await;
    assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Failed));
    let failed = trial.messages(&key).await[0]["id"].as_str().unwrap().into();
    messages::settle(&trial.app, &program(), &failed, Settle::SendAgain).await.unwrap();
    assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Accepted));
    let again = trial.received().pop().unwrap();
    assert_eq!((&again["text"]["body"], &again["context"]["message_id"]), (&json!("or blue"), &json!("wamid.q")));
    assert_eq!(trial.messages(&key).await[0]["reply_to"], "wamid.q");
}

/// When a person has looked, the count is gone for the team and Meta is told once; a switch of the account turns that off.
#[tokio::test(flavor = "multi_thread")]
async fn reading_is_told_to_meta_unless_switched_off() {
    let trial = Trial::start(sqlite().await).await;
    let key = trial.key().await;
    let cookie = trial.agent(Role::Agent).await;
    for (wants, expected) in [(1, 1), (0, 1)] {
        let mut tx = trial.app.store.write().await.unwrap();
        tx.run(crate::server::store::Sql::same("update accounts set read_receipts = $1"), vec![i64::from(wants).into()]).await.unwrap();
        tx.commit().await.unwrap();
        trial.zoe("look at this").await;
        let last = trial.messages(&key).await[0]["id"].clone();
        let url = format!("{}/whatsapp/fn/conversations/mark_read", trial.base);
        let request = trial.http.post(url).header("cookie", &cookie).header("sec-fetch-site", "same-origin").json(&json!({"up_to": last}));
        assert_eq!(request.send().await.unwrap().status(), 200);
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 0);
        while receipts::step(&trial.app).await.unwrap() != receipts::Outcome::Idle {}
        let told = trial.received().iter().filter(|body| body["status"] == "read").count();
        assert_eq!(told, expected, "read receipts {wants}");
    }
}

/// The customer sees that somebody writes, unless the account wants that not, or read receipts not, which it implies.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_writes() {
    let trial = Trial::start(crate::server::trial::sqlite().await).await;
    let (key, cookie) = (trial.key().await, trial.agent(Role::Agent).await);
    trial.zoe("hi").await;
    let id = trial.chats(&key).await[0]["id"].clone();
    let wamid = trial.messages(&key).await[0]["message_id"].clone();
    for (typing, receipts, later, expected) in [(1, 1, 0, 1), (0, 1, 0, 1), (1, 0, 0, 1), (1, 1, crate::domain::time::DAY_MS, 1)] {
        let mut tx = trial.app.store.write().await.unwrap();
        let set = crate::server::store::Sql::same("update accounts set typing_indicator = $1, read_receipts = $2");
        tx.run(set, vec![i64::from(typing).into(), i64::from(receipts).into()]).await.unwrap();
        tx.commit().await.unwrap();
        trial.clock.advance(later);
        let url = format!("{}/whatsapp/fn/conversations/typing", trial.base);
        let request = trial.http.post(url).header("cookie", &cookie).header("sec-fetch-site", "same-origin").json(&json!({"id": id}));
        assert_eq!(request.send().await.unwrap().status(), 200);
        let told: Vec<_> = trial.received().into_iter().filter(|body| body["typing_indicator"]["type"] == "text" && body["message_id"] == wamid).collect();
        assert_eq!(told.len(), expected, "{typing} {receipts} {later}");
    }
}
