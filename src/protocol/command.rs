//! What a page asks the server to do.

use crate::domain::id::{AccountId, ClientId, ContactId, ConversationId, MessageId};
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
