//! `interactive` and `button` (`meta-api` sections 4.4 and 4.7): what a customer chose or filled in.

use super::words;
use crate::domain::content::answer::{Answer, By};
use crate::server::meta::inbound::scalar::{filled, object, text};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// As many fields of a form are kept.
const MOST_FIELDS: usize = 50;

#[derive(Deserialize)]
struct Wire {
    #[serde(default, rename = "type")]
    kind: Option<Box<RawValue>>,
    #[serde(default)]
    button_reply: Option<Box<RawValue>>,
    #[serde(default)]
    list_reply: Option<Box<RawValue>>,
    #[serde(default)]
    nfm_reply: Option<Box<RawValue>>,
    #[serde(default)]
    call_permission_reply: Option<Box<RawValue>>,
    #[serde(default)]
    payment_method: Option<Box<RawValue>>,
    #[serde(default)]
    payment_notification: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    title: Option<Box<RawValue>>,
    #[serde(default)]
    description: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    body: Option<Box<RawValue>>,
    #[serde(default)]
    response_json: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Button {
    #[serde(default)]
    text: Option<Box<RawValue>>,
    #[serde(default)]
    payload: Option<Box<RawValue>>,
}

/// The answer in an `interactive`; `None` for a type that is not known here.
#[must_use]
pub fn read(raw: Option<&RawValue>) -> Option<Answer> {
    let wire: Wire = object(raw)?;
    match filled(wire.kind.as_deref())?.as_str() {
        "button_reply" => choice(By::Button, wire.button_reply.as_deref()),
        "list_reply" => choice(By::List, wire.list_reply.as_deref()),
        "nfm_reply" => form(wire.nfm_reply.as_deref()),
        "call_permission_reply" => decided(By::CallPermission, wire.call_permission_reply.as_deref()),
        "payment_method" => decided(By::Payment, wire.payment_method.as_deref()),
        "payment_notification" => decided(By::Payment, wire.payment_notification.as_deref()),
        _ => None,
    }
}

/// The answer by a template's quick reply.
#[must_use]
pub fn read_button(raw: Option<&RawValue>) -> Option<Answer> {
    let button: Button = object(raw)?;
    let title = words(button.text.as_deref()).or_else(|| words(button.payload.as_deref()))?;
    Some(Answer { by: By::Template, title, detail: None, fields: Vec::new() })
}

fn choice(by: By, raw: Option<&RawValue>) -> Option<Answer> {
    let choice: Choice = object(raw)?;
    Some(Answer { by, title: words(choice.title.as_deref())?, detail: words(choice.description.as_deref()), fields: Vec::new() })
}

fn form(raw: Option<&RawValue>) -> Option<Answer> {
    let form: Form = object(raw)?;
    // JSON in a string, and seen as null, as a list, and as no JSON at all.
    let response = text(form.response_json.as_deref()).unwrap_or_default();
    let mut fields = fields(&response);
    fields.retain(|(name, _)| name != "flow_token");
    // “Sent”, in the customer's language, says nothing beside what was filled in.
    let title = words(form.body.as_deref()).filter(|_| fields.is_empty()).unwrap_or_default();
    Some(Answer { by: By::Form, title, detail: None, fields })
}

fn decided(by: By, raw: Option<&RawValue>) -> Option<Answer> {
    let mut fields = fields(raw?.get());
    // Whether the customer or a setting of theirs decided: of no use to an agent.
    fields.retain(|(name, _)| name != "response_source");
    (!fields.is_empty()).then_some(Answer { by, title: String::new(), detail: None, fields })
}

/// Names and values of an object; what is nested is left as JSON.
fn fields(json: &str) -> Vec<(String, String)> {
    let object: BTreeMap<String, Box<RawValue>> = serde_json::from_str(json).unwrap_or_default();
    let shown = |(name, raw): (String, Box<RawValue>)| {
        let value = words(Some(&raw)).or_else(|| Some(raw.get().to_owned()).filter(|raw| raw != "null" && raw != "\"\""))?;
        Some((super::clip(&name), super::clip(&value)))
    };
    object.into_iter().filter_map(shown).take(MOST_FIELDS).collect()
}
