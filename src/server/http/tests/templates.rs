//! Templates: fetched page by page, sent into a closed window, refused with a sentence that says what to do; and what else is made of parts.

use super::contacts::put as put_contact;
use super::outbox::program;
use crate::domain::content::interactive::{Action, Interactive};
use crate::domain::id::ConversationId;
use crate::domain::time::{DAY_MS, HOUR_MS};
use crate::protocol::command::{Made, SendMade, SendText};
use crate::server::outbox::{Outcome as Sent, step as send_next};
use crate::server::service::{messages, templates as service};
use crate::server::store::templates as store;
use crate::server::templates::{Outcome, step};
use crate::server::trial::{Trial, answer, on_both};
use serde_json::{Value, json};

/// Every list of this inbox is due.
pub async fn due(trial: &Trial) {
    let mut tx = trial.app.store.write().await.unwrap();
    store::begin(&mut tx, &trial.sandbox.identity().waba_id).await.unwrap();
    tx.commit().await.unwrap();
}

/// The names and statuses of the list.
async fn listed(trial: &Trial) -> (Vec<String>, String) {
    let listing = service::list(&trial.app, &program(), &"account-1".into()).await.unwrap();
    (listing.templates.iter().map(|template| format!("{} {} {}", template.name, template.language, template.status)).collect(), listing.failure)
}

pub async fn post(trial: &Trial, key: &str, path: &str, body: Value) -> (u16, Value) {
    answer(trial.http.post(format!("{}/whatsapp/api/{path}/", trial.base)).header("x-api-key", key).json(&body)).await
}

/// What was sent last, under the name of its kind.
fn last(trial: &Trial) -> Value {
    let body = trial.received().pop().unwrap();
    body[body["type"].as_str().unwrap()].clone()
}

