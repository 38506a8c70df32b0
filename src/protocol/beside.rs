//! What stands beside a thread.

use crate::domain::conversation::Conversation;
use crate::domain::id::{LabelId, MessageId};
use crate::domain::media::Media;
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// Who the customer is, and what was exchanged with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// What they call themselves.
    pub name: String,
    /// What the team wrote about them.
    pub edit: ContactEdit,
    /// They told WhatsApp so.
    pub has_stopped: bool,
    /// Whether WhatsApp passes on nothing that they write.
    pub is_blocked: bool,
    /// Their first message, if they have written.
    pub first_seen_at: Option<Instant>,
    /// Their conversations with other numbers of ours, newest first.
    pub others: Vec<Conversation>,
    /// The newest files of the thread.
    pub files: Vec<File>,
    /// Whether it has more of them.
    pub has_more_files: bool,
    /// The newest links in it.
    pub links: Vec<Link>,
    /// Whether there are more in what was looked through.
    pub has_more_links: bool,
}

/// So many files and so many links are shown at first.
pub const SHELF: u32 = 24;

/// A file of a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its message.
    pub message_id: MessageId,
    /// The file.
    pub media: Media,
    /// Of a document: what it is called.
    pub name: Option<String>,
    /// When.
    pub at: Instant,
}

/// A link in a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The message it stands in.
    pub message_id: MessageId,
    /// Where it leads.
    pub href: String,
    /// When.
    pub at: Instant,
}

/// What the team writes about a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactEdit {
    /// What the team calls them.
    pub given_name: String,
    /// Where else to write to.
    pub email: String,
    /// What else is known.
    pub notes: String,
    /// They want no marketing.
    pub no_marketing: bool,
    /// What they are sorted by.
    pub labels: Vec<LabelId>,
}

/// One of these fields: what a colleague writes into another at the same time stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactField {
    /// What the team calls them.
    GivenName(String),
    /// Where else to write to.
    Email(String),
    /// What else is known.
    Notes(String),
    /// They want no marketing.
    NoMarketing(bool),
    /// This label is put on them, or taken off.
    Label(LabelId, bool),
}

impl ContactEdit {
    /// Changes a field.
    pub fn put(&mut self, field: ContactField) {
        match field {
            ContactField::GivenName(name) => self.given_name = name,
            ContactField::Email(email) => self.email = email,
            ContactField::Notes(notes) => self.notes = notes,
            ContactField::NoMarketing(is) => self.no_marketing = is,
            ContactField::Label(label, is) => {
                // No engine can hold NUL.
                let label = LabelId(label.0.replace('\0', ""));
                self.labels.retain(|other| *other != label);
                self.labels.extend(is.then_some(label));
                self.labels.sort();
            }
        }
    }
}
