//! What was said before the number came here, on the phone, in groups, to a machine; calls, edits.

use super::*;

/// What a thread says: direction, live, author, what was done, the words, and what they answer.
async fn thread(tx: &mut Tx) -> Vec<String> {
    const SAID: &str = "select m.direction || '|' || m.live || '|' || coalesce(m.author_name, '') || '|' || coalesce(m.delivery, '') || '|' || m.message_type || '|' || m.preview
        || '|' || coalesce(m.reply_to, '') || '|' || coalesce(m.origin, '') from messages m order by m.sort_at, m.n";
    tx.all::<(String,)>(Sql::same(SAID), Vec::new()).await.unwrap().into_iter().map(|row| row.0).collect()
}

on_both! {
    async fn what_came_before_and_what_others_wrote_asks_nobody_for_an_answer(store: Store) {
        let trial = Trial::start(store).await;
        let now = |id: &str, more: Value| {
            let mut message = text(id, "447700900123", 50, "words");
            for (name, value) in more.as_object().unwrap() {
                message[name] = value.clone();
            }
            message
        };
        let past = json!([{"metadata": {"phase": 0}, "threads": [{"id": "447700900123", "messages": [text("wamid.p", "447700900123", -9, "long ago"),
            {"id": "wamid.q", "from": "15550783881", "timestamp": (SECOND - 8).to_string(), "type": "text", "text": {"body": "answered"}, "history_context": {"status": "DELIVERED"}}]}]}]);
        apply(&trial.app, &change("history", json!({"history": past}))).await;
        apply(&trial.app, &change("smb_message_echoes", json!({"message_echoes": [{"id": "wamid.e", "from": "15550783881", "to": "447700900123", "timestamp": (SECOND + 1).to_string(), "type": "text", "text": {"body": "by phone"}}]}))).await;
        let held = json!({"messages": [now("wamid.h", json!({"timestamp": (SECOND + 2).to_string()}))],
            "message_echoes": [{"id": "wamid.b", "timestamp": (SECOND + 3).to_string(), "message": {"to": "447700900123", "type": "text", "text": {"body": "by a machine"}}}]});
        apply(&trial.app, &change("standby", json!({"standby": held}))).await;
        apply(&trial.app, &envelope(json!({"messages": [now("wamid.g", json!({"group_id": "g1", "timestamp": (SECOND + 4).to_string()}))]}))).await;
        let call = |id: &str, event: &str, direction: &str, more: Value| {
            let mut call = json!({"id": id, "from": "447700900123", "to": "447700900123", "event": event, "direction": direction, "timestamp": (SECOND + 5).to_string()});
            call["duration"] = more;
            change("calls", json!({"calls": [call]}))
        };
        apply(&trial.app, &call("wacid.o", "terminate", "BUSINESS_INITIATED", json!(75))).await;
        let mut tx = trial.app.store.read().await.unwrap();
        assert_eq!(number(&mut tx, "select cast(sum(unread) as bigint) from conversations").await, 0);
        assert_eq!(number(&mut tx, "select count(last_inbound_at) from conversations").await, 0);
        assert_eq!(thread(&mut tx).await, [
            "inbound|0|||text|long ago||",
            "outbound|0|Phone app|delivered|text|answered||",
            "outbound|0|Phone app|sent|text|by phone||",
            "inbound|0|||text|words||{\"forwarded\":false,\"edited\":false,\"group\":false,\"held\":true,\"often\":false,\"referral\":null,\"product\":null}",
            "outbound|0|Business agent|sent|text|by a machine||",
            "event|1|||text|words||{\"forwarded\":false,\"edited\":false,\"group\":true,\"held\":false,\"often\":false,\"referral\":null,\"product\":null}",
            "event|1|||call|||",
        ]);
        drop(tx);

        // A call of the customer's, and a changed message, do.
        apply(&trial.app, &call("wacid.i", "connect", "USER_INITIATED", Value::Null)).await;
        apply(&trial.app, &call("wacid.i", "terminate", "USER_INITIATED", Value::Null)).await;
        apply(&trial.app, &envelope(json!({"messages": [{"id": "wamid.x", "from": "447700900123", "timestamp": (SECOND + 6).to_string(), "type": "edit",
            "edit": {"original_message_id": "wamid.p", "message": {"type": "image", "image": {"id": "7", "mime_type": "image/png", "caption": "mended"}}}}]}))).await;
        let mut tx = trial.app.store.read().await.unwrap();
        assert_eq!(number(&mut tx, "select cast(sum(unread) as bigint) from conversations").await, 2);
        let last = thread(&mut tx).await.pop().unwrap();
        assert!(last.starts_with("inbound|1|||image|mended|wamid.p|") && last.contains("\"edited\":true"), "{last}");
        drop(tx);

        // What came as a part of the past and comes again live is live.
        apply(&trial.app, &envelope(json!({"messages": [text("wamid.p", "447700900123", -9, "long ago")]}))).await;
        let mut tx = trial.app.store.read().await.unwrap();
        assert_eq!(number(&mut tx, "select cast(sum(unread) as bigint) from conversations").await, 3);
        assert_counters(&mut tx).await;
    }

    async fn what_the_phone_is_said_to_have_written_may_be_ours(store: Store) {
        let trial = Trial::start(store).await;
        trial.zoe("hi").await;
        queue(&trial.app, "hello").await;
        // The echo comes before Meta's answer.
        trial.faults(json!([{"fault": "status_first", "delay_ms": 300}]));
        let app = trial.app.clone();
        let sent = tokio::spawn(async move { crate::server::outbox::step(&app).await.unwrap() });
        let wamid = loop {
            tokio::task::yield_now().await;
            if let Some(received) = trial.sandbox.world().received.last() {
                break received.wamid.clone().unwrap();
            }
        };
        let echo = json!({"id": wamid, "from": "15550783881", "to": "447700900123", "timestamp": SECOND.to_string(), "type": "text", "text": {"body": "hello"}});
        apply(&trial.app, &change("smb_message_echoes", json!({"message_echoes": [echo]}))).await;
        sent.await.unwrap();
        let mut tx = trial.app.store.read().await.unwrap();
        let thread = thread(&mut tx).await;
        assert_eq!(thread.iter().filter(|line| line.contains("hello")).collect::<Vec<_>>(), ["outbound|1||accepted|text|hello||"]);
        assert_counters(&mut tx).await;
    }

    /// Nobody knows whether it went; then the phone is said to have written it, and a status names our message: in either order it is ours.
    async fn an_unknown_outcome_is_settled_by_its_status_whatever_the_phone_says(store: Store) {
        let trial = Trial::start(store).await;
        trial.zoe("hi").await;
        for (wamid, echo_first) in [("wamid.a", true), ("wamid.b", false)] {
            trial.faults(json!([{"fault": "drop_silently"}]));
            let id = queue(&trial.app, wamid).await;
            crate::server::outbox::step(&trial.app).await.unwrap();
            let echo = json!({"id": wamid, "from": "15550783881", "to": "447700900123", "timestamp": SECOND.to_string(), "type": "text", "text": {"body": wamid}});
            let echo = change("smb_message_echoes", json!({"message_echoes": [echo]}));
            let status = status(wamid, "sent", 10, Some(id.as_str()));
            for body in if echo_first { [&echo, &status] } else { [&status, &echo] } {
                apply(&trial.app, body).await;
            }
            let mut tx = trial.app.store.read().await.unwrap();
            let said: Vec<String> = thread(&mut tx).await.into_iter().filter(|line| line.contains(wamid)).collect();
            assert_eq!(said, [format!("outbound|1||sent|text|{wamid}||")], "{wamid}");
            assert_counters(&mut tx).await;
            drop(tx);
            trial.clock.advance(10 * 60_000);
        }
        let gone = "select count(*) from events where kind = 'message_discarded'";
        assert_eq!(number(&mut trial.app.store.read().await.unwrap(), gone).await, 1);
    }
}
