//! What this version cannot show, and what an earlier one wrote.

use super::*;

/// Any JSON at all, often with the names that mean something.
fn any_json() -> impl Strategy<Value = Value> {
    const NAMES: &str = "id|from|from_user_id|to|timestamp|type|text|body|edit|revoke|message|context|image|interactive|contacts|errors|system|order|x";
    let word = prop_oneof![prop::sample::select(NAMES.split('|').collect::<Vec<_>>()).prop_map(str::to_owned), any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from)
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(word.clone(), inner, 0..8).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(Runner { cases: 512, failure_persistence: None, ..Runner::default() })]

    /// Whatever one element is, those beside it are read as if it were not there.
    #[test]
    fn any_element_leaves_its_neighbours_alone(odd in any_json(), field in prop::sample::select(vec!["messages", "history", "smb_message_echoes", "calls", "standby"])) {
        let account = crate::server::fuzzing::account();
        let (one, other) = (text("wamid.one", "447700900123", 1, "before"), text("wamid.other", "447700900123", 2, "after"));
        let metadata = json!({"phone_number_id": account.phone_number_id});
        let odd_change = json!({"field": field, "value": {"metadata": metadata, "messages": [odd.clone()], "statuses": odd.clone(), "message_echoes": odd.clone(), "calls": [odd.clone()], "history": [odd.clone()], "standby": odd.clone()}});
        let good = json!({"field": "messages", "value": {"metadata": metadata, "messages": [one, odd.clone(), other], "statuses": [odd.clone()]}});
        let body = json!({"object": "whatsapp_business_account", "entry": [odd.clone(), {"id": "2", "changes": [odd, odd_change, good]}]}).to_string();
        let pending = deliveries::Pending { n: 1, received_at: NOON, body: body.into_bytes() };
        let (batch, settled) = batch::read(&[pending], &[account]);
        let read: Vec<&str> = batch.inbound().iter().map(|entry| entry.wamid.as_str()).filter(|wamid| ["wamid.one", "wamid.other"].contains(wamid)).collect();
        prop_assert_eq!(read, ["wamid.one", "wamid.other"]);
        prop_assert_eq!(settled.len(), 1);
    }
}

on_both! {
    /// B8: a kind of tomorrow, with fields of tomorrow, stands in its thread under its name; its JSON is kept; a replay by the same
    /// version changes nothing.
    async fn b8_an_unknown_kind_is_kept_and_named(store: Store) {
        let trial = Trial::start(store).await;
        let mut known = text("wamid.known", "15550001111", 1, "with new fields");
        known["mood"] = json!({"of": "tomorrow"});
        apply(&trial.app, &envelope(json!({"new_list": [1], "messages": [known, {"id": "wamid.new", "from": "15550001111", "timestamp": (SECOND + 2).to_string(),
            "type": "hologram", "hologram": {"layers": 3}}, {"id": "wamid.gone", "from": "15550001111", "timestamp": (SECOND + 3).to_string(), "type": "unsupported",
            "errors": [{"code": 131_051}]}]}))).await;
        let mut tx = trial.app.store.read().await.unwrap();
        let rows: Vec<(String, Option<String>)> = tx.all(Sql::same("select message_type, raw from messages order by n"), Vec::new()).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(), ["text", "hologram", "unsupported"]);
        assert!(rows[1].1.as_deref().unwrap().contains(r#""layers":3"#));
        drop(tx);
        let mut tx = trial.app.store.write().await.unwrap();
        deliveries::replay(&mut tx, 0).await.unwrap();
        tx.commit().await.unwrap();
        drain(&trial.app).await.unwrap();
        assert_eq!(number(&mut trial.app.store.read().await.unwrap(), "select count(*) from messages").await, 3);
    }

    /// A delivery that is not JSON, or for a number nobody has, is kept with its reason and holds nothing up.
    async fn what_has_nowhere_to_go_is_kept_with_its_reason(store: Store) {
        let trial = Trial::start(store).await;
        apply(&trial.app, "{not json").await;
        apply(&trial.app, &envelope(json!({"messages": [text("wamid.z", "15550001111", 1, "x")]})).replace("106540352242922", "7")).await;
        apply(&trial.app, &envelope(json!({"messages": [text("wamid.y", "15550001111", 1, "arrives")]}))).await;
        let mut tx = trial.app.store.read().await.unwrap();
        let reasons: Vec<(Option<String>,)> = tx.all(Sql::same("select reason from deliveries order by n"), Vec::new()).await.unwrap();
        assert_eq!(reasons[0].0.as_deref(), Some("not a JSON object"));
        assert!(reasons[1].0.as_deref().unwrap().contains("phone number id"));
        assert_eq!(reasons[2].0, None);
        assert_eq!(number(&mut tx, "select count(*) from messages").await, 1);
    }

    /// Contents as the first version wrote them are read.
    async fn contents_of_older_versions_are_read(store: Store) {
        let trial = Trial::start(store).await;
        apply(&trial.app, &envelope(json!({"messages": [text("wamid.1", "447700900123", 1, "x"), text("wamid.2", "447700900123", 2, "y")]}))).await;
        let mut tx = trial.app.store.write().await.unwrap();
        for sql in [
            r#"update messages set content = '{"type":"text","body":"It''s \"said\""}' where wamid = 'wamid.1'"#,
            r#"update messages set content = '{"type":"unknown","kind":"order","reason":"not_supported_yet"}' where wamid = 'wamid.2'"#,
        ] {
            tx.run(Sql::same(sql), Vec::new()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let caller = Caller { principal: crate::domain::access::Principal::ApiKey { id: "k".into() }, ..Caller::nobody() };
        let row = service::conversations::find(&trial.app, &caller, "447700900123", None).await.unwrap();
        let thread = service::conversations::older(&trial.app, &caller, &row.id, None, 50).await.unwrap().messages;
        assert_eq!(thread[0].content, Content::Text(Text::new("It's \"said\"")));
        assert_eq!(thread[1].content.message_type(), "order");
    }
}
