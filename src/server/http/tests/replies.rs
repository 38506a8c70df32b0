//! Quick replies: an agent's own and everybody's, their files, and tables of them.

use super::team::{call, form};
use crate::domain::agent::Role;
use crate::server::trial::{Trial, on_both};
use serde_json::{Value, json};

on_both! {
    /// A file goes along with a quick reply, for whoever may use it; a table makes many of them, or none.
    async fn quick_replies_have_files_and_come_from_tables(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, jonas, admin) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await, trial.agent(Role::Admin).await);
        let put = async |who: &str, fields: &[(&'static str, &str)], file: Option<(&'static str, &str)>| {
            let mut form = fields.iter().fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(*name, (*value).to_owned()));
            if let Some((name, bytes)) = file {
                form = form.part("file", reqwest::multipart::Part::text(bytes.to_owned()).file_name(name));
            }
            let request = trial.http.post(format!("{}/whatsapp/replies/", trial.base)).header("cookie", who).header("origin", &trial.base);
            let response = request.multipart(form).send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        };
        let list = async |who: &str| call(&trial, who, "replies/list", json!({})).await.1.as_array().cloned().unwrap();
        let get = async |who: &str, id: &Value| {
            let request = trial.http.get(format!("{}/whatsapp/replies/{}/file/", trial.base, id.as_str().unwrap())).header("cookie", who);
            let response = request.send().await.unwrap();
            (response.status().as_u16(), response.headers().get("content-disposition").map(|name| name.to_str().unwrap().to_owned()), response.text().await.unwrap())
        };
        assert_eq!(put(&mira, &[("shortcut", "prices"), ("body", "")], None).await.0, 422);
        let (status, said) = put(&mira, &[("shortcut", "prices"), ("body", "Our prices")], Some(("run.exe", "MZ\u{0}\u{0}"))).await;
        assert!(status == 422 && said.contains("Our prices"), "what WhatsApp does not take is refused here: {status}");
        assert_eq!(put(&mira, &[("shortcut", "prices"), ("body", "")], Some(("../Prices 2026.pdf", "%PDF-1.7 of ours"))).await.0, 303);
        let prices = list(&mira).await.remove(0);
        assert_eq!(prices["file"], "Prices 2026.pdf");
        let (status, name, bytes) = get(&mira, &prices["id"]).await;
        assert!(status == 200 && bytes == "%PDF-1.7 of ours" && name.unwrap().starts_with("attachment; filename=\"Prices 2026.pdf\""));
        assert_ne!(get(&jonas, &prices["id"]).await.0, 200, "an agent's own is nobody else's");
        assert_eq!(get("", &prices["id"]).await.0, 401);
        // Other words keep the file; it goes when that is said, and not without words.
        let id = prices["id"].as_str().unwrap();
        assert_eq!(put(&mira, &[("id", id), ("shortcut", "prices"), ("body", "Here they are")], None).await.0, 303);
        assert_eq!(list(&mira).await[0]["file"], "Prices 2026.pdf");
        assert_eq!(put(&mira, &[("id", id), ("shortcut", "prices"), ("body", ""), ("no_file", "1")], None).await.0, 422);
        assert_eq!(put(&mira, &[("id", id), ("shortcut", "prices"), ("body", "Ask us"), ("no_file", "1")], None).await.0, 303);
        assert_eq!((list(&mira).await[0]["file"].clone(), get(&mira, &prices["id"]).await.0), (Value::Null, 409));

        let import = async |who: &str, shared: &str, table: &str| put(who, &[("import", "1"), ("shared", shared)], Some(("replies.csv", table))).await;
        let (status, said) = import(&mira, "", "shortcut;text\nthanks;Thank you\ntwo words;x\nTHANKS;again\nempty;").await;
        assert_eq!(status, 422);
        for fault in ["Nothing was imported.", "Line 3: The short name has", "Line 4: /thanks stands above already.", "Line 5: Write what it says"] {
            assert!(said.contains(fault), "{fault}: {said}");
        }
        assert_eq!(list(&mira).await.len(), 1);
        assert_eq!(import(&mira, "1", "shortcut,text\nall,All").await.0, 403);
        let (status, said) = import(&mira, "", "shortcut,text\n/Thanks,\"Thank you,\n{contact.name}\"\nprices,Ask again\n").await;
        assert!(status == 200 && said.contains("Imported: 1 new, 1 changed."), "{said}");
        assert_eq!(list(&mira).await.iter().map(|reply| reply["body"].as_str().unwrap().to_owned()).collect::<Vec<_>>(), ["Ask again", "Thank you,\n{contact.name}"]);
        assert_eq!(import(&admin, "1", "shortcut,text\nall,All").await.0, 200);
        assert_eq!(list(&jonas).await.len(), 1);
        assert_eq!(import(&mira, "", "name,text\nx,y").await.0, 422);
    }

    /// Everybody's quick replies are an admin's to change, an agent's own nobody else's to see.
    async fn quick_replies_are_kept_apart(store: Store) {
        let trial = Trial::start(store).await;
        let (mira, jonas, admin) = (trial.agent(Role::Agent).await, trial.agent(Role::Agent).await, trial.agent(Role::Admin).await);
        let page = "/whatsapp/replies/";
        let put = |who: &str, fields: &[(&str, &str)]| {
            let (who, fields) = (who.to_owned(), fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>());
            let trial = &trial;
            async move { form(trial, ("cookie", &who), page, &fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>()).await }
        };
        let list = async |who: &str| -> Vec<(String, String, bool)> {
            let all = call(&trial, who, "replies/list", json!({})).await.1;
            all.as_array().unwrap().iter().map(|reply| (reply["id"].as_str().unwrap().to_owned(), reply["shortcut"].as_str().unwrap().to_owned(), reply["is_shared"] == true)).collect()
        };
        assert_eq!(put(&mira, &[("shortcut", "/Thanks"), ("body", "Thank you, {contact.name}!")]).await.0, 303);
        assert_eq!(put(&mira, &[("shortcut", "open"), ("body", "x"), ("shared", "1")]).await.0, 403);
        assert_eq!(put(&admin, &[("shortcut", "open"), ("body", "We open at nine."), ("shared", "1")]).await.0, 303);
        let (status, text) = put(&mira, &[("shortcut", "thanks"), ("body", "other <b>words</b>")]).await;
        assert!(status == 422 && text.contains("/thanks already") && text.contains("other &lt;b&gt;words"), "{text}");
        assert_eq!(put(&mira, &[("shortcut", "two words"), ("body", "x")]).await.0, 422);
        assert_eq!(put(&mira, &[("shortcut", "x"), ("body", "  ")]).await.0, 422);
        // The same name for everybody and for oneself is fine.
        assert_eq!(put(&jonas, &[("shortcut", "open"), ("body", "Always")]).await.0, 303);
        let names = |list: &[(String, String, bool)]| list.iter().map(|(_, name, shared)| (name.clone(), *shared)).collect::<Vec<_>>();
        assert_eq!(names(&list(&mira).await), [("open".to_owned(), true), ("thanks".to_owned(), false)]);
        assert_eq!(list(&jonas).await.len(), 2);
        let of_mira = list(&mira).await.remove(1).0;
        for (who, id, status) in [(&jonas, &of_mira, 409), (&mira, &list(&admin).await[0].0, 403), (&mira, &of_mira, 303)] {
            assert_eq!(put(who, &[("id", id), ("delete", "1")]).await.0, status);
        }
        assert_eq!(names(&list(&mira).await), [("open".to_owned(), true)]);
    }

    /// Everybody's quick reply is not written over unread: the second of two admins is told what the first has made of it.
    async fn two_who_change_a_quick_reply_do_not_overwrite_each_other_unread(store: Store) {
        let trial = Trial::start(store).await;
        let (one, other) = (trial.agent(Role::Admin).await, trial.agent(Role::Admin).await);
        let put = async |who: &str, fields: &[(&str, &str)]| form(&trial, ("cookie", who), "/whatsapp/replies/", fields).await;
        assert_eq!(put(&one, &[("shortcut", "open"), ("body", "We open at nine."), ("shared", "1")]).await.0, 303);
        let all = call(&trial, &one, "replies/list", json!({})).await.1;
        let id = all[0]["id"].as_str().unwrap();
        let change = async |who: &str, was: &str, body: &str| put(who, &[("id", id), ("shortcut", "open"), ("was_shortcut", "open"), ("was_body", was), ("body", body)]).await;
        assert_eq!(change(&one, "We open at nine.", "We open at ten.\r\nSee you!").await.0, 303);
        let (status, said) = change(&other, "We open at nine.", "Come at nine.").await;
        assert!(status == 409 && said.contains("We open at ten.") && said.contains("Come at nine."), "{status} {said}");
        // The same words twice are no change, however a form ends its lines; and who has seen them writes over them.
        assert_eq!(change(&other, "We open at nine.", "We open at ten.\nSee you!").await.0, 303);
        assert_eq!(change(&other, "We open at ten.\r\nSee you!", "Come at nine.").await.0, 303);
        assert_eq!(call(&trial, &one, "replies/list", json!({})).await.1[0]["body"], "Come at nine.");
    }
}
