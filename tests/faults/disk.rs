//! The disk is full, fails, or loses power.

use super::inbox::{Inbox, until};
use super::load::{Load, check, new_message, post, webhook};
use super::shim::put_before;
use std::collections::BTreeSet;
use std::time::Duration;
use whatsapp_inbox::server::clock::{jitter, new_id};
use whatsapp_inbox::server::meta::signature::HEADER;
use whatsapp_inbox::server::store::Store;
use whatsapp_inbox::server::store::dialect::Sql;

/// A2, I1: between a webhook's arrival and its 200 lies a sync of the disk.
#[tokio::test(flavor = "multi_thread")]
async fn a2_i1_synced_before_answered() {
    let mut inbox = Inbox::new().await;
    let Some(shim) = put_before(&mut inbox) else { return };
    inbox.start().await;
    for _ in 0..20 {
        inbox.settled().await;
        let before = shim.syncs();
        assert_eq!(post(&inbox, new_message()).await, 200);
        assert!(shim.syncs() > before, "answered before the disk had it");
    }
}

/// A2: the power fails at random moments under load (the process is frozen and its files are copied as they are). The copy is sound, and
/// everything answered before that moment is in it.
#[tokio::test(flavor = "multi_thread")]
async fn a2_the_power_fails() {
    let mut inbox = Inbox::new().await;
    inbox.start().await;
    let load = Load::start(&inbox, &[inbox.base.clone()], 16);
    for moment in 0..4 {
        tokio::time::sleep(Duration::from_millis(100 + u64::try_from(jitter(300)).unwrap())).await;
        let acked = load.acked_so_far();
        inbox.signal("STOP").await;
        let copy = inbox.folder.join(format!("copy-{moment}-{}", new_id()));
        std::fs::create_dir_all(&copy).unwrap();
        for file in ["inbox.db", "inbox.db-wal"] {
            std::fs::copy(inbox.folder.join(file), copy.join(file)).unwrap();
        }
        inbox.signal("CONT").await;
        let store = Store::open(&format!("sqlite:{}/inbox.db", copy.display())).await.unwrap();
        let mut tx = store.read().await.unwrap();
        assert_eq!(tx.find::<(String,)>(Sql::same("pragma integrity_check"), vec![]).await.unwrap().unwrap().0, "ok");
        let bodies: Vec<(Vec<u8>,)> = tx.all(Sql::same("select body from deliveries"), vec![]).await.unwrap();
        let kept: BTreeSet<String> = bodies
            .iter()
            .map(|(body,)| {
                let body: serde_json::Value = serde_json::from_slice(body).unwrap();
                body["entry"][0]["changes"][0]["value"]["messages"][0]["id"].as_str().unwrap().to_owned()
            })
            .collect();
        assert!(!acked.is_empty() && acked.is_subset(&kept), "moment {moment}: {} answered, {} kept", acked.len(), kept.len());
        drop(tx);
        store.close().await;
    }
    load.stop().await;
}

/// A3: no room. Webhooks are answered 503, reading goes on, metrics and health say so; with room again everything goes on without a restart,
/// and what was answered 200 is really there.
#[tokio::test(flavor = "multi_thread")]
async fn a3_the_disk_is_full() {
    let mut inbox = Inbox::new().await;
    let Some(shim) = put_before(&mut inbox) else { return };
    inbox.start().await;
    let mut acked = BTreeSet::new();
    let first = new_message();
    assert_eq!(post(&inbox, first.clone()).await, 200);
    acked.insert(first.0.clone());
    inbox.settled().await;
    for _ in 0..2 {
        shim.fill(true);
        for _ in 0..5 {
            assert_eq!(post(&inbox, new_message()).await, 503);
        }
        assert!(!inbox.messages(&first.1).await.is_empty(), "reading goes on");
        assert_eq!(inbox.metric("inbox_storage_failing").await, 1.0);
        assert_eq!(inbox.health().await.unwrap().0, 503);
        let (status, refused) = inbox.send(&first.1, "typed while full").await;
        assert_eq!((status, refused["error"]["code"].as_str()), (503, Some("unavailable")), "{refused}");
        shim.fill(false);
        until("it recovers by itself", 15, || async { inbox.health().await.is_some_and(|(status, _)| status == 200) }).await;
        let next = new_message();
        assert_eq!(post(&inbox, next.clone()).await, 200);
        acked.insert(next.0);
        inbox.settled().await;
    }
    inbox.kill().await;
    check(&inbox.settings["DATABASE_URL"], &acked).await;
}

