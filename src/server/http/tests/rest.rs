//! The REST API's contract, and the Django app's form.

use crate::domain::agent::Role;
use crate::server::trial::{Trial, answer, on_both, sqlite};
use serde_json::{Value, json};

on_both! {
    async fn chats_and_messages_have_their_fields(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("*Hello* there").await;
        trial.customer(json!({"user_id": "US.13491208655302741918", "text": "no number"})).await;
        let chats = trial.chats(&key).await;
        assert_eq!(chats.len(), 2);
        let zoe = chats.iter().find(|chat| chat["phone_number"] == "447700900123").unwrap();
        let expected = json!({
            "id": zoe["id"], "account_id": "account-1", "phone_number": "447700900123", "user_id": null, "name": "Zoë", "label": null, "unread_count": 1, "status": "open", "assignee": null,
            "last_message_at": "2026-11-22T12:00:00.000Z",
            "last_message": {"body": "Hello there", "message_type": "text", "direction": "inbound", "status": null},
            "window_expires_at": "2026-11-23T12:00:00.000Z", "waiting_since": "2026-11-22T12:00:00.000Z"
        });
        assert_eq!(*zoe, expected);
        let anonymous = chats.iter().find(|chat| chat["phone_number"].is_null()).unwrap();
        assert_eq!(anonymous["user_id"], "US.13491208655302741918");
        let messages = trial.messages(&key).await;
        let expected = json!([{
            "id": messages[0]["id"], "message_id": messages[0]["message_id"], "direction": "inbound", "message_type": "text", "body": "*Hello* there",
            "status": null, "error": null, "timestamp": "2026-11-22T12:00:00.000Z", "reply_to": null, "client_id": null,
            "author": null, "content": {"text": {"body": "*Hello* there"}}, "media": null, "reactions": [], "revoked": false, "quoted": null
        }]);
        assert_eq!(Value::Array(messages), expected);
    }

    /// Every message is on exactly one page, newest first, also where timestamps are equal.
    async fn pages_leave_nothing_out_and_double_nothing(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        for index in 0..7 {
            trial.zoe(&index.to_string()).await;
        }
        let mut bodies = Vec::new();
        let mut before = String::new();
        loop {
            let url = format!("{}/whatsapp/api/chats/+447700900123/messages/?limit=3{before}", trial.base);
            let (status, page) = answer(trial.http.get(url).header("x-api-key", &key)).await;
            assert_eq!(status, 200);
            bodies.extend(page["messages"].as_array().unwrap().iter().map(|message| message["body"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            before = format!("&before={next}");
        }
        assert_eq!(bodies, ["6", "5", "4", "3", "2", "1", "0"]);
    }

    /// The same client id gives the same answer and sends nothing; with another body it is refused.
    async fn a_client_id_sends_once(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        let body = json!({"phone": "447700900123", "message": "hello", "client_id": "c-1"});
        let (status, first) = trial.send(&key, body.clone()).await;
        assert_eq!((status, &first["status"], &first["client_id"]), (202, &json!("queued"), &json!("c-1")));
        let (status, again) = trial.send(&key, body).await;
        assert_eq!((status, &again["id"]), (202, &first["id"]));
        let (status, error) = trial.send(&key, json!({"phone": "447700900123", "message": "other", "client_id": "c-1"})).await;
        assert_eq!((status, &error["error"]["code"]), (409, &json!("client_id_reused")));
        assert_eq!(trial.messages(&key).await.len(), 2);
    }
}

/// Bad input gets the right status and a sentence, and creates nothing.
#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_are_named() {
    let trial = Trial::start(sqlite().await).await;
    let key = trial.key().await;
    trial.zoe("hi").await;
    let table = [
        (json!({"phone": "4900000", "message": "x"}), 404, "unknown_conversation"),
        (json!({"phone": "447700900123", "message": "  "}), 422, "invalid"),
        (json!({"phone": "447700900123", "message": "x".repeat(4097)}), 422, "invalid"),
        (json!({"phone": "447700900123"}), 422, "invalid"),
        (json!({"message": "x"}), 422, "invalid"),
        (json!(["x"]), 422, "invalid"),
        (json!({"phone": "447700900123", "message": "x", "reply_to": "wamid.never"}), 404, "unknown_message"),
        (json!({"phone": "447700900123", "message": "x", "account_id": "nobody's"}), 404, "unknown_conversation"),
        (json!({"phone": "447700900123", "message": "x", "client_id": "with blank"}), 422, "invalid"),
    ];
    for (body, status, code) in table {
        let (got, error) = trial.send(&key, body.clone()).await;
        assert_eq!((got, &error["error"]["code"]), (status, &json!(code)), "{body}");
        assert!(error["error"]["message"].as_str().unwrap().len() > 20, "a sentence, not {error}");
    }
    for query in ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=1", "limit=1&limit=2"] {
        let (status, error) = answer(trial.http.get(format!("{}/whatsapp/api/chats/?{query}", trial.base)).header("x-api-key", &key)).await;
        assert_eq!((status, &error["error"]["code"]), (422, &json!("invalid")), "{query}");
    }
    assert_eq!(trial.messages(&key).await.len(), 1);
    assert_eq!(trial.chats(&key).await.len(), 1);
}

/// More than 24 hours after the customer wrote, the server refuses before Meta is asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_window_is_refused_before_meta_is_asked() {
    let trial = Trial::start(sqlite().await).await;
    let key = trial.key().await;
    trial.zoe("hi").await;
    trial.clock.advance(24 * 3_600_000);
    let (status, error) = trial.send(&key, json!({"phone": "447700900123", "message": "late"})).await;
    assert_eq!((status, &error["error"]["code"]), (422, &json!("window_closed")));
    assert!(trial.received().is_empty());
    trial.zoe("me again").await;
    assert_eq!(trial.send(&key, json!({"phone": "447700900123", "message": "in time"})).await.0, 202);
}

