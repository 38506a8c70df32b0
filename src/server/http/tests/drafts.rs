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
    all["messages"].as_array().unwrap().iter().map(|kept| (words(&kept["draft"]["conversation_id"]), words(&kept["draft"]["body"]))).collect()
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

    /// Notes that are begun are kept apart from messages, and gone once they are added.
    async fn a_note_that_is_begun_is_found_on_any_device(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, jonas) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await);
        trial.zoe("hi").await;
        let (message, note) = (typed(&trial, "m", "Dear Zoë").await, typed(&trial, "n", "she sounds angry").await);
        let id = &note["conversation_id"];
        assert_eq!(keep(&trial, &mira, &message).await, 200);
        let body = json!({"agent": who(&trial, &mira).await, "kind": "note", "id": id, "draft": note});
        assert_eq!(call(&trial, &mira, "drafts/keep", body).await.0, 200);
        let begun = async |cookie: &str| call(&trial, cookie, "drafts/list", json!({"agent": who(&trial, cookie).await})).await.1;
        let now = begun(&mira).await;
        assert_eq!((&now["messages"][0]["draft"]["body"], &now["notes"][0]["draft"]["body"]), (&json!("Dear Zoë"), &json!("she sounds angry")));
        assert_eq!(begun(&jonas).await["notes"], json!([]));
        // Another note leaves what is begun.
        let add = async |client_id: &str| call(&trial, &mira, "team/note", json!({"id": id, "client_id": client_id, "body": "she sounds angry"})).await.0;
        assert_eq!((add("other").await, begun(&mira).await["notes"].as_array().unwrap().len()), (200, 1));
        assert_eq!((add("n").await, begun(&mira).await["notes"].as_array().unwrap().len()), (200, 0));
        assert_eq!(begun(&mira).await["messages"].as_array().unwrap().len(), 1);
    }

    /// Files that wait: kept for their agent alone, with their words, until they are sent or taken out; what was sent waits no more.
    async fn files_wait_on_any_device_until_they_are_sent(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, jonas) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await);
        trial.zoe("hi").await;
        let to = typed(&trial, "file-1", "").await;
        let put = async |cookie: &str, client_id: &str, bytes: &str| {
            let part = reqwest::multipart::Part::text(bytes.to_owned()).file_name("Prices 2026.pdf");
            let message = json!({"client_id": client_id, "conversation_id": to["conversation_id"], "contact_id": to["contact_id"], "account_id": to["account_id"], "body": "as promised", "reply_to": null});
            let form = reqwest::multipart::Form::new().text("agent", who(&trial, cookie).await).text("message", message.to_string()).part("file", part);
            let request = trial.http.post(format!("{}/whatsapp/drafts/files/", trial.base)).header("cookie", cookie).header("origin", &trial.base);
            request.multipart(form).send().await.unwrap().status().as_u16()
        };
        let get = async |cookie: &str, client_id: &str| {
            let answer = trial.http.get(format!("{}/whatsapp/drafts/files/{client_id}/", trial.base)).header("cookie", cookie).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let files = async |cookie: &str| call(&trial, cookie, "drafts/list", json!({"agent": who(&trial, cookie).await})).await.1["files"].clone();
        assert_eq!(put(&mira, "file-1", "MZ\u{0}\u{0}\u{0}").await, 422, "what WhatsApp does not take");
        assert_eq!(put(&mira, "file-1", "%PDF-1.7 of ours").await, 201);
        let waits = files(&mira).await;
        assert_eq!((waits.as_array().unwrap().len(), &waits[0]["name"], &waits[0]["message"]["body"]), (1, &json!("Prices 2026.pdf"), &json!("as promised")));
        assert_eq!(waits[0]["message"]["contact_id"], to["contact_id"], "for whom it was chosen");
        assert_eq!(get(&mira, "file-1").await, (200, "%PDF-1.7 of ours".to_owned()));
        assert_eq!((files(&jonas).await, get(&jonas, "file-1").await.0), (json!([]), 404));
        let mut reworded = to.clone();
        reworded["body"] = json!("as you asked");
        assert_eq!(call(&trial, &mira, "drafts/change_file", json!({"agent": who(&trial, &mira).await, "message": reworded})).await.0, 200);
        assert_eq!(files(&mira).await[0]["message"]["body"], "as you asked");
        // Sent: gone; and what is still on its way to wait does not come back.
        let form = [("client_id", "file-1"), ("conversation_id", to["conversation_id"].as_str().unwrap()), ("contact_id", to["contact_id"].as_str().unwrap()), ("account_id", to["account_id"].as_str().unwrap()), ("body", "as you asked")];
        let form = form.into_iter().fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(name, value.to_owned()));
        let form = form.part("media_file", reqwest::multipart::Part::text("%PDF-1.7 of ours").file_name("Prices 2026.pdf"));
        let sent = trial.http.post(format!("{}/whatsapp/inbox/447700900123/send/", trial.base)).header("cookie", &mira).header("origin", &trial.base);
        assert!(sent.multipart(form).send().await.unwrap().status().is_redirection());
        assert_eq!((files(&mira).await, get(&mira, "file-1").await.0), (json!([]), 404));
        assert_eq!((put(&mira, "file-1", "%PDF-1.7 of ours").await, files(&mira).await), (201, json!([])));
        // Taken out; and limited to another number, nothing is seen of what waits.
        assert_eq!((put(&mira, "file-2", "%PDF-1.7 of ours").await, put(&mira, "file-1b", "%PDF-1.7 of ours").await), (201, 201));
        assert_eq!(call(&trial, &mira, "drafts/drop_file", json!({"agent": who(&trial, &mira).await, "id": "file-1b"})).await.0, 200);
        assert_eq!(files(&mira).await.as_array().unwrap().len(), 1);
        limit(&trial, &mira).await;
        assert_eq!((files(&mira).await, get(&mira, "file-2").await.0, put(&mira, "file-3", "%PDF-1.7").await), (json!([]), 404, 404));
    }

    /// A file that waits on the server is sent from there: only named, by its agent alone, once.
    async fn a_file_that_waits_is_sent_without_coming_again(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, jonas) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await);
        trial.zoe("hi").await;
        let to = typed(&trial, "film-1", "as promised").await;
        let post = async |cookie: &str, path: &str, form: reqwest::multipart::Form| {
            let request = trial.http.post(format!("{}{path}", trial.base)).header("cookie", cookie).header("origin", &trial.base);
            answer(request.header("accept", "application/json").multipart(form)).await
        };
        let put = async |client_id: &str| {
            let mut message = to.clone();
            message["client_id"] = json!(client_id);
            let form = reqwest::multipart::Form::new().text("agent", who(&trial, &mira).await).text("message", message.to_string());
            let bytes = [b"%PDF-1.7 ".as_slice(), &vec![b'x'; 17 * 1024 * 1024]].concat();
            post(&mira, "/whatsapp/drafts/files/", form.part("file", reqwest::multipart::Part::bytes(bytes).file_name("Plans.pdf"))).await.0
        };
        let send = async |cookie: &str, client_id: &str| {
            let fields = ["conversation_id", "contact_id", "account_id", "body"].map(|name| (name, to[name].as_str().unwrap()));
            let fields = fields.into_iter().chain([("client_id", client_id), ("kept_file", client_id)]);
            let form = fields.fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(name, value.to_owned()));
            post(cookie, "/whatsapp/inbox/447700900123/send/", form).await
        };
        assert_eq!((put("film-1").await, put("film-2").await), (201, 201), "as large as any that can be sent");
        assert_eq!(send(&jonas, "film-1").await.0, 404, "another's");
        let (status, first) = send(&mira, "film-1").await;
        assert_eq!((status, &first["client_id"]), (200, &json!("film-1")), "{first}");
        assert_eq!(send(&mira, "film-1").await.1["id"], first["id"], "another try is the same message");
        let (status, other) = {
            let fields = ["conversation_id", "contact_id", "account_id"].map(|name| (name, to[name].as_str().unwrap()));
            let fields = fields.into_iter().chain([("body", "other words"), ("client_id", "film-1"), ("kept_file", "film-1")]);
            post(&mira, "/whatsapp/inbox/447700900123/send/", fields.fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(name, value.to_owned()))).await
        };
        assert_eq!((status, &other["error"]["code"]), (409, &json!("client_id_reused")), "other words are not sent by that: {other}");
        let about = Sql::same("select media.size, media.name from messages join media on media.id = messages.media_id where messages.id = $1");
        let id = first["id"].as_str().unwrap();
        let file = trial.app.store.read().await.unwrap().find::<(i64, String)>(about, vec![id.into()]).await.unwrap().unwrap();
        assert_eq!(file, (17 * 1024 * 1024 + 9, "Plans.pdf".to_owned()));
        // Taken out elsewhere: it is said so, and nothing is sent in its place.
        assert_eq!(call(&trial, &mira, "drafts/drop_file", json!({"agent": who(&trial, &mira).await, "id": "film-2"})).await.0, 200);
        let (status, refusal) = send(&mira, "film-2").await;
        assert_eq!((status, &refusal["error"]["message"]), (404, &json!("This file waits no more: it was sent, or taken out.")));
    }
}
