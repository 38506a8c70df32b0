//! What a page asks the server to do.

use crate::domain::content::{Contacts, Interactive, Location};
use crate::domain::id::{AccountId, AgentId, ClientId, ContactId, ConversationId, MessageId};
use crate::domain::template::Chosen;
use crate::domain::time::Instant;
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
    /// The newest message that was on the page when typing began: a colleague's answer after it is asked about once. None: nobody asks.
    #[serde(default)]
    pub seen: Option<(Instant, i64)>,
    /// The customer sees no preview of the page that a link leads to.
    #[serde(default)]
    pub plain: bool,
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

/// Do something with a conversation that no customer sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handle {
    /// Let it carry the label of this name, which is made if there is none; empty: no label.
    Label(String),
    /// Give it to somebody; none: to nobody.
    Assign(Option<AgentId>),
    /// It is done with.
    Resolve,
    /// It is to be done.
    Reopen,
    /// It rests until then.
    Snooze(Instant),
    /// Let its newest message count as unread again.
    MarkUnread,
    /// Let so many of its newest messages count as unread, as before they were read all at once.
    UnreadAgain(i64),
}

/// Settle a message that failed, whose outcome is unknown, or whose file did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settle {
    /// A person knows that it arrived.
    MarkAsSent,
    /// Send the same content as a new message, once.
    SendAgain,
    /// The same with its file as a document, which WhatsApp passes on as it is.
    SendAsDocument,
    /// Take a failed message out of the thread.
    Discard,
    /// Fetch its file from WhatsApp again, which did not come.
    FetchFile,
    /// Take it out of the thread for the whole team; the customer keeps what they have.
    Delete,
}

impl Settle {
    /// The word used in the audit.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MarkAsSent => "mark_as_sent",
            Self::SendAgain => "send_again",
            Self::SendAsDocument => "send_as_document",
            Self::Discard => "discard",
            Self::FetchFile => "fetch_file",
            Self::Delete => "delete",
        }
    }
}
