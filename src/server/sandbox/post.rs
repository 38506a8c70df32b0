//! Webhooks: built as Meta builds them, signed over their bytes, posted again until they are taken.

use super::Sandbox;
use super::control::Customer;
use crate::domain::time::Instant;
use crate::server::clock::jitter;
use crate::server::meta::signature;
use serde_json::{Value, json};
use std::time::Duration;

/// How often a webhook is posted again, with doubling waits from a quarter of a second.
const TRIES: u32 = 8;

/// A `messages` change around `value`'s own fields.
fn envelope(sandbox: &Sandbox, mut value: Value) -> String {
    let identity = sandbox.identity();
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": identity.phone, "phone_number_id": identity.phone_number_id});
    let whole = json!({"object": "whatsapp_business_account", "entry": [{"id": identity.waba_id, "changes": [{"field": "messages", "value": value}]}]});
    ascii(&whole.to_string())
}

/// Meta writes JSON in the manner of PHP: everything outside ASCII escaped, slashes too.
fn ascii(json: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(json.len());
    let mut units = [0_u16; 2];
    for c in json.chars() {
        match c {
            '/' => out.push_str("\\/"),
            c if c.is_ascii() => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut units) {
                    // Writing to a text cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out
}

/// A customer's message as a webhook, with its id. The customer-service window opens with it.
pub fn inbound(sandbox: &Sandbox, customer: &Customer) -> (String, String) {
    let at = customer.timestamp.map_or_else(|| sandbox.now(), Instant::from_seconds);
    let id = customer.id.clone().unwrap_or_else(|| sandbox.new_wamid());
    let mut message = json!({"id": id, "timestamp": (at.0 / 1000).to_string(), "type": "text"});
    let mut contact = json!({});
    if let Some(name) = &customer.name {
        contact["profile"] = json!({"name": name});
    }
    let mut world = sandbox.world();
    for (slot, contact_slot, value) in [("from", "wa_id", &customer.wa_id), ("from_user_id", "user_id", &customer.user_id)] {
        if let Some(value) = value {
            message[slot] = json!(value);
            contact[contact_slot] = json!(value);
            let window = world.windows.entry(value.clone()).or_insert(at);
            *window = (*window).max(at);
        }
    }
    drop(world);
    if let Some(reply_to) = &customer.reply_to {
        message["context"] = json!({"id": reply_to, "from": sandbox.identity().phone});
    }
    if let Some(text) = &customer.text {
        message["text"] = json!({"body": text});
    }
    if let Some(Value::Object(given)) = &customer.message {
        for (key, value) in given {
            message[key] = value.clone();
        }
    }
    (id, envelope(sandbox, json!({"contacts": [contact], "messages": [message]})))
}

/// A status as a webhook.
#[must_use]
pub fn status(sandbox: &Sandbox, wamid: &str, recipient: &str, word: &str, callback: Option<&str>, at: Instant) -> String {
    let mut status = json!({"id": wamid, "status": word, "timestamp": (at.0 / 1000).to_string()});
    let slot = if recipient.bytes().all(|b| b.is_ascii_digit()) { "recipient_id" } else { "recipient_user_id" };
    status[slot] = json!(recipient);
    if let Some(callback) = callback {
        status["biz_opaque_callback_data"] = json!(callback);
    }
    if word == "sent" {
        status["pricing"] = json!({"billable": true, "pricing_model": "PMP", "type": "regular", "category": "service"});
    }
    envelope(sandbox, json!({"statuses": [status]}))
}

/// Posts the statuses of a message at the pace that is set; of a voice note also that it was heard.
pub async fn progress(sandbox: Sandbox, wamid: String, recipient: String, callback: Option<String>, is_voice: bool) {
    let (mut pace, reversed) = {
        let world = sandbox.world();
        (world.settings.pace_ms.clone(), world.settings.reversed)
    };
    if is_voice && let [.., wait] = pace[..] {
        pace.push(wait);
    }
    let steps = if is_voice { &["sent", "delivered", "read", "played"][..] } else { &["sent", "delivered", "read"] };
    let mut words: Vec<&str> = steps.iter().take(pace.len()).copied().collect();
    if reversed {
        words.reverse();
    }
    for (word, wait) in words.into_iter().zip(pace) {
        tokio::time::sleep(Duration::from_millis(u64::try_from(wait + jitter(wait / 4 + 1)).unwrap_or(0))).await;
        let body = status(&sandbox, &wamid, &recipient, word, callback.as_deref(), sandbox.now());
        deliver(&sandbox, body).await;
    }
    super::chatter::answer(&sandbox, &recipient).await;
}

/// Signs and posts a body as often as the settings say, until it is taken; the last HTTP status.
pub async fn deliver(sandbox: &Sandbox, body: String) -> u16 {
    let (copies, delay) = {
        let mut world = sandbox.world();
        world.undelivered += 1;
        (world.settings.copies.max(1), world.settings.delay_ms)
    };
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(u64::try_from(delay + jitter(delay)).unwrap_or(0))).await;
    }
    let mut status = 0;
    for _ in 0..copies {
        status = post(sandbox, &body).await;
    }
    sandbox.world().undelivered -= 1;
    status
}

async fn post(sandbox: &Sandbox, body: &str) -> u16 {
    let identity = sandbox.identity();
    let signature = signature::sign(&identity.app_secret, body.as_bytes());
    let mut status = 0;
    for attempt in 0..TRIES {
        let request = sandbox.0.http.post(&identity.webhook_url).header(signature::HEADER, &signature).header("content-type", "application/json");
        status = match request.body(body.to_owned()).send().await {
            Ok(response) => response.status().as_u16(),
            Err(_) => 0,
        };
        // A refused signature will be refused again; everything else may pass.
        if status == 200 || status == 401 {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(250 << attempt)).await;
    }
    tracing::warn!(status, "the sandbox gave up on a webhook");
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_json_as_meta_does() {
        assert_eq!(ascii(r#"{"t":"é/😀"}"#), r#"{"t":"\u00e9\/\ud83d\ude00"}"#);
    }
}
