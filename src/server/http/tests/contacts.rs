//! The address book: what the team calls people, conversations that it begins, who wants no marketing, and the table for admins.

use super::search::index;
use super::team::{call, form};
use super::templates::{due, post};
use crate::domain::agent::Role;
use crate::protocol::address;
use crate::server::trial::{Trial, number, on_both};
use serde_json::json;

pub async fn put(trial: &Trial, cookie: &str, form: &[(&str, &str)]) -> reqwest::Response {
    let post = trial.http.post(format!("{}{}", trial.base, address::CONTACTS)).header("origin", &trial.base).header("cookie", cookie);
    let body: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", address::encode(value))).collect();
    post.header("content-type", "application/x-www-form-urlencoded").body(body.join("&")).send().await.unwrap()
}

async fn page(trial: &Trial, cookie: &str, path: &str) -> String {
    trial.http.get(format!("{}{path}", trial.base)).header("cookie", cookie).send().await.unwrap().text().await.unwrap()
}

/// The id of whoever is known by this.
pub async fn shown_id(trial: &Trial, value: &str) -> String {
    let mut tx = trial.app.store.read().await.unwrap();
    let sql = crate::server::store::Sql::same("select contact_id from contact_identities where value = $1");
    tx.find::<(String,)>(sql, vec![value.into()]).await.unwrap().unwrap().0
}

/// The id of the only contact.
async fn only(trial: &Trial) -> String {
    let mut tx = trial.app.store.read().await.unwrap();
    tx.find::<(String,)>(crate::server::store::Sql::same("select id from contacts"), vec![]).await.unwrap().unwrap().0
}

async fn prefers(trial: &Trial, wa_id: &str, value: &str, timestamp: i64) {
    let waba = trial.sandbox.identity().waba_id.clone();
    let said = json!({"user_preferences": [{"wa_id": wa_id, "category": "marketing_messages", "value": value, "timestamp": timestamp}]});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": waba, "changes": [{"field": "user_preferences", "value": said}]}]});
    assert_eq!(crate::server::sandbox::post::deliver(&trial.sandbox, body.to_string()).await, 200);
    trial.settle().await;
}

