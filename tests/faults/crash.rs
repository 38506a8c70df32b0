//! Killed, started again, stopped in the middle of things.

use super::inbox::{Inbox, until};
use super::load::{Load, check, new_message, post};
use super::proxy::Proxy;
use futures_util::StreamExt;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use whatsapp_inbox::server::clock::jitter;
use whatsapp_inbox::server::sandbox::files;
use whatsapp_inbox::server::sandbox::post::{deliver, inbound, status};

/// How often the process is killed; the nightly command asks for more.
fn rounds() -> usize {
    std::env::var("FAULT_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5)
}

/// A1, I1, I2: killed at a random moment while 32 posters write, again and again. Whatever was answered 200 is there, once, with its
/// event and its counters; what was not answered is posted again, as Meta does, and then is there once, too.
#[tokio::test(flavor = "multi_thread")]
async fn a1_i1_killed_while_posting() {
    let mut inbox = Inbox::new().await;
    let mut all = std::collections::BTreeSet::new();
    for round in 0..rounds() {
        inbox.start().await;
        let load = Load::start(&inbox, &[inbox.base.clone()], 32);
        until("the first are taken", 20, || async { load.acked() > 20 }).await;
        tokio::time::sleep(Duration::from_millis(50 + u64::try_from(jitter(450)).unwrap())).await;
        inbox.kill().await;
        let seen = load.stop().await;
        assert!(seen.refused.is_empty(), "round {round}: {:?}", seen.refused);
        assert!(!seen.lost.is_empty(), "round {round}: nothing was in flight, so nothing was shown");
        inbox.start().await;
        for wamid in &seen.lost {
            let message = new_message();
            assert_eq!(post(&inbox, (wamid.clone(), message.1, message.2)).await, 200);
        }
        all.extend(seen.acked);
        all.extend(seen.lost);
        inbox.settled().await;
        check(&inbox.settings["DATABASE_URL"], &all).await;
        inbox.kill().await;
    }
    println!("{} messages, {} kills", all.len(), rounds() * 2);
}

/// A9: killed while it makes its tables, it makes them at the next start; and a database of a newer version is refused in words.
#[tokio::test(flavor = "multi_thread")]
async fn a9_killed_while_migrating_and_a_newer_database() {
    let mut inbox = Inbox::new().await;
    for _ in 0..12 {
        inbox.spawn();
        tokio::time::sleep(Duration::from_millis(u64::try_from(jitter(60)).unwrap())).await;
        inbox.kill().await;
    }
    inbox.start().await;
    assert_eq!(post(&inbox, new_message()).await, 200);
    inbox.settled().await;
    inbox.kill().await;
    let store = whatsapp_inbox::server::store::Store::open(&inbox.settings["DATABASE_URL"]).await.unwrap();
    let mut tx = store.write().await.unwrap();
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'of tomorrow', 1, x'00', 0)";
    tx.run(whatsapp_inbox::server::store::dialect::Sql::same(newer), vec![]).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    let (done, printed) = inbox.run(&["serve"], "").await;
    assert!(!done && printed.contains("The database could not be brought up to date") && printed.contains("newer version"), "{printed}");
}

