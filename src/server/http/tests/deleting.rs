//! A message that is taken out of its thread is gone for the whole team: from counts, quotes, searches and files, and for good.

use crate::domain::agent::Role;
use crate::server::trial::{Trial, answer, on_both};
use serde_json::{Value, json};

async fn settle(trial: &Trial, auth: (&str, &str), id: &Value, how: &str) -> (u16, Value) {
    let post = trial.http.post(format!("{}/whatsapp/fn/messages/settle", trial.base)).header("sec-fetch-site", "same-origin");
    answer(post.header(auth.0, auth.1).json(&json!({"id": id, "how": how}))).await
}

on_both! {
    async fn what_is_deleted_is_gone_for_all_and_a_line_says_by_whom(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        trial.zoe("my card is 4711").await;
        let first = trial.messages(&key).await.remove(0);
        trial.clock.advance(1000);
        trial.customer(json!({"wa_id": "447700900123", "text": "did you get that?", "reply_to": first["message_id"]})).await;
        assert_eq!(trial.messages(&key).await[0]["quoted"]["id"], first["id"]);
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 2);

        // Programs do not delete.
        assert_eq!(settle(&trial, ("x-api-key", &key), &first["id"], "delete").await.0, 403);
        assert_eq!(settle(&trial, ("cookie", &mira), &first["id"], "delete").await.0, 200);
        let left = trial.messages(&key).await;
        assert_eq!(left.iter().map(|message| message["body"].clone()).collect::<Vec<_>>(), ["did you get that?"]);
        assert_eq!(left[0]["quoted"], Value::Null, "its quote shows no more of it");
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 1);

        // Every open page hears of all of it.
        let events = crate::server::store::events::list(&mut trial.app.store.read().await.unwrap(), 0, 1000).await.unwrap();
        let last: Vec<&str> = events.iter().rev().take(3).map(|event| event.kind.as_str()).collect();
        assert_eq!(last, ["message_discarded", "message_stored", "message_stored"]);
        assert!(events.iter().any(|event| event.payload.contains("\"deleted\"")), "a line says that something is missing");
        // Twice is once.
        assert_eq!(settle(&trial, ("cookie", &mira), &first["id"], "delete").await.0, 200);
        let again = crate::server::store::events::list(&mut trial.app.store.read().await.unwrap(), 0, 1000).await.unwrap();
        assert_eq!(again.len(), events.len());
        // The window counts from it all the same, and the list shows what is left.
        let chat = trial.chats(&key).await.remove(0);
        assert_eq!(chat["last_message"]["body"], "did you get that?");
    }

    async fn no_report_brings_a_deleted_message_back(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        trial.zoe("hi").await;
        let sent = trial.send(&key, json!({"phone": "447700900123", "message": "to the wrong person"})).await.1;
        // What is on its way cannot be held back.
        assert_eq!(settle(&trial, ("cookie", &mira), &sent["id"], "delete").await.0, 409);
        while crate::server::outbox::step(&trial.app).await.unwrap() != crate::server::outbox::Outcome::Idle(None) {}
        assert_eq!(settle(&trial, ("cookie", &mira), &sent["id"], "delete").await.0, 200);
        let wamid = trial.sandbox.world().received[0].wamid.clone().unwrap();
        for word in ["delivered", "read"] {
            let report = crate::server::sandbox::post::status(&trial.sandbox, &wamid, "447700900123", word, None, trial.sandbox.now());
            assert_eq!(crate::server::sandbox::post::deliver(&trial.sandbox, report).await, 200);
        }
        trial.settle().await;
        assert_eq!(trial.messages(&key).await.len(), 1, "only the customer's own");
    }

    /// A reaction that is on its way when its message is deleted, or comes after, shows it to nobody.
    async fn a_reaction_does_not_bring_it_back(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        trial.zoe("my card is 4711").await;
        let first = trial.messages(&key).await.remove(0);
        let react = async |emoji: &str| {
            let post = trial.http.post(format!("{}/whatsapp/fn/messages/react", trial.base)).header("sec-fetch-site", "same-origin").header("cookie", &mira);
            answer(post.json(&json!({"id": first["id"], "emoji": emoji}))).await.0
        };
        assert_eq!(react("👍").await, 200);
        assert_eq!(settle(&trial, ("cookie", &mira), &first["id"], "delete").await.0, 200);
        let before = crate::server::store::events::list(&mut trial.app.store.read().await.unwrap(), 0, 1000).await.unwrap().len();
        while crate::server::outbox::step(&trial.app).await.unwrap() != crate::server::outbox::Outcome::Idle(None) {}
        assert_eq!(react("❤️").await, 404);
        trial.customer(json!({"wa_id": "447700900123", "message": {"type": "reaction", "reaction": {"message_id": first["message_id"], "emoji": "🎉"}}})).await;
        let events = crate::server::store::events::list(&mut trial.app.store.read().await.unwrap(), 0, 1000).await.unwrap();
        assert!(events[before..].iter().all(|event| !event.payload.contains("4711")), "{:?}", &events[before..]);
        // Nor is it told, forwarded or answered by its id.
        for (path, body) in [("details", json!({"id": first["id"]})), ("settle", json!({"id": first["id"], "how": "discard"}))] {
            let post = trial.http.post(format!("{}/whatsapp/fn/messages/{path}", trial.base)).header("sec-fetch-site", "same-origin").header("cookie", &mira);
            assert_eq!(answer(post.json(&body)).await.0, 404, "{path}");
        }
        let answered = trial.send(&key, json!({"phone": "447700900123", "message": "x", "reply_to": first["id"]})).await;
        assert_eq!(answered.0, 404, "{}", answered.1);
    }
}
