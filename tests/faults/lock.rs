//! Another program holds the database.

use super::inbox::{Inbox, until};
use super::load::{check, new_message, post};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use whatsapp_inbox::server::store::Store;

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
    let held = other.write().await.unwrap();
    let began = Instant::now();
    let third = new_message();
    assert_eq!(post(&inbox, third.clone()).await, 503);
    assert!((4..9).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    assert!(!inbox.messages(&first.1).await.is_empty(), "reading goes on");
    assert_eq!(inbox.metric("inbox_storage_failing").await, 1.0);
    let (status, health) = inbox.health().await.unwrap();
    assert_eq!((status, health["reason"].as_str()), (503, Some("deliveries cannot be stored")));
    drop(held);
    until("health comes back by itself", 15, || async { inbox.health().await.is_some_and(|(status, _)| status == 200) }).await;
    assert_eq!(post(&inbox, third.clone()).await, 200);
    inbox.settled().await;
    check(&inbox.settings["DATABASE_URL"], &BTreeSet::from([first.0, second.0, third.0])).await;
    assert!(inbox.metric("inbox_deliveries_total").await >= 4.0);
}