/// B9: killed while a file comes, it has no half of it; started again, it fetches it whole, and a day later nothing of the half is left.
#[tokio::test(flavor = "multi_thread")]
async fn b9_killed_while_a_file_comes() {
    let mut inbox = Inbox::new().await;
    inbox.settings.insert("MEDIA_URL".into(), format!("{}/media", inbox.folder.display()));
    inbox.start().await;
    let bytes: Vec<u8> = [b"%PDF-1.7 ".to_vec(), vec![b'x'; 400_000]].concat();
    let id = files::keep(&inbox.sandbox, "application/pdf", bytes.clone().into());
    let mut file = files::announced(&inbox.sandbox, &id);
    file["filename"] = json!("paper.pdf");
    inbox.sandbox.world().file_faults = serde_json::from_value(json!([{"fault": "slow", "ms": 1000}])).unwrap();
    let customer = json!({"wa_id": "447700900123", "message": {"type": "document", "document": file}});
    let (_, body) = inbound(&inbox.sandbox, &serde_json::from_value(customer).unwrap());
    assert_eq!(deliver(&inbox.sandbox, body).await, 200);
    let incoming = inbox.folder.join("media/incoming");
    let begun = || std::fs::read_dir(&incoming).is_ok_and(|files| files.flatten().any(|file| file.metadata().is_ok_and(|file| file.len() > 0)));
    until("a part of it is here", 20, || async { begun() }).await;
    inbox.kill().await;
    for half in std::fs::read_dir(&incoming).unwrap().flatten() {
        let yesterday = half.metadata().unwrap().modified().unwrap() - Duration::from_hours(25);
        std::fs::File::options().write(true).open(half.path()).unwrap().set_modified(yesterday).unwrap();
    }
    inbox.start().await;
    let media = || async { inbox.messages("447700900123").await.first().map(|message| message["media"].clone()).unwrap_or_default() };
    until("it is here", 30, || async { media().await["state"] == "ready" }).await;
    let url = format!("{}{}", inbox.base, media().await["url"].as_str().unwrap());
    let whole = inbox.http.get(url).header("x-api-key", &inbox.key).send().await.unwrap().bytes().await.unwrap();
    assert!(whole == bytes, "{} of {} bytes", whole.len(), bytes.len());
    assert_eq!(std::fs::read_dir(&incoming).unwrap().count(), 0, "no half file is left");
}

/// A10, I6: killed between marking a message as being sent and the request, and again between Meta's answer and its commit. Afterwards
/// each outcome is *unknown*, nothing is sent a second time, what was only queued is sent, and a status settles what did arrive.
#[tokio::test(flavor = "multi_thread")]
async fn a10_i6_killed_while_sending() {
    let mut inbox = Inbox::new().await;
    let proxy = Proxy::start(&[inbox.settings["WHATSAPP_GRAPH_URL"].trim_start_matches("http://").to_owned()]).await;
    inbox.settings.insert("WHATSAPP_GRAPH_URL".into(), format!("http://{}", proxy.addr()));
    inbox.start().await;
    let phones: Vec<String> = (0..3).map(|n| format!("44770090001{n}")).collect();
    for phone in &phones {
        let (wamid, _, text) = new_message();
        assert_eq!(post(&inbox, (wamid, phone.clone(), text)).await, 200);
    }
    inbox.settled().await;

    // The request never gets through: Meta has nothing of it.
    proxy.hold(true);
    assert_eq!(inbox.send(&phones[0], "before the request").await.0, 202);
    until("it is on its way", 10, || async { proxy.held() > 0 }).await;
    assert_eq!(inbox.send(&phones[0], "behind it").await.0, 202);
    inbox.kill().await;
    proxy.hold(false);
    proxy.cut();
    inbox.start().await;
    until("nobody knows what became of it", 10, || async { delivery(&inbox, &phones[0], "before the request").await == "unknown" }).await;
    assert_eq!(inbox.handed_over("before the request"), 0, "not sent by itself");

    // Meta has it, and the answer cannot be stored: the database is locked from outside.
    let phone = &phones[1];
    let other = whatsapp_inbox::server::store::Store::open(&inbox.settings["DATABASE_URL"]).await.unwrap();
    inbox.sandbox.world().faults = serde_json::from_value(json!([{"fault": "delay", "ms": 3000}])).unwrap();
    assert_eq!(inbox.send(phone, "before the commit").await.0, 202);
    until("it is on its way", 10, || async { delivery(&inbox, phone, "before the commit").await == "sending" }).await;
    let held = other.write().await.unwrap();
    until("Meta has it", 10, || async { inbox.handed_over("before the commit") == 1 }).await;
    // The answer comes and waits for the lock.
    tokio::time::sleep(Duration::from_millis(500)).await;
    inbox.kill().await;
    drop(held);
    inbox.start().await;
    until("nobody knows what became of it", 10, || async { delivery(&inbox, phone, "before the commit").await == "unknown" }).await;
    let (wamid, id) = {
        let world = inbox.sandbox.world();
        let received = world.received.iter().find(|received| received.body["text"]["body"] == "before the commit").unwrap();
        (received.wamid.clone().unwrap(), received.body["biz_opaque_callback_data"].as_str().unwrap().to_owned())
    };
    let report = status(&inbox.sandbox, &wamid, phone, "delivered", Some(&id), inbox.sandbox.now());
    assert_eq!(deliver(&inbox.sandbox, report).await, 200);
    until("the status settles it", 10, || async { delivery(&inbox, phone, "before the commit").await == "delivered" }).await;
    assert_eq!(inbox.handed_over("before the commit"), 1, "sent once");

    // What was never begun is sent after the start.
    assert_eq!(inbox.send(&phones[2], "later").await.0, 202);
    until("it is sent", 10, || async { inbox.handed_over("later") == 1 }).await;
}