on_both! {
    async fn b_the_list_comes_page_by_page_and_anew_when_meta_says_so(store: Store) {
        let trial = Trial::start(store).await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Idle);
        due(&trial).await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Fetched);
        let (names, _) = listed(&trial).await;
        assert_eq!(names, ["autumn_sale en_GB REJECTED", "cakes_of_the_week en_GB APPROVED", "feedback en_GB PAUSED", "follow_up en_GB APPROVED",
            "follow_up nb APPROVED", "order_ready en_GB APPROVED", "pick_up_here en_GB APPROVED", "visit_reminder en_GB APPROVED"]);
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Idle);

        trial.sandbox.world().templates.truncate(1);
        let change = json!({"object": "whatsapp_business_account", "entry": [{"id": trial.sandbox.identity().waba_id, "changes": [
            {"field": "message_template_status_update", "value": {"event": "DISABLED", "message_template_name": "feedback", "message_template_language": "en_GB"}}]}]});
        assert_eq!(crate::server::sandbox::post::deliver(&trial.sandbox, change.to_string()).await, 200);
        trial.settle().await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Fetched);
        assert_eq!(listed(&trial).await.0, ["follow_up en_GB APPROVED"]);

        // Where it does not come, the old list stays, and the page is told.
        trial.sandbox.world().templates.clear();
        let mut tx = trial.app.store.write().await.unwrap();
        let waba = trial.sandbox.identity().waba_id.clone();
        tx.run(crate::server::store::Sql::same("update accounts set waba_id = 'another' where id = 'account-1'"), vec![]).await.unwrap();
        store::begin(&mut tx, "another").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Failed);
        assert!(listed(&trial).await.1.contains("WhatsApp refused"), "{:?}", listed(&trial).await);
        assert_eq!(store::list(&mut trial.app.store.read().await.unwrap(), &waba).await.unwrap().len(), 1);
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Idle);
        trial.clock.advance(HOUR_MS);
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Failed);
    }

    async fn b7_a_template_goes_where_the_window_is_closed_and_is_kept_as_the_customer_saw_it(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        due(&trial).await;
        step(&trial.app).await.unwrap();
        trial.clock.advance(DAY_MS + 1);
        let (status, refused) = trial.send(&key, json!({"phone": "447700900123", "message": "late"})).await;
        assert_eq!((status, &refused["error"]["code"]), (422, &json!("window_closed")));
        let body = json!({"phone": "447700900123", "template_name": "visit_reminder", "language": "en_GB", "client_id": "t1",
            "header_params": ["Friday"], "body_params": ["Zoë\n", "ten"], "button_params": ["a1"]});
        let (status, sent) = post(&trial, &key, "send-template", body.clone()).await;
        assert_eq!((status, &sent["status"]), (202, &json!("queued")), "{sent}");
        // Once, however often it is asked for.
        assert_eq!(post(&trial, &key, "send-template", body.clone()).await.1["id"], sent["id"]);
        send_next(&trial.app).await.unwrap();
        assert_eq!(send_next(&trial.app).await.unwrap(), Sent::Idle(None));
        assert_eq!(last(&trial), json!({"name": "visit_reminder", "language": {"code": "en_GB"}, "components": [
            {"type": "header", "parameters": [{"type": "text", "text": "Friday"}]},
            {"type": "body", "parameters": [{"type": "text", "parameter_name": "first_name", "text": "Zoë"}, {"type": "text", "parameter_name": "time", "text": "ten"}]},
            {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "a1"}]}]}));
        let kept = trial.messages(&key).await.remove(0);
        assert_eq!((&kept["message_type"], &kept["body"], &kept["status"]), (&json!("template"), &json!("Hello Zoë, we look forward to seeing you at *ten*."), &json!("accepted")));
        assert_eq!(kept["content"]["template"]["header"], "Your table on Friday");
        assert_eq!(trial.chats(&key).await[0]["last_message"]["body"], "Hello Zoë, we look forward to seeing you at ten.");
    }

    async fn what_a_template_lacks_is_said_before_meta_is_asked(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        due(&trial).await;
        step(&trial.app).await.unwrap();
        let table = [
            (json!({"template_name": "follow_up"}), "Fill in 1."),
            (json!({"template_name": "follow_up", "body_params": ["a", "b"]}), "more values"),
            (json!({"template_name": "feedback", "body_params": ["a"]}), "does not send this template now"),
            (json!({"template_name": "cakes_of_the_week"}), "cannot be filled here"),
            (json!({"template_name": "order_ready"}), "needs a file"),
            (json!({"template_name": "no_such"}), "no such template"),
        ];
        for (mut body, sentence) in table {
            (body["phone"], body["language"]) = (json!("447700900123"), json!("en_GB"));
            let (status, refused) = post(&trial, &key, "send-template", body).await;
            assert!(status == 422 && refused["error"]["message"].as_str().unwrap().contains(sentence), "{refused}");
        }
        assert_eq!(post(&trial, &key, "send-template", json!({"phone": "447700900123"})).await.0, 422);
        assert!(trial.received().is_empty());
    }

    /// A conversation that was begun here: nothing but a template goes out, once, and then it is in the list.
    async fn a_conversation_begins_with_a_template(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(crate::domain::agent::Role::Agent).await);
        due(&trial).await;
        step(&trial.app).await.unwrap();
        let begun = put_contact(&trial, &mira, &[("account_id", "account-1"), ("number", "+44 7400 123456"), ("name", "Zoë")]).await;
        assert_eq!(begun.status(), 303);
        let (status, refused) = trial.send(&key, json!({"phone": "447400123456", "message": "hello"})).await;
        assert_eq!((status, &refused["error"]["code"]), (422, &json!("window_closed")));
        assert!(trial.chats(&key).await.is_empty());
        let body = json!({"phone": "447400123456", "template_name": "follow_up", "language": "nb", "body_params": ["ja"]});
        let (status, sent) = post(&trial, &key, "send-template", body).await;
        assert_eq!(status, 202, "{sent}");
        send_next(&trial.app).await.unwrap();
        assert_eq!((last(&trial)["name"].clone(), trial.received().len()), (json!("follow_up"), 1));
        assert_eq!(trial.chats(&key).await[0]["last_message"]["message_type"], "template");
    }

    async fn a_template_that_failed_is_sent_again_whole(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        due(&trial).await;
        step(&trial.app).await.unwrap();
        trial.clock.advance(2 * DAY_MS);
        trial.faults(json!([{"fault": "error", "code": 131_026, "status": 400}]));
        post(&trial, &key, "send-template", json!({"phone": "447700900123", "template_name": "follow_up", "language": "nb", "body_params": ["ja"]})).await;
        send_next(&trial.app).await.unwrap();
        let failed = trial.messages(&key).await.remove(0);
        assert_eq!(failed["status"], "failed");
        let id = failed["id"].as_str().unwrap().into();
        messages::settle(&trial.app, &program(), &id, crate::protocol::command::Settle::SendAgain).await.unwrap();
        send_next(&trial.app).await.unwrap();
        assert_eq!(last(&trial)["components"][0]["parameters"][0]["text"], "ja");
    }

    async fn questions_and_cards_go_out_as_whatsapp_takes_them(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("hi").await;
        let id = ConversationId(trial.chats(&key).await[0]["id"].as_str().unwrap().to_owned());
        let row = crate::server::store::conversations::load_one(&mut trial.app.store.read().await.unwrap(), &id).await.unwrap();
        let make = |client_id: &str, made| SendMade {
            to: SendText { client_id: client_id.into(), conversation_id: row.id.clone(), contact_id: row.contact_id.clone(), account_id: row.account_id.clone(), body: String::new(), reply_to: None, seen: None, plain: false },
            made,
        };
        let question = |titles: &[&str]| Made::Interactive(Interactive { body: "Which day?".into(), footer: None, action: Action::Buttons(titles.iter().map(|title| (*title).to_owned()).collect()) });
        messages::send(&trial.app, &program(), make("q1", question(&["Monday", "Tuesday"])).into()).await.unwrap();
        send_next(&trial.app).await.unwrap();
        assert_eq!(last(&trial)["action"]["buttons"][1]["reply"], json!({"id": "1", "title": "Tuesday"}));
        let kept = trial.messages(&key).await.remove(0);
        assert_eq!((&kept["message_type"], &kept["body"]), (&json!("interactive"), &json!("Which day?")));
        let refused = messages::send(&trial.app, &program(), make("q2", question(&["a", "a"])).into()).await.unwrap_err();
        assert!(crate::protocol::error::ApiError::from(refused).message.contains("twice"));
        // NUL is nothing that any engine keeps; a backslash before such a number is only words.
        assert!(messages::send(&trial.app, &program(), make("q3", question(&["a\0"])).into()).await.is_err());
        assert_eq!(trial.send(&key, json!({"phone": "447700900123", "message": r"the escape is \u0000"})).await.0, 202);
    }
}
