//! Webhooks that were collected elsewhere.

use super::*;
use crate::server::secret::token_hash;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What became of each webhook, by the hash of its bytes. `UPDATE_CORPUS=1` writes it anew.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/server/ingest/tests/corpus.txt");

/// How many rows of each sort there are.
async fn counts(tx: &mut Tx) -> BTreeMap<String, i64> {
    const ALL: [&str; 5] = [
        "select message_type || ' ' || direction, count(*) from messages group by 1",
        "select 'status ' || status, count(*) from statuses group by 1",
        "select 'reaction', count(*) from reactions having count(*) > 0",
        "select 'file', count(*) from media having count(*) > 0",
        "select 'kept', count(*) from deliveries where state = 'kept' group by 1",
    ];
    let mut all = BTreeMap::new();
    for sql in ALL {
        all.extend(tx.all::<(String, i64)>(Sql::same(sql), Vec::new()).await.unwrap());
    }
    all
}

/// Webhooks collected elsewhere, one file each, in the order of their names; every one is applied without a failure, and what it becomes
/// is what it became before. `WEBHOOK_CORPUS` names the folder.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corpus_of_webhooks_is_applied() {
    let Some(folder) = std::env::var("WEBHOOK_CORPUS").ok().filter(|folder| !folder.is_empty()) else {
        eprintln!("skipped: WEBHOOK_CORPUS is not set");
        return;
    };
    let trial = Trial::start(crate::server::trial::sqlite().await).await;
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
    let mut table = String::new();
    let mut before = BTreeMap::new();
    for path in &files {
        let body = std::fs::read_to_string(path).unwrap();
        let known = body.split("\"phone_number_id\"").nth(1).and_then(|rest| rest.split('"').nth(1)).map(str::to_owned);
        let ours = known.map_or(body.clone(), |id| body.replace(&format!("\"{id}\""), "\"106540352242922\""));
        apply(&trial.app, &ours).await;
        let after = counts(&mut trial.app.store.read().await.unwrap()).await;
        let new = |(what, count): (&String, &i64)| Some((what.clone(), count - before.get(what).copied().unwrap_or(0))).filter(|(_, count)| *count > 0);
        let outcome: Vec<String> = after.iter().filter_map(new).map(|(what, count)| format!("{count} {what}")).collect();
        let _ = writeln!(table, "{} {}", &token_hash(&body)[..16], if outcome.is_empty() { "nothing new".to_owned() } else { outcome.join(", ") });
        before = after;
    }
    let mut tx = trial.app.store.read().await.unwrap();
    assert_counters(&mut tx).await;
    assert!(!files.is_empty() && !table.contains("error"), "{table}");
    if std::env::var("UPDATE_CORPUS").is_ok() {
        std::fs::write(KEPT, &table).unwrap();
    }
    // Another collection has other webhooks; of those that are known, each must become what it became.
    let kept = std::fs::read_to_string(KEPT).unwrap();
    if kept.lines().count() == table.lines().count() {
        assert_eq!(table, kept);
    }
    println!("{} webhooks applied\n{table}", files.len());
}