async fn delivery(inbox: &Inbox, phone: &str, text: &str) -> String {
    let messages = inbox.messages(phone).await;
    let message = messages.iter().find(|message| message["text"]["body"] == text || message["content"]["body"] == text || message["body"] == text);
    message.map_or_else(|| panic!("{text} is not in {messages:?}"), |message| message["status"].as_str().unwrap_or_default().to_owned())
}

/// A11: asked to stop while 32 posters write. Nobody gets an error, everything answered is there, and it is gone within ten seconds.
#[tokio::test(flavor = "multi_thread")]
async fn a11_stopped_under_load() {
    let mut inbox = Inbox::new().await;
    inbox.start().await;
    let load = Load::start(&inbox, &[inbox.base.clone()], 32);
    until("the first are taken", 20, || async { load.acked() > 100 }).await;
    let began = Instant::now();
    let (status, _) = inbox.terminate().await;
    let took = began.elapsed();
    let seen = load.stop().await;
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(seen.refused.is_empty(), "{:?}", seen.refused);
    inbox.start().await;
    inbox.settled().await;
    check(&inbox.settings["DATABASE_URL"], &seen.acked).await;
}

/// A11, D8: pages hear that the process restarts (1012), and when all of them come back at once, each has its place again within seconds.
#[tokio::test(flavor = "multi_thread")]
async fn a11_d8_many_pages_hear_of_a_restart_and_come_back_at_once() {
    let mut inbox = Inbox::new().await;
    inbox.start().await;
    let cookie = inbox.cookie().await;
    let open = async |inbox: &Inbox, query: &str| {
        let mut request = format!("{}/whatsapp/live?{query}", inbox.base.replace("http", "ws")).into_client_request().unwrap();
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        request.headers_mut().insert("origin", inbox.base.parse().unwrap());
        connect_async(request).await.unwrap().0
    };
    let mut pages = Vec::new();
    for _ in 0..400 {
        pages.push(open(&inbox, "").await);
    }
    let Some(Ok(Message::Text(hello))) = pages[0].next().await else { panic!("no hello") };
    let hello: serde_json::Value = serde_json::from_str(&hello).unwrap();
    let (epoch, seq) = (hello["epoch"].as_str().unwrap().to_owned(), hello["seq"].as_i64().unwrap());
    inbox.terminate().await;
    for page in &mut pages {
        let closed = loop {
            match page.next().await {
                Some(Ok(Message::Close(frame))) => break frame,
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(u16::from(closed.expect("a reason").code), 1012);
    }
    inbox.start().await;
    assert_eq!(post(&inbox, new_message()).await, 200);
    inbox.settled().await;
    let began = Instant::now();
    let query = format!("epoch={epoch}&after={seq}");
    let mut back = futures_util::future::join_all((0..400).map(|_| open(&inbox, &query))).await;
    for page in &mut back {
        loop {
            let Some(Ok(Message::Text(text))) = page.next().await else { panic!("the line broke") };
            assert!(!text.contains("\"resync\""), "the place is still good");
            if text.starts_with("{\"event\"") {
                break;
            }
        }
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}
