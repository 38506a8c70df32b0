//! What customers tell WhatsApp about marketing: changes of the field `user_preferences` (`meta-api` section 9).

use serde_json::Value;

/// What one customer said.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    /// Their number.
    pub wa_id: Option<String>,
    /// Their business-scoped user id.
    pub user_id: Option<String>,
    /// Whether they want no more of it.
    pub stops: bool,
    /// When, in seconds.
    pub seconds: Option<i64>,
}

/// Everything that is said about marketing in a change; what cannot be read is passed over.
#[must_use]
pub fn read(change: &str) -> Vec<Said> {
    let change: Value = serde_json::from_str(change).unwrap_or_default();
    let said = change.pointer("/value/user_preferences").and_then(Value::as_array);
    said.into_iter().flatten().filter_map(one).collect()
}

fn one(said: &Value) -> Option<Said> {
    let text = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned).filter(|text| !text.is_empty());
    if text("category").is_some_and(|category| category != "marketing_messages") {
        return None;
    }
    let stops = match text("value")?.as_str() {
        "stop" => true,
        "resume" => false,
        _ => return None,
    };
    let seconds = said.get("timestamp").and_then(|at| at.as_i64().or_else(|| at.as_str()?.parse().ok()));
    Some(Said { wa_id: text("wa_id"), user_id: text("user_id"), stops, seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_about_marketing_and_passes_over_the_rest() {
        let change = r#"{"field":"user_preferences","value":{"user_preferences":[
            {"wa_id":"447700900123","user_id":"GB.1","category":"marketing_messages","value":"stop","timestamp":1795000000},
            {"wa_id":"447700900124","value":"resume","timestamp":"1795000001"},
            {"wa_id":"447700900125","category":"reminders","value":"stop"}, {"wa_id":"1","value":"perhaps"}, 7]}}"#;
        let said = |wa_id: &str, user_id: Option<&str>, stops, seconds| Said {
            wa_id: Some(wa_id.into()),
            user_id: user_id.map(str::to_owned),
            stops,
            seconds: Some(seconds),
        };
        assert_eq!(read(change), [said("447700900123", Some("GB.1"), true, 1_795_000_000), said("447700900124", None, false, 1_795_000_001)]);
        assert_eq!(read("no JSON"), []);
    }
}
