//! `/whatsapp/webhook/` as Meta and others see it.

use crate::server::meta::signature::{HEADER, sign};
use crate::server::secret::Secret;
use crate::server::trial::{Trial, number, on_both, sqlite};
use serde_json::json;

async fn stored(trial: &Trial) -> i64 {
    let mut tx = trial.app.store.read().await.unwrap();
    number(&mut tx, "select count(*) from deliveries").await
}

fn url(trial: &Trial) -> String {
    format!("{}/whatsapp/webhook/", trial.base)
}

/// B14: only one right header is taken; everything else is 401 and nothing is stored.
#[tokio::test(flavor = "multi_thread")]
async fn b14_unsigned_deliveries_are_refused_and_not_stored() {
    let trial = Trial::start(sqlite().await).await;
    let body = r#"{"object":"whatsapp_business_account","entry":[]}"#;
    let right = sign(&Secret::new("app-secret"), body.as_bytes());
    let wrong = sign(&Secret::new("other"), body.as_bytes());
    let table: [&[(&str, &str)]; 7] = [
        &[],
        &[(HEADER, &wrong)],
        &[(HEADER, &right), (HEADER, &right)],
        &[(HEADER, &right.to_uppercase())],
        &[(HEADER, "sha256=")],
        &[("x-hub-signature", "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709")],
        &[(HEADER, right.trim_start_matches("sha256="))],
    ];
    for headers in table {
        let mut request = trial.http.post(url(&trial)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401, "{headers:?}");
    }
    assert_eq!(stored(&trial).await, 0);
    let response = trial.http.post(url(&trial)).header(HEADER, &right).header("x-hub-signature", "sha1=ignored").body(body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(stored(&trial).await, 1);
}

/// B14: without an app secret the process serves, refuses every delivery and says so in `/healthz`.
#[tokio::test(flavor = "multi_thread")]
async fn b14_without_an_app_secret_everything_is_refused_loudly() {
    let trial = Trial::start_with(sqlite().await, |config| config.app_secrets.clear()).await;
    let response = trial.http.post(url(&trial)).header(HEADER, sign(&Secret::new(""), b"{}")).body("{}").send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(stored(&trial).await, 0);
    let health = trial.http.get(format!("{}/healthz", trial.base)).send().await.unwrap();
    assert_eq!(health.status(), 200);
    assert!(health.text().await.unwrap().contains("WHATSAPP_APP_SECRET is not set"));
}

on_both! {
    /// I1: 200 means that the bytes are in the database, whatever they are; another connection sees them.
    async fn i1_a_200_means_kept(store: Store) {
        let trial = Trial::start(store).await;
        for body in ["{}", "not json at all", r#"{"entry":[{"changes":[{"value":{"messages":[{"id":"\ud83d"}]}}]}]}"#, "\u{0}\u{1}"] {
            let before = stored(&trial).await;
            let signature = sign(&Secret::new("app-secret"), body.as_bytes());
            let response = trial.http.post(url(&trial)).header(HEADER, signature).body(body).send().await.unwrap();
            assert_eq!((response.status().as_u16(), stored(&trial).await), (200, before + 1), "{body}");
        }
        trial.settle().await;
        let mut tx = trial.app.store.read().await.unwrap();
        assert_eq!(number(&mut tx, "select count(*) from deliveries where state = 'pending'").await, 0);
    }
}

/// Nothing larger than 8 MB; what Meta sends at most (3 MB) passes.
#[tokio::test(flavor = "multi_thread")]
async fn large_deliveries_pass_and_huge_ones_do_not() {
    let trial = Trial::start(sqlite().await).await;
    for (megabytes, expected) in [(3, 200), (9, 413)] {
        let body = format!(r#"{{"filler":"{}"}}"#, "x".repeat(megabytes * 1024 * 1024));
        let signature = sign(&Secret::new("app-secret"), body.as_bytes());
        match trial.http.post(url(&trial)).header(HEADER, signature).body(body).send().await {
            Ok(response) => assert_eq!(response.status(), expected),
            // The server refuses before it has read everything, and the line may break first.
            Err(_) => assert_eq!(expected, 413),
        }
    }
    assert_eq!(stored(&trial).await, 1);
}

/// B17: the challenge comes back bytes for bytes as plain text, only for our verify token.
#[tokio::test(flavor = "multi_thread")]
async fn b17_the_handshake_echoes_only_the_challenge() {
    let trial = Trial::start_with(sqlite().await, |config| config.verify_token = Some(Secret::new("verify me"))).await;
    let ask = async |mode: &str, token: &str| {
        let query = [("hub.mode", mode), ("hub.verify_token", token), ("hub.challenge", "<script>alert(1)</script>")];
        let query = query.map(|(name, value)| format!("{name}={}", crate::protocol::address::encode(value))).join("&");
        trial.http.get(format!("{}?{query}", url(&trial))).send().await.unwrap()
    };
    let response = ask("subscribe", "verify me").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.text().await.unwrap(), "<script>alert(1)</script>");
    for (mode, token) in [("subscribe", "wrong"), ("subscribe", ""), ("unsubscribe", "verify me")] {
        let response = ask(mode, token).await;
        assert_eq!(response.status(), 403);
        assert!(!response.text().await.unwrap().contains("script"));
    }
}

/// The queue is bounded: what does not fit is answered 503 and comes again, and nothing is half kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_answers_503() {
    let trial = Trial::start(sqlite().await).await;
    // The one writer is held: nothing can be committed meanwhile.
    let held = trial.app.store.write().await.unwrap();
    let body = axum::body::Bytes::from_static(b"{}");
    let waiting: Vec<_> = (0..1400)
        .map(|_| {
            let (app, body) = (trial.app.clone(), body.clone());
            tokio::spawn(async move { app.intake.keep(body, app.intake.room()).await })
        })
        .collect();
    while trial.app.intake.waiting() < 1024 {
        tokio::task::yield_now().await;
    }
    let signature = sign(&Secret::new("app-secret"), b"{}");
    let response = trial.http.post(url(&trial)).header(HEADER, signature).body("{}").send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after"));
    drop(held);
    let mut kept = 0;
    for one in waiting {
        kept += i64::from(one.await.unwrap().is_ok());
    }
    assert_eq!(stored(&trial).await, kept);
}

