//! The audit: who did what, as admins read it.

use super::contacts;
use super::team::{call, form, handle, lines as quiet_lines};
use crate::domain::agent::Role;
use crate::protocol::address;
use crate::server::reading::TYPED_MS;
use crate::server::service::audit::write_searches;
use crate::server::trial::{Trial, on_both};
use serde_json::{Value, json};

/// The lines of an act, newest first: who, and what.
async fn lines(trial: &Trial, admin: &str, act: &str) -> Vec<String> {
    let request = trial.http.get(format!("{}/whatsapp/audit/?what={act}", trial.base)).header("cookie", admin);
    let text = request.send().await.unwrap().text().await.unwrap();
    let plain = |part: &str| {
        let mut is_tag = false;
        let kept = part.chars().filter(|c| {
            is_tag = (is_tag || *c == '<') && *c != '>';
            !is_tag && *c != '>'
        });
        kept.collect::<String>()
    };
    text.split("class=\"audit__line\"").skip(1).map(|part| plain(part.split("</li>").next().unwrap())).collect()
}

on_both! {
    /// A wrong password for somebody who is there is written down; of a stranger there is nothing to write.
    async fn a_refused_sign_in_is_seen(store: Store) {
        let trial = Trial::start(store).await;
        let admin = trial.agent(Role::Admin).await;
        let email = call(&trial, &admin, "conversations/snapshot", json!({"segment": null})).await.1["agent"]["email"].as_str().unwrap().to_owned();
        for email in [email.as_str(), "nobody@shop.example"] {
            assert_eq!(form(&trial, ("cookie", ""), "/whatsapp/sign-in/", &[("email", email), ("password", "a guess that is wrong")]).await.0, 401);
        }
        let refused = lines(&trial, &admin, "sign_in_refused").await;
        assert!(refused.len() == 1 && refused[0].contains("wrong password"), "{refused:?}");
    }

    /// Everybody's views, a conversation that is marked as unread, one that the first answer takes over.
    async fn what_the_team_shares_leaves_lines(store: Store) {
        let trial = Trial::start(store).await;
        let (admin, mira) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await);
        let save = async |who: &str, shared: bool| call(&trial, who, "search/save_view", json!({"name": "Late", "query": "?view=unanswered", "is_shared": shared})).await.0;
        assert_eq!((save(&admin, true).await, save(&mira, false).await), (200, 200));
        let views = call(&trial, &admin, "search/views", json!({})).await.1;
        assert_eq!(call(&trial, &admin, "search/delete_view", json!({"id": views[0]["id"]})).await.0, 200);
        let seen = lines(&trial, &admin, "view_changed").await;
        assert!(seen.len() == 2 && seen[0].contains("delete Late") && seen[1].contains("make Late"), "{seen:?}");

        let switch = [("act", "change"), ("id", "account-1"), ("name", "Shop"), ("auto_assign", "on")];
        assert_eq!(form(&trial, ("cookie", &admin), address::NUMBERS, &switch).await.0, 303);
        trial.zoe("hi").await;
        let key = trial.key().await;
        let message = trial.messages(&key).await[0]["id"].clone();
        assert_eq!(call(&trial, &mira, "conversations/mark_read", json!({"up_to": message})).await.0, 200);
        assert_eq!(handle(&trial, &mira, json!("mark_unread")).await.1["unread"], 1);
        assert_eq!(handle(&trial, &mira, json!("mark_unread")).await.0, 200);
        assert_eq!(form(&trial, ("cookie", &mira), "/whatsapp/inbox/447700900123/send/", &[("body", "hello")]).await.0, 303);
        let handled = lines(&trial, &admin, "handled").await;
        assert!(handled.len() == 2 && handled[0].contains("assign Mira") && handled[1].contains("unread"), "{handled:?}");
        // And quiet lines in the thread, once each.
        let quiet: Vec<Value> = quiet_lines(&trial).await.into_iter().map(|line| line.1).collect();
        assert_eq!(quiet, [json!("unread"), json!({"assigned": "Mira"})]);
    }

    /// What words were looked for, once they are typed, by people and by programs, from the top of what they find or from anywhere below.
    async fn a_search_leaves_a_line(store: Store) {
        let trial = Trial::start(store).await;
        let (admin, mira) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await);
        let key = trial.key().await;
        trial.zoe("my parcel is late").await;
        let types = async |words: &str| {
            let filter = json!({"view": "all", "label": "", "q": words});
            assert_eq!(call(&trial, &mira, "search/hits", json!({"filter": filter, "below": null})).await.0, 200);
        };
        for words in ["p", "par", "parcel"] {
            types(words).await;
            trial.clock.advance(TYPED_MS - 1);
            write_searches(&trial.app, false).await;
        }
        for path in ["search/?q=late&cursor=9223372036854775807", "chats/?q=late+parcel"] {
            let request = trial.http.get(format!("{}/whatsapp/api/{path}", trial.base)).header("x-api-key", &key);
            assert_eq!(request.send().await.unwrap().status(), 200);
        }
        assert_eq!(lines(&trial, &admin, "searched").await, Vec::<String>::new(), "they may be typed on");
        trial.clock.advance(TYPED_MS);
        write_searches(&trial.app, false).await;
        let seen = lines(&trial, &admin, "searched").await;
        let with = |words: &str| seen.iter().filter(|line| line.ends_with(words)).count();
        assert_eq!((seen.len(), with("Searched: parcel"), with("Searched: late parcel")), (2, 1, 1), "{seen:?}");
        // Again soon is the same; taken back, both were looked for.
        types("parcel").await;
        types("late parcels").await;
        types("late").await;
        write_searches(&trial.app, true).await;
        assert_eq!(lines(&trial, &admin, "searched").await.len(), 4);
    }

    /// Whatever else the team does to messages, customers and settings, and to what.
    async fn every_change_leaves_a_line(store: Store) {
        let trial = Trial::start(store).await;
        let (admin, mira, key) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await, trial.key().await);
        trial.zoe("hi").await;
        trial.faults(json!([{"fault": "error", "code": 131_026}]));
        trial.send(&key, json!({"phone": "447700900123", "message": "fails"})).await;
        crate::server::outbox::step(&trial.app).await.unwrap();
        let messages = trial.messages(&key).await;
        let (failed, first) = (&messages[0]["id"], &messages[1]["id"]);
        for (path, body) in [("react", json!({"id": first, "emoji": "👍"})), ("settle", json!({"id": failed, "how": "discard"})), ("settle", json!({"id": first, "how": "delete"}))] {
            assert_eq!(call(&trial, &mira, &format!("messages/{path}"), body).await.0, 200, "{path}");
        }
        let zoe = contacts::shown_id(&trial, "447700900123").await;
        for fields in [&[("id", zoe.as_str()), ("block", "on")][..], &[("id", &zoe), ("block", "off")], &[("id", &zoe), ("given_name", "Zo")], &[("account_id", "account-1"), ("number", "+44 7400 123457"), ("name", "Ada")]] {
            assert_eq!(contacts::put(&trial, &mira, fields).await.status(), 303, "{fields:?}");
        }
        for (path, fields) in [
            (address::LABELS, &[("name", "VIP"), ("color", "teal")][..]),
            (address::PEOPLE, &[("act", "invite"), ("name", "Nora"), ("email", "nora@shop.example"), ("role", "agent")]),
            (address::NUMBERS, &[("act", "pause"), ("id", "account-1")]),
        ] {
            let status = form(&trial, ("cookie", &admin), path, fields).await.0;
            assert!(status == 303 || status == 200, "{path}: {status}");
        }
        let reply = trial.http.post(format!("{}{}", trial.base, address::REPLIES)).header("cookie", &mira).header("origin", &trial.base);
        let reply = reply.multipart(reqwest::multipart::Form::new().text("shortcut", "prices").text("body", "Ask us"));
        assert_eq!(reply.send().await.unwrap().status(), 303);
        for (act, what) in [
            ("reacted", "👍"), ("settled", "discard"), ("deleted", "text"), ("blocked", "Zo"), ("unblocked", "Zo"), ("contact_changed", "Zo"), ("begun", "Ada"),
            ("label_changed", "VIP"), ("person_changed", "Nora"), ("number_changed", "pause"), ("reply_changed", "prices"),
        ] {
            let seen = lines(&trial, &admin, act).await;
            assert!(seen.len() == 1 && seen[0].contains("Mira") && seen[0].contains(what), "{act} {what}: {seen:?}");
        }
        assert_eq!(lines(&trial, &admin, "signed_in").await.len(), 2);
    }

    /// What goes out, what is taken along, what a table brings and who is blocked.
    async fn what_leaves_and_what_comes_in_leaves_lines(store: Store) {
        let trial = Trial::start(store).await;
        let (admin, mira) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await);
        trial.zoe("hi").await;
        assert_eq!(form(&trial, ("cookie", &mira), "/whatsapp/inbox/447700900123/send/", &[("body", "hello")]).await.0, 303);
        let export = trial.http.get(format!("{}{}", trial.base, address::CONTACTS_EXPORT)).header("cookie", &admin);
        assert_eq!(export.send().await.unwrap().status(), 200);
        let (status, shown) = contacts::look(&trial, &admin, b"name;number\nAda;+44 7400 123457\n").await;
        assert_eq!(status, 200);
        assert!(lines(&trial, &admin, "imported").await.is_empty(), "what is only looked through changes nothing");
        contacts::import(&trial, &admin, &shown).await;
        let zoe = contacts::shown_id(&trial, "447700900123").await;
        assert_eq!(contacts::put(&trial, &mira, &[("id", &zoe), ("block", "on")]).await.status(), 303);
        for (act, who, what) in [("sent", "Mira", "text"), ("exported", "Mira", ""), ("imported", "Mira", ""), ("blocked", "Mira", "")] {
            let seen = lines(&trial, &admin, act).await;
            assert!(seen.len() == 1 && seen[0].contains(who) && seen[0].contains(what), "{act}: {seen:?}");
        }
        // Of one person alone.
        let me = call(&trial, &mira, "conversations/snapshot", json!({"segment": null})).await.1["agent"]["id"].as_str().unwrap().to_owned();
        assert_eq!(lines(&trial, &admin, &format!("sent&who={me}")).await.len(), 1);
        assert_eq!(lines(&trial, &admin, &format!("exported&who={me}")).await.len(), 0);
        // And of a program.
        let key = trial.key().await;
        assert_eq!(trial.send(&key, json!({"phone": "447700900123", "message": "by itself"})).await.0, 202);
        let page = trial.http.get(format!("{}/whatsapp/audit/", trial.base)).header("cookie", &admin).send().await.unwrap().text().await.unwrap();
        let programs: Vec<&str> = page.split("<select name=\"who\">").nth(1).unwrap().split("</select>").next().unwrap().split("value=\"").skip(1).collect();
        let program = programs.last().unwrap().split('"').next().unwrap();
        let by_it = lines(&trial, &admin, &format!("sent&who={program}")).await;
        assert!(by_it.len() == 1 && !by_it[0].contains("Mira"), "{by_it:?}");
        let sent = &lines(&trial, &admin, &format!("sent&who={me}")).await[0];
        assert!(sent.contains("Zoë"), "to whom: {sent}");
    }
}
