//! The socket: hello, resume, resync, who may open it, and when it closes.

use super::numbers::to_a_second;
use super::team::form;
use crate::domain::agent::Role;
use crate::protocol::live::{Frame, Hello};
use crate::protocol::snapshot::{Open, Snapshot};
use crate::server::http::session::by_session;
use crate::server::secret::token_hash;
use crate::server::service::agents;
use crate::server::trial::{Trial, number, on_both, sqlite};
use crate::ui::state::model::Model;
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

async fn try_open(trial: &Trial, cookie: &str, origin: Option<&str>, query: &str) -> Result<Socket, u16> {
    let mut request = format!("{}/whatsapp/live?{query}", trial.base.replace("http", "ws")).into_client_request().unwrap();
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(Socket(socket)),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

pub async fn open(trial: &Trial, cookie: &str, epoch: &str, after: i64) -> Socket {
    try_open(trial, cookie, Some(&trial.base), &format!("epoch={epoch}&after={after}")).await.unwrap_or_else(|status| panic!("refused with {status}"))
}

impl Socket {
    /// The next frame that says something about customers; `None` once the socket is closed.
    pub async fn next(&mut self) -> Option<Frame> {
        loop {
            match self.any().await? {
                Frame::Aside { .. } => {}
                frame => return Some(frame),
            }
        }
    }

    /// The next frame at all.
    async fn any(&mut self) -> Option<Frame> {
        loop {
            let message = tokio::time::timeout(Duration::from_secs(5), self.0.next()).await.expect("a frame within five seconds")?;
            match message.ok()? {
                Message::Text(text) => return Some(Frame::read(&text).expect("a frame")),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// The next frame that is not about positions.
    async fn news(&mut self) -> Option<Frame> {
        loop {
            match self.next().await? {
                Frame::Position { .. } => {}
                frame => return Some(frame),
            }
        }
    }
}

async fn snapshot(trial: &Trial, cookie: &str, segment: Option<&str>) -> Snapshot {
    let url = format!("{}/whatsapp/fn/conversations/snapshot", trial.base);
    let request = trial.http.post(url).header("cookie", cookie).header("sec-fetch-site", "same-origin").json(&json!({"segment": segment}));
    request.send().await.unwrap().json().await.unwrap()
}

/// E10: only a signed-in person, only from our own page.
#[tokio::test(flavor = "multi_thread")]
async fn e10_the_socket_opens_only_for_our_own_page() {
    let trial = Trial::start(sqlite().await).await;
    let cookie = trial.agent(Role::Agent).await;
    let refused = [
        ("", Some(trial.base.as_str()), 401),
        (cookie.as_str(), None, 403),
        (&cookie, Some("null"), 403),
        (&cookie, Some("https://evil.example"), 403),
        (&cookie, Some("http://localhost"), 403),
    ];
    for (cookie, origin, status) in refused {
        assert_eq!(try_open(&trial, cookie, origin, "").await.err(), Some(status), "{origin:?}");
    }
    assert!(try_open(&trial, &cookie, Some(&trial.base), "").await.is_ok());
}

on_both! {
    /// D1, D2: hello, then everything after the reader's place and nothing twice; another epoch or a strange place is a resync.
    async fn d1_a_reader_resumes_from_its_place(store: Store) {
        let trial = Trial::start(store).await;
        let cookie = trial.agent(Role::Agent).await;
        trial.zoe("one").await;
        let first = snapshot(&trial, &cookie, None).await;
        let mut socket = open(&trial, &cookie, &first.epoch, first.seq).await;
        assert!(matches!(socket.next().await, Some(Frame::Hello(Hello { epoch, build, .. })) if epoch == first.epoch && build == "build-1"));
        trial.zoe("two").await;
        let Some(Frame::Event { seq, event }) = socket.news().await else { panic!("no event") };
        assert!(seq > first.seq);
        assert_eq!(event.conversation().unwrap().last.as_ref().unwrap().preview, "two");
        drop(socket);

        trial.zoe("three").await;
        trial.zoe("four").await;
        let mut socket = open(&trial, &cookie, &first.epoch, seq).await;
        let mut previews = Vec::new();
        while previews.len() < 2 {
            if let Some(Frame::Event { event, .. }) = socket.news().await {
                previews.push(event.conversation().unwrap().last.clone().unwrap().preview);
            }
        }
        assert_eq!(previews, ["three", "four"]);

        for (epoch, after) in [("another", seq), (first.epoch.as_str(), seq + 1000)] {
            let mut socket = open(&trial, &cookie, epoch, after).await;
            assert!(matches!(socket.next().await, Some(Frame::Hello(_))));
            assert!(matches!(socket.news().await, Some(Frame::Resync { epoch }) if epoch == first.epoch), "{epoch} {after}");
        }
    }

    /// I5: a snapshot and the events after it equal the next snapshot; the browser's own reducer applies them.
    async fn i5_snapshot_and_events_equal_the_next_snapshot(store: Store) {
        let trial = Trial::start(store).await;
        let cookie = trial.agent(Role::Agent).await;
        let key = trial.key().await;
        trial.zoe("hello").await;
        trial.customer(json!({"wa_id": "5511955501234", "name": "João", "text": "oi"})).await;
        let first = snapshot(&trial, &cookie, Some("447700900123")).await;
        let mut model = Model::new(&first);
        let mut socket = open(&trial, &cookie, &first.epoch, first.seq).await;

        trial.sandbox.world().settings.pace_ms = vec![0, 0, 0];
        trial.faults(json!([{"fault": "none"}, {"fault": "error", "code": 131_026}, {"fault": "drop_silently"}]));
        for text in ["accepted", "failed", "unknown"] {
            trial.send(&key, json!({"phone": "447700900123", "message": text})).await;
            crate::server::outbox::step(&trial.app).await.unwrap();
        }
        while number(&mut trial.app.store.read().await.unwrap(), "select count(*) from statuses").await < 3 {
            trial.settle().await;
        }
        trial.customer(json!({"wa_id": "447700900123", "name": "Zoë Å", "text": "again", "id": "wamid.again"})).await;
        trial.customer(json!({"wa_id": "447700900123", "message": {"type": "reaction", "reaction": {"message_id": "wamid.again", "emoji": "👍"}}})).await;
        trial.customer(json!({"wa_id": "447700900123", "text": "quoting", "reply_to": "wamid.again"})).await;
        trial.customer(json!({"wa_id": "34655501234", "name": "Lucía", "text": "hola"})).await;
        // Two rows of the list turn out to be one person.
        trial.customer(json!({"user_id": "ES.1", "text": "sin número"})).await;
        trial.customer(json!({"wa_id": "34655501234", "user_id": "ES.1", "text": "soy yo"})).await;
        let last = trial.messages(&key).await[0]["id"].clone();
        let url = format!("{}/whatsapp/fn/conversations/mark_read", trial.base);
        trial.http.post(url).header("x-api-key", &key).json(&json!({"up_to": last})).send().await.unwrap();

        let expected = snapshot(&trial, &cookie, Some("447700900123")).await;
        while model.seq < expected.seq {
            if let Some(Frame::Event { seq, event }) = socket.news().await {
                model.apply(seq, event);
            }
        }
        let fresh = Model::new(&expected);
        assert_eq!(model.rows, fresh.rows);
        assert_eq!(model.order, fresh.order);
        assert_eq!(BTreeSet::from_iter(&model.unread), BTreeSet::from_iter(&fresh.unread));
        assert_eq!(model.thread.unwrap().entries, fresh.thread.unwrap().entries);
    }
}

/// D6: the socket closes at once when the session ends, and no event follows.
#[tokio::test(flavor = "multi_thread")]
async fn d6_sign_out_closes_the_socket() {
    let trial = Trial::start(sqlite().await).await;
    let cookie = trial.agent(Role::Agent).await;
    let epoch = trial.app.bus.epoch().to_owned();
    let mut socket = open(&trial, &cookie, &epoch, trial.app.bus.head()).await;
    assert!(matches!(socket.next().await, Some(Frame::Hello(_))));
    let out = trial.http.post(format!("{}/whatsapp/sign-out/", trial.base)).header("cookie", &cookie).header("origin", &trial.base).send().await.unwrap();
    assert_eq!(out.status(), 303);
    trial.zoe("not for you").await;
    assert_eq!(socket.news().await, Some(Frame::SignedOut));
    assert_eq!(socket.news().await, None);
}

/// D7, I8: whoever is limited to other numbers hears nothing more of what they may not see, on the socket that is open and where frames are
/// asked for; whoever may see more again is told to look anew.
#[tokio::test(flavor = "multi_thread")]
async fn d7_i8_rights_change_while_a_socket_is_open() {
    let trial = Trial::start(sqlite().await).await;
    let (admin, mira) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await);
    trial.zoe("hi").await;
    to_a_second(&trial).await;
    let me = snapshot(&trial, &mira, None).await.agent.id;
    let (epoch, head) = (trial.app.bus.epoch().to_owned(), trial.app.bus.head());
    let mut socket = open(&trial, &mira, &epoch, head).await;
    assert!(matches!(socket.next().await, Some(Frame::Hello(_))));
    let polled = async || {
        let request = trial.http.get(format!("{}/whatsapp/live/events?epoch={epoch}&after={head}", trial.base)).header("cookie", &mira);
        request.send().await.unwrap().text().await.unwrap()
    };
    let set = async |numbers: &[(&str, &str)]| {
        let fields: Vec<_> = [("act", "numbers"), ("id", me.as_str())].into_iter().chain(numbers.iter().copied()).collect();
        assert_eq!(form(&trial, ("cookie", &admin), "/whatsapp/people/", &fields).await.0, 303);
    };
    set(&[("number:account-2", "1")]).await;
    assert!(matches!(socket.news().await, Some(Frame::Resync { .. })));
    trial.zoe("not for her any more").await;
    trial.customer(json!({"wa_id": "447700900123", "text": "nor this"})).await;
    set(&[]).await;
    trial.zoe("for her again").await;
    // What was said meanwhile is not made up for on the socket: she looks anew.
    let mut is_anew = false;
    loop {
        let frame = socket.news().await.expect("the socket stays open");
        let text = format!("{frame:?}");
        assert!(!text.contains("not for her") && !text.contains("nor this"), "{text}");
        is_anew |= matches!(frame, Frame::Resync { .. });
        if text.contains("for her again") {
            break;
        }
    }
    assert!(is_anew);
    let said = polled().await;
    assert!(said.contains("resync") && !said.contains("not for her"), "{said}");
}

/// E8: another password ends every session, their sockets too.
#[tokio::test(flavor = "multi_thread")]
async fn e8_another_password_ends_every_session() {
    let trial = Trial::start(sqlite().await).await;
    let cookie = trial.agent(Role::Agent).await;
    let caller = by_session(&trial.app, &token_hash(cookie.trim_start_matches("inbox="))).await.unwrap();
    let email = caller.agent.unwrap().email;
    let mut socket = open(&trial, &cookie, trial.app.bus.epoch(), trial.app.bus.head()).await;
    assert!(matches!(socket.next().await, Some(Frame::Hello(_))));
    agents::change_password(&trial.app.store, &email, "another long password".into(), trial.app.clock.now()).await.unwrap();
    assert_eq!(socket.news().await, Some(Frame::SignedOut));
    assert_eq!(socket.news().await, None);
    assert_eq!(try_open(&trial, &cookie, Some(&trial.base), "").await.err(), Some(401));
    assert!(agents::sign_in(&trial.app, &email, "another long password".into(), "", "").await.is_ok());
    assert!(agents::change_password(&trial.app.store, &email, "short".into(), trial.app.clock.now()).await.is_err());
}

/// A ping is answered with the reader's place: that is how a page knows that its line stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_ping_is_answered() {
    let trial = Trial::start(sqlite().await).await;
    let cookie = trial.agent(Role::Agent).await;
    let head = trial.app.bus.head();
    let mut socket = open(&trial, &cookie, trial.app.bus.epoch(), head).await;
    socket.next().await;
    socket.0.send(Message::Text("ping".into())).await.unwrap();
    assert_eq!(socket.next().await, Some(Frame::Position { seq: head, now: trial.app.clock.now() }));
}

/// D3: two tabs of one agent get the same events.
#[tokio::test(flavor = "multi_thread")]
async fn d3_two_tabs_get_the_same() {
    let trial = Trial::start(sqlite().await).await;
    let cookie = trial.agent(Role::Agent).await;
    let (epoch, head) = (trial.app.bus.epoch().to_owned(), trial.app.bus.head());
    let mut tabs = [open(&trial, &cookie, &epoch, head).await, open(&trial, &cookie, &epoch, head).await];
    trial.zoe("both").await;
    let mut seen = Vec::new();
    for tab in &mut tabs {
        assert!(matches!(tab.news().await, Some(Frame::Hello(_))));
        seen.push(tab.news().await);
    }
    assert!(seen[0].is_some());
    assert_eq!(seen[0], seen[1]);
    // What one has read, the other does not make unread by what it saw before.
    let key = trial.key().await;
    trial.clock.advance(1000);
    trial.zoe("and this").await;
    let messages = trial.messages(&key).await;
    for message in &messages {
        assert_eq!(super::team::call(&trial, &cookie, "conversations/mark_read", json!({"up_to": message["id"]})).await.0, 200);
        assert_eq!(trial.chats(&key).await[0]["unread_count"], 0);
    }
    assert_eq!(messages.len(), 2);
}

/// D2: a database restored from an older copy gets a new epoch, because it was served further than it now is.
#[tokio::test(flavor = "multi_thread")]
async fn d2_a_restored_backup_has_a_new_epoch() {
    use crate::server::bus::Bus;
    use crate::server::store::{Store, events};
    let url = format!("sqlite:{}/inbox.db", crate::server::trial::folder().display());
    let store = Store::open(&url).await.unwrap();
    let first = Bus::open(&store).await.unwrap();
    let again = Bus::open(&store).await.unwrap();
    assert_eq!(first.epoch(), again.epoch(), "a restart changes nothing");
    let mut tx = store.write().await.unwrap();
    events::append(&mut tx, &[crate::protocol::event::Event::AccessChanged], crate::domain::time::Instant(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_ne!(first.step(&store).await.unwrap(), crate::server::bus::Step::Nothing);
    first.note_served(&store);
    let mut tx = store.write().await.unwrap();
    tx.run(crate::server::store::Sql::same("delete from events"), vec![]).await.unwrap();
    tx.commit().await.unwrap();
    assert_ne!(Bus::open(&store).await.unwrap().epoch(), first.epoch());
}

/// D5: a reader that takes nothing is told to fetch a snapshot, not fed forever; the others are not held up.
#[tokio::test(flavor = "multi_thread")]
async fn d5_a_slow_reader_is_resynced() {
    let trial = Trial::start(sqlite().await).await;
    let cookie = trial.agent(Role::Agent).await;
    trial.zoe("hi").await;
    let (epoch, head) = (trial.app.bus.epoch().to_owned(), trial.app.bus.head());
    let mut slow = open(&trial, &cookie, &epoch, head).await;
    // More than fits into any buffer of the line, while nobody reads.
    let words = "x".repeat(200_000);
    for _ in 0..60 {
        trial.zoe(&words).await;
    }
    // It is told so on the spot, or its line is given up and it hears so when it comes back with its place.
    let (mut place, mut resynced) = (head, false);
    for _ in 0..2 {
        while let Some(frame) = slow.next().await {
            match frame {
                Frame::Event { seq, .. } => place = seq,
                Frame::Resync { .. } => {
                    resynced = true;
                    break;
                }
                _ => {}
            }
        }
        if resynced {
            break;
        }
        slow = open(&trial, &cookie, &epoch, place).await;
    }
    assert!(resynced);
    let fresh = snapshot(&trial, &cookie, Some("447700900123")).await;
    assert!(matches!(fresh.open, Open::Thread(_)));
}
