//! A message on its way into the database.

use crate::domain::content::Content;
use crate::domain::id::{AccountId, ClientId, ConversationId, MediaId, MessageId, Wamid};
use crate::domain::message::Direction;
use crate::domain::time::Instant;
use crate::server::clock::new_id;
use crate::server::store::conversations::State;
use crate::server::store::json;
use serde::Serialize;
use sqlx::FromRow;

/// A message to be stored.
#[derive(Clone, Debug, Serialize)]
pub struct New {
    /// Our id.
    pub id: MessageId,
    /// Its account.
    pub account_id: AccountId,
    /// Its thread.
    pub conversation_id: ConversationId,
    /// Which way it goes.
    pub direction: &'static str,
    /// `agent`, `api_key` or [`PHONE`], for outbound.
    pub author_kind: Option<&'static str>,
    /// Which agent or key.
    pub author_id: Option<String>,
    /// Their name, as shown.
    pub author_name: Option<String>,
    /// The writer's id of it.
    pub client_id: Option<ClientId>,
    /// Meta's id of it.
    pub wamid: Option<Wamid>,
    /// See [`crate::domain::content::Content::message_type`].
    pub message_type: String,
    /// The content as JSON.
    pub content: String,
    /// See [`crate::domain::content::Content::preview`].
    pub preview: String,
    /// Where it came from, as JSON.
    pub origin: Option<String>,
    /// Meta's JSON, for what could not be read.
    pub raw: Option<String>,
    /// Its place in the thread.
    pub sort_at: Instant,
    /// When it was stored.
    pub created_at: Instant,
    /// For outbound: `queued`, or what became of it elsewhere.
    pub delivery: Option<&'static str>,
    /// The wamid it answers.
    pub reply_to: Option<Wamid>,
    /// The failed message it sends again.
    pub retry_of: Option<MessageId>,
    /// The file that belongs to it.
    pub media_id: Option<MediaId>,
    /// Whether threads show it: 0, or [`HIDDEN`].
    pub discarded: i64,
    /// Whether it counts as unread and opens the window (1), or came as a part of the past (0).
    pub live: i64,
}

impl New {
    /// Something that is written into a thread now, by nobody in particular: who wrote it, and what is to become of it, is added.
    #[must_use]
    pub fn of(state: &State, direction: Direction, content: &Content, now: Instant) -> Self {
        Self {
            id: MessageId(new_id()),
            account_id: state.account_id.clone(),
            conversation_id: state.id.clone(),
            direction: direction.as_str(),
            author_kind: None,
            author_id: None,
            author_name: None,
            client_id: None,
            wamid: None,
            message_type: content.message_type().to_owned(),
            content: json(content),
            preview: content.preview(),
            origin: None,
            raw: None,
            // It never sorts before what is already there, even when Meta's clock is ahead of ours.
            sort_at: now.max(state.sort_at),
            created_at: now,
            delivery: None,
            reply_to: None,
            retry_of: None,
            media_id: None,
            discarded: 0,
            live: 1,
        }
    }
}

/// The author kind of what the business wrote on the phone.
pub const PHONE: &str = "phone";

/// Never shown in a thread. (1: a failed message that a person threw away; it comes back should it arrive after all.)
pub const HIDDEN: i64 = 2;

/// What the database made of a new message.
#[derive(Clone, Debug, FromRow)]
pub struct Added {
    /// Our id.
    pub id: MessageId,
    /// Its running number.
    pub n: i64,
    /// Its thread.
    pub conversation_id: ConversationId,
    /// Its account.
    pub account_id: AccountId,
    /// Which way it goes.
    pub direction: String,
    /// Its place.
    pub sort_at: Instant,
    /// Meta's id.
    pub wamid: Option<String>,
}

/// What comes again of a message that is stored already.
#[derive(Clone, Debug, Serialize)]
pub struct Again {
    /// The account.
    pub account_id: String,
    /// Meta's id.
    pub wamid: String,
    /// See [`New::message_type`].
    pub message_type: String,
    /// See [`New::content`].
    pub content: String,
    /// See [`New::preview`].
    pub preview: String,
    /// See [`New::origin`].
    pub origin: Option<String>,
    /// See [`New::media_id`].
    pub media_id: Option<MediaId>,
}
