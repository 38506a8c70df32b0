//! Reading a webhook (`meta-api` sections 3 and 17). Two steps: the envelope is walked with its values kept raw, then each
//! element is read alone, so that a broken one costs its neighbours nothing. Every field may be missing, every id may be a
//! number, every list may be a single object.

pub mod call;
pub mod handover;
pub mod identity;
pub mod message;
pub mod scalar;
pub mod status;
pub mod template;

use message::Contact;
use scalar::{integer, list, object, text};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::Arc;

/// One element of a delivery, still raw, with what its change says about it.
#[derive(Debug)]
pub struct Element {
    /// `entry[].id`: the WhatsApp business account.
    pub waba_id: String,
    /// When Meta sent the entry, in Unix seconds, if it says so.
    pub time: Option<i64>,
    /// `metadata.phone_number_id`: routes to the account.
    pub phone_number_id: String,
    /// What it is.
    pub kind: Kind,
    /// Its JSON, exactly as it came (lone surrogates replaced).
    pub raw: String,
    /// `contacts[]` of the same change, shared by its messages.
    pub contacts: Arc<[Contact]>,
    /// Whose thread it belongs to, where its list says so: of `history`.
    pub thread: Option<String>,
}

/// Which list an element came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `messages[]` of a `messages` change.
    Message,
    /// `statuses[]` of a `messages` change.
    Status,
    /// `message_echoes[]`: the business wrote it on the phone, or somebody else did for it (`meta-api` section 6).
    Echo,
    /// The same of a `standby` change: Meta's own agent wrote it.
    HeldEcho,
    /// `messages[]` of a `history` change: from before the number came here.
    Past,
    /// `messages[]` of a `standby` change: Meta's own agent holds the conversation (`meta-api` section 7).
    Standby,
    /// `calls[]` (`meta-api` section 8).
    Call,
    /// The value of a `messaging_handovers` change: who answers from now on (`meta-api` section 7).
    Handover,
    /// A whole change of another field, by its name.
    Other(String),
}

