//! The templates of the sandbox's business: a page at a time, and what Meta says of one that cannot be sent as it is (`meta-api` section 12).

use super::Sandbox;
use super::graph::{Refused, authorised, bad_parameter};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// So many on a page: few, so that lists have several.
const PAGE: usize = 3;

/// What can be asked of the list.
#[derive(Debug, Deserialize)]
pub struct Page {
    after: Option<String>,
}

/// `GET /<version>/<waba_id>/message_templates`
pub async fn list(State(sandbox): State<Sandbox>, Path((_, id)): Path<(String, String)>, Query(page): Query<Page>, headers: HeaderMap) -> Response {
    if let Err(refused) = authorised(&sandbox, &headers) {
        return refused.into_response();
    }
    if id != sandbox.identity().waba_id {
        return bad_parameter(format!("Object with ID '{id}' does not exist")).into_response();
    }
    let begin: usize = page.after.and_then(|after| after.parse().ok()).unwrap_or(0);
    let world = sandbox.world();
    let data: Vec<&Value> = world.templates.iter().skip(begin).take(PAGE).collect();
    let end = begin + data.len();
    let mut answer = json!({"data": data, "paging": {"cursors": {"before": begin.to_string(), "after": end.to_string()}}});
    if end < world.templates.len() {
        answer["paging"]["next"] = json!("https://graph.facebook.com/not-for-you");
    }
    Json(answer).into_response()
}

/// `GET /control/templates`: what the business has.
pub async fn all(State(sandbox): State<Sandbox>) -> Json<Vec<Value>> {
    Json(sandbox.world().templates.clone())
}

/// `POST /control/templates`: the business has these from now on.
pub async fn put(State(sandbox): State<Sandbox>, Json(templates): Json<Vec<Value>>) -> StatusCode {
    sandbox.world().templates = templates;
    StatusCode::NO_CONTENT
}

/// Whether Meta takes a template as it is sent: it is known and approved, and has as many values as variables.
pub(super) fn check(sandbox: &Sandbox, sent: &Value) -> Result<(), Refused> {
    let refuse = |status, code, title, details: &str| Err(Refused(status, code, title, details.to_owned()));
    let text_of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let named = |known: &&Value| known["name"] == sent["name"] && known["language"] == sent["language"]["code"];
    // Not kept locked: the files are looked up below.
    let Some(known) = sandbox.world().templates.iter().find(named).cloned() else {
        return refuse(StatusCode::NOT_FOUND, 132_001, "Template name does not exist in the translation", "template name does not exist in this language");
    };
    match text_of(&known["status"]).as_str() {
        "APPROVED" => {}
        "PAUSED" => return refuse(StatusCode::BAD_REQUEST, 132_015, "Template is Paused", "template is paused due to low quality"),
        _ => return refuse(StatusCode::NOT_FOUND, 132_001, "Template name does not exist in the translation", "template is not approved"),
    }
    let components = known["components"].as_array().cloned().unwrap_or_default();
    let values = sent["components"].as_array().cloned().unwrap_or_default();
    for header in values.iter().filter(|value| value["type"] == "header").filter_map(|value| value["parameters"].as_array()).flatten() {
        let kind = text_of(&header["type"]);
        super::files::check(sandbox, &kind, &header[&kind])?;
    }
    for part in components {
        let kind = text_of(&part["type"]).to_lowercase();
        let wanted = match (kind.as_str(), text_of(&part["format"]).as_str()) {
            ("header", "IMAGE" | "VIDEO" | "DOCUMENT" | "LOCATION") => 1,
            ("header" | "body", _) => variables(&text_of(&part["text"])),
            _ => continue,
        };
        let found = values.iter().find(|value| value["type"] == kind.as_str()).and_then(|value| value["parameters"].as_array().map(Vec::len)).unwrap_or(0);
        if found != wanted {
            let details = format!("{kind}: number of localizable_params ({found}) does not match the expected number of params ({wanted})");
            return refuse(StatusCode::BAD_REQUEST, 132_000, "Number of parameters does not match the expected number of params", &details);
        }
    }
    Ok(())
}

fn variables(text: &str) -> usize {
    let names: std::collections::BTreeSet<&str> = text.split("{{").skip(1).filter_map(|after| after.split_once("}}")).map(|(name, _)| name).collect();
    names.len()
}

/// What the business has at first.
pub(super) fn first() -> Vec<Value> {
    let body = |text: &str| json!({"type": "BODY", "text": text});
    let template = |name: &str, language: &str, status: &str, category: &str, components: Value| json!({"id": format!("t.{name}.{language}"), "name": name, "language": language, "status": status, "category": category, "rejected_reason": "NONE", "components": components});
    let mut refused =
        template("autumn_sale", "en_GB", "REJECTED", "MARKETING", json!([body("Everything must go! {{1}} off, today only, only for you, buy now.")]));
    refused["rejected_reason"] = json!("PROMOTIONAL");
    let buttons = json!({"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "I am coming"}, {"type": "URL", "text": "Change the time", "url": "https://bakery.example/visits/{{1}}"}]});
    let cards = json!({"type": "CAROUSEL", "cards": [
        {"components": [{"type": "HEADER", "format": "IMAGE"}, body("Rye loaf, baked this morning")]},
        {"components": [{"type": "HEADER", "format": "IMAGE"}, body("Plum cake by the slice")]}]});
    vec![
        template(
            "follow_up",
            "en_GB",
            "APPROVED",
            "UTILITY",
            json!([body("Hello, we have an answer to your question: {{1}}"), {"type": "FOOTER", "text": "Corner bakery"}]),
        ),
        template("follow_up", "nb", "APPROVED", "UTILITY", json!([body("Hei, vi har et svar på spørsmålet ditt: {{1}}")])),
        template(
            "visit_reminder",
            "en_GB",
            "APPROVED",
            "UTILITY",
            json!([
            {"type": "HEADER", "format": "TEXT", "text": "Your table on {{1}}"}, body("Hello {{first_name}}, we look forward to seeing you at *{{time}}*."), {"type": "FOOTER", "text": "Corner bakery"}, buttons]),
        ),
        template("order_ready", "en_GB", "APPROVED", "UTILITY", json!([{"type": "HEADER", "format": "IMAGE"}, body("Your order is ready to be collected.")])),
        template("cakes_of_the_week", "en_GB", "APPROVED", "MARKETING", json!([body("Fresh this week:"), cards])),
        template(
            "pick_up_here",
            "en_GB",
            "APPROVED",
            "UTILITY",
            json!([{"type": "HEADER", "format": "LOCATION"}, body("{{1}}, your order waits for you here until {{2}}.")]),
        ),
        template("feedback", "en_GB", "PAUSED", "MARKETING", json!([body("How was your visit, {{1}}?")])),
        refused,
    ]
}