/// A table is looked through; status and page.
pub async fn look(trial: &Trial, cookie: &str, bytes: &[u8]) -> (u16, String) {
    let part = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name("people.csv");
    let request = trial.http.post(format!("{}{}", trial.base, address::CONTACTS_IMPORT)).header("origin", &trial.base).header("cookie", cookie);
    let answer = request.multipart(reqwest::multipart::Form::new().part("file", part)).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// What a page showed is imported; status and page.
pub async fn import(trial: &Trial, cookie: &str, shown: &str) -> (u16, String) {
    let field = |name: &str| shown.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap();
    let (id, print) = (field("id"), field("print"));
    let request = trial.http.post(format!("{}{}", trial.base, address::CONTACTS_IMPORT)).header("origin", &trial.base).header("cookie", cookie);
    let answer = request.header("content-type", "application/x-www-form-urlencoded").body(format!("id={id}&print={print}")).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

on_both! {
    async fn the_team_s_name_for_somebody_wins_everywhere(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        trial.zoe("hi").await;
        let id = only(&trial).await;
        let done = put(&trial, &mira, &[("id", &id), ("given_name", "Zoë from the bakery"), ("email", "zoe@bakery.example"), ("notes", "pays late")]).await;
        assert_eq!(done.status(), 303);
        assert_eq!(trial.chats(&key).await[0]["name"], "Zoë from the bakery");
        // Open pages hear of it; and what she calls herself later changes nothing.
        let last = crate::server::store::events::list(&mut trial.app.store.read().await.unwrap(), 0, 100).await.unwrap().pop().unwrap();
        assert_eq!(last.kind, "conversation_changed");
        assert!(last.payload.contains("Zoë from the bakery"));
        trial.clock.advance(1000);
        trial.customer(json!({"wa_id": "447700900123", "name": "zzz", "text": "me again"})).await;
        assert_eq!(trial.chats(&key).await[0]["name"], "Zoë from the bakery");
        let last = crate::server::store::events::list(&mut trial.app.store.read().await.unwrap(), 0, 100).await.unwrap().pop().unwrap();
        assert!(last.payload.contains("Zoë from the bakery"), "{}", last.payload);
        index(&trial).await;
        let found = page(&trial, &mira, &address::contacts("bakery", "", "")).await;
        assert!(found.contains("pays late") && found.contains("zoe@bakery.example") && found.contains("zzz"), "{found}");
        assert!(page(&trial, &mira, &address::contacts("nobody of this name", "", "")).await.contains("No contact like this is known."));
        // What cannot be kept is said, and stays typed.
        let refused = put(&trial, &mira, &[("id", &id), ("given_name", "Z"), ("email", "no address"), ("notes", "typed for long")]).await;
        assert_eq!(refused.status(), 422);
        let again = refused.text().await.unwrap();
        assert!(again.contains("typed for long") && again.contains("must look like name@example.com"), "{again}");
        assert_eq!(put(&trial, &mira, &[("id", "no-such"), ("given_name", "Z")]).await.status(), 409);
    }

    /// What a search finds comes page by page, with a label, too; and whoever has no name here gets the one that a conversation is begun with.
    async fn found_contacts_come_page_by_page(store: Store) {
        let trial = Trial::start(store).await;
        let (key, admin) = (trial.key().await, trial.agent(Role::Admin).await);
        let table: Vec<String> = (0..120).map(|n| format!("+4798{},Baker {n},VIP", 100_000 + n)).collect();
        assert_eq!(form(&trial, ("cookie", &admin), address::LABELS, &[("name", "VIP"), ("color", "teal")]).await.0, 303);
        let (_, shown) = look(&trial, &admin, format!("number,name,labels\n{}", table.join("\n")).as_bytes()).await;
        assert_eq!(import(&trial, &admin, &shown).await.0, 200);
        index(&trial).await;
        for label in ["", "VIP"] {
            let (mut before, mut names, mut pages) = (String::new(), std::collections::BTreeSet::new(), 0);
            loop {
                let text = page(&trial, &admin, &address::contacts("baker", label, &before)).await;
                let found: Vec<String> = text.split("<b><bdi>").skip(1).filter_map(|part| part.split("</bdi>").next()).map(str::to_owned).collect();
                pages += 1;
                names.extend(found);
                let Some(next) = text.split("before=").nth(1).filter(|_| text.contains("More contacts")) else { break };
                before = next.split(['"', '&']).next().unwrap().to_owned();
                assert!(pages < 10, "{text}");
            }
            assert_eq!((names.iter().filter(|name| name.starts_with("Baker ")).count(), pages), (120, 3), "{label}");
        }
        trial.customer(json!({"wa_id": "447700900123", "name": "zz", "text": "hi"})).await;
        let begin = async |name: &str| put(&trial, &admin, &[("number", "+44 7700 900123"), ("name", name), ("account_id", "account-1")]).await.status();
        assert_eq!(begin("Zoë from the bakery").await, 303);
        assert_eq!(trial.chats(&key).await[0]["name"], "Zoë from the bakery");
        assert_eq!(begin("Somebody else").await, 303);
        assert_eq!(trial.chats(&key).await[0]["name"], "Zoë from the bakery", "a name that the team gave stays");
    }

    /// Two who write into the same field at once: the second is told what the first wrote, and keeps their own text; other fields are
    /// nobody's loss.
    async fn two_who_change_one_field_do_not_overwrite_each_other_unread(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, jonas) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await);
        trial.zoe("hi").await;
        let id = only(&trial).await;
        let notes = async || {
            let mut tx = trial.app.store.read().await.unwrap();
            let sql = crate::server::store::Sql::same("select notes, email from contacts");
            tx.find::<(String, String)>(sql, vec![]).await.unwrap().unwrap()
        };
        let form = |notes: &'static str, was: &'static str, email: &'static str| [("id", id.clone()), ("notes", notes.to_owned()), ("was_notes", was.to_owned()), ("email", email.to_owned()), ("was_email", String::new()), ("given_name", String::new()), ("was_given_name", String::new())];
        let send = async |who: &str, fields: [(&str, String); 7]| {
            let answer = put(&trial, who, &fields.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>()).await;
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        // As forms of older versions kept it.
        let mut tx = trial.app.store.write().await.unwrap();
        tx.run(crate::server::store::Sql::same("update contacts set notes = $1"), vec!["one\r\ntwo".into()]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(send(&mira, form("pays\nlate", "one\r\ntwo", "")).await.0, 303);
        // Lines end otherwise in a form; that is no change.
        assert_eq!(send(&mira, form("pays\r\nlate", "pays\r\nlate", "z@bakery.example")).await.0, 303);
        let (status, said) = send(&jonas, form("sister of Kari", "", "")).await;
        assert!(status == 409 && said.contains("Somebody wrote “pays\nlate” here meanwhile") && said.contains("sister of Kari"), "{status} {said}");
        assert_eq!(notes().await, ("pays\nlate".to_owned(), "z@bakery.example".to_owned()));
        // By now he has seen it; her address stays, which he did not touch.
        assert_eq!(send(&jonas, form("sister of Kari, pays late", "pays\nlate", "")).await.0, 303);
        assert_eq!(notes().await, ("sister of Kari, pays late".to_owned(), "z@bakery.example".to_owned()));
        // Beside the thread, field by field.
        let field = async |was: serde_json::Value, new: &str| call(&trial, &mira, "team/contact", json!({"id": id, "field": {"notes": new}, "was": was})).await.0;
        assert_eq!(field(json!("pays late"), "from Bergen").await, 409);
        assert_eq!(field(json!("sister of Kari, pays late"), "from Bergen").await, 200);
        assert_eq!(field(json!(null), "from Oslo").await, 200);
        assert_eq!(notes().await.0, "from Oslo");
    }

    async fn a_conversation_is_begun_once_with_a_number_in_any_writing(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        // Where the form leads.
        let begin = async |number: &str, name: &str| {
            let response = put(&trial, &mira, &[("account_id", "account-1"), ("number", number), ("name", name)]).await;
            assert_eq!(response.status(), 303);
            response.headers()["location"].to_str().unwrap().to_owned()
        };
        let (first, second) = tokio::join!(begin("+44 7400 123456", "Ada"), begin("0044 (0)7400 123456", "Somebody else"));
        assert_eq!(first, second, "two who begin at once begin one conversation");
        let shown = page(&trial, &mira, &first).await;
        assert!(shown.contains("Ada") || shown.contains("Somebody else"), "whoever was first has named her");
        assert!(trial.chats(&key).await.is_empty(), "nobody's list has a conversation in which nothing was said");
        assert!(trial.received().is_empty(), "nothing is sent");
        // Her answer comes into it.
        trial.customer(json!({"wa_id": "447400123456", "name": "ada l", "text": "who is this?"})).await;
        assert_eq!(trial.chats(&key).await.len(), 1);
        assert_eq!(begin("447400123456", "").await, first, "as WhatsApp writes it");
        let refused = put(&trial, &mira, &[("account_id", "account-1"), ("number", "07400"), ("name", "typed")]).await;
        assert_eq!(refused.status(), 422);
        let again = refused.text().await.unwrap();
        assert!(again.contains("There is no such telephone number") && again.contains("07400") && again.contains("typed"), "{again}");
        // Without a country code, it is of the country that we write from.
        let mut tx = trial.app.store.write().await.unwrap();
        tx.run(crate::server::store::Sql::same("update accounts set phone = '+4721000000'"), vec![]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(page(&trial, &mira, address::CONTACTS).await.contains("it is a number of NO (+47)."));
        begin("406 12 345", "").await;
        assert!(!shown_id(&trial, "4740612345").await.is_empty());
        assert_eq!(number(&mut trial.app.store.read().await.unwrap(), "select count(*) from contacts").await, 2);
    }

    /// What customers told WhatsApp may come before they are known here, and in any order.
    async fn marketing_goes_to_nobody_who_wants_none(store: Store) {
        let trial = Trial::start(store).await;
        let (key, mira) = (trial.key().await, trial.agent(Role::Agent).await);
        due(&trial).await;
        crate::server::templates::step(&trial.app).await.unwrap();
        prefers(&trial, "447700900123", "stop", 2_000).await;
        prefers(&trial, "447700900123", "resume", 1_000).await;
        trial.zoe("hi").await;
        let is_refused = async || {
            let (status, body) = post(&trial, &key, "send-template", json!({"phone": "447700900123", "template_name": "cakes_of_the_week", "language": "en_GB"})).await;
            status == 422 && body["error"]["message"].as_str().unwrap().contains("wants no marketing")
        };
        assert!(is_refused().await);
        assert!(page(&trial, &mira, address::CONTACTS).await.contains("They told WhatsApp that they want no marketing."));
        // Both ids are hers; the newest word counts.
        trial.customer(json!({"wa_id": "447700900123", "user_id": "GB.13491208655302741918", "text": "hi"})).await;
        prefers(&trial, "447700900123", "resume", 3_000).await;
        assert!(!is_refused().await);
        // An agent may note it, too.
        put(&trial, &mira, &[("id", &only(&trial).await), ("no_marketing", "1")]).await;
        assert!(is_refused().await);
    }

    async fn a_customer_is_blocked_where_whatsapp_does_it_and_only_then(store: Store) {
        let trial = Trial::start(store).await;
        let mira = trial.agent(Role::Agent).await;
        trial.zoe("rude words").await;
        let id = only(&trial).await;
        put(&trial, &mira, &[("id", &id), ("notes", "was rude before"), ("no_marketing", "1")]).await;
        assert_eq!(put(&trial, &mira, &[("id", &id), ("block", "on")]).await.status(), 303);
        assert!(trial.sandbox.world().blocked.contains("447700900123"));
        let shown = page(&trial, &mira, address::CONTACTS).await;
        assert!(shown.contains("Blocked") && shown.contains("Let Zoë write again"), "{shown}");
        let last = crate::server::store::events::list(&mut trial.app.store.read().await.unwrap(), 0, 100).await.unwrap().pop().unwrap();
        assert!(last.payload.contains("\"blocked\":true"), "a line in the thread says so: {}", last.payload);
        assert_eq!(put(&trial, &mira, &[("id", &id), ("block", "off")]).await.status(), 303);
        assert!(trial.sandbox.world().blocked.is_empty());
        // WhatsApp says of whom it does not do it, and why; then nothing is kept.
        trial.clock.advance(25 * 3_600_000);
        let mira = trial.agent(Role::Agent).await;
        let refused = put(&trial, &mira, &[("id", &id), ("block", "on")]).await;
        assert_eq!(refused.status(), 409);
        let shown = refused.text().await.unwrap();
        assert!(shown.contains("WhatsApp only blocks people who wrote in the last 24 hours.") && shown.contains("Block Zoë"), "{shown}");
        // The other form of this contact is not emptied by that.
        assert!(shown.contains("was rude before") && shown.contains("value=\"1\" checked"), "{shown}");
    }

    /// What a table would change is shown by line before anything does; then it is done once and wholly, and nobody becomes two.
    async fn a_table_is_looked_through_then_imported_once(store: Store) {
        let trial = Trial::start(store).await;
        let (admin, agent) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await);
        trial.customer(json!({"wa_id": "447400123456", "name": "zoe", "text": "hi"})).await;
        let zoe = only(&trial).await;
        put(&trial, &admin, &[("id", &zoe), ("given_name", "Zoë"), ("notes", "pays late"), ("no_marketing", "1")]).await;
        let table = "\u{feff}Name;Number;E-mail;email;no_marketing\r\n\
            \"Zoë, from the bakery\";'+44 7400 123456;;zoe@bakery.example;\r\n\
            Ada;+44 7400 123457;;;yes\r\n\
            Nobody;12;;;\r\n\
            Ada again;00447400123457;;;\r\n\
            Bo;+44 7400 123458;;not an address;\r\n\
            Cy;+44 7400 123459;;;perhaps\r\n\
            ;;;;\r\n";
        let people = async || number(&mut trial.app.store.read().await.unwrap(), "select count(*) from contacts").await;
        assert_eq!(look(&trial, &agent, table.as_bytes()).await.0, 403);
        let (status, shown) = look(&trial, &admin, table.as_bytes()).await;
        assert_eq!(status, 200, "{shown}");
        assert!(shown.contains("1 new, 1 changed, 0 as they are") && shown.contains("4 lines cannot be taken"), "{shown}");
        for fault in ["Line 4: \"12\" is no telephone number", "Line 5: The same number stands in line 3.", "Line 6: The e-mail address must look", "Line 7: no_marketing must be yes or no"] {
            assert!(shown.contains(fault), "{fault}: {shown}");
        }
        assert!(shown.contains("These columns are not read: e-mail."), "{shown}");
        for change in ["name: Zoë → Zoë, from the bakery<", "email: zoe@bakery.example<"] {
            assert!(shown.contains(change), "{change}: {shown}");
        }
        assert_eq!(people().await, 1, "nothing was done yet");
        assert_eq!(import(&trial, &agent, &shown).await.0, 403);
        let (first, second) = tokio::join!(import(&trial, &admin, &shown), import(&trial, &admin, &shown));
        let mut both = [first, second];
        both.sort();
        assert_eq!((both[0].0, both[1].0), (200, 409), "pressed twice, done once: {both:?}");
        assert!(both[0].1.contains("Imported: 1 new, 1 changed, 0 were so already, 4 lines left out."), "{}", both[0].1);
        assert_eq!(people().await, 2);
        // What the table does not say stays; open pages hear the new name.
        let shown = page(&trial, &agent, address::CONTACTS).await;
        assert!(shown.contains("Zoë, from the bakery") && shown.contains("zoe@bakery.example") && shown.contains("pays late"), "{shown}");
        assert_eq!(shown.matches("value=\"1\" checked").count(), 2, "whom no marketing goes to is not changed by an empty cell");
        let last = crate::server::store::events::list(&mut trial.app.store.read().await.unwrap(), 0, 100).await.unwrap().pop().unwrap();
        assert!(last.kind == "conversation_changed" && last.payload.contains("from the bakery"), "{}", last.payload);
        // Somebody imported who writes is still one person, and a table twice changes nothing.
        trial.customer(json!({"wa_id": "447400123457", "name": "ada l", "text": "hello"})).await;
        assert_eq!(people().await, 2);
        assert!(look(&trial, &admin, table.as_bytes()).await.1.contains("0 new, 0 changed, 2 as they are"));
        // What cannot be read is said in words.
        assert!(look(&trial, &admin, b"name,mail\nZ,z").await.1.contains("one of them must be called number"));
        assert!(look(&trial, &admin, &[b'n', 0xff, 0xfe]).await.1.contains("CSV UTF-8"));
        let long = format!("number\n{}", "1\n".repeat(20_001));
        let (status, shown) = look(&trial, &admin, long.as_bytes()).await;
        assert!(status == 422 && shown.contains("more than 20000 lines"), "{shown}");
    }

    /// Labels sort people, whatever their conversations carry: put on by a form, a panel or a table, found by the list, gone with the label.
    async fn contacts_have_labels_of_their_own(store: Store) {
        let trial = Trial::start(store).await;
        let (admin, agent) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await);
        trial.customer(json!({"wa_id": "447400123456", "name": "Zoë", "text": "hi"})).await;
        let zoe = only(&trial).await;
        trial.customer(json!({"wa_id": "447400123457", "name": "Ada", "text": "hi"})).await;
        for name in ["VIP", "Trade <b>"] {
            let made = trial.http.post(format!("{}{}", trial.base, address::LABELS)).header("origin", &trial.base).header("cookie", &agent);
            let body = format!("name={}&color=teal", address::encode(name));
            made.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        }
        let labels = crate::server::store::labels::list(&mut trial.app.store.read().await.unwrap()).await.unwrap();
        let (trade, vip) = (format!("label:{}", labels[0].id), format!("label:{}", labels[1].id));
        assert_eq!(put(&trial, &agent, &[("id", &zoe), ("given_name", "Zoë"), (&vip, "1"), ("label:gone", "1")]).await.status(), 303);
        let with = async |label: &str| page(&trial, &agent, &address::contacts("", label, "")).await;
        let shown = with("vip").await;
        assert!(shown.contains("Zoë") && !shown.contains("Ada") && shown.contains("Trade &lt;b&gt;"), "{shown}");
        assert!(with("Trade <b>").await.contains("No contact like this is known.") && with("no such").await.contains("No contact like this is known."));
        assert!(page(&trial, &agent, &address::contacts("447400123457", "VIP", "")).await.contains("No contact like this is known."), "both must fit");
        // What a colleague puts on meanwhile stays; what was on and is ticked no more goes.
        let had = labels[1].id.as_str();
        put(&trial, &agent, &[("id", &zoe), ("given_name", "Zoë"), ("had_labels", ""), (&trade, "1")]).await;
        assert_eq!(with("Trade <b>").await.matches("name=\"given_name\"").count(), 1);
        put(&trial, &agent, &[("id", &zoe), ("given_name", "Zoë"), ("had_labels", labels[0].id.as_str())]).await;
        assert!(with("Trade <b>").await.contains("No contact like this is known.") && with("VIP").await.contains("Zoë"));
        assert!(with("VIP").await.contains(&format!("name=\"had_labels\" value=\"{had}\"")));
        // A refused form keeps what was ticked.
        let refused = put(&trial, &agent, &[("id", &zoe), ("given_name", "Zoë"), ("email", "x"), ("had_labels", ""), (&trade, "1")]).await.text().await.unwrap();
        assert!(refused.contains(&format!("name=\"{trade}\" value=\"1\" checked")) && !refused.contains(&format!("name=\"{vip}\" value=\"1\" checked")), "{refused}");
        assert!(refused.contains("name=\"had_labels\" value=\"\""), "what a colleague put on meanwhile is not taken for what was taken off: {refused}");
        // A table names them; one that does not exist is a slip, no cell changes nothing.
        let table = "number,labels\n+447400123456,\n+447400123457,trade <B>; VIP;\n+447400123458,Vjp\n";
        let (_, shown) = look(&trial, &admin, table.as_bytes()).await;
        assert!(shown.contains("0 new, 1 changed, 1 as they are") && shown.contains("There is no label called \"Vjp\"."), "{shown}");
        // What was shown does not hold any more: it is not done.
        let ada = shown_id(&trial, "447400123457").await;
        put(&trial, &agent, &[("id", &ada), ("notes", "pays late")]).await;
        let (status, said) = import(&trial, &admin, &shown).await;
        assert!(status == 409 && said.contains("Nothing was imported"), "{said}");
        let (_, shown) = look(&trial, &admin, table.as_bytes()).await;
        assert_eq!(import(&trial, &admin, &shown).await.0, 200);
        assert_eq!(with("VIP").await.matches("name=\"given_name\"").count(), 2);
        let export = trial.http.get(format!("{}{}", trial.base, address::CONTACTS_EXPORT)).header("cookie", &admin).send().await.unwrap().text().await.unwrap();
        assert!(export.contains("Trade <b>; VIP") || export.contains("VIP; Trade <b>"), "{export}");
        assert!(look(&trial, &admin, export.as_bytes()).await.1.contains("0 new, 0 changed, 2 as they are"));
        // Two who turn out to be one have both's; a deleted label is nobody's.
        trial.customer(json!({"user_id": "GB.77", "text": "by name"})).await;
        let other = shown_id(&trial, "GB.77").await;
        put(&trial, &agent, &[("id", &other), (&trade, "1")]).await;
        trial.customer(json!({"wa_id": "447400123456", "user_id": "GB.77", "text": "both"})).await;
        assert_eq!(with("Trade <b>").await.matches("name=\"given_name\"").count(), 2);
        assert_eq!(with("VIP").await.matches("name=\"given_name\"").count(), 2);
        let done = trial.http.post(format!("{}{}", trial.base, address::LABELS)).header("origin", &trial.base).header("cookie", &admin);
        let done = done.header("content-type", "application/x-www-form-urlencoded").body(format!("id={}&delete=1", labels[1].id)).send().await.unwrap();
        assert_eq!(done.status(), 303);
        assert_eq!(number(&mut trial.app.store.read().await.unwrap(), "select count(*) from contact_labels").await, 2);
    }

    async fn a_table_of_the_export_changes_nothing_and_one_person_stays_one(store: Store) {
        let trial = Trial::start(store).await;
        let (admin, agent) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await);
        trial.customer(json!({"wa_id": "447400123456", "name": "zoe", "text": "hi"})).await;
        trial.customer(json!({"wa_id": "447400123457", "name": "ada l", "text": "hello"})).await;
        // The export comes back as it went, also of whoever told WhatsApp to stop; whoever never wrote is found by their number.
        prefers(&trial, "447400123457", "stop", 2_000).await;
        let export = trial.http.get(format!("{}{}", trial.base, address::CONTACTS_EXPORT)).header("cookie", &admin).send().await.unwrap().bytes().await.unwrap();
        let shown = look(&trial, &admin, &export).await.1;
        assert!(shown.contains("0 new, 0 changed, 2 as they are") && !shown.contains("are not read"), "{shown}");
        let (_, shown) = look(&trial, &admin, "number,name\n+5491123456789,Ana\n+541123456789,Ana again\n+447400123999,Silent".as_bytes()).await;
        assert!(shown.contains("2 new") && shown.contains("Line 3: The same number stands in line 2."), "one person in two writings: {shown}");
        assert_eq!(import(&trial, &admin, &shown).await.0, 200);
        for q in ["+44 7400 123999", "sil", "SILENT"] {
            assert!(page(&trial, &agent, &address::contacts(q, "", "")).await.contains("Silent"), "{q}");
        }
        assert!(!page(&trial, &agent, &address::contacts("ana", "", "")).await.contains("Silent"));
    }

    /// E20: no cell is a formula, and nothing is lost.
    async fn e20_the_table_has_everybody_and_no_formula(store: Store) {
        let trial = Trial::start(store).await;
        let (admin, agent) = (trial.agent(Role::Admin).await, trial.agent(Role::Agent).await);
        let evil = ["=HYPERLINK(\"http://evil.example\")", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1"];
        for n in 0..60 {
            let name = evil.get(n).map_or_else(|| format!("Person, {n}"), |evil| (*evil).to_owned());
            trial.customer(json!({"wa_id": format!("4477009{n:05}"), "name": name, "text": "hi"})).await;
        }
        let get = |cookie: &str| trial.http.get(format!("{}{}", trial.base, address::CONTACTS_EXPORT)).header("cookie", cookie.to_owned()).send();
        assert_eq!(get(&agent).await.unwrap().status(), 403);
        let table = get(&admin).await.unwrap().text().await.unwrap();
        assert_eq!(table.lines().count(), 61);
        assert!(table.contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""), "{table}");
        assert!(table.contains("\"Person, 59\",447700900059,"), "{table}");
        for line in table.lines() {
            let cell = line.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "a formula: {line}");
        }
        // A page has fifty; the link below leads to the others.
        let first = page(&trial, &agent, address::CONTACTS).await;
        assert_eq!(first.matches("name=\"given_name\"").count(), 50);
        let next = first.split("?before=").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(page(&trial, &agent, &format!("{}?before={next}", address::CONTACTS)).await.matches("name=\"given_name\"").count(), 10);
    }
}
