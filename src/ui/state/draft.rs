//! What an agent has typed: one draft for each conversation, owning the client id its message will have, and the messages that
//! the server has not confirmed. Kept in the browser until then, so that nothing typed is ever lost.

use crate::domain::id::{AccountId, AgentId, ClientId, ContactId, ConversationId};
use crate::domain::time::Instant;
use crate::protocol::command::SendText;
use crate::protocol::draft::{Kept, Kind};
use crate::protocol::json;
use crate::ui::browser::{random, storage};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Text in a composer is already the message it will be, bound to whom it was begun for: two tabs or two Enters send one message.
pub type Draft = SendText;

/// A new draft for somebody.
#[must_use]
pub fn begin(conversation_id: ConversationId, contact_id: ContactId, account_id: AccountId) -> Draft {
    Draft { client_id: ClientId(random::id()), conversation_id, contact_id, account_id, body: String::new(), reply_to: None, seen: None, plain: false }
}

/// A message that was sent here and that the server may not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// The message.
    pub command: SendText,
    /// When it was sent here.
    pub at: Instant,
}

/// Whose drafts this page keeps: colleagues may share a browser. Set once, before anything is read.
static OWNER: OnceLock<AgentId> = OnceLock::new();

/// Says whose page this is.
pub fn belongs_to(agent: AgentId) {
    // A page belongs to one agent for as long as it lives.
    let _ = OWNER.set(agent);
}

fn key(kind: &str, conversation: &str) -> String {
    format!("{kind}:{}:{conversation}", OWNER.get().map_or("", AgentId::as_str))
}

/// What drafts are kept under. Of notes, earlier pages kept the words alone, under `note`.
fn of(kind: Kind) -> &'static str {
    if kind == Kind::Note { "begun-note" } else { "draft" }
}

/// Where earlier pages kept the words of an unfinished note.
#[must_use]
pub fn words_key(conversation: &ConversationId) -> String {
    key("note", conversation.as_str())
}

/// Where a conversation's draft for the customer, or its unfinished note, is kept.
#[must_use]
pub fn key_of(kind: Kind, conversation: &ConversationId) -> String {
    key(of(kind), conversation.as_str())
}

/// The kept draft.
#[must_use]
pub fn load(conversation: &ConversationId) -> Option<Draft> {
    load_of(Kind::Message, conversation)
}

/// The kept draft, or the unfinished note.
#[must_use]
pub fn load_of(kind: Kind, conversation: &ConversationId) -> Option<Draft> {
    let kept = storage::read(&key_of(kind, conversation)).and_then(|text| json::read::<Draft>(text.as_bytes()))?;
    // Where it is kept says whose it is: earlier pages wrote no more into it, and a joined conversation goes on under another name.
    Some(Draft { conversation_id: conversation.clone(), ..kept })
}

fn shared_key(kind: Kind, conversation: &ConversationId) -> String {
    key(if kind == Kind::Note { "shared-note" } else { "shared" }, conversation.as_str())
}

/// What this browser and the server had last.
#[must_use]
pub fn load_shared(kind: Kind, conversation: &ConversationId) -> Option<Kept> {
    storage::read(&shared_key(kind, conversation)).and_then(|text| json::read(text.as_bytes()))
}

/// Keeps what both have.
pub fn save_shared(kind: Kind, conversation: &ConversationId, kept: Option<&Kept>) {
    match kept {
        Some(kept) => storage::write(&shared_key(kind, conversation), &serde_json::to_string(kept).unwrap_or_default()),
        None => storage::remove(&shared_key(kind, conversation)),
    }
}

fn all(kind: &str) -> Vec<String> {
    let own = key(kind, "");
    storage::keys().iter().filter_map(|key| Some(key.strip_prefix(&own)?.to_owned())).collect()
}

/// The conversations that have a draft, or an unfinished note, here.
#[must_use]
pub fn conversations(kind: Kind) -> Vec<String> {
    all(of(kind))
}

/// The conversations that both had one of.
#[must_use]
pub fn shared(kind: Kind) -> Vec<String> {
    all(if kind == Kind::Note { "shared-note" } else { "shared" })
}

/// Keeps a draft; one that neither says nor answers anything is forgotten.
pub fn save(conversation: &ConversationId, draft: Option<&Draft>) {
    save_of(Kind::Message, conversation, draft);
}

/// The same of either kind.
pub fn save_of(kind: Kind, conversation: &ConversationId, draft: Option<&Draft>) {
    let key = key_of(kind, conversation);
    match draft.filter(|draft| !draft.body.is_empty() || draft.reply_to.is_some()) {
        Some(draft) => storage::write(&key, &serde_json::to_string(draft).unwrap_or_default()),
        None => storage::remove(&key),
    }
}

/// Whether any text is typed and not sent, anywhere.
#[must_use]
pub fn any() -> bool {
    let own = [key("draft", ""), key("begun-note", "")];
    storage::keys().iter().any(|key| own.iter().any(|own| key.starts_with(own)))
}

fn unsent_key(conversation: &ConversationId) -> String {
    key("unsent", conversation.as_str())
}

/// The unconfirmed messages of a conversation, oldest first.
#[must_use]
pub fn list_unsent(conversation: &ConversationId) -> Vec<Unsent> {
    storage::read(&unsent_key(conversation)).and_then(|text| json::read(text.as_bytes())).unwrap_or_default()
}

/// Keeps an unconfirmed message.
pub fn keep_unsent(unsent: Unsent) {
    let conversation = unsent.command.conversation_id.clone();
    let mut list = list_unsent(&conversation);
    list.retain(|other| other.command.client_id != unsent.command.client_id);
    list.push(unsent);
    write_unsent(&conversation, &list);
}

/// The server has it, or the agent has taken it back.
pub fn drop_unsent(conversation: &ConversationId, client_id: &ClientId) {
    let mut list = list_unsent(conversation);
    list.retain(|other| other.command.client_id != *client_id);
    write_unsent(conversation, &list);
}

fn write_unsent(conversation: &ConversationId, list: &[Unsent]) {
    if list.is_empty() {
        storage::remove(&unsent_key(conversation));
    } else {
        storage::write(&unsent_key(conversation), &serde_json::to_string(list).unwrap_or_default());
    }
}

/// One conversation went into another: what was typed in it goes along. It stays bound to whom it was typed for, so the server
/// refuses it until a person has looked at the name and sends it again.
pub fn move_to(gone: &ConversationId, kept: &ConversationId) {
    if let Some(draft) = load(gone) {
        if load(kept).is_none() {
            save(kept, Some(&draft));
        }
        save(gone, None);
    }
    for mut unsent in list_unsent(gone) {
        drop_unsent(gone, &unsent.command.client_id);
        unsent.command.conversation_id = kept.clone();
        keep_unsent(unsent);
    }
}