/// What a change without a field is called, and what is no change at all.
pub const UNNAMED: &str = "unnamed";

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    object: Option<Box<RawValue>>,
    #[serde(default)]
    entry: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    id: Option<Box<RawValue>>,
    #[serde(default)]
    time: Option<Box<RawValue>>,
    #[serde(default)]
    changes: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Change {
    #[serde(default)]
    field: Option<Box<RawValue>>,
    #[serde(default)]
    value: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Value {
    #[serde(default)]
    metadata: Option<Box<RawValue>>,
    #[serde(default)]
    contacts: Option<Box<RawValue>>,
    #[serde(default)]
    messages: Option<Box<RawValue>>,
    #[serde(default)]
    statuses: Option<Box<RawValue>>,
    #[serde(default)]
    message_echoes: Option<Box<RawValue>>,
    #[serde(default)]
    calls: Option<Box<RawValue>>,
    #[serde(default)]
    history: Option<Box<RawValue>>,
    #[serde(default)]
    standby: Option<Box<RawValue>>,
    #[serde(default)]
    user_id_update: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    threads: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Thread {
    #[serde(default)]
    id: Option<Box<RawValue>>,
    #[serde(default)]
    messages: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    phone_number_id: Option<Box<RawValue>>,
}

/// Why a whole delivery has no elements.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable(pub &'static str);

/// Takes a delivery apart, in the order Meta wrote it.
///
/// # Errors
/// It is not an envelope at all; the raw bytes are kept all the same.
pub fn read(body: &[u8]) -> Result<Vec<Element>, Unreadable> {
    let body = String::from_utf8_lossy(body);
    let envelope: Envelope = scalar::parse(&body).ok_or(Unreadable("not a JSON object"))?;
    if text(envelope.object.as_deref()).is_some_and(|object| object != "whatsapp_business_account") {
        return Err(Unreadable("not about WhatsApp"));
    }
    let mut elements = Vec::new();
    for entry in list(envelope.entry.as_deref()) {
        let Some(entry) = object::<Entry>(Some(&entry)) else {
            Reader::new("", None, &mut elements).push(Kind::Other(UNNAMED.to_owned()), &entry, None);
            continue;
        };
        let waba_id = text(entry.id.as_deref()).unwrap_or_default();
        for change in list(entry.changes.as_deref()) {
            read_change(&waba_id, integer(entry.time.as_deref()), &change, &mut elements);
        }
    }
    Ok(elements)
}

fn read_change(waba_id: &str, time: Option<i64>, raw: &RawValue, elements: &mut Vec<Element>) {
    let Some(change) = object::<Change>(Some(raw)) else { return Reader::new(waba_id, time, elements).push(Kind::Other(UNNAMED.to_owned()), raw, None) };
    let value = object::<Value>(change.value.as_deref());
    let has_messages = value.as_ref().is_some_and(|value| value.messages.is_some() || value.statuses.is_some());
    // The field may be absent: then what is inside decides.
    let field = text(change.field.as_deref()).unwrap_or_else(|| if has_messages { "messages".to_owned() } else { UNNAMED.to_owned() });
    let mut reader = Reader::new(waba_id, time, elements);
    let before = reader.elements.len();
    if let Some(value) = value {
        let metadata = object::<Metadata>(value.metadata.as_deref());
        reader.phone = metadata.and_then(|metadata| text(metadata.phone_number_id.as_deref())).unwrap_or_default();
        reader.contacts = message::contacts(value.contacts.as_deref()).into();
        if let ("messaging_handovers", Some(handover)) = (field.as_str(), change.value.as_deref()) {
            reader.phone = handover::phone_number_id(handover).unwrap_or_default();
            reader.push(Kind::Handover, handover, None);
        }
        reader.read_value(&field, &value);
        // Some lists may be empty, and a change without any is nothing.
        if reader.elements.len() > before || (field == "messages" && has_messages) {
            return;
        }
        reader.phone.clear();
    }
    reader.push(Kind::Other(field), raw, None);
}

/// Puts what it reads behind what was read before.
struct Reader<'a> {
    waba_id: &'a str,
    time: Option<i64>,
    phone: String,
    contacts: Arc<[Contact]>,
    elements: &'a mut Vec<Element>,
}

impl<'a> Reader<'a> {
    fn new(waba_id: &'a str, time: Option<i64>, elements: &'a mut Vec<Element>) -> Self {
        Self { waba_id, time, phone: String::new(), contacts: Arc::default(), elements }
    }

    fn push(&mut self, kind: Kind, raw: &RawValue, thread: Option<String>) {
        let contacts = if kind == Kind::Status { Arc::default() } else { self.contacts.clone() };
        let raw = scalar::without_lone_surrogates(raw.get());
        self.elements.push(Element { waba_id: self.waba_id.to_owned(), time: self.time, phone_number_id: self.phone.clone(), kind, raw, contacts, thread });
    }

    fn push_all(&mut self, kind: &Kind, list_of: Option<&RawValue>, thread: Option<&String>) {
        for raw in list(list_of) {
            self.push(kind.clone(), &raw, thread.cloned());
        }
    }

    fn read_value(&mut self, field: &str, value: &Value) {
        match field {
            "messages" => {
                self.push_all(&Kind::Message, value.messages.as_deref(), None);
                self.push_all(&Kind::Status, value.statuses.as_deref(), None);
            }
            "smb_message_echoes" | "message_echoes" => self.push_all(&Kind::Echo, value.message_echoes.as_deref(), None),
            "user_id_update" => {
                for said in list(value.user_id_update.as_deref()).iter().filter_map(|update| identity::as_message(update)) {
                    self.push(Kind::Message, &said, None);
                }
            }
            "calls" => self.push_all(&Kind::Call, value.calls.as_deref(), None),
            "history" => {
                // Files of messages that came before without them.
                self.push_all(&Kind::Past, value.messages.as_deref(), None);
                for chunk in list(value.history.as_deref()).iter().filter_map(|chunk| object::<Chunk>(Some(chunk))) {
                    for thread in list(chunk.threads.as_deref()).iter().filter_map(|thread| object::<Thread>(Some(thread))) {
                        self.push_all(&Kind::Past, thread.messages.as_deref(), text(thread.id.as_deref()).as_ref());
                    }
                }
            }
            "standby" => {
                let Some(held) = object::<Value>(value.standby.as_deref()) else { return };
                self.contacts = message::contacts(held.contacts.as_deref()).into();
                self.push_all(&Kind::Standby, held.messages.as_deref(), None);
                self.push_all(&Kind::Status, held.statuses.as_deref(), None);
                self.push_all(&Kind::HeldEcho, held.message_echoes.as_deref(), None);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B2: several entries, changes and kinds in one delivery; a broken one does not lose the others.
    #[test]
    fn b2_each_element_stands_alone() {
        let body = br#"{"object":"whatsapp_business_account","entry":[7,{"id":1,"changes":[
            {"field":"messages","value":{"metadata":{"phone_number_id":42},"messages":[{"id":"a"},"nonsense",{"id":"\ud83d"}],"statuses":{"id":"s"}}},
            {"field":"messages"},{"field":"account_update","value":{"event":"X"}}]},
            {"id":"2","changes":{"field":"messages","value":{"messages":[{"id":"b"}]}}}]}"#;
        let elements = read(body).unwrap();
        let seen: Vec<(&str, &str, Kind)> = elements.iter().map(|e| (e.waba_id.as_str(), e.phone_number_id.as_str(), e.kind.clone())).collect();
        assert_eq!(
            seen,
            [
                ("", "", Kind::Other("unnamed".into())),
                ("1", "42", Kind::Message),
                ("1", "42", Kind::Message),
                ("1", "42", Kind::Message),
                ("1", "42", Kind::Status),
                ("1", "", Kind::Other("messages".into())),
                ("1", "", Kind::Other("account_update".into())),
                ("2", "", Kind::Message),
            ]
        );
        assert_eq!(elements[3].raw, r#"{"id":"\ufffd"}"#);
    }

    #[test]
    fn what_is_not_an_envelope_says_so() {
        for body in [&b""[..], b"[]", b"\xff\xfe", b"{", b"null", br#"{"object":"page","entry":[]}"#] {
            assert!(read(body).is_err(), "{}", String::from_utf8_lossy(body));
        }
        assert!(read(b"{}").unwrap().is_empty());
        assert!(read(format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)).as_bytes()).is_err());
        let deep = format!(r#"{{"entry":[{{"changes":[{{"field":"x","value":{}{}}}]}}]}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(deep.as_bytes()).map_or(true, |elements| elements.len() == 1));
    }
}
