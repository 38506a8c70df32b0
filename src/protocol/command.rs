//! What a page asks the server to do.

use crate::domain::content::{Content, Location, Text};
use crate::domain::id::{AccountId, ClientId, ContactId, ConversationId, MessageId};
use crate::domain::media::{Media, Unsendable};
use serde::{Deserialize, Serialize};

/// A message to be sent. Bound to (account, contact, conversation) when typing starts; a mismatch is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Minted by the composer; the same id again sends nothing and answers the same.
    pub client_id: ClientId,
    /// Where it is written.
    pub conversation_id: ConversationId,
    /// Whom the composer was opened for.
    pub contact_id: ContactId,
    /// The number it leaves from.
    pub account_id: AccountId,
    /// The words; of a file, its caption.
    pub body: String,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// The file it carries.
    #[serde(default)]
    pub file: Option<Attached>,
    /// The place it names; nothing else goes with it.
    #[serde(default)]
    pub place: Option<Location>,
}

impl Outgoing {
    /// What is sent.
    ///
    /// # Errors
    /// WhatsApp would not take the file.
    pub fn content(&self) -> Result<Content, Unsendable> {
        if let Some(place) = &self.place {
            return Ok(Content::Location(place.clone()));
        }
        match &self.file {
            Some(file) => file.media.to_send(file.name.clone(), Some(self.body.clone()).filter(|body| !body.trim().is_empty())),
            None => Ok(Content::Text(Text { body: self.body.clone() })),
        }
    }
}

impl Outgoing {
    /// Takes off the words that what is sent cannot carry, as a message of their own after it: recordings, stickers and places have no
    /// caption. Its client id follows from the first one's: two clicks are still one sending.
    #[must_use]
    pub fn split(mut self) -> (Self, Option<Self>) {
        let carries = self.place.is_none() && !matches!(self.content(), Ok(Content::Audio(_) | Content::Sticker(_)));
        if carries || self.body.trim().is_empty() {
            return (self, None);
        }
        let client_id = ClientId(format!("{}-text", self.client_id));
        let after = Self { client_id, body: std::mem::take(&mut self.body), reply_to: None, file: None, place: None, ..self.clone() };
        (self, Some(after))
    }
}

/// A file that was handed to the server and is not sent yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// What the server found in it.
    pub media: Media,
    /// What it is called.
    pub name: Option<String>,
}

/// Settle a message that failed or whose outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settle {
    /// A person knows that it arrived.
    MarkAsSent,
    /// Send the same content as a new message, once.
    SendAgain,
    /// Take a failed message out of the thread.
    Discard,
}
