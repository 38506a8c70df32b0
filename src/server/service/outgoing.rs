//! A message to be sent: words, a file, or what is made of parts, bound to whom it is for.

use crate::domain::content::{Content, Text};
use crate::domain::conversation::Conversation;
use crate::domain::id::{AccountId, ClientId, ContactId, ConversationId, MessageId};
use crate::domain::media::{Media, Unsendable};
use crate::domain::time::Instant;
use crate::protocol::command::{Made, SendMade, SendText};
use crate::server::secret::token_hash;

/// A message to be sent. Its binding to (account, contact, conversation) is checked; a mismatch is refused.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Minted by the writer; the same id again sends nothing and answers the same.
    pub client_id: ClientId,
    /// Where it is written.
    pub conversation_id: ConversationId,
    /// Whom it is for.
    pub contact_id: ContactId,
    /// The number it leaves from.
    pub account_id: AccountId,
    /// The words; of a file, its caption.
    pub body: String,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// The newest message that its writer had seen when they began.
    pub seen: Option<(Instant, i64)>,
    /// Without a preview of its links.
    pub plain: bool,
    /// The file it carries.
    pub file: Option<Attached>,
    /// What it is, if it is made of parts.
    pub made: Option<Made>,
}

/// A file that was handed over to be sent.
#[derive(Clone, Debug)]
pub struct Attached {
    /// What was found in it.
    pub media: Media,
    /// What it is called.
    pub name: Option<String>,
}

impl From<SendText> for Outgoing {
    fn from(text: SendText) -> Self {
        let SendText { client_id, conversation_id, contact_id, account_id, body, reply_to, seen, plain } = text;
        Self { client_id, conversation_id, contact_id, account_id, body, reply_to, seen, plain, file: None, made: None }
    }
}

impl From<SendMade> for Outgoing {
    fn from(SendMade { to, made }: SendMade) -> Self {
        Self { body: String::new(), made: Some(made), ..Self::from(to) }
    }
}

impl Outgoing {
    /// Nothing yet, to whom a conversation is with.
    #[must_use]
    pub fn to(conversation: Conversation, client_id: ClientId, reply_to: Option<MessageId>) -> Self {
        Self {
            client_id,
            conversation_id: conversation.id,
            contact_id: conversation.contact_id,
            account_id: conversation.account_id,
            body: String::new(),
            reply_to,
            seen: None,
            plain: false,
            file: None,
            made: None,
        }
    }

    /// What is sent; of a template, only what it carries: `templates::filled` says the rest.
    ///
    /// # Errors
    /// WhatsApp would not take the file.
    pub fn content(&self) -> Result<Content, Unsendable> {
        match &self.made {
            Some(Made::Location(place)) => return Ok(Content::Location(place.clone())),
            Some(Made::Contacts(contacts)) => return Ok(Content::Contacts(contacts.clone())),
            Some(Made::Interactive(interactive)) => return Ok(Content::Interactive(interactive.clone())),
            Some(Made::Template(_)) | None => {}
        }
        match &self.file {
            Some(file) => file.media.to_send(file.name.clone(), Some(self.body.clone()).filter(|body| !body.trim().is_empty())),
            None => Ok(Content::Text(Text { body: self.body.clone(), plain: self.plain })),
        }
    }

    /// Takes off the words that what is sent cannot carry, as a message of their own after it: recordings, stickers and places have no
    /// caption. Its client id follows from the first one's: two clicks are still one sending.
    #[must_use]
    pub fn split(mut self) -> (Self, Option<Self>) {
        // Beside a template there are no words: they are refused.
        let carries = matches!(self.made, None | Some(Made::Template(_))) && !matches!(self.content(), Ok(Content::Audio(_) | Content::Sticker(_)));
        if carries || self.body.trim().is_empty() {
            return (self, None);
        }
        let client_id = ClientId(format!("{}-text", token_hash(self.client_id.as_str()).get(..40).unwrap_or_default()));
        let after = Self { client_id, body: std::mem::take(&mut self.body), reply_to: None, seen: None, file: None, made: None, ..self.clone() };
        (self, Some(after))
    }
}