/// A3: a limit on the size of its files, as some hosts set it.
#[tokio::test(flavor = "multi_thread")]
async fn a3_a_file_may_not_grow() {
    let limits = tokio::process::Command::new("prlimit").arg("--version").output().await;
    if limits.is_err() {
        eprintln!("skipped: needs prlimit");
        return;
    }
    let mut inbox = Inbox::new().await;
    // Growing beyond the limit is an error for the inbox, not its end.
    inbox.wrapper = ["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""].map(str::to_owned).to_vec();
    inbox.start().await;
    let limit = |bytes: &'static str| {
        let pid = inbox.pid().to_string();
        async move {
            let set = tokio::process::Command::new("prlimit").args([format!("--pid={pid}"), format!("--fsize={bytes}:unlimited")]).status().await.unwrap();
            assert!(set.success());
        }
    };
    limit("1000000").await;
    let mut acked = BTreeSet::new();
    let mut full = false;
    for _ in 0..40 {
        let (wamid, from, _) = new_message();
        let (body, signature) = webhook(&inbox, &[(wamid.clone(), from, "x".repeat(100_000))]);
        let request = inbox.http.post(format!("{}/whatsapp/webhook/", inbox.base)).header(HEADER, signature).body(body);
        match request.send().await.unwrap().status().as_u16() {
            200 => drop(acked.insert(wamid)),
            503 => full = true,
            other => panic!("{other}"),
        }
    }
    assert!(full, "the limit was never reached");
    limit("unlimited").await;
    until("it recovers by itself", 20, || async { inbox.health().await.is_some_and(|(status, _)| status == 200) }).await;
    let next = new_message();
    assert_eq!(post(&inbox, next.clone()).await, 200);
    acked.insert(next.0);
    inbox.settled().await;
    check(&inbox.settings["DATABASE_URL"], &acked).await;
}

/// A4: a sync that failed may have lost what it was to sync: nobody is answered 200 any more, and the process ends, saying why.
#[tokio::test(flavor = "multi_thread")]
async fn a4_a_sync_fails() {
    let mut inbox = Inbox::new().await;
    let Some(shim) = put_before(&mut inbox) else { return };
    inbox.start().await;
    let load = Load::start(&inbox, &[inbox.base.clone()], 8);
    until("the first are taken", 20, || async { load.acked() > 20 }).await;
    shim.fail_sync(true);
    let (status, took) = inbox.ended().await;
    let seen = load.stop().await;
    assert!(!status.success(), "{status}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(inbox.log.lock().unwrap().contains("The disk failed to sync the database"));
    shim.fail_sync(false);
    inbox.start().await;
    inbox.settled().await;
    check(&inbox.settings["DATABASE_URL"], &seen.acked).await;
}

/// A6: another program reads for long, so SQLite's log cannot be folded and grows. It is measured; once the reader is gone it shrinks by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a6_a_long_reader_makes_the_log_grow() {
    let mut inbox = Inbox::new().await;
    inbox.start().await;
    let other = Store::open(&inbox.settings["DATABASE_URL"]).await.unwrap();
    let mut reader = other.read().await.unwrap();
    let count: (i64,) = reader.find(Sql::same("select count(*) from deliveries"), vec![]).await.unwrap().unwrap();
    assert_eq!(count.0, 0);
    for _ in 0..40 {
        let (wamid, from, _) = new_message();
        let (body, signature) = webhook(&inbox, &[(wamid, from, "x".repeat(2_500_000))]);
        let request = inbox.http.post(format!("{}/whatsapp/webhook/", inbox.base)).header(HEADER, signature).body(body);
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    let grown = inbox.metric("inbox_database_log_bytes").await;
    assert!(grown > 70e6, "{grown}");
    // Somebody must be told before the disk is full.
    for size in ["create table ballast (bytes blob)"].into_iter().chain(["insert into ballast values (zeroblob(60000000))"; 4]) {
        let mut tx = other.write().await.unwrap();
        tx.run(Sql::same(size), vec![]).await.unwrap();
        tx.commit().await.unwrap();
    }
    until("the log is said to grow", 20, || async { inbox.says("does not shrink") }).await;
    drop(reader);
    inbox.settled().await;
    // Up to 64 MiB of the file may stay: it is written anew from its start.
    until("the log shrinks", 40, || async { inbox.metric("inbox_database_log_bytes").await < 68e6 }).await;
    assert!(inbox.metric("inbox_database_bytes").await > 70e6);
}
