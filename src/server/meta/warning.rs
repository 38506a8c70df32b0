//! Changes of fields that are about no thread: what Meta tells about accounts, numbers and templates (`meta-api` section 9).

use crate::domain::warning::{About, Warning};
use serde_json::Value;

/// The fields that are read here: a change of one of them that says nothing to anybody has been read all the same.
pub const FIELDS: [&str; 9] = [
    "message_template_status_update",
    "phone_number_quality_update",
    "phone_number_name_update",
    "account_review_update",
    "message_template_quality_update",
    "template_category_update",
    "account_update",
    "account_alerts",
    "security",
];

/// What a change tells, with the key of what it is about; `None` if nobody must see to it, nor take anything back.
#[must_use]
pub fn read(waba_id: &str, field: &str, change: &str) -> Option<(String, Warning)> {
    let change: Value = serde_json::from_str(change).ok()?;
    let value = change.get("value")?;
    let (about, name, event, detail) = match field {
        "message_template_status_update" => (About::Template, template(value), text(value, "event"), text(value, "reason")),
        "phone_number_quality_update" => (About::Number, text(value, "display_phone_number"), text(value, "event"), String::new()),
        "phone_number_name_update" => (About::DisplayName, text(value, "requested_verified_name"), text(value, "decision"), text(value, "rejection_reason")),
        "account_review_update" => (About::Review, String::new(), text(value, "decision"), String::new()),
        // The sample of Meta's own pages has the new score in a field that is named after the change.
        "message_template_quality_update" => (About::Quality, template(value), text(value, "new_quality_score"), String::new()),
        "template_category_update" => {
            let soon = text(value, "correct_category");
            let (event, category) = if soon.is_empty() { ("CHANGED", text(value, "new_category")) } else { ("SOON", soon) };
            (About::Category, template(value), event.to_owned(), category)
        }
        "account_update" => {
            let ban = value.pointer("/ban_info/waba_ban_state").and_then(Value::as_str).unwrap_or_default();
            let event = if ban.is_empty() { text(value, "event") } else { ban.to_owned() };
            if !ACCOUNT.contains(&event.as_str()) {
                return None;
            }
            (About::Account, text(value, "phone_number"), event, reasons(value))
        }
        "account_alerts" => {
            // Meta's own sample has them in a part of their own.
            let info = value.get("alert_info").unwrap_or(value);
            if matches!(text(info, "alert_severity").as_str(), "INFORMATIONAL" | "") {
                return None;
            }
            (About::Alert, text(value, "entity_id"), text(info, "alert_type"), text(info, "alert_description"))
        }
        "security" => (About::Security, text(value, "display_phone_number"), text(value, "event"), String::new()),
        _ => return None,
    };
    let detail = if detail == "NONE" { String::new() } else { detail };
    let warning = Warning { about, name, event, detail };
    // What is neither bad nor takes something bad back says nothing about it.
    if !warning.is_bad() && !warning.takes_back() {
        return None;
    }
    // Alerts of different kinds stand beside each other, and so do what Meta forbids and what is no longer connected.
    let kind = match about {
        About::Alert => warning.event.as_str(),
        About::Account if ["DISABLE", "SCHEDULE_FOR_DISABLE", "REINSTATE"].contains(&warning.event.as_str()) => "ban",
        About::Account if ["ACCOUNT_OFFBOARDED", "PARTNER_REMOVED", "ACCOUNT_RECONNECTED"].contains(&warning.event.as_str()) => "connection",
        _ => "",
    };
    Some((format!("{field} {waba_id} {} {kind}", warning.name), warning))
}

/// What happens to accounts that somebody must know, or that takes such a thing back.
const ACCOUNT: [&str; 9] = [
    "ACCOUNT_DELETED",
    "ACCOUNT_OFFBOARDED",
    "ACCOUNT_RECONNECTED",
    "ACCOUNT_RESTRICTION",
    "ACCOUNT_VIOLATION",
    "DISABLE",
    "PARTNER_REMOVED",
    "REINSTATE",
    "SCHEDULE_FOR_DISABLE",
];

/// A template's name and language.
fn template(value: &Value) -> String {
    format!("{} ({})", text(value, "message_template_name"), text(value, "message_template_language"))
}