/// The Django app's form: 303 to the thread, JSON if asked for, and a refused text comes back in its box.
#[tokio::test(flavor = "multi_thread")]
async fn the_form_sends_and_keeps_refused_text() {
    let trial = Trial::start(sqlite().await).await;
    let (key, cookie) = (trial.key().await, trial.agent(Role::Agent).await);
    trial.zoe("hi").await;
    let url = format!("{}/whatsapp/inbox/447700900123/send/", trial.base);
    let post = |body: &'static str| {
        let request = trial.http.post(&url).header("cookie", &cookie).header("origin", &trial.base);
        request.header("content-type", "application/x-www-form-urlencoded").body(body)
    };
    let response = post("body=from+the+form%0D%0Atwo+lines&client_id=f-1").send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["location"].to_str().unwrap()), (303, "/whatsapp/inbox/447700900123/"));
    assert_eq!(post("body=from+the+form%0D%0Atwo+lines&client_id=f-1").send().await.unwrap().status(), 303);
    assert_eq!(trial.messages(&key).await[0]["body"], "from the form\ntwo lines");
    assert_eq!(trial.messages(&key).await.len(), 2, "the same form twice is one message");

    let (status, sent) = answer(post("body=json").header("accept", "application/json")).await;
    assert_eq!((status, &sent["status"]), (200, &json!("queued")));

    trial.clock.advance(25 * 3_600_000);
    let response = post("body=not+lost+%3C/textarea%3E%3Cimg+src%3Dx%3E").send().await.unwrap();
    assert_eq!(response.status(), 422);
    let page = response.text().await.unwrap();
    assert!(
        page.contains("not lost &lt;/textarea&gt;&lt;img src=x&gt;</textarea>") && !page.contains("<img") && page.contains("24 hours"),
        "the text is in the box again"
    );

    let boundary = "--b\r\ncontent-disposition: form-data; name=\"body\"\r\n\r\nby multipart\r\n--b--\r\n";
    trial.zoe("again").await;
    let response =
        trial.http.post(&url).header("cookie", &cookie).header("sec-fetch-site", "same-origin").header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(response.body(boundary).send().await.unwrap().status(), 303);
    assert_eq!(trial.messages(&key).await[0]["body"], "by multipart");
}
