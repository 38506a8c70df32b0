//! Two numbers of one business: what is known on one stays there for whoever may not see it, and what is done is done on both.

use super::contacts::{self, put};
use super::matrix::limit;
use super::numbers::to_a_second;
use super::search;
use super::team::call;
use crate::domain::agent::Role;
use crate::protocol::address;
use crate::protocol::aside::Notice;
use crate::server::http::session::by_session;
use crate::server::secret::token_hash;
use crate::server::store::Sql;
use crate::server::trial::{Trial, on_both};
use crate::server::trouble::visible;
use serde_json::json;

on_both! {
    /// E11: whoever begins a conversation on their own number reads nothing of what the team knows from another, until something was said on theirs.
    async fn e11_what_is_known_from_another_number_is_not_told(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, elsewhere) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await);
        trial.zoe("hi").await;
        let zoe = contacts::shown_id(&trial, "447700900123").await;
        assert_eq!(put(&trial, &mira, &[("id", &zoe), ("given_name", "Zoë"), ("email", "zoe@bakery.example"), ("notes", "pays late")]).await.status(), 303);
        limit(&trial, &elsewhere).await;
        let begun = put(&trial, &elsewhere, &[("account_id", "account-2"), ("number", "+44 7700 900123"), ("name", "")]).await;
        assert_eq!(begun.status(), 303);
        let own = Sql::same("select id from conversations where account_id = 'account-2'");
        let (id,) = trial.app.store.read().await.unwrap().find::<(String,)>(own, vec![]).await.unwrap().unwrap();
        let (status, beside) = call(&trial, &elsewhere, "team/beside", json!({"id": id})).await;
        assert_eq!((status, &beside["edit"]["notes"], &beside["edit"]["email"]), (200, &json!(""), &json!("")), "{beside}");
        // She writes to it: now she is theirs, too.
        let mut tx = trial.app.store.write().await.unwrap();
        tx.run(Sql::same("update conversations set last_message_id = (select id from messages limit 1) where account_id = 'account-2'"), vec![]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(call(&trial, &elsewhere, "team/beside", json!({"id": id})).await.1["edit"]["notes"], "pays late");
    }

    /// A note that calls somebody is told to them alone, and only while they may see its number.
    async fn e11_a_call_is_heard_by_whoever_may_see_its_number(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, other) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await);
        let caller = async |cookie: &str| by_session(&trial.app, &token_hash(cookie.trim_start_matches("inbox="))).await.unwrap();
        let call = Notice::Mentioned {
            agent: caller(&mira).await.agent.unwrap().id,
            by: "Jonas".to_owned(),
            customer: "Zoë".to_owned(),
            conversation: "c".into(),
            account: "account-1".into(),
            message: "m".into(),
            preview: "pays late".to_owned(),
        };
        let heard = async |cookie: &str| visible(&caller(cookie).await, std::slice::from_ref(&call)).len();
        assert_eq!((heard(&mira).await, heard(&other).await), (1, 0));
        limit(&trial, &mira).await;
        assert_eq!(heard(&mira).await, 0);
    }

    /// Somebody who wrote to two numbers is blocked once both have done it: of one that did not answer it is said, and asked again.
    async fn a_block_is_done_on_all_numbers_or_said_not_to_be(store: Store) {
        let trial = Trial::start(store).await;
        let mira = trial.agent(Role::Agent).await;
        trial.zoe("to the first").await;
        to_a_second(&trial).await;
        // The list of one number, as the menu asks for it, and as programs do.
        for account in ["account-1", "account-2"] {
            let filter = json!({"view": "all", "label": "", "q": "", "account": account});
            let page = call(&trial, &mira, "conversations/list", json!({"cursor": "9999999999999.9", "filter": filter})).await.1;
            let of: Vec<_> = page["conversations"].as_array().unwrap().iter().map(|row| row["account_id"].clone()).collect();
            assert_eq!(of, [account]);
            let key = trial.key().await;
            let chats = search::get(&trial, ("x-api-key", &key), &format!("/whatsapp/api/chats/?account_id={account}")).await;
            assert_eq!((chats["conversations"].as_array().unwrap().len(), &chats["conversations"][0]["account_id"]), (1, &json!(account)));
        }
        let zoe = contacts::shown_id(&trial, "447700900123").await;
        // WhatsApp does not know the second.
        let refused = put(&trial, &mira, &[("id", &zoe), ("block", "on")]).await;
        assert!(refused.status().is_client_error() || refused.status().is_server_error(), "{}", refused.status());
        assert!(refused.text().await.unwrap().contains("Block Zoë"), "they are not blocked here");
        assert!(trial.sandbox.world().blocked.is_empty(), "nor on the first number: nobody would see it");
        let page = async || trial.http.get(format!("{}{}", trial.base, address::CONTACTS)).header("cookie", &mira).send().await.unwrap().text().await.unwrap();
        assert!(page().await.contains("Block Zoë"));
        let mut tx = trial.app.store.write().await.unwrap();
        tx.run(Sql::same("update conversations set last_inbound_at = null where account_id = 'account-2'"), vec![]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(put(&trial, &mira, &[("id", &zoe), ("block", "on")]).await.status(), 303);
        assert!(page().await.contains("Let Zoë write again"));
    }
}
