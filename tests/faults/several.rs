//! Two processes on one PostgreSQL, behind a proxy that deals out connections in turn.

use super::inbox::{Inbox, until};
use super::load::{Load, check, new_message, post};
use super::postgres::{Postgres, url as postgres_url};
use super::proxy::Proxy;
use futures_util::StreamExt;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use whatsapp_inbox::protocol::event::Event;
use whatsapp_inbox::protocol::live::{Frame, Hello};
use whatsapp_inbox::server::clock::new_id;
use whatsapp_inbox::server::store::Store;
use whatsapp_inbox::server::store::dialect::Sql;

/// What a socket has brought so far: each event's place and wamid, in the order of arrival, with its moment.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<(i64, String, Instant)>>>);

impl Heard {
    /// Listens on a process's socket as a page does: after a break it comes back with its place.
    fn listen(base: String, cookie: String) -> Self {
        let heard = Self::default();
        let hearing = heard.clone();
        tokio::spawn(async move {
            let mut place = (String::new(), 0);
            loop {
                let url = format!("{}/whatsapp/live?epoch={}&after={}", base.replace("http", "ws"), place.0, place.1);
                let mut request = url.into_client_request().unwrap();
                request.headers_mut().insert("cookie", cookie.parse().unwrap());
                request.headers_mut().insert("origin", base.parse().unwrap());
                if let Ok((mut socket, _)) = connect_async(request).await {
                    while let Some(Ok(message)) = socket.next().await {
                        let Message::Text(text) = message else { continue };
                        hearing.take(Frame::read(&text).expect("a frame"), &mut place);
                    }
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        heard
    }

    fn take(&self, frame: Frame, place: &mut (String, i64)) {
        match frame {
            Frame::Hello(Hello { epoch, seq, .. }) if place.0.is_empty() => *place = (epoch, seq),
            Frame::Position { seq, .. } => place.1 = place.1.max(seq),
            Frame::Event { seq, event } => {
                assert!(seq > place.1, "an event came twice or out of order");
                place.1 = seq;
                if let Event::MessageStored { message, .. } = event {
                    let wamid = message.wamid.map(|wamid| wamid.0).unwrap_or_default();
                    self.0.lock().unwrap().push((seq, wamid, Instant::now()));
                }
            }
            _ => {}
        }
    }

    fn wamids(&self) -> BTreeSet<String> {
        self.0.lock().unwrap().iter().map(|(_, wamid, _)| wamid.clone()).collect()
    }

    fn when(&self, wamid: &str) -> Option<Instant> {
        self.0.lock().unwrap().iter().find(|heard| heard.1 == wamid).map(|heard| heard.2)
    }
}

/// What one process applies is on the other's sockets within a quarter of a second.
async fn reaches_the_other_process(first: &Inbox, second: &Inbox, heard: &Heard) {
    until("the socket stands", 10, || async { second.metric("inbox_sockets").await >= 1.0 }).await;
    let mut lags = Vec::new();
    for _ in 0..40 {
        let message = new_message();
        let wamid = message.0.clone();
        assert_eq!(post(first, message).await, 200);
        let accepted = Instant::now();
        until("it is on the other's socket", 5, || async { heard.when(&wamid).is_some() }).await;
        lags.push(heard.when(&wamid).unwrap().saturating_duration_since(accepted));
    }
    lags.sort();
    println!("accepted by one, on a socket of the other: p50 {:?}, p95 {:?}, longest {:?}", lags[20], lags[38], lags[39]);
    // The middle one: the slowest say how starved the machine of the tests is; they are the benchmark's to show.
    assert!(lags[20] < Duration::from_millis(250), "{lags:?}");
}

/// An album of a new customer, and a hundred copies of one message, to both at once.
async fn at_once(first: &Inbox, second: &Inbox) {
    let copied = new_message();
    let album = (0..10).map(|n| (format!("wamid.album.{n}"), "447700999999".to_owned(), n.to_string()));
    let at_once: Vec<_> = album.chain((0..100).map(|_| copied.clone())).enumerate().collect();
    let posts = at_once.into_iter().map(|(n, message)| post(if n % 2 == 0 { first } else { second }, message));
    assert!(futures_util::future::join_all(posts).await.iter().all(|status| *status == 200));
    second.settled().await;
    assert_eq!(second.messages("447700999999").await.len(), 10);
}

/// B1, B10, C10, D10: both take webhooks and serve sockets. What one applies is on the other's sockets within a quarter of a second; one is
/// killed under load with messages on their way to WhatsApp; the sockets of the other miss nothing, every acknowledged message is there
/// once, a new customer's album is one conversation, and no message is handed to WhatsApp twice.
#[tokio::test(flavor = "multi_thread")]
async fn b1_b10_c10_d10_two_processes_one_is_killed() {
    let Some(postgres) = Postgres::start() else { return };
    let folder = |name: &str| std::env::temp_dir().join(format!("inbox-faults-{name}-{}", new_id()));
    let url = postgres_url(&postgres.addr());
    let mut first = Inbox::on(folder("first"), &url).await;
    let mut second = Inbox::on(folder("second"), &url).await;
    // One WhatsApp for both.
    for name in ["WHATSAPP_GRAPH_URL", "WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET"] {
        second.settings.insert(name.into(), first.settings[name].clone());
    }
    second.sandbox = first.sandbox.clone();
    first.start().await;
    second.key.clone_from(&first.key);
    second.start().await;
    let cookie = first.cookie().await;
    let heard = Heard::listen(second.base.clone(), cookie.clone());
    let balanced = Proxy::start(&[first.base.trim_start_matches("http://").to_owned(), second.base.trim_start_matches("http://").to_owned()]).await;
    let base = format!("http://{}", balanced.addr());

    reaches_the_other_process(&first, &second, &heard).await;
    at_once(&first, &second).await;

    // Load on both, messages on their way, and one is killed.
    let phones: Vec<String> = (0..20).map(|n| format!("4477009{n:05}")).collect();
    for phone in &phones {
        let (wamid, _, text) = new_message();
        assert_eq!(post(&second, (wamid, phone.clone(), text)).await, 200);
    }
    second.settled().await;
    first.sandbox.world().faults = (0..40).map(|_| serde_json::from_value(serde_json::json!({"fault": "delay", "ms": 150})).unwrap()).collect();
    let load = Load::start(&first, &[base], 16);
    let mut queued = Vec::new();
    for (n, phone) in phones.iter().cycle().take(60).enumerate() {
        let text = format!("answer {n}");
        let (status, answer) = second.send(phone, &text).await;
        assert_eq!(status, 202, "{answer}");
        queued.push(text);
        if n == 40 {
            first.kill().await;
        }
    }
    let before = load.acked();
    until("the other goes on alone", 20, || async { load.acked() > before + 100 }).await;
    let seen = load.stop().await;
    assert!(seen.refused.iter().all(|status| *status == 503), "{:?}", seen.refused);
    second.settled().await;
    // What the killed one had in hand is unknown once its lease is over, and holds up its conversation for a while: let both pass now.
    let store = Store::open(&url).await.unwrap();
    until("the outbox is done", 60, || async {
        let mut tx = store.write().await.unwrap();
        tx.run(Sql::same("update outbox set until = 0 where state <> 'queued' and until > 0"), vec![]).await.unwrap();
        let waiting: Option<(i64,)> = tx.find(Sql::same("select count(*) from outbox where state <> 'unknown'"), vec![]).await.unwrap();
        tx.commit().await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        waiting == Some((0,))
    })
    .await;
    store.close().await;
    let counts: Vec<usize> = queued.iter().map(|text| first.handed_over(text)).collect();
    assert!(counts.iter().all(|count| *count <= 1), "handed over twice: {counts:?}");
    let missing = counts.iter().filter(|count| **count == 0).count();
    assert!(missing <= 8, "{missing} of 60 never left, more than the killed process had in hand");
    check(&url, &seen.acked).await;
    until("the socket has brought everything", 20, || async { seen.acked.is_subset(&heard.wamids()) }).await;
    println!("{} taken while one was killed, {} answers left once, {missing} were in the killed one's hands", seen.acked.len(), 60 - missing);
}
