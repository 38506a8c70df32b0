//! No statement walks a whole table or sorts what an index could give in order: looked up in the plans of both engines, for every
//! statement there is. A statement that may has its line in [`MAY`], with the reason.

use super::{Store, all_statements, deliveries};
use crate::domain::time::Instant;
use crate::server::store::Sql;
use crate::server::trial::{Trial, on_both, sqlite};
use serde_json::json;

/// (file, statement, why it may).
const MAY: [(&str, &str, &str); 30] = [
    ("accounts", "LIST", "a business has a handful of numbers"),
    ("accounts", "FIND_USE", "looks at the agents who are limited to some numbers, of whom a team has some dozens"),
    ("accounts", "REMOVE", "an admin's form, for a number that nobody uses: the engine looks whether anything still names it"),
    ("accounts", "LIST_ALL_LIMITS", "a team has some dozens of people with a handful of numbers each"),
    ("agents", "LIST", "a team has some dozens of people"),
    ("agents", "LIST_KEYS", "a business has a handful of programs"),
    ("agents", "COUNT", "a team has some dozens of people"),
    ("agents", "COUNT_ADMINS", "a team has some dozens of people"),
    ("accounts", "LIST_LIMITS", "an agent has a handful of numbers"),
    ("agents", "DROP_LINKS", "there is at most one set-up link"),
    ("sessions", "EXPIRE", "a team has some hundreds of sessions; once an hour"),
    ("outbox", "NEXT", "looks at the accounts, of which there is a handful"),
    ("outbox", "ASTRAY", "looks at the accounts, of which there is a handful"),
    ("outbox", "AMEND_ACCOUNTS", "a business has a handful of numbers"),
    ("outbox", "COUNT", "the outbox holds what is on its way; asked for by /metrics only"),
    ("deliveries", "EXPIRE", "walks in the order of n and stops after ten thousand rows"),
    ("deliveries", "REPLAY", "an operator's command that means every row"),
    ("conversations", "LIST_CLOSING", "sorts the conversations whose window closes within the hours that are asked for"),
    ("conversations", "LIST_HELD", "sorts the conversations of one person, when they are let out"),
    ("conversations", "LIST_FAILED", "sorts the conversations whose newest message failed, of which a team keeps few"),
    ("conversations", "FIND_BY_IDENTITY", "sorts the few conversations of one person"),
    ("search", "FORGET_NAMES", "once, where the index of words begins anew"),
    ("search", "SILENT", "once, where the index of words begins anew"),
    ("search/finding", "FIND_MESSAGES_OF", "sorts the messages of some customers"),
    ("search/finding", "FIND_THREADS_OF", "sorts the messages of some customers"),
    ("search/finding", "FIND_CONVERSATIONS", "sorts those whose names were found, of which it looks at twenty thousand at most"),
    ("views", "LIST_WITH_LABELS", "a team keeps some dozens of views; once, where a label is renamed"),
    ("mentions", "LIST", "holds what nobody has seen yet: of a team, some dozens"),
    ("statuses", "LIST_REACTIONS", "sorts the reactions on one page of messages"),
    ("contacts", "LIST_PAIRS", "sorts the conversations of two people who turned out to be one"),
];

fn may(file: &str, name: &str) -> bool {
    MAY.iter().any(|(known, statement, _)| (*known, *statement) == (file, name))
}

async fn sqlite_plan(store: &Store, sql: &str) -> Vec<String> {
    let mut tx = store.read().await.unwrap();
    let sql: &'static str = Box::leak(format!("explain query plan {sql}").into_boxed_str());
    let rows: Vec<(i64, i64, i64, String)> = tx.all(Sql::same(sql), vec![]).await.unwrap();
    rows.into_iter().map(|row| row.3).collect()
}

