//! Webhooks that were collected elsewhere.

use super::*;
use crate::server::meta::signature::{HEADER, sign};
use crate::server::secret::{Secret, token_hash};
use std::collections::BTreeMap;

/// What became of each webhook, by the hash of its bytes. `UPDATE_CORPUS=1` writes it anew.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/server/ingest/tests/corpus.txt");

/// How many rows of each sort there are.
async fn counts(tx: &mut Tx) -> BTreeMap<String, i64> {
    const ALL: [&str; 7] = [
        "select message_type || ' ' || direction, count(*) from messages group by 1",
        "select 'status ' || status, count(*) from statuses group by 1",
        "select 'reaction', count(*) from reactions having count(*) > 0",
        "select 'file', count(*) from media having count(*) > 0",
        "select 'warning', count(*) from warnings having count(*) > 0",
        "select 'preference', count(*) from preferences having count(*) > 0",
        "select 'kept', count(*) from deliveries where state = 'kept' group by 1",
    ];
    let mut all = BTreeMap::new();
    for sql in ALL {
        all.extend(tx.all::<(String, i64)>(Sql::same(sql), Vec::new()).await.unwrap());
    }
    all
}

/// The files of a folder and of those in it, by their paths.
fn files(folder: &str) -> Vec<std::path::PathBuf> {
    let (mut folders, mut files) = (vec![std::path::PathBuf::from(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The same webhook, as if it were about our account.
fn to_us(body: &str) -> String {
    let value = |after: &str, of: &str| {
        let rest = &body[body.find(after)?..];
        rest.split(&format!("\"{of}\"")).nth(1)?.split('"').nth(1).map(str::to_owned)
    };
    let mut ours = body.to_owned();
    for (known, own) in [(value("", "phone_number_id"), "106540352242922"), (value("\"entry\"", "id"), "102290129340398")] {
        if let Some(known) = known.filter(|known| !known.is_empty()) {
            ours = ours.replace(&format!("\"{known}\""), &format!("\"{own}\""));
        }
    }
    ours
}

/// What becomes of a webhook that comes into an empty inbox.
async fn outcome(body: &str) -> String {
    let trial = Trial::start(crate::server::trial::sqlite().await).await;
    let ours = to_us(body);
    let signature = sign(&Secret::new("app-secret"), ours.as_bytes());
    let posted = trial.http.post(format!("{}/whatsapp/webhook/", trial.base)).header(HEADER, signature).body(ours).send().await.unwrap();
    assert_eq!(posted.status(), 200, "{body}");
    trial.settle().await;
    let mut tx = trial.app.store.read().await.unwrap();
    assert_counters(&mut tx).await;
    let outcome: Vec<String> = counts(&mut tx).await.iter().map(|(what, count)| format!("{count} {what}")).collect();
    if outcome.is_empty() { "nothing".to_owned() } else { outcome.join(", ") }
}

/// Webhooks collected elsewhere, one file each: every one is taken, alone, and what it becomes is what it became before.
/// `WEBHOOK_CORPUS` names the folder.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corpus_of_webhooks_is_applied() {
    let Some(folder) = std::env::var("WEBHOOK_CORPUS").ok().filter(|folder| !folder.is_empty()) else {
        eprintln!("skipped: WEBHOOK_CORPUS is not set");
        return;
    };
    let mut table = BTreeMap::new();
    for path in files(&folder) {
        let body = std::fs::read_to_string(path).unwrap();
        table.insert(token_hash(&body)[..16].to_owned(), outcome(&body).await);
    }
    assert!(!table.is_empty(), "no webhooks in {folder}");
    let lines: Vec<String> = table.iter().map(|(hash, outcome)| format!("{hash} {outcome}")).collect();
    let lines = lines.join("\n") + "\n";
    if std::env::var("UPDATE_CORPUS").is_ok() {
        std::fs::write(KEPT, &lines).unwrap();
    }
    // Another collection has other webhooks; of those that are known, each must become what it became.
    let kept = std::fs::read_to_string(KEPT).unwrap();
    let kept: BTreeMap<&str, &str> = kept.lines().filter_map(|line| line.split_once(' ')).collect();
    let changed: Vec<_> = table.iter().filter(|(hash, now)| kept.get(hash.as_str()).is_some_and(|before| before != now)).collect();
    assert!(changed.is_empty(), "{changed:#?}");
    println!("{} webhooks applied\n{lines}", table.len());
}
