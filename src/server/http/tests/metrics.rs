//! `/metrics` and `/healthz`: each figure moves when what it counts happens, and only for whom it is meant.

#![expect(clippy::float_cmp, reason = "counts are whole numbers")]

use super::search::{index, is_behind};
use crate::domain::agent::Role;
use crate::server::meta::signature::{HEADER, sign};
use crate::server::outbox::step;
use crate::server::secret::Secret;
use crate::server::trial::{Trial, answer, on_both};
use futures_util::StreamExt;
use serde_json::json;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

async fn text(trial: &Trial) -> String {
    let request = trial.http.get(format!("{}/metrics", trial.base)).bearer_auth("prometheus");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.text().await.unwrap()
}

/// The value of the line that begins so.
async fn value(trial: &Trial, line: &str) -> f64 {
    let text = text(trial).await;
    let found = text.lines().find_map(|known| known.strip_prefix(line)?.strip_prefix(' ')?.parse().ok());
    found.unwrap_or_else(|| panic!("{line} is not in\n{text}"))
}

async fn with_token(store: crate::server::store::Store) -> Trial {
    Trial::start_with(store, |config| config.metrics_token = Some(Secret::new("prometheus"))).await
}

on_both! {
    async fn every_metric_moves(store: Store) {
        let trial = with_token(store).await;
        let (key, cookie) = (trial.key().await, trial.agent(Role::Agent).await);
        let url = format!("{}/whatsapp/webhook/", trial.base);
        trial.zoe("hi").await;
        assert_eq!(trial.http.post(&url).body("{}").send().await.unwrap().status(), 401);
        let large = vec![b'x'; 9_000_000];
        assert_eq!(trial.http.post(&url).header(HEADER, "sha256=0").body(large).send().await.map_or(413, |response| response.status().as_u16()), 413);
        let lost = b"{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{\"metadata\":{\"phone_number_id\":\"7\"},\"messages\":[{\"from\":\"1\"}]}}]}]}";
        let request = trial.http.post(&url).header(HEADER, sign(&Secret::new("app-secret"), lost)).body(lost.to_vec());
        assert_eq!(request.send().await.unwrap().status(), 200);
        assert_eq!(value(&trial, "inbox_unapplied").await, 1.0);
        trial.clock.advance(5000);
        assert_eq!(value(&trial, "inbox_oldest_unapplied_seconds").await, 5.0);
        trial.settle().await;
        assert_eq!(value(&trial, "inbox_unapplied").await, 0.0);
        assert_eq!(value(&trial, "inbox_oldest_unapplied_seconds").await, 0.0);
        for (result, count) in [("kept", 2.0), ("unsigned", 1.0), ("too_large", 1.0)] {
            assert_eq!(value(&trial, &format!("inbox_deliveries_total{{result=\"{result}\"}}")).await, count, "{result}");
        }
        assert_eq!(value(&trial, "inbox_deliveries_settled_total{result=\"applied\"}").await, 1.0);
        assert_eq!(value(&trial, "inbox_deliveries_settled_total{result=\"kept\"}").await, 1.0);
        assert_eq!(value(&trial, "inbox_apply_lag_seconds_count").await, 2.0);
        assert_eq!(value(&trial, "inbox_apply_lag_seconds_bucket{le=\"2.5\"}").await, 1.0, "the second one waited five seconds");
        assert!(value(&trial, "inbox_event_lag_seconds_count").await >= 1.0);
        assert!(value(&trial, "inbox_database_bytes").await + value(&trial, "inbox_database_log_bytes").await > 10_000.0);

        trial.faults(json!([{"fault": "error", "code": 130_429, "status": 429}, {"fault": "drop_silently"}]));
        trial.send(&key, json!({"phone": "447700900123", "message": "one"})).await;
        assert_eq!(value(&trial, "inbox_outbox{account=\"account-1\",state=\"queued\"}").await, 1.0);
        trial.clock.advance(7000);
        assert_eq!(value(&trial, "inbox_outbox_age_seconds{account=\"account-1\",state=\"queued\"}").await, 7.0);
        step(&trial.app).await.unwrap();
        trial.clock.advance(60_000);
        step(&trial.app).await.unwrap();
        assert_eq!(value(&trial, "inbox_sends_total{code=\"130429\"}").await, 1.0);
        assert_eq!(value(&trial, "inbox_sends_total{code=\"unknown\"}").await, 1.0);
        assert_eq!(value(&trial, "inbox_outbox{account=\"account-1\",state=\"unknown\"}").await, 1.0);

        let mut request = format!("{}/whatsapp/live?epoch=another", trial.base.replace("http", "ws")).into_client_request().unwrap();
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        request.headers_mut().insert("origin", trial.base.parse().unwrap());
        let (mut socket, _) = connect_async(request).await.unwrap();
        for _ in 0..3 {
            socket.next().await.unwrap().unwrap();
        }
        assert_eq!(value(&trial, "inbox_sockets").await, 1.0);
        assert_eq!(value(&trial, "inbox_resyncs_total").await, 1.0);
        assert_eq!(value(&trial, "inbox_storage_failing").await, 0.0);
        trial.app.trouble.set_storage(Some("full".into()));
        assert_eq!(value(&trial, "inbox_storage_failing").await, 1.0);
        assert_eq!(value(&trial, "inbox_intake_queue").await, 0.0);
        assert!(!text(&trial).await.contains("447700900123"), "no customer in the figures");
    }

    /// How much searches do not know yet.
    async fn the_index_says_how_far_behind_it_is(store: Store) {
        let trial = with_token(store).await;
        index(&trial).await;
        assert_eq!(value(&trial, "inbox_search_unindexed").await, 0.0);
        trial.zoe("one").await;
        trial.zoe("two").await;
        let behind = value(&trial, "inbox_search_unindexed").await;
        assert!(behind >= 2.0, "{behind}");
        index(&trial).await;
        assert_eq!(value(&trial, "inbox_search_unindexed").await, 0.0);
        // Many, as after a restore: whoever searches is told, until they are known.
        let mira = trial.agent(crate::domain::agent::Role::Agent).await;
        let all: Vec<_> = (0..600).map(|_| crate::protocol::event::Event::AccessChanged).collect();
        let mut tx = trial.app.store.write().await.unwrap();
        crate::server::store::events::append(&mut tx, &all, trial.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(is_behind(&trial, &mira).await, true);
        index(&trial).await;
        assert_eq!(is_behind(&trial, &mira).await, false);
    }

    /// Health fails with its reason once a delivery has waited for more than a minute.
    async fn health_fails_when_ingest_is_stuck(store: Store) {
        let trial = with_token(store).await;
        let body = b"{}";
        let request = trial.http.post(format!("{}/whatsapp/webhook/", trial.base)).header(HEADER, sign(&Secret::new("app-secret"), body)).body(body.to_vec());
        assert_eq!(request.send().await.unwrap().status(), 200);
        let health = || answer(trial.http.get(format!("{}/healthz", trial.base)));
        assert_eq!(health().await.0, 200);
        trial.clock.advance(61_000);
        let (status, said) = health().await;
        assert_eq!((status, &said["reason"]), (503, &json!("deliveries have been waiting for more than a minute")));
        trial.settle().await;
        assert_eq!(health().await.0, 200);
    }
}

/// Only with the token, or as an admin; a wrong token is nobody's.
#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_not_for_everybody() {
    let trial = with_token(crate::server::trial::sqlite().await).await;
    let ask = |token: &str| trial.http.get(format!("{}/metrics", trial.base)).bearer_auth(token.to_owned()).send();
    assert_eq!(ask("guess").await.unwrap().status(), 401);
    assert_eq!(ask("").await.unwrap().status(), 401);
    let without = Trial::start(crate::server::trial::sqlite().await).await;
    assert_eq!(without.http.get(format!("{}/metrics", without.base)).bearer_auth("").send().await.unwrap().status(), 401);
}
