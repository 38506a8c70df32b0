//! The business's numbers: connected once Meta takes them, tested, paused, removed; their tokens are shown to nobody.

use crate::domain::agent::Role;
use crate::protocol::address;
use crate::server::outbox::{self, Outcome, step};
use crate::server::store::{Store, accounts, deliveries};
use crate::server::trial::{NOON, Trial, on_both};
use serde_json::json;

async fn put(trial: &Trial, cookie: &str, form: &[(&str, &str)]) -> (u16, String) {
    let post = trial.http.post(format!("{}{}", trial.base, address::NUMBERS)).header("origin", &trial.base).header("cookie", cookie);
    let body: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", address::encode(value))).collect();
    let answer = post.header("content-type", "application/x-www-form-urlencoded").body(body.join("&")).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn page(trial: &Trial, cookie: &str) -> String {
    trial.http.get(format!("{}{}", trial.base, address::NUMBERS)).header("cookie", cookie).send().await.unwrap().text().await.unwrap()
}

/// An inbox whose settings name no number.
async fn start(store: Store) -> Trial {
    Trial::start_with(store, |config| config.account = None).await
}

async fn connected(trial: &Trial) -> Vec<accounts::Stored> {
    accounts::list(&mut trial.app.store.read().await.unwrap()).await.unwrap()
}

/// There is a second number, of which WhatsApp knows nothing, and Zoë has written to it.
pub async fn to_a_second(trial: &Trial) {
    let second = accounts::New {
        id: "account-2".into(),
        phone_number_id: "222222222",
        waba_id: "2",
        name: "Workshop",
        phone: "+44 20 7946 0100",
        sealed_token: Some(trial.app.sealer.seal("token")),
    };
    let message = json!({"id": "wamid.2", "from": "447700900123", "timestamp": (NOON.0 / 1000).to_string(), "type": "text", "text": {"body": "to the second"}});
    let value = json!({"metadata": {"phone_number_id": "222222222"}, "messages": [message]});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "2", "changes": [{"field": "messages", "value": value}]}]}).to_string();
    let mut tx = trial.app.store.write().await.unwrap();
    accounts::put(&mut tx, second, NOON).await.unwrap();
    deliveries::keep(&mut tx, &[body.as_bytes()], NOON).await.unwrap();
    tx.commit().await.unwrap();
    trial.settle().await;
}

