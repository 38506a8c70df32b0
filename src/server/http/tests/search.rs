//! Finding: by names, numbers in any writing, words of any script, operators and views; on both engines the same.

use super::contacts;
use crate::domain::agent::Role;
use crate::domain::time::{DAY_MS, HOUR_MS};
use crate::protocol::address::encode;
use crate::server::indexing;
use crate::server::store::Sql;
use crate::server::trial::{Trial, answer, on_both};
use serde_json::{Value, json};

/// Indexes everything there is.
pub async fn index(trial: &Trial) {
    while indexing::step(&trial.app, 200).await.unwrap() {}
}

pub async fn get(trial: &Trial, who: (&str, &str), path: &str) -> Value {
    let (status, body) = answer(trial.http.get(format!("{}{path}", trial.base)).header(who.0, who.1)).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// Whether whoever searches is told that not everything can be found yet.
pub async fn is_behind(trial: &Trial, cookie: &str) -> Value {
    let filter = json!({"view": "all", "label": "", "q": "parcel"});
    super::team::call(trial, cookie, "search/hits", json!({"filter": filter, "below": null})).await.1["is_behind"].clone()
}

/// The names of the conversations that a query shows.
pub async fn chats(trial: &Trial, key: &str, query: &str) -> Vec<String> {
    let body = get(trial, ("x-api-key", key), &format!("/whatsapp/api/chats/?{query}")).await;
    body["conversations"].as_array().unwrap().iter().map(|chat| chat["name"].as_str().unwrap().to_owned()).collect()
}

/// The snippets of the messages that words find, newest first.
pub async fn hits(trial: &Trial, key: &str, words: &str) -> Vec<String> {
    let body = get(trial, ("x-api-key", key), &format!("/whatsapp/api/search/?q={}", encode(words))).await;
    body["messages"].as_array().unwrap().iter().map(|hit| hit["snippet"].as_str().unwrap().to_owned()).collect()
}

pub async fn people(trial: &Trial) {
    for (wa_id, name, text) in [
        ("447700900123", "Zoë Ångström", "Where is my Päckchen? Order 20391"),
        ("4798765432", "Kari", "Kan jeg få faktura på e-post? Øresund straße 5"),
        ("819055501234", "田中 美咲", "荷物はいつ届きますか"),
        ("971501234567", "أحمد", "أين طلبي من فضلك 📦👍🏿"),
    ] {
        trial.customer(json!({"wa_id": wa_id, "name": name, "text": text})).await;
    }
    trial.customer(json!({"wa_id": "4798765432", "name": "Kari", "message": {"type": "document", "document": {"id": "1", "mime_type": "application/pdf", "filename": "kvittering-mai.pdf", "caption": "takk"}}})).await;
    index(trial).await;
}

on_both! {
    async fn words_names_and_numbers_are_found_in_any_writing(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        people(&trial).await;
        for (words, found) in [
            ("zoe", vec!["Zoë Ångström"]),
            ("ANGSTROM", vec!["Zoë Ångström"]),
            ("packch", vec!["Zoë Ångström"]),
            ("+44 7700 900 123", vec!["Zoë Ångström"]),
            ("07700 900123", vec!["Zoë Ångström"]),
            ("20391", vec!["Zoë Ångström"]),
            ("98 76 54 32", vec!["Kari"]),
            ("kvittering", vec!["Kari"]),
            ("faktura post", vec!["Kari"]),
            ("届き", vec!["田中 美咲"]),
            ("きとど", vec![]),
            ("طلبي", vec!["أحمد"]),
            ("nothing of the kind", vec![]),
            ("📦👍🏽", vec!["أحمد"]),
            ("👍", vec!["أحمد"]),
            ("🎉", vec![]),
            ("oresund strasse", vec!["Kari"]),
        ] {
            assert_eq!(chats(&trial, &key, &format!("q={}", encode(words))).await, found, "{words}");
        }
        assert_eq!(hits(&trial, &key, "faktura").await, ["Kan jeg få faktura på e-post? Øresund straße 5"]);
        assert_eq!(hits(&trial, &key, "has:document").await, ["takk kvittering-mai.pdf"]);
        assert_eq!(hits(&trial, &key, "from:me").await, Vec::<String>::new());
        assert_eq!(hits(&trial, &key, "before:2026-11-01 faktura").await, Vec::<String>::new());
        assert_eq!(hits(&trial, &key, "after:2026-11-01 faktura").await.len(), 1);
        // Days alone ask for everything said then; an operator holds beside words, too.
        assert_eq!(hits(&trial, &key, "after:2026-11-01").await.len(), 5);
        for nothing in ["agent:mira faktura", "is:nothing faktura"] {
            assert_eq!(hits(&trial, &key, nothing).await.len(), 0);
        }
        assert_eq!(hits(&trial, &key, "is:open faktura").await.len(), 1);
        // E19: signs of query languages are nothing special.
        for words in ["'", "\"", "*", "a* NEAR(b)", "') or 1=1 --", "zoe AND", "^", "col:zoe", "(((", "\u{0}", &"x ".repeat(400)] {
            hits(&trial, &key, words).await;
        }
    }

    /// Who wrote it, which of our numbers was written to, one label or the other, and not this one; what the team knows of somebody.
    async fn operators_name_people_numbers_and_labels(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        people(&trial).await;
        let post = |path: &str, body: Value| {
            let request = trial.http.post(format!("{}/whatsapp/fn/{path}", trial.base)).header("cookie", &mira).header("sec-fetch-site", "same-origin");
            answer(request.json(&body))
        };
        let chat = |name: &str, all: &[Value]| all.iter().find(|chat| chat["name"] == name).unwrap()["id"].clone();
        let all = trial.chats(&key).await;
        let kari = chat("Kari", &all);
        for (name, label) in [("Kari", "VIP"), ("أحمد", "Late payer"), ("田中 美咲", "Returns")] {
            assert_eq!(post("team/handle", json!({"id": chat(name, &all), "what": {"label": label}})).await.0, 200);
        }
        assert_eq!(post("team/note", json!({"id": kari, "client_id": "n", "body": "faktura sent by post"})).await.0, 200);
        let kari = contacts::shown_id(&trial, "4798765432").await;
        let form = [("id", kari.as_str()), ("given_name", "Fru Nordmann"), ("email", "kari@fjord.example"), ("notes", "prefers mornings"), ("act", "save")];
        assert_eq!(contacts::put(&trial, &mira, &form).await.status(), 303);
        let mut tx = trial.app.store.write().await.unwrap();
        tx.run(Sql::same("update accounts set phone = '+1 555-078-3881'"), vec![]).await.unwrap();
        tx.commit().await.unwrap();
        index(&trial).await;
        for (words, found) in [
            ("number:shop fakt", vec!["Fru Nordmann"]),
            ("from:kari faktura", vec!["Fru Nordmann"]),
            ("from:zoe faktura", vec![]),
            ("from:customer faktura", vec!["Fru Nordmann"]),
            ("label:vip,returns", vec!["Fru Nordmann", "田中 美咲"]),
            (r#"label:"late payer",VIP faktura"#, vec!["Fru Nordmann"]),
            ("label:nothing,vip", vec!["Fru Nordmann"]),
            ("-label:vip faktura", vec![]),
            (r#"-label:vip -label:"Late payer""#, vec!["田中 美咲", "Zoë Ångström"]),
            ("label:vip -label:vip", vec![]),
            ("number:+15550783881 faktura", vec!["Fru Nordmann"]),
            ("number:4798765432 fakt", vec!["Fru Nordmann"]),
            ("number:4798765432 paeckchen", vec![]),
            ("number:447700900123 from:zoe", vec!["Zoë Ångström"]),
            ("number:15550783881", vec!["Fru Nordmann", "أحمد", "田中 美咲", "Zoë Ångström"]),
            // Programs do not know customers by what the team noted of them.
            ("fjord", vec![]),
            ("mornings", vec![]),
            ("kari", vec!["Fru Nordmann"]),
            ("nordmann", vec!["Fru Nordmann"]),
        ] {
            let mut names = chats(&trial, &key, &format!("q={}", encode(words))).await;
            let mut found: Vec<String> = found.into_iter().map(str::to_owned).collect();
            names.sort();
            found.sort();
            assert_eq!(names, found, "{words}");
        }
        // Of somebody of the team: what they wrote, whoever asks; of the caller, what is their own.
        let found = async |words: &str| {
            let body = post("search/hits", json!({"filter": {"view": "all", "label": "", "q": words}, "below": null})).await.1;
            body["hits"].as_array().unwrap().len()
        };
        let page = async |q: &str| post("conversations/list", json!({"cursor": "9999999999999.9", "filter": {"view": "all", "label": "", "q": q}})).await.1;
        for words in ["fjord", "mornings"] {
            assert_eq!(page(words).await["conversations"][0]["name"], "Fru Nordmann", "{words}");
        }
        assert_eq!((found("from:mir faktura").await, found("from:me faktura").await, found("from:me").await, found("faktura").await), (1, 1, 1, 2));
    }

    /// What was chosen or filled in is found; lists are narrowed by what is in them and what became of it.
    async fn answers_files_and_failures_are_found(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        people(&trial).await;
        let reply = |wa_id: &str, kind: &str, reply: Value| json!({"wa_id": wa_id, "message": {"type": "interactive", "interactive": {"type": kind, kind: reply}}});
        trial.customer(reply("4798765432", "list_reply", json!({"id": "1", "title": "Evening slot", "description": "from 18 to 21"}))).await;
        let form = json!({"delivery_place": "Lighthouse road"}).to_string();
        trial.customer(reply("819055501234", "nfm_reply", json!({"name": "flow", "body": "Sent", "response_json": form}))).await;
        trial.customer(json!({"wa_id": "971501234567", "message": {"type": "image", "image": {"id": "1", "mime_type": "image/jpeg", "caption": "the crack"}}})).await;
        trial.faults(json!([{"fault": "error", "code": 131_026, "status": 400}]));
        assert_eq!(trial.send(&key, json!({"phone": "447700900123", "message": "it left today"})).await.0, 202);
        while !matches!(crate::server::outbox::step(&trial.app).await.unwrap(), crate::server::outbox::Outcome::Idle(_)) {}
        index(&trial).await;
        for (words, found) in [
            ("evening", vec!["Kari"]),
            ("18 to 21", vec!["Kari"]),
            ("lighthouse", vec!["田中 美咲"]),
            ("status:failed", vec!["Zoë Ångström"]),
            ("status:failed left", vec!["Zoë Ångström"]),
            ("status:failed parcel", vec![]),
            ("has:image", vec!["أحمد"]),
            ("has:image crack", vec!["أحمد"]),
            ("has:video", vec![]),
        ] {
            assert_eq!(chats(&trial, &key, &format!("q={}", encode(words))).await, found, "{words}");
        }
    }

    /// One's own are told by who one is: others have the same name.
    async fn from_me_is_nobody_of_the_same_name(store: Store) {
        let trial = Trial::start(store).await;
        let (key, miras) = (trial.key().await, [trial.agent(Role::Agent).await, trial.agent(Role::Agent).await]);
        people(&trial).await;
        let conversation = trial.chats(&key).await[0]["id"].clone();
        let post = async |cookie: &str, path: &str, body: Value| {
            let request = trial.http.post(format!("{}/whatsapp/fn/{path}", trial.base)).header("cookie", cookie).header("sec-fetch-site", "same-origin");
            let (status, body) = answer(request.json(&body)).await;
            assert_eq!(status, 200, "{body}");
            body
        };
        for (cookie, note) in [(&miras[0], "one"), (&miras[1], "two"), (&miras[1], "three")] {
            post(cookie, "team/note", json!({"id": conversation, "client_id": note, "body": note})).await;
        }
        for way in ["as it comes", "from the start"] {
            index(&trial).await;
            for (cookie, own) in miras.iter().zip([1, 2]) {
                let found = post(cookie, "search/hits", json!({"filter": {"view": "all", "label": "", "q": "from:me"}, "below": null})).await;
                assert_eq!(found["hits"].as_array().unwrap().len(), own, "{way}");
            }
            indexing::begin_anew(&trial.app.store).await.unwrap();
        }
    }

    /// What was found is paged, by names and by messages.
    async fn what_was_found_is_paged(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        people(&trial).await;
        for words in ["after:2026-01-01", "4"] {
            let (mut cursor, mut seen) = (String::new(), Vec::new());
            loop {
                let page = get(&trial, ("x-api-key", &key), &format!("/whatsapp/api/chats/?q={words}&limit=1{cursor}")).await;
                seen.extend(page["conversations"].as_array().unwrap().iter().map(|chat| chat["name"].clone()));
                let Some(next) = page["next"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            let all = seen.len();
            seen.dedup();
            assert_eq!((all, seen.len()), if words == "4" { (3, 3) } else { (4, 4) }, "{words}");
        }
    }

    /// One endless word stops nobody else's from being found.
    async fn a_word_without_end_is_only_a_word(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        trial.zoe(&format!("h{} {}", "a".repeat(4000), "ក".repeat(1500))).await;
        trial.zoe("the order of today").await;
        index(&trial).await;
        assert_eq!(hits(&trial, &key, "today").await.len(), 1);
        assert_eq!(hits(&trial, &key, "haaaaaa").await.len(), 1);
    }

    /// What changes is found as it is now; what was there before the index began, too.
    async fn the_index_follows_the_log_and_the_past(store: Store) {
        let trial = Trial::start(store).await;
        let key = trial.key().await;
        people(&trial).await;
        trial.clock.advance(1000);
        trial.customer(json!({"wa_id": "4798765432", "name": "Kari Nordmann", "text": "hei igjen"})).await;
        assert_eq!(chats(&trial, &key, "q=nordmann").await, Vec::<String>::new(), "not yet");
        index(&trial).await;
        assert_eq!(chats(&trial, &key, "q=nordmann").await, ["Kari Nordmann"]);
        // Everything anew, from what is stored.
        let mut tx = trial.app.store.index().await.unwrap();
        for sql in ["delete from search_places", "delete from message_search", "delete from conversation_search", "delete from searchable_conversations"] {
            tx.run(Sql::same(sql), vec![]).await.unwrap();
        }
        tx.commit().await.unwrap();
        index(&trial).await;
        assert_eq!(chats(&trial, &key, "q=nordmann").await, ["Kari Nordmann"]);
        assert_eq!(hits(&trial, &key, "päckchen").await.len(), 1);
    }

    /// Views, labels and words together; a cursor leads through all of it once.
    async fn views_and_labels_combine(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        for n in 0..7 {
            trial.customer(json!({"wa_id": format!("44770090010{n}"), "name": format!("Person {n}"), "text": if n % 2 == 0 { "apples" } else { "pears" }})).await;
        }
        index(&trial).await;
        let all = get(&trial, ("x-api-key", &key), "/whatsapp/api/chats/").await;
        let id = |n: usize| all["conversations"].as_array().unwrap().iter().find(|chat| chat["name"] == format!("Person {n}")).unwrap()["id"].clone();
        let handle = |n: usize, what: Value| {
            let request = trial.http.post(format!("{}/whatsapp/fn/team/handle", trial.base)).header("cookie", &mira).header("sec-fetch-site", "same-origin");
            answer(request.json(&json!({"id": id(n), "what": what})))
        };
        for n in [0, 1, 2] {
            assert_eq!(handle(n, json!({"label": "VIP"})).await.0, 200);
        }
        let mut tx = trial.app.store.read().await.unwrap();
        let (me,): (String,) = tx.find(Sql::same("select id from agents"), vec![]).await.unwrap().unwrap();
        drop(tx);
        handle(3, json!({"assign": me})).await;
        handle(4, json!("resolve")).await;
        handle(5, json!({"snooze": crate::domain::time::Clock::now(trial.clock.as_ref()).0 + DAY_MS})).await;
        let (_, sent) = trial.send(&key, json!({"phone": "447700900106", "message": "hello"})).await;
        assert_eq!(sent["status"], "queued");
        for (query, count) in [
            ("", 7), ("label=vip", 3), ("label=VIP&q=apples", 2), ("label=none", 0), ("view=unassigned", 4), ("view=resolved", 1), ("view=snoozed", 1),
            ("view=unread", 7), ("view=unanswered", 4), ("view=failed", 0), ("view=closing", 0), ("view=mine", 0), ("q=label:vip", 3), ("q=is:resolved", 1),
            ("q=agent:mira", 1), ("q=pears+label:vip", 1), ("q=apples+is:resolved", 1), ("view=nonsense", 7), ("view=unread&account_id=account-1", 7), ("view=unread&account_id=none", 0),
        ] {
            assert_eq!(chats(&trial, &key, query).await.len(), count, "{query}");
        }
        assert_eq!(chats(&trial, &key, &format!("view=unread&agent={me}")).await, ["Person 3"]);
        // Mine are the agent's own.
        let request = trial.http.post(format!("{}/whatsapp/fn/search/counts", trial.base)).header("cookie", &mira).header("sec-fetch-site", "same-origin");
        let counts = answer(request.json(&json!({}))).await.1;
        assert!(counts["views"].as_array().unwrap().contains(&json!(["mine", 1])), "{counts}");
        // And what each other choice would show.
        let count = |of: &str| counts[of].as_array().unwrap().iter().map(|choice| choice[1].as_i64().unwrap()).collect::<Vec<_>>();
        assert_eq!((count("labels"), count("people"), count("numbers")), (vec![3], vec![1], vec![7]), "{counts}");
        // Of a label, its own.
        let request = trial.http.post(format!("{}/whatsapp/fn/search/counts", trial.base)).header("cookie", &mira).header("sec-fetch-site", "same-origin");
        let counts = answer(request.json(&json!({"filter": {"view": "all", "label": "VIP", "q": ""}}))).await.1;
        assert!([("unread", 3), ("mine", 0)].iter().all(|choice| counts["views"].as_array().unwrap().contains(&json!(choice))), "{counts}");
        assert_eq!(counts["people"][0][1], 0, "{counts}");
        // Page by page.
        let (mut cursor, mut seen) = (String::new(), Vec::new());
        loop {
            let page = get(&trial, ("x-api-key", &key), &format!("/whatsapp/api/chats/?view=unread&limit=3{cursor}")).await;
            seen.extend(page["conversations"].as_array().unwrap().iter().map(|chat| chat["name"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        seen.sort();
        assert_eq!(seen, (0..7).map(|n| format!("Person {n}")).collect::<Vec<_>>());
        // An hour before the end.
        trial.clock.advance(DAY_MS - HOUR_MS + 1000);
        assert_eq!(chats(&trial, &key, "view=closing").await.len(), 5);
    }

    /// A page that shows a list by operators asks about rows that changed: those that fit are named, of one's own numbers alone.
    async fn rows_that_changed_are_told_from_those_that_do_not_belong(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira, elsewhere) = (trial.key().await, trial.agent(Role::Agent).await, trial.agent(Role::Agent).await);
        people(&trial).await;
        let all = trial.chats(&key).await;
        let ids: Vec<&Value> = all.iter().map(|chat| &chat["id"]).collect();
        let call = async |who: &str, path: &str, body: Value| {
            let request = trial.http.post(format!("{}/whatsapp/fn/{path}", trial.base)).header("cookie", who).header("sec-fetch-site", "same-origin");
            answer(request.json(&body)).await.1
        };
        let fitting = async |who: &str, q: &str| call(who, "search/fitting", json!({"filter": {"view": "all", "label": "", "q": q}, "ids": ids})).await;
        for (at, label) in [(0, "VIP"), (1, "Late"), (2, "Spam")] {
            assert!(call(&mira, "team/handle", json!({"id": ids[at], "what": {"label": label}})).await["id"].is_string());
        }
        let mut either: Vec<String> = fitting(&mira, "label:VIP,Late").await.as_array().unwrap().iter().map(Value::to_string).collect();
        either.sort();
        let mut wanted = vec![ids[0].to_string(), ids[1].to_string()];
        wanted.sort();
        assert_eq!(either, wanted);
        assert_eq!(fitting(&mira, "-label:VIP -label:Late -label:Spam").await, json!([ids[3]]));
        assert_eq!(fitting(&mira, "is:resolved").await, json!([]));
        // Words are looked for in these rows alone, also in what was said a moment ago.
        trial.customer(json!({"wa_id": "447700900123", "name": "Zoë Ångström", "text": "faktura"})).await;
        assert_eq!(fitting(&mira, "faktura").await["code"], "unavailable", "what is not indexed yet is not said not to fit");
        index(&trial).await;
        assert_eq!(fitting(&mira, "faktura label:VIP,Late").await, json!([ids[0]]));
        assert_eq!(fitting(&mira, "kari").await, json!([ids[0]]), "by a name");
        assert_eq!(fitting(&mira, "faktura").await.as_array().unwrap().len(), 2);
        assert_eq!(fitting(&mira, "faktura label:Spam").await, json!([]));
        assert_eq!(fitting(&mira, "number:shop is:open").await.as_array().unwrap().len(), 4);
        crate::server::http::tests::matrix::limit(&trial, &elsewhere).await;
        assert_eq!(fitting(&elsewhere, "is:open").await, json!([]));
    }

    /// Nobody finds what they may not read; programs do not find notes.
    async fn search_passes_the_gate(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira, elsewhere) = (trial.key().await, trial.agent(Role::Agent).await, trial.agent(Role::Agent).await);
        people(&trial).await;
        crate::server::http::tests::matrix::limit(&trial, &elsewhere).await;
        let id = trial.chats(&key).await[0]["id"].clone();
        let note = trial.http.post(format!("{}/whatsapp/fn/team/note", trial.base)).header("cookie", &mira).header("sec-fetch-site", "same-origin");
        assert_eq!(answer(note.json(&json!({"id": id, "client_id": "n", "body": "faktura goes to her mother"}))).await.0, 200);
        index(&trial).await;
        assert_eq!(hits(&trial, &key, "mother").await.len(), 0);
        assert_eq!(chats(&trial, &key, "q=mother").await.len(), 0);
        let found = |cookie: String| {
            let request = trial.http.post(format!("{}/whatsapp/fn/search/hits", trial.base)).header("cookie", cookie).header("sec-fetch-site", "same-origin");
            let request = request.json(&json!({"filter": {"view": "all", "label": "", "q": "faktura"}, "below": null}));
            async move { answer(request).await.1["hits"].as_array().unwrap().len() }
        };
        assert_eq!((found(mira).await, found(elsewhere.clone()).await), (2, 0));
        let page = trial.http.get(format!("{}/whatsapp/inbox/?q=zoe", trial.base)).header("cookie", elsewhere).send().await.unwrap().text().await.unwrap();
        assert!(!page.contains("Ångström"));
    }
}

/// Without a script, too: the page shows what was asked for, and says when it is nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_searches_without_a_script() {
    let trial = Trial::start(crate::server::trial::sqlite().await).await;
    let mira = trial.agent(Role::Agent).await;
    people(&trial).await;
    let page = async |query: &str| {
        let request = trial.http.get(format!("{}/whatsapp/inbox/?{query}", trial.base)).header("cookie", &mira);
        request.send().await.unwrap().text().await.unwrap()
    };
    let found = page("q=faktura").await;
    let list = found.split("</ul>").next().unwrap();
    assert!(list.contains("Kari") && !list.contains("Ångström"));
    assert!(found.contains(r#"value="faktura""#) && found.contains("/whatsapp/inbox/4798765432/?q=faktura"));
    assert!(page("q=nobody+says+this").await.contains("Nothing matches"));
}
