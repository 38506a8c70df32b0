//! Our reactions: sent once, in order, seen on the message they are about and nowhere else.

use super::outbox::program;
use crate::domain::delivery::Delivery;
use crate::domain::id::MessageId;
use crate::protocol::error::ApiError;
use crate::server::outbox::{Outcome, step};
use crate::server::service::reactions::react;
use crate::server::store::Store;
use crate::server::trial::{Trial, number, on_both};
use serde_json::{Value, json};

/// The events of the log, as far as they carry a message: its body and the reactions on it.
async fn seen(trial: &Trial) -> Value {
    let events = crate::server::store::events::list(&mut trial.app.store.read().await.unwrap(), 0, 1000).await.unwrap();
    let last: Value = serde_json::from_str(&events.last().unwrap().payload).unwrap();
    let message = &last["message_stored"]["message"];
    json!([message["content"]["text"]["body"], message["reactions"], message["reacted"]])
}

/// Zoë has said hi: the inbox, a key, and her message.
async fn greeted(store: Store) -> (Trial, String, MessageId) {
    let trial = Trial::start(store).await;
    let key = trial.key().await;
    trial.zoe("hi").await;
    let id = MessageId(trial.messages(&key).await[0]["id"].as_str().unwrap().to_owned());
    (trial, key, id)
}

on_both! {
    async fn an_emoji_goes_out_is_seen_on_its_message_and_taken_back(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("*Hello*").await;
        let target = trial.messages(&key).await.remove(0);
        let id = MessageId(target["id"].as_str().unwrap().to_owned());
        // The customer's own stays beside ours.
        let unread = trial.chats(&key).await[0]["unread_count"].clone();
        trial.customer(json!({"wa_id": "447700900123", "message": {"type": "reaction", "reaction": {"message_id": target["message_id"], "emoji": "🎉"}}})).await;
        assert_eq!(trial.chats(&key).await[0]["unread_count"], unread, "an emoji is nothing unread");

        let shown = react(&trial.app, &program(), &id, "👍").await.unwrap();
        assert_eq!((shown.reactions.join(""), shown.reacted.as_str()), ("👍🎉".into(), "👍"));
        assert_eq!(seen(&trial).await, json!(["*Hello*", ["👍", "🎉"], "👍"]));
        // A double click is one.
        react(&trial.app, &program(), &id, "👍").await.unwrap();
        react(&trial.app, &program(), &id, "❤️").await.unwrap();
        react(&trial.app, &program(), &id, "").await.unwrap();
        assert_eq!(seen(&trial).await, json!(["*Hello*", ["🎉"], ""]));
        while step(&trial.app).await.unwrap() != Outcome::Idle(None) {}
        let sent: Vec<Value> = trial.received().iter().map(|body| json!([body["type"], body["reaction"]["message_id"], body["reaction"]["emoji"]])).collect();
        let wamid = &target["message_id"];
        assert_eq!(json!(sent), json!([["reaction", wamid, "👍"], ["reaction", wamid, "❤️"], ["reaction", wamid, ""]]));

        // It is no message of the thread or the list, also when Meta reports on it.
        let wamid = trial.sandbox.world().received[0].wamid.clone().unwrap();
        let read = crate::server::sandbox::post::status(&trial.sandbox, &wamid, "447700900123", "read", None, trial.sandbox.now());
        crate::server::sandbox::post::deliver(&trial.sandbox, read).await;
        trial.settle().await;
        assert_eq!(trial.messages(&key).await.len(), 1);
        assert_eq!(trial.chats(&key).await[0]["last_message"]["body"], "Hello");
    }

    async fn an_emoji_that_does_not_go_out_is_not_shown(store: Store) {
        let (trial, _, id) = greeted(store).await;
        trial.faults(json!([{"fault": "error", "code": 131_051, "status": 400}]));
        react(&trial.app, &program(), &id, "👍").await.unwrap();
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Failed));
        assert_eq!(seen(&trial).await, json!(["hi", [], ""]));
        // And another one is another one.
        assert_eq!(react(&trial.app, &program(), &id, "👍").await.unwrap().reacted, "👍");
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Accepted));
    }

    /// A change that fails leaves what the customer sees; also where Meta says so later.
    async fn an_emoji_that_fails_later_gives_way_to_the_one_before(store: Store) {
        let (trial, _, id) = greeted(store).await;
        for emoji in ["👍", "❤️"] {
            react(&trial.app, &program(), &id, emoji).await.unwrap();
            assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Accepted));
        }
        let wamid = trial.sandbox.world().received[1].wamid.clone().unwrap();
        let failed = crate::server::sandbox::post::status(&trial.sandbox, &wamid, "447700900123", "failed", None, trial.sandbox.now());
        crate::server::sandbox::post::deliver(&trial.sandbox, failed).await;
        trial.settle().await;
        assert_eq!(seen(&trial).await, json!(["hi", ["👍"], "👍"]));
        // Taking it back fails, too: it is still there.
        trial.faults(json!([{"fault": "error", "code": 131_009, "status": 400}]));
        react(&trial.app, &program(), &id, "").await.unwrap();
        assert_eq!(seen(&trial).await, json!(["hi", [], ""]));
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Failed));
        assert_eq!(seen(&trial).await, json!(["hi", ["👍"], "👍"]));
    }

    /// There is one emoji of ours on a message: where nobody knows whether it went out, it goes again.
    async fn an_emoji_whose_outcome_is_unknown_goes_again(store: Store) {
        let (trial, _, id) = greeted(store).await;
        trial.faults(json!([{"fault": "drop_silently"}]));
        react(&trial.app, &program(), &id, "👍").await.unwrap();
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Queued));
        trial.clock.advance(60_000);
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Recorded(Delivery::Accepted));
        assert_eq!(number(&mut trial.app.store.read().await.unwrap(), "select count(*) from outbox").await, 0);
        assert_eq!(seen(&trial).await, json!(["hi", ["👍"], "👍"]));
    }

    async fn only_emoji_on_known_messages_within_the_window(store: Store) {
        let (trial, key, id) = greeted(store).await;
        for words in ["ok", "<b>", "👍 ok", "👍👍", &"👍".repeat(40)] {
            let refused = react(&trial.app, &program(), &id, words).await.unwrap_err();
            assert!(ApiError::from(refused).message.contains("one emoji"));
        }
        let unknown = react(&trial.app, &program(), &MessageId("none".into()), "👍").await.unwrap_err();
        assert!(ApiError::from(unknown).message.contains("no such message"));
        let (_, ours) = trial.send(&key, json!({"phone": "447700900123", "message": "not sent yet"})).await;
        let early = react(&trial.app, &program(), &MessageId(ours["id"].as_str().unwrap().to_owned()), "👍").await.unwrap_err();
        assert!(ApiError::from(early).message.contains("does not have this message yet"));
        trial.clock.advance(25 * 3_600_000);
        let closed = react(&trial.app, &program(), &id, "👍").await.unwrap_err();
        assert!(ApiError::from(closed).message.contains("24 hours"));
        assert_eq!(number(&mut trial.app.store.read().await.unwrap(), "select count(*) from outbox").await, 1);
    }
}
