//! At the door: too large, too slow, too many.

use super::inbox::{Inbox, until};
use super::load::{Load, check, new_message, post, webhook};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use whatsapp_inbox::server::meta::signature::{HEADER, sign};

async fn connect(inbox: &Inbox) -> TcpStream {
    TcpStream::connect(inbox.base.trim_start_matches("http://")).await.unwrap()
}

/// What a server says before it hangs up.
async fn hear(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut heard)).await.expect("it hangs up");
    String::from_utf8_lossy(&heard).into_owned()
}

/// B12: three megabytes are taken; nine and fifty are refused; whoever is slow with the head or the body is cut off; nothing is unpacked.
#[tokio::test(flavor = "multi_thread")]
async fn b12_large_slow_and_packed_bodies() {
    let mut inbox = Inbox::new().await;
    inbox.start().await;
    let (wamid, from, _) = new_message();
    let (body, signature) = webhook(&inbox, &[(wamid, from.clone(), "x".repeat(3_000_000))]);
    let url = format!("{}/whatsapp/webhook/", inbox.base);
    let taken = inbox.http.post(&url).header(HEADER, &signature).body(body).send().await.unwrap();
    assert_eq!(taken.status(), 200);
    for megabytes in [9, 50] {
        // The server answers before it has read everything, and hangs up: the client may see either.
        if let Ok(refused) = inbox.http.post(&url).header(HEADER, &signature).body(vec![b'x'; megabytes * 1_000_000]).send().await {
            assert_eq!(refused.status(), 413, "{megabytes} MB");
        }
    }
    // A gigabyte of zeros, packed into a megabyte: bytes like any other.
    let bomb = vec![0x1f; 1_000_000];
    let packed = inbox.http.post(&url).header("content-encoding", "gzip").header(HEADER, sign(&inbox.app_secret(), &bomb)).body(bomb).send().await.unwrap();
    assert_eq!(packed.status(), 200);

    let began = Instant::now();
    let (mut slow_head, mut slow_body) = (connect(&inbox).await, connect(&inbox).await);
    slow_head.write_all(b"POST /whatsapp/webhook/ HTTP/1.1\r\nHost: 127.0.0.1\r\n").await.unwrap();
    slow_body
        .write_all(format!("POST /whatsapp/webhook/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n{HEADER}: {signature}\r\n\r\n{{").as_bytes())
        .await
        .unwrap();
    let dribble = async {
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            if slow_head.write_all(b"X-A: b\r\n").await.is_err() {
                break;
            }
        }
    };
    let (said, ()) = tokio::join!(hear(&mut slow_body), dribble);
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
    assert!(began.elapsed() < Duration::from_secs(14), "{:?}", began.elapsed());
    inbox.settled().await;
    assert_eq!(inbox.messages(&from).await.len(), 1);
    let log = inbox.log.lock().unwrap().clone();
    assert!(!log.contains("panicked"), "{log}");
}

/// B18: many more than fit. Whoever does not fit hears 503 at once, whoever is answered 200 did not wait long, and afterwards nothing is left over.
#[tokio::test(flavor = "multi_thread")]
async fn b18_more_than_it_can_take() {
    let mut inbox = Inbox::new().await;
    inbox.start().await;
    let load = Load::start(&inbox, &[inbox.base.clone()], 1500);
    let mut deepest: f64 = 0.0;
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(6) {
        deepest = deepest.max(inbox.metric("inbox_unapplied").await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut seen = load.stop().await;
    assert!(deepest > 0.0, "the queue never grew: nothing was shown");
    assert!(!seen.refused.is_empty(), "nobody was refused: nothing was shown");
    assert!(seen.refused.iter().all(|status| *status == 503), "{:?}", seen.refused.iter().find(|status| **status != 503));
    seen.times.sort();
    let p99 = seen.times[seen.times.len() * 99 / 100];
    // The queue is bounded, and so is the wait: how long it is in earnest, the benchmark says. This is a build for tests, beside others.
    assert!(p99 < Duration::from_secs(20), "{p99:?}");
    assert_eq!(post(&inbox, new_message()).await, 200, "it takes more as soon as the rush is over");
    inbox.settled().await;
    assert_eq!(inbox.metric("inbox_intake_queue").await, 0.0);
    check(&inbox.settings["DATABASE_URL"], &seen.acked).await;
    println!("{} taken, {} refused, p99 {p99:?}, up to {deepest} unapplied", seen.acked.len(), seen.refused.len());
    until("health is well", 5, || async { inbox.health().await.is_some_and(|(status, _)| status == 200) }).await;
}