/// A redelivered body, a week later, changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn b16_an_old_body_has_no_effect() {
    let trial = Trial::start(sqlite().await).await;
    let key = trial.key().await;
    let old = json!({"wa_id": "447700900123", "text": "hello", "id": "wamid.old", "timestamp": crate::server::trial::NOON.0 / 1000});
    trial.customer(old.clone()).await;
    let before = trial.chats(&key).await;
    trial.clock.advance(7 * 86_400_000);
    trial.customer(old).await;
    assert_eq!(trial.chats(&key).await, before);
}

on_both! {
    /// A8: requests have used up every connection of theirs. They hear 503 within some seconds; webhooks are still kept and applied.
    async fn a8_requests_cannot_starve_ingest(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("before").await;
        let mut held = Vec::new();
        while let Ok(tx) = trial.app.store.read().await {
            held.push(tx);
        }
        assert!(!held.is_empty());
        let began = std::time::Instant::now();
        let response = trial.http.get(format!("{}/whatsapp/api/chats/", trial.base)).header("x-api-key", &key).send().await.unwrap();
        assert_eq!(response.status(), 503);
        assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
        trial.zoe("meanwhile").await;
        drop(held);
        assert_eq!(trial.messages(&key).await.len(), 2);
    }

    /// B10: an album of ten from somebody new, all at once: one contact, one conversation.
    async fn b10_an_album_of_a_new_customer(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        let posts = (0..10).map(|n| {
            let customer = serde_json::from_value(json!({"wa_id": "447700900123", "name": "Zoë", "text": n.to_string()})).unwrap();
            let (_, body) = crate::server::sandbox::post::inbound(&trial.sandbox, &customer);
            crate::server::sandbox::post::deliver(&trial.sandbox, body)
        });
        assert!(futures_util::future::join_all(posts).await.iter().all(|status| *status == 200));
        trial.settle().await;
        assert_eq!(trial.chats(&key).await.len(), 1);
        assert_eq!(trial.messages(&key).await.len(), 10);
    }
}

/// B13: signed but unreadable is kept as it came, answered 200 and holds nothing up; unsigned it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn b13_malformed_bodies_are_kept_if_they_are_signed() {
    let trial = Trial::start(sqlite().await).await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies: [&[u8]; 9] = [
        b"{",
        b"",
        b"null",
        b"\xff\xfe{\"entry\":[]}",
        b"{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":1e400}]}",
        b"{\"entry\":[{\"changes\":[{\"value\":{\"messages\":[{\"id\":\"\\ud800\",\"from\":\"1\\u0000\",\"timestamp\":1e400,\"type\":\"text\"}]}}]}]}",
        b"{\"object\":\"a\",\"object\":\"b\"}",
        deep.as_bytes(),
        b"{\"entry\":[{\"changes\":{\"value\":{\"messages\":{\"from\":{\"a\":[]}}}}}]}",
    ];
    for body in bodies {
        let signed = trial.http.post(url(&trial)).header(HEADER, sign(&Secret::new("app-secret"), body)).body(body.to_vec()).send().await.unwrap();
        assert_eq!(signed.status(), 200, "{}", String::from_utf8_lossy(&body[..body.len().min(80)]));
        let unsigned = trial.http.post(url(&trial)).body(body.to_vec()).send().await.unwrap();
        assert_eq!(unsigned.status(), 401);
    }
    trial.settle().await;
    assert_eq!(stored(&trial).await, 9);
    let key = trial.key().await;
    trial.zoe("still works").await;
    assert_eq!(trial.messages(&key).await.len(), 1);
}

/// E14: whoever signs wrongly is soon not even heard; whoever signs rightly always is, also from the same address.
#[tokio::test(flavor = "multi_thread")]
async fn e14_wrong_signatures_are_slowed_down() {
    let trial = Trial::start(sqlite().await).await;
    let mut refused = Vec::new();
    for _ in 0..300 {
        let response = trial.http.post(url(&trial)).header(HEADER, sign(&Secret::new("guess"), b"{}")).body("{}").send().await.unwrap();
        refused.push(response.status().as_u16());
    }
    assert_eq!(refused[0], 401);
    let unheard = refused.iter().filter(|status| **status == 429).count();
    assert!(unheard > 100, "{refused:?}");
    trial.zoe("hello").await;
    assert_eq!(stored(&trial).await, 1);
}
