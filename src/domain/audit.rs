//! What the team is seen to have done: each act has a word, which never changes.
//!
//! To add one: its variant here, its sentence in `ui/words/audit`, and a call of `service::audit::keep` where it is done.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Looked at a conversation.
    Read,
    /// Looked for messages; which words.
    Searched,
    /// Sent a message; the subject is its kind.
    Sent,
    /// Settled a message that failed or was not known; how.
    Settled,
    /// Put an emoji on a message.
    Reacted,
    /// Wrote a note.
    Noted,
    /// Labelled, assigned, put off, resolved or opened again; what.
    Handled,
    /// Deleted a message.
    Deleted,
    /// Changed what is known of a contact.
    ContactChanged,
    /// Began a conversation; with whom.
    Begun,
    /// Blocked somebody.
    Blocked,
    /// Took the block back.
    Unblocked,
    /// Took all contacts along.
    Exported,
    /// Brought contacts in; how many.
    Imported,
    /// Made, changed or deleted a label; which of these.
    LabelChanged,
    /// Made, changed or deleted a quick reply.
    ReplyChanged,
    /// Invited, changed or let out a person.
    PersonChanged,
    /// Connected, changed, paused or removed a number.
    NumberChanged,
    /// Kept or deleted everybody's view.
    ViewChanged,
    /// Made or revoked a program's key.
    KeyChanged,
    /// Signed in.
    SignedIn,
    /// Somebody gave a wrong password for them.
    SignInRefused,
}

impl Act {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 22] = [
        Self::Read,
        Self::Searched,
        Self::Sent,
        Self::Settled,
        Self::Reacted,
        Self::Noted,
        Self::Handled,
        Self::Deleted,
        Self::ContactChanged,
        Self::Begun,
        Self::Blocked,
        Self::Unblocked,
        Self::Exported,
        Self::Imported,
        Self::LabelChanged,
        Self::ReplyChanged,
        Self::PersonChanged,
        Self::NumberChanged,
        Self::ViewChanged,
        Self::KeyChanged,
        Self::SignedIn,
        Self::SignInRefused,
    ];

    /// The word used in the database and in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Searched => "searched",
            Self::Sent => "sent",
            Self::Settled => "settled",
            Self::Reacted => "reacted",
            Self::Noted => "noted",
            Self::Handled => "handled",
            Self::Deleted => "deleted",
            Self::ContactChanged => "contact_changed",
            Self::Begun => "begun",
            Self::Blocked => "blocked",
            Self::Unblocked => "unblocked",
            Self::Exported => "exported",
            Self::Imported => "imported",
            Self::LabelChanged => "label_changed",
            Self::ReplyChanged => "reply_changed",
            Self::PersonChanged => "person_changed",
            Self::NumberChanged => "number_changed",
            Self::ViewChanged => "view_changed",
            Self::KeyChanged => "key_changed",
            Self::SignedIn => "signed_in",
            Self::SignInRefused => "sign_in_refused",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == word)
    }
}
