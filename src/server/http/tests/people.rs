//! Who belongs to the team, and who answers which numbers.

use super::team::{call, form, lines};
use crate::domain::agent::Role;
use crate::domain::time::DAY_MS;
use crate::server::trial::{Trial, on_both};
use serde_json::{Value, json};

on_both! {
    /// A view that is kept for oneself is nobody else's to see or to delete; a shared one is everybody's to see.
    async fn a_private_view_is_ones_own(store: Store) {
        let trial = Trial::start(store).await;
        let [mira, other] = [trial.agent(Role::Admin).await, trial.agent(Role::Agent).await];
        for (name, is_shared) in [("My own", false), ("For all", true)] {
            assert_eq!(call(&trial, &mira, "search/save_view", json!({"name": name, "query": "?view=unread", "is_shared": is_shared})).await.0, 200);
        }
        let names = async |cookie: &str| {
            let all = call(&trial, cookie, "search/views", json!({})).await.1;
            all.as_array().unwrap().iter().map(|view| (view["name"].as_str().unwrap().to_owned(), view["id"].clone())).collect::<Vec<_>>()
        };
        let own = names(&mira).await;
        assert_eq!(own.iter().map(|view| view.0.as_str()).collect::<std::collections::BTreeSet<_>>(), ["For all", "My own"].into());
        assert_eq!(names(&other).await.iter().map(|view| view.0.clone()).collect::<Vec<_>>(), ["For all"]);
        let mine = own.iter().find(|view| view.0 == "My own").unwrap().1.clone();
        let _ = call(&trial, &other, "search/delete_view", json!({"id": mine})).await;
        assert_eq!(names(&mira).await.len(), 2, "nobody else deletes it");
    }

    /// An admin says who answers which numbers: what is theirs elsewhere, or theirs when they are let out, is nobody's again, and waits in sight.
    async fn whoever_answers_no_more_holds_nothing(store: Store) {
        let trial = Trial::start(store).await;
        let (admin, mira, key) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await, trial.key().await);
        trial.zoe("hi").await;
        trial.clock.advance(1000);
        trial.customer(json!({"wa_id": "447700900124", "text": "done with"})).await;
        let mut tx = trial.app.store.write().await.unwrap();
        let other = "insert into accounts (id, phone_number_id, waba_id, name, phone, created_at) values ('account-2', '2', '2', 'Other', '+2', 1)";
        tx.run(crate::server::store::Sql::same(other), vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let id_of = async |name: &str| {
            let mut tx = trial.app.store.read().await.unwrap();
            let sql = "select a.id from agents a join sessions s on s.agent_id = a.id where s.token_hash = $1";
            let hash = crate::server::secret::token_hash(name.trim_start_matches("inbox="));
            tx.find::<(String,)>(crate::server::store::Sql::same(sql), vec![hash.into()]).await.unwrap().unwrap().0
        };
        let (me, boss) = (id_of(&mira).await, id_of(&admin).await);
        let chats = trial.chats(&key).await;
        let give = async |chat: &Value, what: Value| call(&trial, &mira, "team/handle", json!({"id": chat["id"], "what": what})).await.0;
        for chat in &chats {
            assert_eq!(give(chat, json!({"assign": me})).await, 200);
        }
        assert_eq!(give(&chats[0], json!("resolve")).await, 200);
        let set = async |who: &str, fields: &[(&str, &str)]| form(&trial, ("cookie", who), "/whatsapp/people/", fields).await.0;
        let assignees = async || trial.chats(&key).await.iter().map(|chat| chat["assignee"].is_string()).collect::<Vec<_>>();
        assert_eq!(set(&mira, &[("act", "numbers"), ("id", &me), ("number:account-2", "1")]).await, 403);
        assert_eq!(set(&admin, &[("act", "numbers"), ("id", &me), ("number:gone", "1")]).await, 409);
        assert_eq!(set(&admin, &[("act", "numbers"), ("id", &boss), ("number:account-2", "1")]).await, 409, "some admin sees everything");
        assert_eq!(set(&admin, &[("act", "numbers"), ("id", &me), ("number:account-1", "1")]).await, 303);
        assert_eq!(assignees().await, [true, true], "what they still answer stays theirs");
        assert_eq!(set(&admin, &[("act", "numbers"), ("id", &me), ("number:account-2", "1")]).await, 303);
        assert_eq!(call(&trial, &mira, "conversations/thread", json!({"segment": "447700900123"})).await.0, 404, "and they see it no more");
        assert_eq!(assignees().await, [false, false], "also what is done with: nobody would see its customer write again");
        assert_eq!(lines(&trial).await.pop().unwrap().1, json!({"assigned": null}));
        assert_eq!(set(&admin, &[("act", "numbers"), ("id", &me)]).await, 303);
        let zoe = chats.iter().find(|chat| chat["phone_number"] == "447700900123").unwrap();
        assert_eq!(give(zoe, json!({"assign": me})).await, 200);
        assert_eq!(assignees().await, [false, true]);
        assert_eq!(set(&admin, &[("act", "disable"), ("id", &me)]).await, 303);
        assert_eq!(assignees().await, [false, false]);
        // An admin of some numbers makes nobody who sees more, and takes nobody's link.
        let second = trial.agent(Role::Admin).await;
        let limited = id_of(&second).await;
        assert_eq!(set(&admin, &[("act", "numbers"), ("id", &limited), ("number:account-1", "1")]).await, 303);
        for act in ["invite", "link", "role", "numbers", "enable"] {
            let fields = [("act", act), ("id", boss.as_str()), ("name", "Eve"), ("email", "eve@shop.example"), ("role", "admin")];
            assert_eq!(set(&second, &fields).await, 403, "{act}");
        }
    }

    /// E18: an invitation works once, by whoever has the link; a person who is let out is out at once; somebody stays an admin.
    async fn e18_people_come_and_go(store: Store) {
        let trial = Trial::start(store).await;
        let (agent, admin) = (trial.agent(Role::Agent).await, trial.agent(Role::Admin).await);
        let page = "/whatsapp/people/";
        let invite = [("act", "invite"), ("name", "Jonas <b>"), ("email", "jonas@shop.example"), ("role", "agent")];
        assert_eq!(form(&trial, ("cookie", &agent), page, &invite).await.0, 403);
        let (status, text) = form(&trial, ("cookie", &admin), page, &invite).await;
        let token = text.split("?token=").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert!(status == 200 && text.contains("Jonas &lt;b&gt;"), "{text}");
        assert_eq!(form(&trial, ("cookie", &admin), page, &invite).await.0, 422, "the e-mail is taken");
        let get = trial.http.get(format!("{}{page}", trial.base)).header("cookie", &admin).send().await.unwrap().text().await.unwrap();
        assert!(!get.contains(&token), "a link is shown once");

        let accept = async |token: &str, password: &str| form(&trial, ("cookie", ""), "/whatsapp/invitation/", &[("token", token), ("password", password)]).await.0;
        assert_eq!(accept(&token, "short").await, 422);
        assert_eq!(accept("another", "a long enough password").await, 403);
        assert_eq!(accept(&token, "a long enough password").await, 303);
        assert_eq!(accept(&token, "a long enough password").await, 403, "once");
        let jonas = format!("inbox={}", crate::server::service::agents::sign_in(&trial.app, "jonas@shop.example", "a long enough password".into(), "", "").await.unwrap());
        assert_eq!(call(&trial, &jonas, "search/counts", json!({})).await.0, 200);

        let mut tx = trial.app.store.read().await.unwrap();
        let ids: Vec<(String, String)> = tx.all(crate::server::store::Sql::same("select id, email from agents where name like 'Jonas%' or role = 'admin' order by name"), vec![]).await.unwrap();
        drop(tx);
        let of = |is_jonas: bool| ids.iter().find(|(_, email)| (email == "jonas@shop.example") == is_jonas).unwrap().0.clone();
        assert_eq!(form(&trial, ("cookie", &admin), page, &[("act", "role"), ("id", &of(false)), ("role", "agent")]).await.0, 409, "the last admin");
        assert_eq!(form(&trial, ("cookie", &admin), page, &[("act", "disable"), ("id", &of(false))]).await.0, 409);
        assert_eq!(form(&trial, ("cookie", &admin), page, &[("act", "disable"), ("id", &of(true))]).await.0, 303);
        assert_eq!(call(&trial, &jonas, "search/counts", json!({})).await.0, 401);
        assert_eq!(form(&trial, ("cookie", &admin), page, &[("act", "enable"), ("id", &of(true))]).await.0, 303);
        // Whoever has lost the password gets another link; the sessions from before end with it.
        let (_, text) = form(&trial, ("cookie", &admin), page, &[("act", "link"), ("id", &of(true)), ("name", "Jonas")]).await;
        let token = text.split("?token=").nth(1).unwrap().split('<').next().unwrap().to_owned();
        trial.clock.advance(4 * DAY_MS);
        assert_eq!(accept(&token, "another long password").await, 403, "too late");
        let sign_in = async |password: &str| crate::server::service::agents::sign_in(&trial.app, "jonas@shop.example", password.into(), "", "").await;
        let jonas = format!("inbox={}", sign_in("a long enough password").await.unwrap());
        assert_eq!(call(&trial, &jonas, "search/counts", json!({})).await.0, 200);
        let admin = trial.agent(Role::Admin).await;
        let (_, text) = form(&trial, ("cookie", &admin), page, &[("act", "link"), ("id", &of(true)), ("name", "Jonas")]).await;
        let token = text.split("?token=").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert_eq!(accept(&token, "another long password").await, 303);
        assert_eq!(call(&trial, &jonas, "search/counts", json!({})).await.0, 401);
        assert!(sign_in("a long enough password").await.is_err() && sign_in("another long password").await.is_ok());
    }
}
