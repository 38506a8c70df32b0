//! What the team does among itself: labels, hand-overs, rests, notes. Live, once, kept in the thread, and never seen by a customer.

use crate::domain::agent::Role;
use crate::domain::time::{DAY_MS, HOUR_MS};
use crate::protocol::address::encode;
use crate::server::outbox::{Outcome, step};
use crate::server::service::team;
use crate::server::store::outbox;
use crate::server::trial::{NOON, Trial, answer, number, on_both};
use serde_json::{Value, json};

/// Calls a server function as a page does.
pub async fn call(trial: &Trial, cookie: &str, path: &str, body: Value) -> (u16, Value) {
    let request = trial.http.post(format!("{}/whatsapp/fn/{path}", trial.base)).header("cookie", cookie).header("sec-fetch-site", "same-origin");
    answer(request.json(&body)).await
}

/// Does something with Zoë's conversation.
pub async fn handle(trial: &Trial, cookie: &str, what: Value) -> (u16, Value) {
    let key = trial.key().await;
    let id = trial.chats(&key).await[0]["id"].clone();
    call(trial, cookie, "team/handle", json!({"id": id, "what": what})).await
}

/// What the thread says of it, oldest first: who, and what.
pub async fn lines(trial: &Trial) -> Vec<(Option<String>, Value)> {
    let key = trial.key().await;
    let request = trial.http.get(format!("{}/whatsapp/api/chats/447700900123/messages/?include=notes", trial.base)).header("x-api-key", key);
    let messages = answer(request).await.1["messages"].as_array().cloned().unwrap();
    let line = |message: &Value| (message["author"].as_str().map(str::to_owned), message["content"]["change"].clone());
    messages.iter().rev().filter(|message| message["message_type"] == "change").map(line).collect()
}

