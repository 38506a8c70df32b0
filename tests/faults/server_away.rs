//! PostgreSQL goes away and comes back.

use super::inbox::{Inbox, until};
use super::load::{Load, check};
use super::postgres::{Postgres, url};
use super::proxy::Proxy;
use std::time::Duration;
use whatsapp_inbox::server::clock::new_id;

/// A7, B1: the server's plug is pulled twice under load, and then connections break right after it has been told to commit. Nothing
/// acknowledged is lost, nothing is doubled although outcomes were not known, and the inbox comes back by itself each time.
#[tokio::test(flavor = "multi_thread")]
async fn a7_postgres_restarts_and_connections_break_after_commit() {
    let Some(postgres) = Postgres::start() else { return };
    let line = Proxy::start(&[postgres.addr()]).await;
    let folder = std::env::temp_dir().join(format!("inbox-faults-{}", new_id()));
    let mut inbox = Inbox::on(folder, &url(line.addr())).await;
    inbox.start().await;
    let load = Load::start(&inbox, &[inbox.base.clone()], 16);
    for _ in 0..2 {
        let before = load.acked();
        until("messages are taken", 30, || async { load.acked() > before + 50 }).await;
        postgres.stop();
        until("health says so", 20, || async { inbox.health().await.is_some_and(|(status, _)| status == 503) }).await;
        postgres.restart();
    }
    let before = load.acked();
    until("messages are taken again", 30, || async { load.acked() > before + 50 }).await;
    line.break_after(b"COMMIT", 12);
    until("connections broke", 30, || async { line.breaks_left() == 0 }).await;
    let before = load.acked();
    until("messages are taken after that", 30, || async { load.acked() > before + 50 }).await;
    let seen = load.stop().await;
    assert!(seen.refused.iter().all(|status| *status == 503), "{:?}", seen.refused);
    assert!(!seen.refused.is_empty(), "nobody noticed: nothing was shown");
    inbox.settled().await;
    check(&url(&postgres.addr()), &seen.acked).await;
    let (status, took) = inbox.terminate().await;
    assert!(status.success() && took < Duration::from_secs(10), "{status} {took:?}");
}
