//! Another program holds the database.

use super::inbox::{Inbox, until};
use super::load::{check, new_message, post};
use futures_util::StreamExt;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use whatsapp_inbox::server::store::Store;

/// An open page is told something of this kind, in a banner, within fifteen seconds.
async fn until_said(page: &mut WebSocketStream<MaybeTlsStream<TcpStream>>, is_it: impl Fn(&str) -> bool) {
    let heard = async {
        while let Some(Ok(message)) = page.next().await {
            if let Message::Text(text) = message
                && text.starts_with("{\"aside\"")
                && is_it(&text)
            {
                return;
            }
        }
        panic!("the line broke");
    };
    tokio::time::timeout(Duration::from_secs(15), heard).await.expect("the page is told");
}

/// A5: a backup or a shell holds SQLite's lock. Two seconds are waited for; ten are answered 503, pages still read, everybody is told, and
/// afterwards everything goes on by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a5_the_database_is_locked() {
    let mut inbox = Inbox::new().await;
    inbox.start().await;
    let first = new_message();
    assert_eq!(post(&inbox, first.clone()).await, 200);
    inbox.settled().await;
    let other = Store::open(&inbox.settings["DATABASE_URL"]).await.unwrap();

    let held = other.write().await.unwrap();
    let began = Instant::now();
    let second = new_message();
    let (status, ()) = tokio::join!(post(&inbox, second.clone()), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        drop(held);
    });
    assert_eq!(status, 200);
    assert!(began.elapsed() >= Duration::from_secs(2));

    inbox.settled().await;
    let mut request = format!("{}/whatsapp/live", inbox.base.replace("http", "ws")).into_client_request().unwrap();
    request.headers_mut().insert("cookie", inbox.cookie().await.parse().unwrap());
    request.headers_mut().insert("origin", inbox.base.parse().unwrap());
    let mut page = connect_async(request).await.unwrap().0;
    let held = other.write().await.unwrap();
    let began = Instant::now();
    let third = new_message();
    assert_eq!(post(&inbox, third.clone()).await, 503);
    assert!((4..9).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    assert!(!inbox.messages(&first.1).await.is_empty(), "reading goes on");
    assert_eq!(inbox.metric("inbox_storage_failing").await, 1.0);
    until_said(&mut page, |notices| notices.contains("not_storing")).await;
    let (status, health) = inbox.health().await.unwrap();
    assert_eq!((status, health["reason"].as_str()), (503, Some("deliveries cannot be stored")));
    drop(held);
    until_said(&mut page, |notices| !notices.contains("not_storing")).await;
    until("health comes back by itself", 15, || async { inbox.health().await.is_some_and(|(status, _)| status == 200) }).await;
    assert_eq!(post(&inbox, third.clone()).await, 200);
    inbox.settled().await;
    check(&inbox.settings["DATABASE_URL"], &BTreeSet::from([first.0, second.0, third.0])).await;
    assert!(inbox.metric("inbox_deliveries_total").await >= 4.0);
}
