//! Ingest on both engines: once, order-free, counted right; a broken delivery costs its neighbours nothing.

mod corpus;
mod kept;
mod past;
mod state;

use super::*;
use crate::domain::content::{Content, Text};
use crate::domain::delivery::Delivery;
use crate::domain::failure::Failure;
use crate::domain::id::{ClientId, MessageId};
use crate::domain::time::Instant;
use crate::server::caller::Caller;
use crate::server::service;
use crate::server::service::outgoing::Outgoing;
use crate::server::store::{Sql, Store, Tx, messages};
use crate::server::trial::{NOON, Trial, number, on_both};
use proptest::prelude::*;
use proptest::test_runner::{Config as Runner, RngSeed, TestRunner};
use serde_json::{Value, json};
use state::{assert_counters, assert_told, rows};

const SECOND: i64 = NOON.0 / 1000;

fn envelope(value: Value) -> String {
    change("messages", value)
}

fn change(field: &str, mut value: Value) -> String {
    value["metadata"] = json!({"phone_number_id": "106540352242922"});
    json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{"field": field, "value": value}]}]}).to_string()
}

fn text(id: &str, from: &str, at: i64, body: &str) -> Value {
    json!({"id": id, "from": from, "timestamp": (SECOND + at).to_string(), "type": "text", "text": {"body": body}})
}

fn status(id: &str, word: &str, at: i64, callback: Option<&str>) -> String {
    let mut status = json!({"id": id, "status": word, "timestamp": (SECOND + at).to_string(), "recipient_id": "447700900123"});
    if let Some(callback) = callback {
        status["biz_opaque_callback_data"] = json!(callback);
    }
    if word == "failed" {
        status["errors"] = json!([{"code": 131_026, "title": "Message undeliverable"}]);
    }
    envelope(json!({"statuses": [status]}))
}

/// What Meta decides about the business account.
fn told(state: &str, at: i64) -> String {
    let value = json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state}});
    json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "time": SECOND + at, "changes": [{"field": "account_update", "value": value}]}]}).to_string()
}

async fn apply(app: &App, body: &str) {
    let mut tx = app.store.write().await.unwrap();
    deliveries::keep(&mut tx, &[body.as_bytes()], NOON).await.unwrap();
    tx.commit().await.unwrap();
    drain(app).await.unwrap();
}

/// A set of webhooks in which everything depends on something else.
fn recorded(callback: &str) -> Vec<String> {
    let told = [told("SCHEDULE_FOR_DISABLE", 50), told("REINSTATE", 51), told("DISABLE", 51)];
    [about_threads(), about_the_past(callback), told.into()].concat()
}