/// Posts a form.
pub async fn form(trial: &Trial, who: (&str, &str), path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let body = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&");
    let request = trial.http.post(format!("{}{path}", trial.base)).header(who.0, who.1).header("origin", &trial.base);
    let response = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

on_both! {
    /// The Django app's way: a name is enough, in any case; an empty one takes it off.
    async fn a_label_is_put_on_by_its_name_and_taken_off(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        let id = trial.chats(&key).await[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/whatsapp/inbox/conversation/{id}/label/");
        for (name, shown) in [("Very  urgent", json!("Very urgent")), ("VERY URGENT", json!("Very urgent")), ("Größe", json!("Größe")), ("", json!(null))] {
            assert_eq!(form(&trial, ("x-api-key", &key), &path, &[("label", name)]).await, (200, r#"{"status":"ok"}"#.to_owned()), "{name}");
            assert_eq!(trial.chats(&key).await[0]["label"], shown);
        }
        assert_eq!(form(&trial, ("x-api-key", &key), &path, &[("name", "x")]).await.0, 422);
        assert_eq!(form(&trial, ("x-api-key", &key), &path, &[("label", &"x".repeat(51))]).await.0, 422);
        assert_eq!(form(&trial, ("x-api-key", &key), "/whatsapp/inbox/conversation/none/label/", &[("label", "x")]).await.0, 404);
        let mut tx = trial.app.store.read().await.unwrap();
        assert_eq!(number(&mut tx, "select count(*) from labels").await, 2);
        drop(tx);
        // A label that was there already is no line.
        let said: Vec<Value> = lines(&trial).await.into_iter().map(|line| line.1).collect();
        assert_eq!(json!(said), json!([{"labelled": "Very urgent"}, {"labelled": "Größe"}, {"labelled": null}]));
        assert_eq!(trial.chats(&key).await[0]["last_message"]["body"], "hi", "a quiet line is not what the customer said last");
    }

    /// The page of labels: made, renamed, deleted by admins alone; names differ in more than case; what was typed comes back.
    async fn labels_are_managed_on_their_page(store: Store) {
        let trial = Trial::start(store).await;
        let (agent, admin, key) = (trial.agent(Role::Agent).await, trial.agent(Role::Admin).await, trial.key().await);
        trial.zoe("hi").await;
        let page = "/whatsapp/labels/";
        assert_eq!(form(&trial, ("cookie", &agent), page, &[("name", "VIP"), ("color", "teal")]).await.0, 303);
        assert_eq!(form(&trial, ("cookie", &agent), page, &[("name", "Own"), ("color", "own"), ("own_color", "#AABBCC")]).await.0, 303);
        let (status, text) = form(&trial, ("cookie", &agent), page, &[("name", "vip"), ("color", "red")]).await;
        assert!(status == 422 && text.contains("There is a label called vip already.") && text.contains(r#"value="vip""#), "{status} {text}");
        assert_eq!(form(&trial, ("cookie", &agent), page, &[("name", "x"), ("color", "url(evil)")]).await.0, 422);
        assert_eq!(handle(&trial, &agent, json!({"label": "vip"})).await.0, 200);
        let get = trial.http.get(format!("{}{page}", trial.base)).header("cookie", &agent).send().await.unwrap().text().await.unwrap();
        for part in ["VIP", "1 conversation", "#14b8a6", "#aabbcc"] {
            assert!(get.contains(part), "{part}");
        }
        let mut tx = trial.app.store.read().await.unwrap();
        let (id,): (String,) = tx.find(crate::server::store::Sql::same("select id from labels where key = 'vip'"), vec![]).await.unwrap().unwrap();
        drop(tx);
        assert_eq!(form(&trial, ("cookie", &agent), page, &[("id", &id), ("name", "Regulars"), ("color", "#123456")]).await.0, 303);
        assert_eq!(trial.chats(&key).await[0]["label"], "Regulars");
        // Whoever saw it as it was before does not write over that unread; once they have seen it, they do.
        let stale = [("id", id.as_str()), ("was_name", "VIP"), ("was_color", "teal"), ("name", "Very important"), ("color", "teal")];
        let (status, text) = form(&trial, ("cookie", &admin), page, &stale).await;
        assert!(status == 409 && text.contains("it is Regulars in #123456") && text.contains("Very important"), "{status} {text}");
        assert_eq!(trial.chats(&key).await[0]["label"], "Regulars");
        let seen = [("id", id.as_str()), ("was_name", "Regulars"), ("was_color", "#123456"), ("name", "Regulars"), ("color", "red")];
        assert_eq!(form(&trial, ("cookie", &admin), page, &seen).await.0, 303);
        assert_eq!(form(&trial, ("cookie", &agent), page, &[("id", &id), ("delete", "1")]).await.0, 403);
        assert_eq!(trial.chats(&key).await[0]["label"], "Regulars");
        assert_eq!(form(&trial, ("cookie", &admin), page, &[("id", &id), ("delete", "1")]).await.0, 303);
        assert_eq!(trial.chats(&key).await[0]["label"], json!(null));
        assert_eq!(form(&trial, ("cookie", &admin), page, &[("id", &id), ("name", "Again")]).await.0, 409);
    }

    /// Handed over, resolved, opened again by the customer; each a quiet line with who it was.
    async fn a_conversation_is_handed_over_and_done_with(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, key) = (trial.agent(Role::Agent).await, trial.key().await);
        trial.zoe("hi").await;
        let mut tx = trial.app.store.read().await.unwrap();
        let (id,): (String,) = tx.find(crate::server::store::Sql::same("select id from agents"), vec![]).await.unwrap().unwrap();
        drop(tx);
        assert_eq!(handle(&trial, &mira, json!({"assign": id})).await.0, 200);
        assert_eq!(handle(&trial, &mira, json!({"assign": "nobody we know"})).await.0, 422);
        assert_eq!(handle(&trial, &mira, json!("resolve")).await.0, 200);
        // A second click is no second line.
        assert_eq!(handle(&trial, &mira, json!("resolve")).await.1["status"], "resolved");
        let chat = trial.chats(&key).await.remove(0);
        assert_eq!((&chat["status"], &chat["assignee"]), (&json!("resolved"), &json!(id)));
        trial.zoe("one more thing").await;
        assert_eq!(trial.chats(&key).await[0]["status"], "open");
        let [mira, zoe] = ["Mira", "Zoë"].map(|name| Some(name.to_owned()));
        assert_eq!(lines(&trial).await, [(mira.clone(), json!({"assigned": "Mira"})), (mira, json!("resolved")), (zoe, json!("reopened"))]);
    }

    /// Snoozed until a time: wakes by itself, or with the customer's next message.
    async fn a_snoozed_conversation_wakes(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, key) = (trial.agent(Role::Agent).await, trial.key().await);
        trial.zoe("hi").await;
        for (until, status) in [(NOON.plus(-1), 422), (NOON.plus(400 * DAY_MS), 422), (NOON.plus(HOUR_MS), 200)] {
            assert_eq!(handle(&trial, &mira, json!({"snooze": until.0})).await.0, status);
        }
        assert_eq!(team::wake(&trial.app).await.unwrap(), 0);
        trial.clock.advance(HOUR_MS);
        assert_eq!(team::wake(&trial.app).await.unwrap(), 1);
        assert_eq!(trial.chats(&key).await[0]["status"], "open");
        assert_eq!(lines(&trial).await.last(), Some(&(None, json!("woken"))));
        assert_eq!(team::wake(&trial.app).await.unwrap(), 0);
        assert_eq!(handle(&trial, &mira, json!({"snooze": NOON.plus(DAY_MS).0})).await.0, 200);
        trial.zoe("are you there?").await;
        assert_eq!(trial.chats(&key).await[0]["status"], "open");
        trial.clock.advance(2 * DAY_MS);
        assert_eq!(team::wake(&trial.app).await.unwrap(), 0, "it was open already");
    }

    /// Since when a customer waits: from their first message after the team wrote or was done, whatever comes in between.
    async fn a_customer_waits_from_their_first_unanswered_message(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, key) = (trial.agent(Role::Agent).await, trial.key().await);
        let waits = async || trial.chats(&key).await[0]["waiting_since"].clone();
        let time = |minutes: i64| json!(NOON.plus(minutes * 60_000).rfc3339());
        trial.zoe("hi").await;
        trial.clock.advance(60_000);
        trial.zoe("are you there?").await;
        assert_eq!(waits().await, time(0));
        assert_eq!(trial.send(&key, json!({"phone": "447700900123", "message": "yes"})).await.0, 202);
        assert_eq!(waits().await, Value::Null);
        trial.clock.advance(60_000);
        trial.zoe("thanks").await;
        assert_eq!(waits().await, time(2));
        // Done with, without an answer; taken back, they wait as before.
        handle(&trial, &mira, json!("resolve")).await;
        assert_eq!(waits().await, Value::Null);
        handle(&trial, &mira, json!("reopen")).await;
        assert_eq!(waits().await, time(2));
        handle(&trial, &mira, json!("resolve")).await;
        trial.clock.advance(60_000);
        trial.zoe("one more thing").await;
        assert_eq!(waits().await, time(3));
        // A note is no answer.
        let id = trial.chats(&key).await[0]["id"].clone();
        call(&trial, &mira, "team/note", json!({"id": id, "client_id": "n", "body": "she waits"})).await;
        assert_eq!(waits().await, time(3));
    }

    /// A note is in the thread once, calls people by name, and no path leads it to the customer.
    async fn a_note_stays_in_the_house(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, key) = (trial.agent(Role::Agent).await, trial.key().await);
        trial.zoe("hi").await;
        let id = trial.chats(&key).await[0]["id"].clone();
        let note = json!({"id": id, "client_id": "note-1", "body": "@mira she *sounds* angry"});
        let (status, first) = call(&trial, &mira, "team/note", note.clone()).await;
        assert_eq!((status, &first["direction"]), (200, &json!("note")));
        assert_eq!(first["content"]["note"]["mentions"].as_array().unwrap().len(), 1);
        assert_eq!(call(&trial, &mira, "team/note", note).await.1["id"], first["id"]);
        assert_eq!(call(&trial, &mira, "team/note", json!({"id": id, "client_id": "note-1", "body": "other"})).await.0, 409);
        assert_eq!(call(&trial, &mira, "team/note", json!({"id": id, "client_id": "note-2", "body": " "})).await.0, 422);
        // Nothing makes it a message: no retry, no reaction, no answer to it.
        for (path, body) in [
            ("messages/settle", json!({"id": first["id"], "how": "send_again"})),
            ("messages/react", json!({"id": first["id"], "emoji": "👍"})),
        ] {
            assert!(matches!(call(&trial, &mira, path, body).await.0, 404 | 409), "{path}");
        }
        let row = call(&trial, &mira, "conversations/thread", json!({"segment": "447700900123"})).await.1["conversation"].clone();
        let to = json!({"client_id": "f", "conversation_id": id, "contact_id": row["contact_id"], "account_id": row["account_id"], "body": "", "reply_to": null});
        let (status, refused) = call(&trial, &mira, "messages/forward", json!({"command": to, "id": first["id"]})).await;
        assert!(status == 409 || status == 404, "{status} {refused} {row}");
        let (status, _) = trial.send(&key, json!({"phone": "447700900123", "message": "x", "reply_to": first["id"]})).await;
        assert_eq!(status, 404);
        // Not even the database takes it for one that goes out; the message of the customer neither.
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        for message in [text(&first["id"]), text(&trial.messages(&key).await[0]["id"])] {
            let mut tx = trial.app.store.write().await.unwrap();
            let (account, conversation) = (text(&row["account_id"]), text(&id));
            let added = outbox::add(&mut tx, &message.as_str().into(), &account.as_str().into(), &conversation.as_str().into(), 1, NOON).await;
            assert!(added.unwrap_err().to_string().to_lowercase().contains("foreign key"), "{message}");
        }
        while step(&trial.app).await.unwrap() != Outcome::Idle(None) {}
        assert!(trial.received().is_empty());
        // No program is told what it says.
        assert_eq!(trial.messages(&key).await.len(), 1);
        let thread = trial.http.post(format!("{}/whatsapp/fn/conversations/thread", trial.base)).header("x-api-key", &key).json(&json!({"segment": "447700900123"}));
        assert!(!answer(thread).await.1.to_string().contains("angry"));
        let listed = trial.http.get(format!("{}/whatsapp/api/chats/447700900123/messages/?include=notes", trial.base)).header("x-api-key", &key);
        assert!(!answer(listed).await.1.to_string().contains("angry"));
        let mut tx = trial.app.store.read().await.unwrap();
        assert_eq!(number(&mut tx, "select unread from conversations").await, 1);
        assert_eq!(number(&mut tx, "select count(*) from outbox").await, 0);
    }

    /// Unread again: counted, and read again by whoever looks.
    async fn a_read_conversation_is_marked_unread(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, key) = (trial.agent(Role::Agent).await, trial.key().await);
        trial.zoe("one").await;
        trial.zoe("two").await;
        let newest = trial.messages(&key).await[0]["id"].clone();
        assert_eq!(call(&trial, &mira, "conversations/mark_read", json!({"up_to": newest})).await.0, 200);
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 0);
        assert_eq!(handle(&trial, &mira, json!("mark_unread")).await.0, 200);
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 1);
        trial.zoe("three").await;
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 2);
        let newest = trial.messages(&key).await[0]["id"].clone();
        assert_eq!(call(&trial, &mira, "conversations/mark_read", json!({"up_to": newest})).await.0, 200);
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 0);
        // Reading them all at once is taken back: as many as before.
        assert_eq!(handle(&trial, &mira, json!({"unread_again": 3})).await.0, 200);
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 3);
        trial.zoe("four").await;
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 4);
        // Also if one came between.
        let newest = trial.messages(&key).await[1]["id"].clone();
        assert_eq!(call(&trial, &mira, "conversations/mark_read", json!({"up_to": newest})).await.0, 200);
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 1);
        assert_eq!(handle(&trial, &mira, json!({"unread_again": 3})).await.0, 200);
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 4);
    }

    /// C8, 117: who began to write before a colleague answered is asked once, and loses nothing.
    async fn c8_an_answer_after_a_colleagues_is_asked_about_once(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, jonas, key) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await, trial.key().await);
        trial.zoe("hi").await;
        let thread = call(&trial, &mira, "conversations/thread", json!({"segment": "447700900123"})).await.1;
        let row = &thread["conversation"];
        let place = |message: &Value| json!([message["sort_at"], message["n"]]);
        let seen = place(&thread["messages"]["messages"][0]);
        let text = |client_id: &str, seen: &Value| json!({"command": {"client_id": client_id, "conversation_id": row["id"], "contact_id": row["contact_id"],
            "account_id": row["account_id"], "body": client_id.replace('-', " "), "reply_to": null, "seen": seen}});
        let (status, answer) = call(&trial, &jonas, "messages/send", text("of-jonas", &seen)).await;
        assert_eq!(status, 200, "{answer}");
        let (status, refused) = call(&trial, &mira, "messages/send", text("of-mira", &seen)).await;
        assert_eq!((status, &refused["code"]), (409, &json!("answered_meanwhile")));
        assert!(refused["message"].as_str().unwrap().starts_with("Mira has answered"), "{refused}");
        // She has read it: the same message goes, once. Her own do not ask.
        assert_eq!(call(&trial, &mira, "messages/send", text("of-mira", &place(&answer))).await.0, 200);
        assert_eq!(call(&trial, &mira, "messages/send", text("of-mira", &seen)).await.0, 200);
        assert_eq!(call(&trial, &mira, "messages/send", text("of-mira-too", &place(&answer))).await.0, 200);
        // Programs do not look.
        assert_eq!(trial.send(&key, json!({"phone": "447700900123", "message": "x"})).await.0, 202);
        assert_eq!(trial.messages(&key).await.len(), 5);
    }

    /// Two processes on one PostgreSQL tell each other who looks.
    async fn whoever_looks_through_another_process_is_seen(store: Store) {
        if !store.is_shared() {
            return;
        }
        let trial = Trial::start(store).await;
        let mira = trial.agent(Role::Agent).await;
        trial.zoe("hi").await;
        let id = trial.chats(&trial.key().await).await[0]["id"].clone();
        let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let (other, app) = (trial.app.store.clone(), trial.app.clone());
        tokio::spawn(async move { other.listen(|told| drop(say.send(told.to_owned()))).await });
        tokio::spawn(crate::server::bus::listen(app));
        let jonas = json!({"id": id, "agent": "jonas", "name": "Jonas", "writes": true}).to_string();
        let seen = async {
            loop {
                trial.app.store.tell(&jonas).await.unwrap();
                let here = call(&trial, &mira, "team/look", json!({"id": id, "writes": false})).await.1;
                if here == json!([{"name": "Jonas", "writes": true}]) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), seen).await.expect("Jonas is seen here");
        let told = async { while !heard.recv().await.unwrap().contains(r#""name":"Mira","writes":false"#) {} };
        tokio::time::timeout(std::time::Duration::from_secs(20), told).await.expect("Mira is seen there");
    }

    /// One thread goes into another: what was to be done about either is to be done, whose it was it stays.
    /// What is taken back is only what still holds; what a colleague has written into another field stays.
    async fn nothing_of_a_colleague_s_is_taken_back_or_written_over(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, jonas, key) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await, trial.key().await);
        trial.zoe("hi").await;
        let id = trial.chats(&key).await[0]["id"].clone();
        let handle = async |cookie: &str, what: Value, undoes: Value| call(&trial, cookie, "team/handle", json!({"id": id, "what": what, "basis": undoes})).await;
        let label = async || trial.chats(&key).await[0]["label"].clone();
        assert_eq!(handle(&mira, json!({"label": "VIP"}), Value::Null).await.0, 200);
        assert_eq!(handle(&mira, json!("resolve"), Value::Null).await.0, 200);
        assert_eq!(handle(&jonas, json!({"label": "Late"}), Value::Null).await.0, 200);
        let (status, said) = handle(&mira, json!({"label": ""}), json!({"label": "VIP"})).await;
        assert!(status == 409 && said.to_string().contains("This has changed meanwhile: its label is Late now."), "{said}");
        assert_eq!(label().await, "Late");
        // Another field has not been touched: that is taken back, and taken back once.
        assert_eq!(handle(&mira, json!("reopen"), json!("resolve")).await.0, 200);
        // By a colleague who did the same, nothing is lost.
        assert_eq!(handle(&jonas, json!("reopen"), json!("resolve")).await.0, 200);
        let (status, said) = handle(&jonas, json!("resolve"), json!({"snooze": NOON.plus(HOUR_MS).0})).await;
        assert!(status == 409 && said.to_string().contains("it is open now"), "{said}");
        assert_eq!(handle(&jonas, json!({"label": ""}), json!({"label": "Late"})).await.0, 200);
        assert_eq!(label().await, Value::Null);
        // A label that nobody has made since does not come back by that.
        assert_eq!(handle(&mira, json!({"label": "Late"}), json!({"label": "Never made"})).await.0, 409);
        assert_eq!(label().await, Value::Null);
        // Two who take it over at once: the second is told whose it is, and takes it once they know.
        let people = call(&trial, &mira, "conversations/snapshot", json!({"segment": null})).await.1["team"].to_string();
        assert!(people.contains("Mira"));
        let mut tx = trial.app.store.read().await.unwrap();
        let all: Vec<(String,)> = tx.all(crate::server::store::Sql::same("select id from agents order by created_at, id"), vec![]).await.unwrap();
        drop(tx);
        let (one, other) = (&all[0].0, &all[1].0);
        assert_eq!(handle(&mira, json!({"assign": one}), json!({"assign": null})).await.0, 200);
        let (status, said) = handle(&jonas, json!({"assign": other}), json!({"assign": null})).await;
        assert!(status == 409 && said.to_string().contains("it is Mira's now"), "{said}");
        assert_eq!(trial.chats(&key).await[0]["assignee"], json!(one));
        assert_eq!(handle(&jonas, json!({"assign": other}), json!({"assign": one})).await.0, 200);
        assert_eq!(trial.chats(&key).await[0]["assignee"], json!(other));
        let mut tx = trial.app.store.read().await.unwrap();
        let (contact,) = tx.find::<(String,)>(crate::server::store::Sql::same("select id from contacts"), vec![]).await.unwrap().unwrap();
        drop(tx);
        let write = async |cookie: &str, field: Value| call(&trial, cookie, "team/contact", json!({"id": contact, "field": field})).await.0;
        let (one, other) = tokio::join!(write(&mira, json!({"notes": "pays late"})), write(&jonas, json!({"no_marketing": true})));
        assert_eq!((one, other, write(&mira, json!({"email": "zoe@bakery.example"})).await), (200, 200, 200));
        assert_eq!(write(&mira, json!({"email": "nonsense"})).await, 422);
        let (_, beside) = call(&trial, &mira, "team/beside", json!({"id": id, "most": 24})).await;
        let edit = &beside["edit"];
        assert_eq!((&edit["notes"], &edit["no_marketing"], &edit["email"]), (&json!("pays late"), &json!(true), &json!("zoe@bakery.example")));
    }

    async fn a_joined_thread_keeps_what_the_team_did(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, key) = (trial.agent(Role::Agent).await, trial.key().await);
        trial.zoe("by number").await;
        trial.clock.advance(1000);
        trial.customer(json!({"user_id": "GB.13491208655302741918", "text": "by name"})).await;
        let chats = trial.chats(&key).await;
        let id = |number: bool| chats.iter().find(|chat| chat["phone_number"].is_string() == number).unwrap()["id"].clone();
        let handle = async |id: Value, what: Value| call(&trial, &mira, "team/handle", json!({"id": id, "what": what})).await.0;
        assert_eq!(handle(id(true), json!("resolve")).await, 200);
        assert_eq!(handle(id(false), json!({"label": "VIP"})).await, 200);
        // Meta says that they are one, in a line that asks for no answer.
        trial.customer(json!({"wa_id": "447700900123", "user_id": "GB.13491208655302741918", "message": {"type": "system", "system": {"type": "customer_identity_changed", "body": "…"}}})).await;
        let chats = trial.chats(&key).await;
        assert_eq!(chats.len(), 1, "{chats:?}");
        assert_eq!((&chats[0]["label"], &chats[0]["status"], &chats[0]["unread_count"]), (&json!("VIP"), &json!("open"), &json!(2)));
        // What was done in either is found by whatever names the customer.
        let admin = trial.agent(Role::Admin).await;
        let lines = async |customer: &str| {
            let request = trial.http.get(format!("{}/whatsapp/audit/?what=handled&customer={}", trial.base, encode(customer))).header("cookie", &admin);
            request.send().await.unwrap().text().await.unwrap().matches("class=\"audit__line\"").count()
        };
        for customer in ["447700900123", "+44 7700 900123", "GB.13491208655302741918", chats[0]["id"].as_str().unwrap()] {
            assert_eq!(lines(customer).await, 2, "{customer}");
        }
        assert_eq!(lines("447700900124").await, 0);
    }
}