fn text(value: &Value, name: &str) -> String {
    let text = value.get(name).and_then(Value::as_str).unwrap_or_default();
    text.replace('\0', "").trim().chars().take(500).collect()
}

/// Why, as far as Meta says.
fn reasons(value: &Value) -> String {
    let one = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let restrictions = value.get("restriction_info").and_then(Value::as_array).into_iter().flatten();
    let restrictions = restrictions.filter_map(|one| Some(one.get("restriction_type")?.as_str()?.to_owned()));
    let all: Vec<String> = one("/violation_info/violation_type").into_iter().chain(one("/ban_info/waba_ban_date")).chain(restrictions.take(5)).collect();
    all.join(", ").replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(field: &str, value: Value) -> Option<Warning> {
        read("waba", field, &json!({"field": field, "value": value}).to_string()).map(|(_, warning)| warning)
    }

    #[test]
    fn what_somebody_must_know_is_read() {
        let paused = told(
            "message_template_status_update",
            json!({"event": "PAUSED", "message_template_name": "promo", "message_template_language": "en", "reason": "NONE"}),
        )
        .unwrap();
        assert!(paused.is_bad());
        assert_eq!((paused.name.as_str(), paused.detail.as_str()), ("promo (en)", ""));
        let banned = told(
            "account_update",
            json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE", "waba_ban_date": "January 31, 2021"}}),
        )
        .unwrap();
        assert_eq!((banned.event.as_str(), banned.detail.as_str(), banned.is_bad()), ("SCHEDULE_FOR_DISABLE", "January 31, 2021", true));
        let back = told("account_update", json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}})).unwrap();
        assert!(!back.is_bad());
        let limits =
            told("account_update", json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "A"}, {"restriction_type": "B"}, 7]}))
                .unwrap();
        assert_eq!(limits.detail, "A, B");
        let alert = json!({"entity_type": "BUSINESS", "entity_id": 7, "alert_info": {"alert_severity": "CRITICAL", "alert_status": "ACTIVE", "alert_type": "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED", "alert_description": "Why"}});
        let alert = told("account_alerts", alert).unwrap();
        assert_eq!((alert.event.as_str(), alert.detail.as_str(), alert.is_bad()), ("INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED", "Why", true));
    }

    #[test]
    fn what_becomes_of_templates_and_of_the_review_is_told() {
        let of = |more: Value| {
            let mut value = json!({"message_template_name": "promo", "message_template_language": "en"});
            value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            value
        };
        let red = told("message_template_quality_update", of(json!({"previous_quality_score": "GREEN", "new_quality_score": "RED"}))).unwrap();
        assert_eq!((red.about, red.name.as_str(), red.is_bad()), (About::Quality, "promo (en)", true));
        assert!(told("message_template_quality_update", of(json!({"new_quality_score": "GREEN"}))).unwrap().takes_back());
        let soon = told("template_category_update", of(json!({"new_category": "UTILITY", "correct_category": "MARKETING"}))).unwrap();
        assert_eq!((soon.event.as_str(), soon.detail.as_str(), soon.is_bad()), ("SOON", "MARKETING", true));
        let changed = told("template_category_update", of(json!({"previous_category": "UTILITY", "new_category": "MARKETING"}))).unwrap();
        assert_eq!((changed.event.as_str(), changed.detail.as_str()), ("CHANGED", "MARKETING"));
        assert!(told("account_review_update", json!({"decision": "REJECTED"})).unwrap().is_bad());
        assert!(told("account_review_update", json!({"decision": "APPROVED"})).unwrap().takes_back());
    }

    #[test]
    fn the_rest_is_passed_over() {
        assert_eq!(told("account_update", json!({"event": "MM_LITE_TERMS_SIGNED"})), None);
        assert_eq!(told("account_alerts", json!({"entity_id": "1", "alert_info": {"alert_severity": "INFORMATIONAL", "alert_type": "OBA_APPROVED"}})), None);
        assert_eq!(told("flows", json!({})), None);
        assert_eq!(told("phone_number_quality_update", json!({"event": "ONBOARDING", "display_phone_number": "1"})), None, "it says nothing of the quality");
        for broken in ["", "[]", "{}", r#"{"value":7}"#, r#"{"value":{"event":{}}}"#] {
            assert!(read("waba", "account_update", broken).is_none());
        }
    }
}