on_both! {
    async fn a_number_is_connected_and_what_came_before_is_read(store: Store) {
        let trial = start(store).await;
        let (admin, key) = (trial.agent(Role::Admin).await, trial.key().await);
        let identity = trial.sandbox.identity().clone();
        assert_eq!(put(&trial, &admin, &[("act", "remove"), ("id", "account-1")]).await.0, 303);
        assert!(connected(&trial).await.is_empty());
        trial.zoe("is anybody there?").await;
        let shown = page(&trial, &admin).await;
        assert!(shown.contains("Webhooks that nobody reads") && shown.contains(&identity.phone_number_id), "{shown}");

        let form = |token: &'static str| [("act", "add"), ("name", "Sales"), ("phone_number_id", &*identity.phone_number_id), ("waba_id", &*identity.waba_id), ("token", token)];
        let (status, refused) = put(&trial, &admin, &form("wrong-token")).await;
        assert_eq!(status, 422);
        assert!(refused.contains("does not accept this phone number id with this token") && refused.contains("value=\"Sales\""), "{refused}");
        assert!(!refused.contains("wrong-token"), "a token never comes back");
        let elsewhere = [("act", "add"), ("name", "Sales"), ("phone_number_id", &*identity.phone_number_id), ("waba_id", "999"), ("token", "token")];
        let (status, refused) = put(&trial, &admin, &elsewhere).await;
        assert!(status == 422 && refused.contains("not this business account id"), "{refused}");
        assert_eq!(put(&trial, &admin, &form("token")).await.0, 303);
        let all = connected(&trial).await;
        assert_eq!((all.len(), all[0].name.as_str()), (1, "Sales"));
        assert!(!all[0].sealed_token.as_deref().unwrap().contains("token"), "sealed");
        let (status, refused) = put(&trial, &admin, &form("token")).await;
        assert!(status == 422 && refused.contains("connected already"));

        trial.settle().await;
        assert_eq!(trial.messages(&key).await[0]["body"], "is anybody there?");
        let shown = page(&trial, &admin).await;
        assert!(!shown.contains("Webhooks that nobody reads"));
        let (status, tested) = put(&trial, &admin, &[("act", "test"), ("id", all[0].id.as_str())]).await;
        assert!(status == 200 && tested.contains("Sales works"), "{tested}");
        // A token that was taken back at Meta.
        let mut tx = trial.app.store.write().await.unwrap();
        let other = vec![trial.app.sealer.seal("wrong-token").into()];
        tx.run(crate::server::store::Sql::same("update accounts set sealed_token = $1"), other).await.unwrap();
        tx.commit().await.unwrap();
        let (status, tested) = put(&trial, &admin, &[("act", "test"), ("id", all[0].id.as_str())]).await;
        assert!(status == 422 && tested.contains("does not accept this phone number id with this token") && !tested.contains("wrong-token"), "{tested}");
    }

    /// What was said stays to be read; nothing is sent or received with it, until it is connected again.
    async fn a_number_that_was_used_is_removed_and_connected_again(store: Store) {
        let trial = start(store).await;
        let (admin, agent, key) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await, trial.key().await);
        let identity = trial.sandbox.identity().clone();
        let add = [("act", "add"), ("name", "Sales"), ("phone_number_id", &*identity.phone_number_id), ("waba_id", &*identity.waba_id), ("token", "token")];
        assert_eq!(put(&trial, &admin, &[("act", "remove"), ("id", "account-1")]).await.0, 303);
        assert_eq!(put(&trial, &admin, &add).await.0, 303);
        let id = connected(&trial).await.remove(0).id;
        trial.zoe("hello").await;
        trial.settle().await;

        // What waits is not sent by whoever connects it again one day: it has failed, and says why.
        assert_eq!(put(&trial, &admin, &[("act", "pause"), ("id", id.as_str())]).await.0, 303);
        assert_eq!(trial.send(&key, json!({"phone": "447700900123", "message": "one moment"})).await.0, 202);
        assert_eq!(put(&trial, &admin, &[("act", "remove"), ("id", id.as_str())]).await.0, 303);
        let stored = connected(&trial).await.remove(0);
        assert_eq!((stored.sealed_token.as_deref(), trial.app.token(&stored).is_none()), (Some(""), true), "its token is forgotten");
        let waited = &trial.messages(&key).await[0];
        assert_eq!((&waited["status"], waited["error"].to_string().contains("removed")), (&json!("failed"), true), "{waited}");
        let shown = page(&trial, &admin).await;
        assert!(shown.contains("Removed numbers") && !shown.contains("Pause sending"), "{shown}");
        assert_eq!(put(&trial, &admin, &[("act", "resume"), ("id", id.as_str())]).await.0, 404);
        let thread = trial.http.get(format!("{}/whatsapp/inbox/447700900123/", trial.base)).header("cookie", &agent).send().await.unwrap().text().await.unwrap();
        assert!(thread.contains("hello") && thread.contains("Sales (removed)") && !thread.contains("cannot send"), "{thread}");
        let (status, refused) = trial.send(&key, json!({"phone": "447700900123", "message": "are you there?"})).await;
        assert!(status == 409 && refused.to_string().contains("was removed"), "{status} {refused}");
        trial.zoe("still there?").await;
        trial.settle().await;
        assert_eq!(trial.messages(&key).await.len(), 2, "what comes is kept, not shown");
        assert!(page(&trial, &admin).await.contains("Webhooks that nobody reads"));

        assert_eq!(put(&trial, &admin, &add).await.0, 303);
        trial.settle().await;
        let again = connected(&trial).await;
        assert_eq!(again.iter().map(|account| (account.id.clone(), account.is_removed())).collect::<Vec<_>>(), [(id, false)]);
        assert_eq!(trial.messages(&key).await.len(), 3, "what came meanwhile is read");
        assert_eq!(trial.send(&key, json!({"phone": "447700900123", "message": "here again"})).await.0, 202);
        while !matches!(step(&trial.app).await.unwrap(), Outcome::Idle(_)) {}
        let sent: Vec<_> = trial.received().iter().map(|message| message["text"]["body"].clone()).collect();
        assert_eq!(sent, ["here again"]);
    }

    async fn whoever_answers_first_gets_the_conversation_where_that_is_wanted(store: Store) {
        let trial = start(store).await;
        let (admin, mira, key) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await, trial.key().await);
        let answer = async |cookie: &str, body: &str| {
            let form = trial.http.post(format!("{}/whatsapp/inbox/447700900123/send/", trial.base)).header("origin", &trial.base).header("cookie", cookie);
            let sent = form.header("content-type", "application/x-www-form-urlencoded").body(format!("body={body}")).send().await.unwrap();
            assert_eq!(sent.status(), 303);
            trial.chats(&key).await[0]["assignee"].clone()
        };
        trial.zoe("hi").await;
        assert!(answer(&mira, "one").await.is_null(), "not unless it is wanted");
        assert_eq!(put(&trial, &admin, &[("act", "change"), ("id", "account-1"), ("name", "Shop"), ("auto_assign", "on")]).await.0, 303);
        assert_eq!(trial.send(&key, json!({"phone": "447700900123", "message": "by a program"})).await.0, 202);
        assert!(trial.chats(&key).await[0]["assignee"].is_null(), "a program takes nothing over");
        let first = answer(&mira, "two").await;
        assert!(!first.is_null());
        assert_eq!(answer(&admin, "three").await, first, "it stays whose it is");
    }

    /// Two who change a number at once: each switch that one of them turned is turned, and a name is not written over unread.
    async fn two_who_change_a_number_do_not_overwrite_each_other_unread(store: Store) {
        let trial = start(store).await;
        let (one, other) = (trial.agent(Role::Admin).await, trial.agent(Role::Admin).await);
        let form = |name: &'static str, was_name: &'static str, on: &[&'static str]| {
            let mut form = vec![("act", "change"), ("id", "account-1"), ("name", name), ("was_name", was_name)];
            form.extend([("was_read_receipts", ""), ("was_typing_indicator", ""), ("was_auto_assign", "")]);
            form.extend(on.iter().map(|name| (*name, "on")));
            form
        };
        let before = connected(&trial).await.remove(0);
        let was: &'static str = before.name.leak();
        assert_eq!(put(&trial, &one, &form("Sales", was, &["read_receipts"])).await.0, 303);
        // Drawn before that; another switch alone.
        assert_eq!(put(&trial, &other, &form(was, was, &["auto_assign"])).await.0, 303);
        let now = connected(&trial).await.remove(0);
        assert_eq!((now.name.as_str(), now.read_receipts, now.auto_assign, now.typing_indicator), ("Sales", 1, 1, before.typing_indicator));
        let (status, said) = put(&trial, &other, &form("Support", was, &[])).await;
        assert!(status == 409 && said.contains("Somebody wrote “Sales” here meanwhile") && said.contains(r#"value="Support""#), "{status} {said}");
        assert_eq!(connected(&trial).await.remove(0).name, "Sales");
        assert_eq!(put(&trial, &other, &form("Support", "Sales", &[])).await.0, 303);
        assert_eq!(connected(&trial).await.remove(0).name, "Support");
    }

    async fn a_paused_number_holds_its_messages_also_over_a_restart(store: Store) {
        let trial = start(store).await;
        let (admin, key) = (trial.agent(Role::Admin).await, trial.key().await);
        let token = trial.app.sealer.seal("token");
        let mut tx = trial.app.store.write().await.unwrap();
        accounts::set_token(&mut tx, &"account-1".into(), &token).await.unwrap();
        tx.commit().await.unwrap();
        trial.zoe("hi").await;
        assert_eq!(put(&trial, &admin, &[("act", "pause"), ("id", "account-1")]).await.0, 303);
        assert!(page(&trial, &admin).await.contains("An admin has paused it."));
        assert_eq!(trial.send(&key, json!({"phone": "447700900123", "message": "later"})).await.0, 202);
        outbox::recover(&trial.app).await.unwrap();
        assert!(matches!(step(&trial.app).await.unwrap(), Outcome::Idle(_)), "it waits");
        // Another token is not a wish to send.
        let change = [("act", "change"), ("id", "account-1"), ("name", "Shop two"), ("token", "token"), ("typing_indicator", "on")];
        assert_eq!(put(&trial, &admin, &change).await.0, 303);
        let now = connected(&trial).await.remove(0);
        assert_eq!((now.name.as_str(), now.read_receipts, now.typing_indicator), ("Shop two", 0, 1));
        assert!(matches!(step(&trial.app).await.unwrap(), Outcome::Idle(_)), "it still waits");
        assert_eq!(put(&trial, &admin, &[("act", "resume"), ("id", "account-1")]).await.0, 303);
        assert!(matches!(step(&trial.app).await.unwrap(), Outcome::Recorded(_)));
        assert_eq!(trial.received().len(), 1);
    }

    /// What is written to a number belongs to it, and is answered from it.
    async fn each_conversation_answers_from_the_number_that_was_written_to(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe("to the first").await;
        to_a_second(&trial).await;
        let chats = trial.chats(&key).await;
        let by_number: std::collections::BTreeMap<_, _> = chats.iter().map(|chat| (chat["account_id"].as_str().unwrap(), chat["last_message"].to_string())).collect();
        assert_eq!(by_number.keys().copied().collect::<Vec<_>>(), ["account-1", "account-2"]);
        for account in ["account-1", "account-2"] {
            let send = json!({"phone": "447700900123", "message": format!("from {account}"), "account_id": account});
            assert_eq!(trial.send(&key, send).await.0, 202);
        }
        while !matches!(step(&trial.app).await.unwrap(), Outcome::Idle(_)) {}
        let received: Vec<_> = trial.received().iter().map(|message| message["text"]["body"].clone()).collect();
        assert_eq!(received, ["from account-1"], "Meta knows the first");
        let mut tx = trial.app.store.read().await.unwrap();
        let failed = crate::server::store::Sql::same("select failure from messages where account_id = 'account-2' and direction = 'outbound'");
        let (why,) = tx.find::<(String,)>(failed, vec![]).await.unwrap().unwrap();
        assert!(why.contains("222222222"), "and was asked for the second: {why}");
    }

    /// Of a customer who wrote to two of our numbers, the address says which thread is meant.
    async fn an_address_names_the_number_it_means(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, elsewhere) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await);
        trial.zoe("hi").await;
        crate::server::http::tests::matrix::limit(&trial, &elsewhere).await;
        let mut tx = trial.app.store.write().await.unwrap();
        let second = "insert into conversations (id, account_id, contact_id, created_at) select 'second', 'account-2', id, 1 from contacts";
        tx.run(crate::server::store::Sql::same(second), vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let get = async |cookie: &str, account: &str| {
            let url = format!("{}/whatsapp/inbox/447700900123/?account_id={account}", trial.base);
            let answer = trial.http.get(url).header("cookie", cookie).send().await.unwrap();
            (answer.status().as_u16(), answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()))
        };
        assert_eq!(get(&mira, "account-2").await, (303, Some("/whatsapp/inbox/second/".to_owned())));
        let first = get(&mira, "account-1").await;
        assert!(first.0 == 303 && first.1.is_some_and(|to| !to.contains("second")));
        assert_eq!(get(&mira, "nothing").await, (404, None));
        assert_eq!(get(&elsewhere, "account-1").await, (404, None), "of a number that they may not see");
        assert_eq!(get(&elsewhere, "account-2").await.0, 303);
    }
}
