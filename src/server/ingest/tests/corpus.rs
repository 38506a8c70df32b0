//! Webhooks that were collected elsewhere.

use super::*;

/// Webhooks collected elsewhere, one file each; every one is applied without a failure. `WEBHOOK_CORPUS` names the folder.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corpus_of_webhooks_is_applied() {
    let Ok(folder) = std::env::var("WEBHOOK_CORPUS") else {
        eprintln!("skipped: WEBHOOK_CORPUS is not set");
        return;
    };
    let trial = Trial::start(crate::server::trial::sqlite().await).await;
    let mut folders = vec![std::path::PathBuf::from(folder)];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let body = std::fs::read_to_string(&path).unwrap();
                let known = body.split("\"phone_number_id\"").nth(1).and_then(|rest| rest.split('"').nth(1)).map(str::to_owned);
                let body = known.map_or(body.clone(), |id| body.replace(&format!("\"{id}\""), "\"106540352242922\""));
                apply(&trial.app, &body).await;
                count += 1;
            }
        }
    }
    let mut tx = trial.app.store.read().await.unwrap();
    assert_counters(&mut tx).await;
    let kept: Vec<(Option<String>,)> = tx.all(Sql::same("select reason from deliveries where state = 'kept'"), Vec::new()).await.unwrap();
    println!("{count} webhooks applied; {} with something that had nowhere to go: {kept:?}", kept.len());
    assert!(count > 0 && kept.iter().all(|reason| !reason.0.as_deref().unwrap_or_default().contains("error")));
}
