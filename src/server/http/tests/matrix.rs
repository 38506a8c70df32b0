//! I8, E11: who gets what. Walks every route of [`routes`], every registered server function and every kind of event; one without a
//! row here fails. Also keeps what headers and cookies each of them answers (`headers.txt`).
//!
//! To add a route: its row in `rows`; a function or event: below. To accept changed headers: `UPDATE_HEADERS=1 cargo test headers_and_cookies`.

mod rows;

use super::live;
use crate::domain::agent::Role;
use crate::protocol::event::Event;
use crate::protocol::json::Packed;
use crate::protocol::live::Frame;
use crate::server::http::routes;
use crate::server::store::{Sql, conversations, events};
use crate::server::trial::{Trial, sqlite};
use axum::http::Method;
use rows::{Row, rows};
use serde_json::{Value, json};
use std::fmt::Write;

/// What the body of a row is.
fn kind(body: &str) -> &'static str {
    if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" }
}

/// Who calls: nobody, a session that has ended, an agent of another account, an agent, an admin, a key, an admin's browser on a foreign page.
const CALLERS: [&str; 7] = ["nobody", "signed out", "agent elsewhere", "agent", "admin", "key", "foreign page"];

/// An inbox with one conversation, and the headers that make a request one of each caller's.
struct Stage {
    trial: Trial,
    headers: [Vec<(&'static str, String)>; 7],
    conversation: Value,
    message: Value,
    /// Ids that stand in the rows by these words.
    named: [(&'static str, String); 4],
}

impl Stage {
    async fn set() -> Self {
        let trial = Trial::start_with(sqlite().await, |config| config.verify_token = Some(crate::server::secret::Secret::new("verify"))).await;
        trial.zoe("Zoë's words").await;
        let key = trial.key().await;
        let (gone, elsewhere, agent, admin) =
            (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await, trial.agent(Role::Agent).await, trial.agent(Role::Admin).await);
        let out = trial.http.post(format!("{}/whatsapp/sign-out/", trial.base)).header("cookie", &gone).header("origin", &trial.base);
        assert_eq!(out.send().await.unwrap().status(), 303);
        limit(&trial, &elsewhere).await;
        let own = |cookie: &str| vec![("cookie", cookie.to_owned()), ("origin", trial.base.clone())];
        let foreign = vec![("cookie", admin.clone()), ("origin", "https://evil.example".to_owned()), ("sec-fetch-site", "cross-site".to_owned())];
        let headers = [own(""), own(&gone), own(&elsewhere), own(&agent), own(&admin), vec![("x-api-key", key.clone())], foreign];
        keep_a_file(&trial).await;
        super::search::index(&trial).await;
        let conversation = trial.chats(&key).await[0]["id"].clone();
        let message = trial.messages(&key).await[0]["id"].clone();
        let named = named(&trial, &agent, &conversation).await;
        Self { trial, headers, conversation, message, named }
    }

    /// A row's address or form, with ids that are there.
    fn fill(&self, text: &str) -> String {
        self.named.iter().fold(text.to_owned(), |text, (word, id)| text.replace(word, id))
    }

    async fn ask(&self, caller: usize, method: &Method, path: &str, kind: &str, body: &str) -> reqwest::Response {
        let mut request = self.trial.http.request(method.clone(), format!("{}{path}", self.trial.base));
        for (name, value) in &self.headers[caller] {
            request = request.header(*name, value);
        }
        if *method == Method::POST {
            request = request.header("content-type", kind).body(body.to_owned());
        }
        request.send().await.unwrap()
    }

    /// Server functions with arguments, and the status for each caller.
    fn functions(&self) -> Vec<(&'static str, Value, [u16; 7])> {
        let (id, message) = (&self.conversation, &self.message);
        let text = json!({"command": {"client_id": "c", "conversation_id": id, "contact_id": "x", "account_id": "y", "body": "b", "reply_to": null}});
        vec![
            ("accounts/resume", json!({"id": "account-1"}), [401, 401, 403, 403, 200, 403, 403]),
            ("accounts/see", json!({"key": "told", "at": 5}), [401, 401, 403, 403, 422, 403, 403]),
            ("conversations/snapshot", json!({"segment": null}), [401, 401, 200, 200, 200, 403, 403]),
            ("conversations/unread", json!({}), [401, 401, 200, 200, 200, 403, 403]),
            ("conversations/list", json!({"cursor": "9999999999999.9"}), [401, 401, 200, 200, 200, 200, 403]),
            ("conversations/thread", json!({"segment": "447700900123"}), [401, 401, 404, 200, 200, 200, 403]),
            ("conversations/older", json!({"id": id, "before": "9999999999999.9"}), [401, 401, 404, 200, 200, 200, 403]),
            ("conversations/around", json!({"id": id, "message": message}), [401, 401, 404, 200, 200, 200, 403]),
            ("conversations/newer", json!({"id": id, "after": "0.0"}), [401, 401, 404, 200, 200, 200, 403]),
            ("conversations/mark_read", json!({"up_to": message}), [401, 401, 404, 200, 200, 200, 403]),
            ("conversations/typing", json!({"id": id}), [401, 401, 404, 200, 200, 200, 403]),
            ("messages/send", text.clone(), [401, 401, 404, 409, 409, 409, 403]),
            (
                "messages/make",
                json!({"command": {"to": text["command"], "made": {"location": {"latitude": 1, "longitude": 1, "name": null, "address": null}}}}),
                [401, 401, 404, 409, 409, 409, 403],
            ),
            ("messages/forward", json!({"command": text["command"], "id": message}), [401, 401, 404, 409, 409, 409, 403]),
            ("team/handle", json!({"id": id, "what": {"label": "VIP"}}), [401, 401, 404, 200, 200, 200, 403]),
            ("team/look", json!({"id": id, "writes": false}), [401, 401, 404, 200, 200, 403, 403]),
            ("team/note", json!({"id": id, "client_id": "n", "body": "call back"}), [401, 401, 404, 200, 200, 403, 403]),
            ("team/pins", json!({}), [401, 401, 200, 200, 200, 403, 403]),
            ("team/pin", json!({"id": id, "pin": "mute", "on": true}), [401, 401, 404, 200, 200, 403, 403]),
            ("team/see_mention", json!({"id": message}), [401, 401, 200, 200, 200, 403, 403]),
            ("team/beside", json!({"id": id, "most": 24}), [401, 401, 404, 200, 200, 403, 403]),
            ("team/block", json!({"id": "CONTACT", "blocks": true}), [401, 401, 409, 200, 200, 403, 403]),
            ("team/contact", json!({"id": "CONTACT", "field": {"notes": "x"}, "was": null}), [401, 401, 409, 200, 200, 403, 403]),
            ("drafts/list", json!({"agent": "somebody else"}), [401, 401, 403, 403, 403, 403, 403]),
            ("drafts/keep", json!({"agent": "somebody else", "id": id, "draft": null}), [401, 401, 403, 403, 403, 403, 403]),
            ("drafts/change_file", json!({"agent": "somebody else", "message": text["command"]}), [401, 401, 403, 403, 403, 403, 403]),
            ("drafts/drop_file", json!({"agent": "somebody else", "id": "c"}), [401, 401, 403, 403, 403, 403, 403]),
            ("replies/list", json!({}), [401, 401, 200, 200, 200, 403, 403]),
            ("search/contacts", json!({"q": "zoe"}), [401, 401, 200, 200, 200, 403, 403]),
            ("search/hits", json!({"filter": {"view": "all", "label": "", "q": "zoe"}, "below": null}), [401, 401, 200, 200, 200, 200, 403]),
            ("search/fitting", json!({"filter": {"view": "all", "label": "", "q": "is:open"}, "ids": [id]}), [401, 401, 200, 200, 200, 200, 403]),
            ("search/thread", json!({"id": id, "words": "words"}), [401, 401, 404, 200, 200, 200, 403]),
            ("search/day", json!({"id": id, "day": "2026-11-23"}), [401, 401, 404, 200, 200, 200, 403]),
            ("search/views", json!({}), [401, 401, 200, 200, 200, 403, 403]),
            ("search/save_view", json!({"name": "Mine", "query": "?view=mine", "is_shared": true}), [401, 401, 403, 403, 200, 403, 403]),
            ("search/delete_view", json!({"id": "nothing"}), [401, 401, 200, 200, 200, 403, 403]),
            ("search/counts", json!({}), [401, 401, 200, 200, 200, 200, 403]),
            ("templates/list", json!({"account": "account-1"}), [401, 401, 404, 200, 200, 200, 403]),
            ("templates/refresh", json!({"account": "account-1"}), [401, 401, 404, 200, 200, 200, 403]),
            ("messages/details", json!({"id": message}), [401, 401, 404, 200, 200, 200, 403]),
            ("messages/react", json!({"id": message, "emoji": "👍"}), [401, 401, 404, 200, 200, 200, 403]),
            ("messages/settle", json!({"id": message, "how": "discard"}), [401, 401, 404, 409, 409, 409, 403]),
        ]
    }
}

/// What else is there: Zoë's contact, a label, a quick reply of the agent's with a file.
async fn named(trial: &Trial, agent: &str, conversation: &Value) -> [(&'static str, String); 4] {
    let post = |path: &str| trial.http.post(format!("{}{path}", trial.base)).header("cookie", agent).header("origin", &trial.base);
    let label = post("/whatsapp/labels/").header("content-type", kind("")).body("name=There+already&color=red");
    assert_eq!(label.send().await.unwrap().status(), 303);
    let file = reqwest::multipart::Part::text("%PDF-1.7 of ours").file_name("prices.pdf");
    let reply = reqwest::multipart::Form::new().text("shortcut", "prices").text("body", "Our prices").part("file", file);
    assert_eq!(post("/whatsapp/replies/").multipart(reply).send().await.unwrap().status(), 303);
    let mut tx = trial.app.store.read().await.unwrap();
    let mut only = async |sql| tx.find::<(String,)>(Sql::same(sql), vec![]).await.unwrap().unwrap().0;
    let (contact, label, reply) = (only("select id from contacts").await, only("select id from labels").await, only("select id from replies").await);
    [("CONVERSATION", conversation.as_str().unwrap().to_owned()), ("CONTACT", contact), ("LABEL", label), ("REPLY", reply)]
}

/// A picture of Zoë's is here.
async fn keep_a_file(trial: &Trial) {
    let hash = trial.app.blobs.put(b"GIF89a".to_vec()).await.unwrap();
    let mut tx = trial.app.store.write().await.unwrap();
    let add = "insert into media (id, account_id, state, mime, hash, size, created_at) values ('file-1', 'account-1', 'ready', 'image/gif', $1, 6, 1)";
    tx.run(Sql::same(add), vec![hash.into()]).await.unwrap();
    tx.commit().await.unwrap();
}

/// Limits the agent of a session to an account of another number.
pub async fn limit(trial: &Trial, cookie: &str) {
    let hash = crate::server::secret::token_hash(cookie.trim_start_matches("inbox="));
    let mut tx = trial.app.store.write().await.unwrap();
    tx.run(Sql::same("insert into accounts (id, phone_number_id, waba_id, name, phone, created_at) values ('account-2', '2', '2', 'Other', '+2', 1)"), vec![])
        .await
        .unwrap();
    tx.run(Sql::same("insert into agent_accounts (agent_id, account_id) select agent_id, 'account-2' from sessions where token_hash = $1"), vec![hash.into()])
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn i8_e11_every_route_for_every_caller() {
    let stage = Stage::set().await;
    let rows = rows();
    for route in routes() {
        assert!(rows.iter().any(|row| row.0 == route.method && row.1 == route.path), "{} {} has no row in this matrix", route.method, route.path);
    }
    let mut wrong = String::new();
    for Row(method, _, path, form, expected) in &rows {
        let mut got = [0; 7];
        for (caller, status) in got.iter_mut().enumerate() {
            let response = stage.ask(caller, method, &stage.fill(path), kind(form), &stage.fill(form)).await;
            *status = response.status().as_u16();
            let text = response.text().await.unwrap();
            assert!(caller > 2 || !text.contains("Zoë"), "{path} shows a customer to {}", CALLERS[caller]);
            assert!(*status < 500, "{path} for {}: {status} {text}", CALLERS[caller]);
        }
        if got != *expected {
            let _ = writeln!(wrong, "{method} {path}\n  {CALLERS:?}\n  wanted {expected:?}\n  got    {got:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn i8_e11_every_server_function_for_every_caller() {
    let stage = Stage::set().await;
    let functions = stage.functions();
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert!(functions.iter().any(|row| path == format!("/whatsapp/fn/{}", row.0)), "{path} has no row in this matrix");
        assert_eq!(method, Method::POST, "{path}: what GET does can be triggered by a link");
    }
    let mut wrong = String::new();
    for (path, body, expected) in &functions {
        let mut got = [0; 7];
        for (caller, status) in got.iter_mut().enumerate() {
            let answer = stage.ask(caller, &Method::POST, &format!("/whatsapp/fn/{path}"), "application/json", &stage.fill(&body.to_string())).await;
            *status = answer.status().as_u16();
            // Whoever may not read it is told nothing of it: no name, no words, no id, and no count.
            let text = answer.text().await.unwrap();
            let id = stage.conversation.as_str().unwrap();
            assert!(caller > 2 || ["Zo", id, ",1]"].iter().all(|of| !text.contains(of)), "{path} tells {}: {text}", CALLERS[caller]);
        }
        if got != *expected {
            let _ = writeln!(wrong, "{path}\n  {CALLERS:?}\n  wanted {expected:?}\n  got    {got:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Whether a socket brings an event before the one at this place, which it brings.
async fn heard_before(socket: &mut live::Socket, place: i64) -> bool {
    let mut heard = false;
    loop {
        match socket.next().await.expect("the line stands") {
            Frame::Event { seq, .. } if seq == place => return heard,
            Frame::Event { .. } => heard = true,
            _ => {}
        }
    }
}

/// D7, I8 for events: one of every kind; only who may read its account by HTTP receives it, and nobody receives one without an account.
#[tokio::test(flavor = "multi_thread")]
async fn i8_d7_every_event_for_every_caller() {
    let stage = Stage::set().await;
    let app = &stage.trial.app;
    let mut tx = app.store.read().await.unwrap();
    let id = crate::domain::id::ConversationId(stage.conversation.as_str().unwrap().to_owned());
    let conversation = conversations::load_one(&mut tx, &id).await.unwrap();
    let message_id = crate::domain::id::MessageId(stage.message.as_str().unwrap().to_owned());
    let message = crate::server::store::messages::load_one(&mut tx, &message_id).await.unwrap();
    drop(tx);
    let all = [
        Event::MessageStored { conversation: conversation.clone(), message },
        Event::MessageDiscarded { conversation: conversation.clone(), message_id },
        Event::ConversationChanged { conversation: conversation.clone() },
        Event::ContactsJoined { conversation, gone: None },
        Event::TeamChanged { team: Packed::default() },
        Event::AccessChanged,
    ];
    let mut sockets = Vec::new();
    for caller in [2, 3, 4] {
        sockets.push((CALLERS[caller], live::open(&stage.trial, &stage.headers[caller][0].1, app.bus.epoch(), app.bus.head()).await));
    }
    for event in all {
        // A new kind does not compile until it has its place here and above.
        let reaches_readers = match &event {
            Event::MessageStored { .. }
            | Event::MessageDiscarded { .. }
            | Event::ConversationChanged { .. }
            | Event::ContactsJoined { .. }
            | Event::TeamChanged { .. } => true,
            Event::AccessChanged => false,
        };
        let is_for_all = matches!(event, Event::TeamChanged { .. });
        let before = app.bus.head();
        let mut tx = app.store.write().await.unwrap();
        events::append(&mut tx, std::slice::from_ref(&event), app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        while app.bus.head() == before {
            tokio::task::yield_now().await;
        }
        for (caller, who) in CALLERS.iter().enumerate() {
            let path = format!("/whatsapp/live/events?epoch={}&after={before}", app.bus.epoch());
            let text = stage.ask(caller, &Method::GET, &path, "", "").await.text().await.unwrap();
            let received = text.lines().any(|frame| matches!(Frame::read(frame), Some(Frame::Event { .. })));
            let wanted = reaches_readers && (matches!(*who, "agent" | "admin" | "foreign page") || (is_for_all && *who == "agent elsewhere"));
            assert_eq!(received, wanted, "{} for {who}", event.kind());
        }
        // Everybody hears of the team: what has not come before that does not come.
        let mut tx = app.store.write().await.unwrap();
        events::append(&mut tx, &[Event::TeamChanged { team: Packed::default() }], app.clock.now()).await.unwrap();
        let mark = events::head(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        for (who, socket) in &mut sockets {
            let received = heard_before(socket, mark).await;
            let wanted = reaches_readers && (is_for_all || *who != "agent elsewhere");
            assert_eq!(received, wanted, "{} on the socket of {who}", event.kind());
        }
    }
}

/// E8, E12: what headers and cookies every route answers to an admin, and to nobody.
#[tokio::test(flavor = "multi_thread")]
async fn e12_headers_and_cookies_are_as_agreed() {
    let stage = Stage::set().await;
    let (mut found, mut sets) = (String::new(), Vec::new());
    for Row(method, _, path, form, _) in rows() {
        for caller in [0, 4] {
            let response = stage.ask(caller, &method, &stage.fill(path), kind(form), &stage.fill(form)).await;
            let mut lines: Vec<String> = response.headers().iter().filter_map(|(name, value)| line(name.as_str(), value.to_str().unwrap())).collect();
            lines.sort();
            let (security, own): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| SECURITY.iter().any(|name| line.starts_with(name)));
            let set = sets.iter().position(|known| *known == security).unwrap_or_else(|| {
                sets.push(security);
                sets.len() - 1
            });
            let _ = writeln!(found, "{method} {path} ({}) {}, security set {set}\n  {}", CALLERS[caller], response.status().as_u16(), own.join("\n  "));
        }
    }
    for (number, set) in sets.iter().enumerate() {
        let _ = writeln!(found, "\nsecurity set {number}\n  {}", set.join("\n  "));
    }
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/src/server/http/tests/headers.txt");
    if std::env::var("UPDATE_HEADERS").is_ok() {
        std::fs::write(kept, &found).unwrap();
    }
    let agreed = std::fs::read_to_string(kept).unwrap();
    let differs = agreed.lines().zip(found.lines()).find(|(a, b)| a != b);
    assert!(agreed == found, "headers differ from headers.txt, first in {differs:?}; UPDATE_HEADERS=1 accepts them");
}

/// Headers that answers share.
const SECURITY: [&str; 6] = ["content-security-policy", "cross-origin-", "permissions-policy", "referrer-policy", "x-content-type-options", "x-frame-options"];

/// A header as it is kept: without what differs every time.
fn line(name: &str, value: &str) -> Option<String> {
    let value = match name {
        "date" | "content-length" => return None,
        "content-security-policy" => value
            .split("nonce-")
            .enumerate()
            .map(|(n, part)| if n == 0 { part.to_owned() } else { format!("nonce-N{}", &part[part.find('\'').unwrap()..]) })
            .collect(),
        _ => value.to_owned(),
    };
    Some(format!("{name}: {value}"))
}
