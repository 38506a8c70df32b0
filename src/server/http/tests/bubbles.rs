//! Every kind of message as the server draws it, in and out. To accept what has changed: `UPDATE_BUBBLES=1 cargo test every_kind_is_drawn`.

use super::outbox::program;
use crate::domain::content::contacts::{Card, Phone};
use crate::domain::content::interactive::{Action, Interactive, Row};
use crate::domain::content::location::Degrees;
use crate::domain::content::{Contacts, Location};
use crate::domain::id::ConversationId;
use crate::domain::template::{Chosen, Values};
use crate::protocol::command::{Made, SendMade, SendText};
use crate::server::media::fetch;
use crate::server::sandbox::{self, people::Sent};
use crate::server::service::messages;
use crate::server::trial::{Trial, sqlite};
use serde_json::{Value, json};
use std::path::Path;

const KEPT: &str = "src/server/http/tests/bubbles.html";

/// The samples of what WhatsApp tells, by name: a message of a customer's, or the change of another field.
fn samples() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/meta/samples");
    let mut samples: Vec<(String, Value)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_stem().is_some_and(|name| name != "templates"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap()))
        .collect();
    samples.sort_by(|one, other| one.0.cmp(&other.0));
    samples
}

/// What agents can send beside words and files.
fn made() -> Vec<Made> {
    let question = |action| Made::Interactive(Interactive { body: "Which *day*?".into(), footer: Some("Corner bakery".into()), action });
    let card =
        Card { name: "Ines".into(), company: None, phones: vec![Phone { number: "+44 7700 900456".into(), wa_id: None }], emails: vec![], more: Vec::new() };
    let values = Values { header: vec!["Friday".into()], body: vec!["Zoë".into(), "ten".into()], buttons: vec!["a1".into()] };
    vec![
        Made::Location(Location { latitude: Degrees(59_913_900), longitude: Degrees(10_752_200), name: Some("Shop".into()), address: None }),
        Made::Contacts(Contacts { cards: vec![card] }),
        question(Action::Buttons(vec!["Monday".into(), "<b>Tuesday".into()])),
        question(Action::List("Days".into(), vec![Row { title: "Monday".into(), detail: Some("early".into()) }])),
        question(Action::Link("Open".into(), "https://bakery.example".into())),
        Made::Template(Chosen { name: "visit_reminder".into(), language: "en_GB".into(), values }),
    ]
}

/// The bubbles of a page, a line each, without what differs from run to run.
fn bubbles(page: &str) -> Vec<String> {
    let plain = |html: &str| {
        let words: Vec<&str> = html.split("<!>").collect();
        let mut html = words.concat();
        while let Some(at) = html.find("01a") {
            let is_id = html.get(at..at + 36).is_some_and(|id| id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'));
            html.replace_range(at..at + if is_id { 36 } else { 3 }, if is_id { "ID" } else { "01_a" });
        }
        html
    };
    page.split("<article ").skip(1).map(|rest| plain(rest.split("</article>").next().unwrap())).collect()
}

/// Files that are here, before those that are not.
async fn files_of_customers(trial: &Trial) {
    for sent in [Sent::Photo(12, "the *lid*"), Sent::Sticker, Sent::Voice(2), Sent::Document("Offer 7.pdf", &["one", "two"])] {
        trial.customer(json!({"wa_id": "447700900123", "message": sandbox::files::message(&trial.sandbox, sent)})).await;
    }
    let film = sandbox::files::keep(&trial.sandbox, "video/mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..].into());
    trial.customer(json!({"wa_id": "447700900123", "message": {"type": "video", "video": sandbox::files::announced(&trial.sandbox, &film)}})).await;
    while !matches!(fetch::step(&trial.app).await.unwrap(), fetch::Outcome::Idle(_)) {}
}

/// What comes in another field than customers' messages do.
async fn change(trial: &Trial, field: &str, value: &Value) {
    let us = trial.sandbox.identity();
    let mut value = value.clone();
    value["metadata"] = json!({"phone_number_id": us.phone_number_id, "display_phone_number": us.phone});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": us.waba_id, "changes": [{"field": field, "value": value}]}]});
    assert_eq!(sandbox::post::deliver(&trial.sandbox, body.to_string()).await, 200);
    trial.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_is_drawn_as_it_was() {
    let trial = Trial::start(sqlite().await).await;
    let (key, cookie) = (trial.key().await, trial.agent(crate::domain::agent::Role::Agent).await);
    let mut tx = trial.app.store.write().await.unwrap();
    crate::server::store::templates::begin(&mut tx, &trial.sandbox.identity().waba_id).await.unwrap();
    tx.commit().await.unwrap();
    crate::server::templates::step(&trial.app).await.unwrap();
    files_of_customers(&trial).await;
    trial.zoe("*Hello* https://a.example 🙂").await;
    let samples = samples();
    assert!(samples.len() >= 20);
    for (_, sample) in &samples {
        match sample["field"].as_str() {
            Some(field) => change(&trial, field, &sample["value"]).await,
            None => trial.customer(json!({"wa_id": "447700900123", "message": sample})).await,
        }
    }
    let id = ConversationId(trial.chats(&key).await[0]["id"].as_str().unwrap().to_owned());
    let row = crate::server::store::conversations::load_one(&mut trial.app.store.read().await.unwrap(), &id).await.unwrap();
    for (at, made) in made().into_iter().enumerate() {
        let to = SendText {
            client_id: format!("made-{at}").as_str().into(),
            conversation_id: id.clone(),
            contact_id: row.contact_id.clone(),
            account_id: row.account_id.clone(),
            body: String::new(),
            seen: None,
            plain: false,
            reply_to: None,
        };
        messages::send(&trial.app, &program(), SendMade { to, made }.into()).await.unwrap();
    }
    let page = trial.http.get(format!("{}/whatsapp/inbox/{}/", trial.base, row.segment())).header("cookie", cookie).send().await.unwrap();
    let drawn = bubbles(&page.text().await.unwrap()).join("\n") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(KEPT);
    if std::env::var_os("UPDATE_BUBBLES").is_some() {
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (drawn, kept) in drawn.lines().zip(kept.lines()) {
        assert_eq!(drawn, kept);
    }
    assert_eq!(drawn.lines().count(), kept.lines().count());
    assert!(!drawn.contains("not shown here yet"), "every kind has its bubble");
}