fn is_bad_on_sqlite(line: &str) -> bool {
    let scans_a_table = line.starts_with("SCAN ") && !line.contains("VIRTUAL TABLE") && !line.contains("USING") && !line.contains("CONSTANT ROW");
    // Unnested rows and subqueries are not tables; `SCAN t` of a subquery names what was materialised before.
    let is_subquery = ["SCAN r", "SCAN p", "SCAN t", "SCAN (subquery"].iter().any(|name| line == *name || line.starts_with("SCAN (subquery"));
    (scans_a_table && !is_subquery) || line.contains("USE TEMP B-TREE FOR ORDER BY") || line.contains("AUTOMATIC")
}

/// Some thousands of rows and their statistics, so that the planner chooses as it will.
async fn filled(store: Store) -> Trial {
    let trial = Trial::start(store).await;
    let bodies: Vec<String> = (0..30)
        .map(|n| {
            let messages: Vec<_> = (0..100)
                .map(|m| json!({"id": format!("wamid.{n}.{m}"), "from": format!("4477009{:05}", (n * 100 + m) % 700), "timestamp": (1_795_000_000 + n * 100 + m).to_string(), "type": "text", "text": {"body": "hi"}}))
                .collect();
            let value = json!({"metadata": {"phone_number_id": "106540352242922"}, "messages": messages});
            json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}]}).to_string()
        })
        .collect();
    let mut tx = trial.app.store.write().await.unwrap();
    deliveries::keep(&mut tx, &bodies, Instant(1)).await.unwrap();
    tx.commit().await.unwrap();
    trial.settle().await;
    let mut tx = trial.app.store.write().await.unwrap();
    tx.run(Sql::same("analyze"), vec![]).await.unwrap();
    tx.commit().await.unwrap();
    trial
}

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_scans_or_sorts_on_sqlite() {
    let trial = filled(sqlite().await).await;
    let mut bad = Vec::new();
    for (file, name, sql) in all_statements() {
        let plan = sqlite_plan(&trial.app.store, sql.sqlite).await;
        if plan.iter().any(|line| is_bad_on_sqlite(line)) && !may(file, name) {
            bad.push(format!("{file}::{name}\n    {}", plan.join("\n    ")));
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

/// What words find is few: it is looked up by the words, not among all conversations.
#[tokio::test(flavor = "multi_thread")]
async fn words_lead_to_conversations_on_sqlite() {
    let trial = filled(sqlite().await).await;
    for (file, name, sql) in all_statements().into_iter().filter(|(file, ..)| *file == "search/finding") {
        let plan = sqlite_plan(&trial.app.store, sql.sqlite).await;
        let by_another = |line: &&String| line.starts_with("SEARCH c ") && !line.ends_with("(id=?)");
        assert_eq!(plan.iter().find(by_another), None, "{file}::{name}");
    }
}

on_both! {
    /// On PostgreSQL with sequential scans made dear: whatever still scans has no index.
    async fn no_statement_scans_for_want_of_an_index(store: Store) {
        if !store.is_shared() {
            return;
        }
        let trial = filled(store).await;
        let mut bad = Vec::new();
        for (file, name, sql) in all_statements() {
            let mut tx = trial.app.store.write().await.unwrap();
            let count = (1..30).take_while(|n| sql.postgres.contains(&format!("${n}"))).count();
            let nulls = vec!["null"; count].join(", ");
            let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
            for setting in ["set local enable_seqscan = off", "set local plan_cache_mode = force_generic_plan"] {
                tx.run(Sql::same(setting), vec![]).await.unwrap();
            }
            tx.run(Sql::same(leak(format!("prepare p as {}", sql.postgres))), vec![]).await.unwrap();
            let ask = if count == 0 { "explain execute p".to_owned() } else { format!("explain execute p({nulls})") };
            let plan: Vec<(String,)> = tx.all(Sql::same(leak(ask)), vec![]).await.unwrap();
            tx.run(Sql::same("deallocate p"), vec![]).await.unwrap();
            if plan.iter().any(|line| line.0.contains("Seq Scan on")) && !may(file, name) {
                bad.push(format!("{file}::{name}\n    {}", plan.into_iter().map(|row| row.0).collect::<Vec<_>>().join("\n    ")));
            }
        }
        assert!(bad.is_empty(), "{}", bad.join("\n"));
    }
}
