//! What a page asks the server to do.

use crate::domain::content::{Contacts, Interactive, Location};
use crate::domain::id::{AccountId, ClientId, ContactId, ConversationId, MessageId};
use crate::domain::template::Chosen;
use serde::{Deserialize, Serialize};

/// Send a text. Bound to (account, contact, conversation) when typing starts; a mismatch is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendText {
    /// Minted by the composer; the same id again sends nothing and answers the same.
    pub client_id: ClientId,
    /// Where it is written.
    #[serde(default)]
    pub conversation_id: ConversationId,
    /// Whom the composer was opened for.
    pub contact_id: ContactId,
    /// The number it leaves from.
    pub account_id: AccountId,
    /// The words.
    pub body: String,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
}

/// Send what is made of parts. Bound and told apart like [`SendText`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMade {
    /// Whom it is for, and which message it answers; its text is empty.
    pub to: SendText,
    /// What it is.
    pub made: Made,
}

/// What is made of parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Made {
    /// A place.
    Location(Location),
    /// Contact cards.
    Contacts(Contacts),
    /// A question with answers to tap, or a link as a button.
    Interactive(Interactive),
    /// A template; the file above it, if it has one, comes beside.
    Template(Chosen),
}

/// Settle a message that failed, whose outcome is unknown, or whose file did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settle {
    /// A person knows that it arrived.
    MarkAsSent,
    /// Send the same content as a new message, once.
    SendAgain,
    /// Take a failed message out of the thread.
    Discard,
    /// Fetch its file from WhatsApp again, which did not come.
    FetchFile,
}
