//! Finding within a part of everything: a view, a label by its new name, a thread, a number of ours.

use super::contacts;
use super::search::{chats, get, index, people};
use super::team::{call, form};
use crate::domain::agent::Role;
use crate::protocol::address;
use crate::server::outbox::{Outcome, step};
use crate::server::trial::{Trial, on_both};
use crate::ui::state::model::Model;
use serde_json::{Value, json};

on_both! {
    /// What a view asks for is looked for among all messages: those of other conversations are not in its way.
    async fn words_are_found_within_a_view_however_many_stand_elsewhere(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        trial.customer(json!({"wa_id": "447700900100", "name": "Ada", "text": "thanks"})).await;
        for n in 0..15 {
            trial.clock.advance(1000);
            trial.customer(json!({"wa_id": "447700900123", "name": "Bo", "text": format!("thanks {n}")})).await;
        }
        index(&trial).await;
        let all = trial.chats(&key).await;
        let bo = all.iter().find(|chat| chat["name"] == "Bo").unwrap()["id"].clone();
        let me = call(&trial, &mira, "conversations/snapshot", json!({"segment": null})).await.1["agent"]["id"].clone();
        let found = async |view: &str| {
            let page = get(&trial, ("x-api-key", &key), &format!("/whatsapp/api/search/?q=thanks&view={view}&limit=1")).await;
            let names: Vec<Value> = page["messages"].as_array().unwrap().iter().map(|hit| hit["name"].clone()).collect();
            assert_eq!(chats(&trial, &key, &format!("q=thanks&view={view}")).await.into_iter().map(Value::from).collect::<Vec<_>>(), names, "{view}");
            names
        };
        assert_eq!(call(&trial, &mira, "team/handle", json!({"id": bo, "what": {"assign": me}})).await.0, 200);
        assert_eq!(found("unassigned").await, ["Ada"]);
        let message = trial.messages(&key).await[0]["id"].clone();
        assert_eq!(call(&trial, &mira, "conversations/mark_read", json!({"up_to": message})).await.0, 200);
        assert_eq!(found("unread").await, ["Ada"]);
        assert_eq!(trial.send(&key, json!({"phone": "447700900123", "message": "welcome"})).await.0, 202);
        assert_eq!(found("unanswered").await, ["Ada"]);
        trial.faults(json!([{"fault": "error", "code": 131_026, "status": 400}]));
        while !matches!(step(&trial.app).await.unwrap(), Outcome::Idle(_)) {}
        assert_eq!(found("failed").await, ["Bo"]);
        assert_eq!(chats(&trial, &key, "view=failed").await, ["Bo"]);
        assert_eq!(found("closing").await, Vec::<Value>::new());
    }

    /// Names are looked up some at a time: whoever pages through them sees each once, also those to whom nothing was said yet, who all stand at
    /// one place of the list.
    async fn names_are_paged_to_the_end(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        for n in 0..5 {
            trial.clock.advance(1000);
            trial.customer(json!({"wa_id": format!("44770090010{n}"), "name": format!("Person {n}"), "text": "hi"})).await;
            let silent = [("account_id", "account-1"), ("number", &format!("+44 7400 12345{n}")), ("name", &format!("Person silent {n}"))];
            assert_eq!(contacts::put(&trial, &mira, &silent).await.status(), 303);
        }
        index(&trial).await;
        for limit in [1, 2, 3, 4, 10] {
            let (mut cursor, mut seen) = (String::new(), Vec::new());
            loop {
                let page = get(&trial, ("x-api-key", &key), &format!("/whatsapp/api/chats/?q=person&limit={limit}{cursor}")).await;
                seen.extend(page["conversations"].as_array().unwrap().iter().map(|chat| chat["name"].as_str().unwrap().to_owned()));
                let Some(next) = page["next"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(seen[..5], [4, 3, 2, 1, 0].map(|n| format!("Person {n}")), "{limit}");
            let mut silent = seen.split_off(5);
            silent.sort();
            assert_eq!(silent, [0, 1, 2, 3, 4].map(|n| format!("Person silent {n}")), "{limit}");
        }
    }

    /// In a part of the list with few conversations as in one with many, messages and notes are found; also a note where nothing was said yet.
    async fn words_are_found_in_a_part_of_any_size(store: Store) {
        let trial = Trial::start(store).await;
        let mira = trial.agent(Role::Agent).await;
        let ids = async |number: &str| {
            let begun = [("account_id", "account-1"), ("number", number), ("name", "")];
            assert_eq!(contacts::put(&trial, &mira, &begun).await.status(), 303);
            call(&trial, &mira, "conversations/thread", json!({"segment": number.trim_start_matches('+')})).await.1["conversation"]["id"].clone()
        };
        let other = ids("+447400123400").await;
        call(&trial, &mira, "team/note", json!({"id": other, "client_id": "other", "body": "wants a parcel"})).await;
        for (n, number) in ["+447400123451", "+447400123452", "+447400123453", "+447400123454"].into_iter().enumerate() {
            let id = ids(number).await;
            assert_eq!(call(&trial, &mira, "team/handle", json!({"id": id, "what": {"label": "VIP"}})).await.0, 200);
            assert_eq!(call(&trial, &mira, "team/note", json!({"id": id, "client_id": n.to_string(), "body": "wants a parcel"})).await.0, 200);
            index(&trial).await;
            let filter = json!({"view": "all", "label": "VIP", "q": "parcel"});
            let list = call(&trial, &mira, "conversations/snapshot", json!({"segment": null, "filter": filter})).await.1["list"]["conversations"].clone();
            let hits = call(&trial, &mira, "search/hits", json!({"filter": filter, "below": null})).await.1["hits"].clone();
            assert_eq!((list.as_array().unwrap().len(), hits.as_array().unwrap().len()), (n + 1, n + 1), "{list} {hits}");
        }
    }

    /// A page that has read the unread ones it knew is told of the others, but for those that are quiet.
    async fn a_page_is_told_of_further_unread_ones(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        for n in 0..4 {
            trial.customer(json!({"wa_id": format!("44770090010{n}"), "name": format!("Person {n}"), "text": "hi"})).await;
        }
        let all = trial.chats(&key).await;
        let id = |n: usize| all.iter().find(|chat| chat["name"] == format!("Person {n}")).unwrap()["id"].clone();
        assert_eq!(call(&trial, &mira, "team/pin", json!({"id": id(0), "pin": "mute", "on": true})).await.0, 200);
        let message = get(&trial, ("x-api-key", &key), "/whatsapp/api/chats/447700900101/messages/").await["messages"][0]["id"].clone();
        assert_eq!(call(&trial, &mira, "conversations/mark_read", json!({"up_to": message})).await.0, 200);
        let head = call(&trial, &mira, "conversations/snapshot", json!({"segment": null})).await.1;
        let told = call(&trial, &mira, "conversations/unread", json!({})).await.1;
        assert_eq!(told["seq"], head["seq"]);
        assert_eq!((told["conversations"].as_array().unwrap().len(), &told["conversations"]), (2, &head["unread"]), "{told}");
        assert!(!told["conversations"].as_array().unwrap().contains(&id(0)));
    }

    /// Of rows that came while the server was asked about others, nothing is known yet: they stay for the next question.
    async fn rows_that_nobody_was_asked_about_stay(store: Store) {
        let trial = Trial::start(store).await;
        let mira = trial.agent(Role::Agent).await;
        for n in 0..5 {
            trial.customer(json!({"wa_id": format!("44770090010{n}"), "name": format!("Person {n}"), "text": "hi"})).await;
        }
        let snapshot = call(&trial, &mira, "conversations/snapshot", json!({"segment": null})).await.1;
        let mut page = Model::new(&serde_json::from_value(snapshot).unwrap());
        page.order.clear();
        let asked: Vec<_> = page.unlisted().into_iter().take(3).collect();
        assert!(!page.admit(|row| asked.contains(&row.id).then_some(false)));
        assert_eq!(page.rows.len(), 2, "the others are not forgotten");
        assert!(page.admit(|row| (!asked.contains(&row.id)).then_some(true)));
        assert_eq!(page.order.len(), 2);
    }

    /// In a thread, operators tell its messages apart; which number or label it has does not.
    async fn operators_hold_in_a_thread(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        people(&trial).await;
        let id = trial.chats(&key).await.iter().find(|chat| chat["name"] == "Kari").unwrap()["id"].clone();
        assert_eq!(call(&trial, &mira, "team/note", json!({"id": id, "client_id": "n", "body": "faktura sent"})).await.0, 200);
        index(&trial).await;
        for (words, count) in [
            ("faktura", 2), ("number:4798765432 fakt", 2), ("from:kari faktura", 1), ("from:zoe faktura", 0), ("from:me faktura", 1), ("has:document", 1), ("has:document faktura", 0),
            ("after:2026-01-01 faktura", 2), ("before:2026-01-01 faktura", 0), ("is:open faktura", 2),
        ] {
            let found = call(&trial, &mira, "search/thread", json!({"id": id, "words": words})).await.1;
            assert_eq!(found.as_array().unwrap().len(), count, "{words}: {found}");
        }
    }

    /// A label that is called otherwise is still what a view asks for, by its choice and in its words.
    async fn a_view_follows_its_label(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, key) = (trial.agent(Role::Admin).await, trial.key().await);
        trial.zoe("hi").await;
        let id = trial.chats(&key).await[0]["id"].clone();
        assert_eq!(call(&trial, &mira, "team/handle", json!({"id": id, "what": {"label": "VIP"}})).await.0, 200);
        for (name, query) in [("chosen", "?label=vip"), ("typed", "?q=label%3Avip%2CLate%20-label%3ASpam"), ("other", "?q=label%3ALate")] {
            assert_eq!(call(&trial, &mira, "search/save_view", json!({"name": name, "query": query, "is_shared": name == "chosen"})).await.0, 200);
        }
        let label = crate::server::store::labels::list(&mut trial.app.store.read().await.unwrap()).await.unwrap().remove(0).id;
        let change = [("id", label.as_str()), ("name", "Best of all"), ("color", "blue")];
        assert_eq!(form(&trial, ("cookie", &mira), address::LABELS, &change).await.0, 303);
        let views = call(&trial, &mira, "search/views", json!({})).await.1;
        let view = |name: &str| views.as_array().unwrap().iter().find(|view| view["name"] == name).unwrap();
        assert_eq!(view("chosen")["query"], "?label=Best%20of%20all");
        assert_eq!(view("typed")["query"], "?q=label%3A%22Best%20of%20all%22%2CLate%20-label%3ASpam");
        assert_eq!(view("other")["query"], "?q=label%3ALate");
        assert_eq!((&view("chosen")["count"], &view("typed")["count"]), (&json!(1), &json!(1)));
    }

    /// Beside a label, too, contacts are found by all that the team knows of them; and also those who never wrote.
    async fn contacts_are_found_by_what_is_known_of_them(store: Store) {
        let trial = Trial::start(store).await;
        let mira = trial.agent(Role::Agent).await;
        trial.customer(json!({"wa_id": "4798765432", "name": "Kari", "text": "hei"})).await;
        assert_eq!(contacts::put(&trial, &mira, &[("account_id", "account-1"), ("number", "+44 7400 123456"), ("name", "Ada")]).await.status(), 303);
        assert_eq!(form(&trial, ("cookie", &mira), address::LABELS, &[("name", "VIP"), ("color", "teal")]).await.0, 303);
        let vip = format!("label:{}", crate::server::store::labels::list(&mut trial.app.store.read().await.unwrap()).await.unwrap()[0].id);
        let (kari, ada) = (contacts::shown_id(&trial, "4798765432").await, contacts::shown_id(&trial, "447400123456").await);
        for (id, email, notes) in [(&kari, "kari@fjord.example", "prefers mornings"), (&ada, "ada@fjord.example", "prefers evenings")] {
            let form = [("id", id.as_str()), ("given_name", ""), ("email", email), ("notes", notes), (&vip, "1")];
            assert_eq!(contacts::put(&trial, &mira, &form).await.status(), 303);
        }
        index(&trial).await;
        let count = async |q: &str, label: &str| {
            let page = trial.http.get(format!("{}{}", trial.base, address::contacts(q, label, ""))).header("cookie", &mira).send().await.unwrap();
            page.text().await.unwrap().matches("name=\"given_name\"").count()
        };
        for label in ["", "VIP"] {
            for (q, found) in [("fjord", 2), ("mornings", 1), ("evenings", 1), ("nights", 0)] {
                assert_eq!(count(q, label).await, found, "{q} {label}");
            }
        }
    }

    /// Of `@Jonas Dahl` nobody is called who is called Jonas alone, and by an address nobody is.
    async fn a_name_calls_whom_it_names(store: Store) {
        use crate::server::store::Sql;
        let trial = Trial::start(store).await;
        let (mira, key) = (trial.agent(Role::Agent).await, trial.key().await);
        for name in ["Jonas", "Jonas Dahl"] {
            trial.agent(Role::Agent).await;
            let mut tx = trial.app.store.write().await.unwrap();
            let newest = "update agents set name = $1 where id = (select max(id) from agents)";
            tx.run(Sql::same(newest), vec![name.into()]).await.unwrap();
            tx.commit().await.unwrap();
        }
        trial.zoe("hi").await;
        let id = trial.chats(&key).await[0]["id"].clone();
        for (n, (body, called)) in [("@jonas dahl, please", 1), ("@Jonas Dahl and @Jonas", 2), ("@Jonas.", 1), ("info@mira.example", 0), ("(@mira)", 1), ("请@Mira看", 1)].into_iter().enumerate() {
            let note = call(&trial, &mira, "team/note", json!({"id": id, "client_id": n.to_string(), "body": body})).await.1;
            assert_eq!(note["content"]["note"]["mentions"].as_array().map_or(0, Vec::len), called, "{body}: {note}");
        }
    }
}
