//! Drafts: an agent's own, on every device, for whom they may answer, gone with what is sent.

use super::matrix::limit;
use crate::domain::agent::Role;
use crate::server::secret::token_hash;
use crate::server::store::Sql;
use crate::server::trial::{Trial, answer, on_both};
use serde_json::{Value, json};

async fn call(trial: &Trial, cookie: &str, path: &str, body: Value) -> (u16, Value) {
    let request = trial.http.post(format!("{}/whatsapp/fn/{path}", trial.base)).header("cookie", cookie).header("sec-fetch-site", "same-origin");
    answer(request.json(&body)).await
}

/// Whose session it is.
async fn who(trial: &Trial, cookie: &str) -> String {
    let hash = token_hash(cookie.trim_start_matches("inbox="));
    let mut tx = trial.app.store.read().await.unwrap();
    tx.find::<(String,)>(Sql::same("select agent_id from sessions where token_hash = $1"), vec![hash.into()]).await.unwrap().unwrap().0
}

/// What is typed in the newest conversation.
async fn typed(trial: &Trial, client_id: &str, body: &str) -> Value {
    let newest = Sql::same("select id, contact_id, account_id from conversations order by sort_at desc, id limit 1");
    let (id, contact, account) = trial.app.store.read().await.unwrap().find::<(String, String, String)>(newest, vec![]).await.unwrap().unwrap();
    json!({"client_id": client_id, "conversation_id": id, "contact_id": contact, "account_id": account, "body": body, "reply_to": null})
}

/// Keeps it; the status.
async fn keep(trial: &Trial, cookie: &str, draft: &Value) -> u16 {
    call(trial, cookie, "drafts/keep", json!({"agent": who(trial, cookie).await, "id": draft["conversation_id"], "draft": draft})).await.0
}

/// What an agent finds on any device: where, and the words.
async fn found(trial: &Trial, cookie: &str) -> Vec<(String, String)> {
    let (status, all) = call(trial, cookie, "drafts/list", json!({"agent": who(trial, cookie).await})).await;
    assert_eq!(status, 200, "{all}");
    let words = |value: &Value| value.as_str().unwrap().to_owned();
    all.as_array().unwrap().iter().map(|kept| (words(&kept["draft"]["conversation_id"]), words(&kept["draft"]["body"]))).collect()
}

on_both! {
    async fn a_draft_is_found_by_its_agent_alone_and_only_where_they_answer(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, jonas) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await);
        trial.zoe("hi").await;
        let draft = typed(&trial, "one", "Dear Zo").await;
        assert_eq!(keep(&trial, &mira, &draft).await, 200);
        assert_eq!(keep(&trial, &mira, &typed(&trial, "one", "Dear Zoë").await).await, 200);
        let id = draft["conversation_id"].as_str().unwrap().to_owned();
        assert_eq!(found(&trial, &mira).await, [(id.clone(), "Dear Zoë".to_owned())], "the last words, once");
        assert!(found(&trial, &jonas).await.is_empty());
        // Limited to another number, nothing is kept and nothing found.
        limit(&trial, &mira).await;
        assert_eq!(keep(&trial, &mira, &draft).await, 404);
        assert!(found(&trial, &mira).await.is_empty());
        assert_eq!(keep(&trial, &jonas, &json!({"conversation_id": "none", "client_id": "c", "contact_id": "c", "account_id": "a", "body": "b"})).await, 404);
        assert_eq!(keep(&trial, &jonas, &typed(&trial, "two", &"x".repeat(70_000)).await).await, 422);
        assert_eq!(keep(&trial, &jonas, &typed(&trial, "", "no id").await).await, 422);
    }

    async fn what_is_sent_is_no_draft_any_more_and_what_is_begun_after_it_stays(store: Store) {
        let trial = Trial::start(store).await;
        let mira = trial.agent(Role::Agent).await;
        trial.zoe("hi").await;
        for sent in ["whole", "parts-0"] {
            let begun = if sent == "whole" { "whole" } else { "parts" };
            assert_eq!(keep(&trial, &mira, &typed(&trial, begun, "Good morning").await).await, 200);
            let command = typed(&trial, sent, "Good morning").await;
            assert_eq!(call(&trial, &mira, "messages/send", json!({"command": command})).await.0, 200);
            assert!(found(&trial, &mira).await.is_empty(), "{sent}");
        }
        assert_eq!(keep(&trial, &mira, &typed(&trial, "next", "And one thing more").await).await, 200);
        assert_eq!(call(&trial, &mira, "messages/send", json!({"command": typed(&trial, "late", "sent from elsewhere").await})).await.0, 200);
        assert_eq!(found(&trial, &mira).await.len(), 1);
    }

    async fn two_conversations_that_become_one_keep_what_was_begun(store: Store) {
        let trial = Trial::start(store).await;
        let mira = trial.agent(Role::Agent).await;
        trial.zoe("by number").await;
        let kept = typed(&trial, "one", "").await;
        trial.clock.advance(2000);
        trial.customer(json!({"user_id": "GB.13491208655302741918", "name": "Zoë", "text": "by name"})).await;
        let gone = typed(&trial, "two", "to the name").await;
        assert_ne!(gone["conversation_id"], kept["conversation_id"]);
        assert_eq!(keep(&trial, &mira, &gone).await, 200);
        trial.customer(json!({"wa_id": "447700900123", "user_id": "GB.13491208655302741918", "text": "both"})).await;
        let stays = typed(&trial, "x", "x").await["conversation_id"].as_str().unwrap().to_owned();
        assert_eq!(found(&trial, &mira).await, [(stays, "to the name".to_owned())]);
    }
}