fn about_threads() -> Vec<String> {
    let people = json!([{"wa_id": "447700900123", "user_id": "GB.77", "profile": {"name": "Zoë"}}]);
    vec![
        envelope(json!({"contacts": [{"wa_id": "447700900123", "profile": {"name": "Zoe"}}], "messages": [text("wamid.1", "447700900123", 1, "first")]})),
        // The same person without a number, then with both: Meta joins them.
        envelope(
            json!({"contacts": [{"user_id": "GB.77"}], "messages": [{"id": "wamid.2", "from_user_id": "GB.77", "timestamp": (SECOND + 2).to_string(), "type": "text", "text": {"body": "second"}}]}),
        ),
        envelope(
            json!({"contacts": people, "messages": [text("wamid.3", "447700900123", 3, "third"), {"id": "wamid.4", "from": "447700900123", "timestamp": (SECOND + 4).to_string(), "type": "sticker", "sticker": {"id": "9"}}]}),
        ),
        envelope(
            json!({"messages": [{"id": "wamid.5", "from": "447700900123", "timestamp": (SECOND + 5).to_string(), "type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "👍"}}]}),
        ),
        envelope(
            json!({"messages": [{"id": "wamid.6", "from": "447700900123", "timestamp": (SECOND + 6).to_string(), "type": "reaction", "reaction": {"message_id": "wamid.1"}}]}),
        ),
        envelope(
            json!({"messages": [{"id": "wamid.7", "from": "5511955501234", "timestamp": (SECOND + 7).to_string(), "type": "text", "text": {"body": "answer"}, "context": {"id": "wamid.out"}}]}),
        ),
        // João changes his number, and writes from the new one.
        envelope(json!({"messages": [{"id": "wamid.8", "from": "5511955501234", "timestamp": (SECOND + 8).to_string(), "type": "system",
            "system": {"type": "user_changed_number", "wa_id": "5511955509999", "body": "…"}}]})),
        envelope(json!({"contacts": [{"wa_id": "5511955509999"}], "messages": [text("wamid.9", "5511955509999", 9, "my new number")]})),
        // The number came here from a phone: what was said before comes, too, a part of it twice; what is written on the phone; calls.
        change(
            "history",
            json!({"history": [{"threads": [{"id": "447700900123", "messages": [text("wamid.1", "447700900123", 1, "first"),
            text("wamid.past", "447700900123", -90, "long ago"),
            {"id": "wamid.reply", "from": "15550783881", "to": "447700900123", "timestamp": (SECOND - 80).to_string(), "type": "text", "text": {"body": "we answered"}, "history_context": {"status": "READ"}}]}]}]}),
        ),
        change(
            "smb_message_echoes",
            json!({"message_echoes": [{"id": "wamid.phone", "from": "15550783881", "to": "447700900123", "timestamp": (SECOND + 40).to_string(), "type": "text", "text": {"body": "from the phone"}}]}),
        ),
        // By an ad: what is sent to her costs nothing for a while.
        envelope(json!({"statuses": [{"id": "wamid.phone", "status": "delivered", "timestamp": (SECOND + 44).to_string(), "recipient_id": "447700900123",
            "conversation": {"id": "c", "expiration_timestamp": (SECOND + 259_200).to_string(), "origin": {"type": "referral_conversion"}}}]})),
        change(
            "calls",
            json!({"calls": [{"id": "wacid.1", "from": "447700900123", "to": "15550783881", "event": "terminate", "direction": "USER_INITIATED", "timestamp": (SECOND + 41).to_string()}]}),
        ),
        change("standby", json!({"standby": {"messages": [text("wamid.held", "447700900123", 42, "for the machine")]}})),
        envelope(json!({"messages": [text("wamid.held", "447700900123", 42, "for the machine")]})),
    ]
}

fn about_the_past(callback: &str) -> Vec<String> {
    vec![
        // Of the past, a place holder comes first or last, and the file by itself.
        change(
            "history",
            json!({"history": [{"threads": [{"id": "447700900123", "messages": [{"id": "wamid.photo", "from": "447700900123", "timestamp": (SECOND - 70).to_string(), "type": "media_placeholder"}]}]}]}),
        ),
        change(
            "history",
            json!({"messages": [{"id": "wamid.photo", "from": "447700900123", "timestamp": (SECOND - 70).to_string(), "type": "image", "image": {"id": "5", "mime_type": "image/jpeg", "caption": "long ago"}}]}),
        ),
        envelope(json!({"messages": [{"id": "wamid.edit", "from": "447700900123", "timestamp": (SECOND + 43).to_string(), "type": "edit",
            "edit": {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "first, mended"}}}}]})),
        envelope(
            json!({"messages": [{"id": "wamid.revoke", "from": "447700900123", "timestamp": (SECOND + 44).to_string(), "type": "revoke", "revoke": {"original_message_id": "wamid.3"}}]}),
        ),
        status("wamid.phone", "delivered", 45, None),
        envelope(json!({"messages": [{"id": "wamid.about", "from": "447700900123", "timestamp": (SECOND + 46).to_string(), "type": "text",
            "text": {"body": "this one"}, "context": {"id": "wamid.photo", "from": "447700900123"}}]})),
        status("wamid.out", "read", 30, Some(callback)),
        status("wamid.out", "sent", 10, Some(callback)),
        status("wamid.out", "delivered", 20, None),
        status("wamid.out", "delivered", 21, Some(callback)),
        status("wamid.other", "sent", 11, None),
    ]
}

/// What happens on our side meanwhile: Meta's answer to a message of ours.
const ANSWERED: usize = usize::MAX;

async fn play(store: Store, order: &[usize], webhooks: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let trial = Trial::start(store).await;
    let app = &trial.app;
    apply(app, &envelope(json!({"messages": [text("wamid.0", "447700900123", 0, "zero")]}))).await;
    let id = queue(app, "hello").await;
    let all = webhooks(id.as_str());
    for step in order {
        if *step == ANSWERED {
            let mut tx = app.store.write().await.unwrap();
            messages::set_wamid(&mut tx, &id, "wamid.out").await.unwrap();
            messages::set_local(&mut tx, &id, Delivery::Accepted, None, NOON).await.unwrap();
            crate::server::outbox::publish(&mut tx, &id, NOON).await.unwrap();
            crate::server::outbox::publish_answers(&mut tx, &"account-1".into(), "wamid.out", NOON).await.unwrap();
            tx.commit().await.unwrap();
        } else {
            apply(app, &all[*step]).await;
        }
    }
    let mut tx = app.store.read().await.unwrap();
    assert_counters(&mut tx).await;
    assert_told(&mut tx).await;
    let kept: Vec<(Option<String>,)> = tx.all(Sql::same("select reason from deliveries where state <> 'applied'"), Vec::new()).await.unwrap();
    assert!(kept.is_empty(), "{kept:?}");
    rows(&mut tx).await.into_iter().map(|row| row.replace(id.as_str(), "OUT")).collect()
}

/// Queues a text to Zoë as a program would.
async fn queue(app: &App, body: &str) -> MessageId {
    let caller = Caller { principal: crate::domain::access::Principal::ApiKey { id: "k".into() }, ..Caller::nobody() };
    let to = service::conversations::find(app, &caller, "447700900123", None).await.unwrap();
    let command = Outgoing {
        client_id: ClientId(crate::server::clock::new_id()),
        conversation_id: to.id,
        contact_id: to.contact_id,
        account_id: to.account_id,
        body: body.into(),
        reply_to: None,
        seen: None,
        plain: false,
        file: None,
        made: None,
    };
    service::messages::send(app, &caller, command).await.unwrap().id
}

/// I3, B3, B4, B6, B8, B16: any order with any duplicates gives the same rows. The seed is printed by proptest.
fn order_free(make: impl AsyncFn() -> Option<Store>, cases: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let count = recorded("x").len();
    let in_order: Vec<usize> = (0..count).chain([ANSWERED]).collect();
    let Some(store) = runtime.block_on(make()) else { return };
    let expected = runtime.block_on(play(store, &in_order, recorded));
    let seed = std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_122);
    let mut runner = TestRunner::new(Runner { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, max_shrink_iters: 20, ..Runner::default() });
    let orders = (Just(in_order.clone()).prop_shuffle(), prop::collection::vec(0..count, 0..6));
    runner
        .run(&orders, |(mut order, duplicates)| {
            order.extend(duplicates);
            let store = runtime.block_on(make()).unwrap();
            prop_assert_eq!(&runtime.block_on(play(store, &order, recorded)), &expected, "seed {} order {:?}", seed, order);
            Ok(())
        })
        .unwrap();
}

#[test]
fn i3_b3_b4_b6_any_order_gives_the_same_rows_sqlite() {
    order_free(async || Some(crate::server::trial::sqlite().await), 24);
}

#[test]
fn i3_b3_b4_b6_any_order_gives_the_same_rows_postgres() {
    order_free(crate::server::trial::postgres, 12);
}

on_both! {
    /// I2, B1: a hundred copies, some at once and some in one batch, are one row and one event.
    async fn i2_b1_duplicates_are_one_row_and_one_event(store: Store) {
        let trial = Trial::start(store).await;
        let body = envelope(json!({"contacts": [{"wa_id": "1", "profile": {"name": "A"}}], "messages": [text("wamid.d", "15550001111", 1, "once"), text("wamid.d", "15550001111", 1, "once")]}));
        let posts = (0..100).map(|_| crate::server::sandbox::post::deliver(&trial.sandbox, body.clone()));
        assert!(futures_util::future::join_all(posts).await.into_iter().all(|status| status == 200));
        trial.settle().await;
        apply(&trial.app, &body).await;
        let mut tx = trial.app.store.read().await.unwrap();
        assert_eq!(number(&mut tx, "select count(*) from messages").await, 1);
        assert_eq!(number(&mut tx, "select count(*) from events where kind = 'message_stored'").await, 1);
        assert_eq!(number(&mut tx, "select count(*) from contacts").await, 1);
        assert_eq!(number(&mut tx, "select count(*) from deliveries where state = 'applied'").await, 101);
        assert_counters(&mut tx).await;
    }

    /// B2: one delivery with a good, a broken and a strange element, two accounts' worth of entries, and a status.
    async fn b2_neighbours_of_a_broken_element_live_on(store: Store) {
        let trial = Trial::start(store).await;
        let body = envelope(json!({"messages": [
            text("wamid.a", "15550001111", 1, "good"),
            42,
            {"id": "wamid.b", "from": "15550001111", "timestamp": "nonsense", "type": "hologram", "hologram": {"deep": [1, 2]}},
            {"id": "wamid.nobody", "type": "text", "text": {"body": "from nobody"}},
            text("wamid.c", "15550001111", 3, "also good")],
            "statuses": [{"id": "wamid.x", "status": "sent", "timestamp": 5}, {}]}));
        apply(&trial.app, &body).await;
        let mut tx = trial.app.store.read().await.unwrap();
        let kinds: Vec<(String, Option<String>)> = tx.all(Sql::same("select message_type, raw from messages order by n"), Vec::new()).await.unwrap();
        assert_eq!(kinds.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(), ["text", "hologram", "text"]);
        assert!(kinds[1].1.as_deref().unwrap().contains(r#""deep":[1,2]"#), "what cannot be shown is kept as it came");
        let (state, reason): (String, String) = tx.find(Sql::same("select state, reason from deliveries"), Vec::new()).await.unwrap().unwrap();
        assert_eq!(state, "kept");
        assert!(reason.contains("without a sender") && reason.contains("without id or word"), "{reason}");
        assert_counters(&mut tx).await;
    }

    /// B11: one customer who writes to two of our numbers is one contact with a conversation on each; a customer without a phone number
    /// is a contact of their own until Meta names both in one message.
    async fn b11_one_customer_on_two_numbers(store: Store) {
        let trial = Trial::start(store).await;
        let mut tx = trial.app.store.write().await.unwrap();
        let second = crate::server::store::accounts::New { id: "account-2".into(), phone_number_id: "2", waba_id: "102290129340398", name: "Second", phone: "+2", sealed_token: None };
        crate::server::store::accounts::put(&mut tx, second, NOON).await.unwrap();
        tx.commit().await.unwrap();
        let to = |number: &str, message: Value| envelope(json!({"messages": [message]})).replace("106540352242922", number);
        apply(&trial.app, &to("106540352242922", text("wamid.1", "447700900123", 1, "first number"))).await;
        apply(&trial.app, &to("2", text("wamid.2", "447700900123", 2, "second number"))).await;
        apply(&trial.app, &to("2", json!({"id": "wamid.3", "from_user_id": "GB.77", "timestamp": (SECOND + 3).to_string(), "type": "text", "text": {"body": "no number"}}))).await;
        let mut tx = trial.app.store.read().await.unwrap();
        assert_eq!(number(&mut tx, "select count(*) from contacts").await, 2);
        let threads: Vec<(String, String)> = tx.all(Sql::same("select c.account_id, m.wamid from conversations c join messages m on m.conversation_id = c.id order by m.wamid"), Vec::new()).await.unwrap();
        let accounts: Vec<&str> = threads.iter().map(|row| row.0.as_str()).collect();
        assert_eq!(accounts, ["account-1", "account-2", "account-2"]);
        assert_eq!(number(&mut tx, "select count(*) from conversations").await, 3);
    }

    /// I1, B16: applying everything again changes nothing.
    async fn i1_replay_gives_the_same_rows(store: Store) {
        let trial = Trial::start(store).await;
        for body in recorded("none") {
            apply(&trial.app, &body).await;
        }
        let mut tx = trial.app.store.read().await.unwrap();
        let before = rows(&mut tx).await;
        drop(tx);
        let mut tx = trial.app.store.write().await.unwrap();
        assert_eq!(deliveries::replay(&mut tx, 0).await.unwrap(), 28);
        tx.commit().await.unwrap();
        assert_eq!(drain(&trial.app).await.unwrap(), 28);
        let mut tx = trial.app.store.read().await.unwrap();
        assert_eq!(rows(&mut tx).await, before);
    }

    /// B3: `failed` beats `sent`, and a later `delivered` proves it wrong but keeps the note.
    async fn b3_failed_is_proved_wrong_by_delivered(store: Store) {
        let trial = Trial::start(store).await;
        apply(&trial.app, &envelope(json!({"messages": [text("wamid.0", "447700900123", 0, "zero")]}))).await;
        let id = queue(&trial.app, "hello").await;
        for (word, expected) in [("failed", Delivery::Failed), ("sent", Delivery::Failed), ("warning", Delivery::Failed), ("delivered", Delivery::Delivered), ("failed", Delivery::Delivered)] {
            apply(&trial.app, &status("wamid.out", word, 5, Some(id.as_str()))).await;
            let mut tx = trial.app.store.read().await.unwrap();
            let message = messages::load_one(&mut tx, &id).await.unwrap();
            assert_eq!(message.delivery, Some(expected), "after {word}");
            assert_eq!(message.failure, Some(Failure { code: 131_026, text: "Message undeliverable".into() }));
        }
    }

    /// Of equal statuses the smallest timestamp counts, whichever comes first.
    async fn of_equal_statuses_the_earliest_counts(store: Store) {
        let trial = Trial::start(store).await;
        for (wamid, order) in [("wamid.a", [3, 9]), ("wamid.b", [9, 3])] {
            for at in order {
                apply(&trial.app, &status(wamid, "delivered", at, None)).await;
            }
        }
        let mut tx = trial.app.store.read().await.unwrap();
        let kept: Vec<(Instant,)> = tx.all(Sql::same("select at from statuses order by wamid"), Vec::new()).await.unwrap();
        assert_eq!(kept, [(Instant((SECOND + 3) * 1000),), (Instant((SECOND + 3) * 1000),)]);
    }

    /// Part of I3: whoever Meta says is one person has one thread, and both of their ids lead to it.
    async fn contacts_are_joined_because_meta_said_so(store: Store) {
        let trial = Trial::start(store).await;
        for body in recorded("none") {
            apply(&trial.app, &body).await;
        }
        let caller = Caller { principal: crate::domain::access::Principal::ApiKey { id: "k".into() }, ..Caller::nobody() };
        let by_number = service::conversations::find(&trial.app, &caller, "447700900123", None).await.unwrap();
        let by_user_id = service::conversations::find(&trial.app, &caller, "GB.77", None).await.unwrap();
        assert_eq!(by_number, by_user_id);
        assert_eq!((by_number.name.as_str(), by_number.unread), ("Zoë", 8));
        let mut tx = trial.app.store.read().await.unwrap();
        assert_eq!(number(&mut tx, "select count(*) from events where kind = 'contacts_joined'").await, 1);
    }

    /// I10: unread counts, places and windows equal a recount, whatever comes late, is read in between, fails or is thrown away.
    async fn i10_counters_equal_a_recount(store: Store) {
        let trial = Trial::start(store).await;
        let caller = Caller { principal: crate::domain::access::Principal::ApiKey { id: "k".into() }, ..Caller::nobody() };
        for (index, at) in [10, 30, 20, 30, 5].into_iter().enumerate() {
            apply(&trial.app, &envelope(json!({"messages": [text(&format!("wamid.{index}"), "447700900123", at, "x")]}))).await;
        }
        let row = service::conversations::find(&trial.app, &caller, "447700900123", None).await.unwrap();
        assert_eq!(row.unread, 5);
        let thread = service::conversations::older(&trial.app, &caller, &row.id, None, 50).await.unwrap().messages;
        service::conversations::mark_read(&trial.app, &caller, &row.id, &thread[2]).await.unwrap();
        let id = queue(&trial.app, "hello").await;
        apply(&trial.app, &status("wamid.out", "failed", 5, Some(id.as_str()))).await;
        service::messages::settle(&trial.app, &caller, &id, crate::protocol::command::Settle::Discard).await.unwrap();
        apply(&trial.app, &envelope(json!({"messages": [text("wamid.late", "447700900123", 1, "late"), text("wamid.tie", "447700900123", 30, "tie")]}))).await;
        let mut tx = trial.app.store.read().await.unwrap();
        assert_counters(&mut tx).await;
        drop(tx);
        let row = service::conversations::find(&trial.app, &caller, "447700900123", None).await.unwrap();
        assert_eq!(row.unread, 3, "two that were newer than what was read, and the tie");
        assert_eq!(row.last.unwrap().preview, "tie");
        // All is read; the customer writes again within the same second.
        let thread = service::conversations::older(&trial.app, &caller, &row.id, None, 50).await.unwrap().messages;
        service::conversations::mark_read(&trial.app, &caller, &row.id, thread.last().unwrap()).await.unwrap();
        apply(&trial.app, &envelope(json!({"messages": [text("wamid.same", "447700900123", 30, "same second")]}))).await;
        let again = service::conversations::find(&trial.app, &caller, "447700900123", None).await.unwrap();
        assert_eq!(again.unread, 1);
        assert_counters(&mut trial.app.store.read().await.unwrap()).await;
        // What was thrown away and did arrive after all is shown again.
        apply(&trial.app, &status("wamid.out", "delivered", 40, Some(id.as_str()))).await;
        let thread = service::conversations::older(&trial.app, &caller, &row.id, None, 50).await.unwrap().messages;
        assert!(thread.iter().any(|message| message.id == id && message.delivery == Some(Delivery::Delivered)));
        assert_counters(&mut trial.app.store.read().await.unwrap()).await;
    }

    /// A message that is days late by its timestamp neither opens the window nor counts as unread after a later one was read.
    async fn a_late_retry_opens_no_window(store: Store) {
        let trial = Trial::start(store).await;
        apply(&trial.app, &envelope(json!({"messages": [text("wamid.late", "447700900123", -3 * 86_400, "late")]}))).await;
        let caller = Caller { principal: crate::domain::access::Principal::ApiKey { id: "k".into() }, ..Caller::nobody() };
        let row = service::conversations::find(&trial.app, &caller, "447700900123", None).await.unwrap();
        assert!(!row.window(Instant(NOON.0)).is_open());
    }
}
