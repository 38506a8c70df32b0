//! A page as the server hands it to whoever renders it.

use super::beside::ContactEdit;
use super::error::ApiError;
use super::form::FormNote;
use super::snapshot::Snapshot;
use crate::domain::account::Account;
use crate::domain::agent::{Agent, Notify};
use crate::domain::id::{AccountId, ContactId};
use crate::domain::label::Label;
use crate::domain::reply::Reply;
use crate::domain::time::{Instant, LocalTime};
use serde::{Deserialize, Serialize};

/// Which page, with everything it shows.
#[derive(Clone)]
pub enum View {
    /// The inbox. The only one that the browser takes over; the others are plain forms.
    Inbox(Box<First>),
    /// Signing in.
    SignIn {
        /// What a refused form brought back.
        note: FormNote,
        /// Where to go afterwards.
        next: String,
    },
    /// The first admin.
    SetUp {
        /// What a refused form brought back.
        note: FormNote,
        /// The one-time token of the link.
        token: String,
    },
    /// The labels.
    Labels(Labels),
    /// The address book.
    Contacts(Contacts),
    /// Contacts from a table.
    Import(ImportPage),
    /// The quick replies.
    Replies(Replies),
    /// The business's numbers.
    Numbers(Numbers),
    /// The people of the team.
    People(People),
    /// Who did what.
    Audit(Audit),
    /// What people change about themselves.
    Profile(Profile),
    /// Whoever is invited chooses a password.
    Invitation {
        /// What a refused form brought back.
        note: FormNote,
        /// The token of the link.
        token: String,
    },
    /// It cannot be shown, or a form of a thread that cannot.
    Refused {
        /// Why.
        error: ApiError,
        /// What was typed, to be copied.
        kept: String,
    },
}

/// What the inbox starts from: rendered by the server, and left in the document for the browser to go on with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct First {
    /// Everything shown.
    pub snapshot: Snapshot,
    /// What a refused form of the open thread brought back.
    pub note: FormNote,
}

/// The page of labels.
#[derive(Clone)]
pub struct Labels {
    /// All, by name.
    pub labels: Vec<LabelUse>,
    /// Whether the reader may delete them.
    pub may_delete: bool,
    /// What a refused form brought back.
    pub note: FormNote,
}

/// A label and how much it is used.
#[derive(Clone)]
pub struct LabelUse {
    /// The label.
    pub label: Label,
    /// Its colour as it is kept: a preset's name, or `#rrggbb`.
    pub kept_color: String,
    /// How many conversations carry it.
    pub count: i64,
    /// How many contacts have it.
    pub contacts: i64,
}

/// The page of contacts.
#[derive(Clone)]
pub struct Contacts {
    /// Newest first, or what was searched for.
    pub contacts: Vec<ContactCard>,
    /// The last of them, if there are more.
    pub next: Option<ContactId>,
    /// The numbers that the reader may write from.
    pub accounts: Vec<Account>,
    /// The countries of these numbers, as `GB (+44)`.
    pub homes: Vec<String>,
    /// Number, name and account of a conversation that is to be begun.
    pub begun: (String, String, String),
    /// What is searched for.
    pub q: String,
    /// The label that they are to have, as it is written; empty: any.
    pub label: String,
    /// All labels.
    pub labels: Vec<Label>,
    /// Whether the reader may take all of them along.
    pub is_admin: bool,
    /// What a refused form brought back.
    pub note: FormNote,
}

/// A contact.
#[derive(Clone)]
pub struct ContactCard {
    /// Our id.
    pub id: ContactId,
    /// What they are called here.
    pub shown_name: String,
    /// Their number as people read it, else their user id.
    pub address: String,
    /// Leads to their thread, or to the form that begins one.
    pub chat: String,
    /// What they call themselves.
    pub name: String,
    /// What the team wrote about them.
    pub edit: ContactEdit,
    /// They told WhatsApp so.
    pub has_stopped: bool,
    /// Whether WhatsApp passes on nothing that they write.
    pub is_blocked: bool,
    /// Their first message, if they have written.
    pub since: Option<LocalTime>,
}

/// The page of contacts from a table.
#[derive(Clone, Default)]
pub struct ImportPage {
    /// A table that was read.
    pub preview: Option<Import>,
    /// What was just done.
    pub done: Option<Imported>,
    /// What a refused form brought back.
    pub note: FormNote,
}

/// What a table would change.
#[derive(Clone)]
pub struct Import {
    /// Names it, to confirm it.
    pub id: String,
    /// Tells what is shown from what it would change by then.
    pub print: String,
    /// So many contacts would be new.
    pub new: usize,
    /// So many would change.
    pub changed: usize,
    /// So many are so already.
    pub same: usize,
    /// So many lines cannot be taken.
    pub left_out: usize,
    /// Some of what would be new or change.
    pub shown: Vec<ImportLine>,
    /// Some of the lines that cannot be taken, and why.
    pub faults: Vec<(u64, String)>,
    /// Columns that are not read.
    pub unknown: Vec<String>,
}

/// A line of a table that makes or changes a contact.
#[derive(Clone)]
pub struct ImportLine {
    /// Its number, from 1.
    pub line: u64,
    /// What the contact would be called.
    pub name: String,
    /// Their number, as people read it.
    pub number: String,
    /// Whether nobody with this number is known.
    pub is_new: bool,
    /// Of somebody who is known, what would change: the column, what it says now, and what it would say.
    pub changes: Vec<(&'static str, String, String)>,
}

/// What a table has changed.
#[derive(Clone)]
pub struct Imported {
    /// So many contacts are new.
    pub new: usize,
    /// So many changed.
    pub changed: usize,
    /// So many were so already.
    pub same: usize,
    /// So many lines were left out.
    pub left_out: usize,
}

/// The page of quick replies.
#[derive(Clone)]
pub struct Replies {
    /// The agent's own and everybody's.
    pub replies: Vec<Reply>,
    /// Whether the reader may change everybody's.
    pub is_admin: bool,
    /// How many were just made from a table, and how many changed.
    pub imported: Option<(usize, usize)>,
    /// What a refused form brought back.
    pub note: FormNote,
}

/// The page of numbers.
#[derive(Clone)]
pub struct Numbers {
    /// Oldest first.
    pub numbers: Vec<Number>,
    /// Names and numbers of those that were removed.
    pub removed: Vec<(String, String)>,
    /// Why webhooks of late were not read, and when the last of them came.
    pub astray: Vec<(String, LocalTime)>,
    /// What Meta said; empty: it was not asked.
    pub said: String,
    /// What a refused form brought back.
    pub note: FormNote,
}

/// One of the business's numbers.
#[derive(Clone)]
pub struct Number {
    /// Which.
    pub account: Account,
    /// Meta's id of it.
    pub phone_number_id: String,
    /// The WhatsApp business account.
    pub waba_id: String,
    /// Why nothing is sent from it, if so.
    pub stopped: Option<String>,
    /// Whether its token is one of the server's settings.
    pub from_settings: bool,
    /// Whether there is a token at all that can be read.
    pub has_token: bool,
    /// Whether customers see that their messages were read.
    pub read_receipts: bool,
    /// Whether customers see that somebody writes.
    pub typing_indicator: bool,
    /// Whether whoever answers first gets the conversation.
    pub auto_assign: bool,
}

/// The page of people.
#[derive(Clone)]
pub struct People {
    /// Oldest first.
    pub people: Vec<Person>,
    /// The numbers that the reader looks after.
    pub accounts: Vec<Account>,
    /// A link that was just made, and for whom.
    pub link: Option<(String, String)>,
    /// What a refused form brought back.
    pub note: FormNote,
}

/// Somebody of the team.
#[derive(Clone)]
pub struct Person {
    /// Who.
    pub agent: Agent,
    /// The only numbers that they answer; none: all of them.
    pub numbers: Vec<AccountId>,
    /// Whether they may not sign in.
    pub is_out: bool,
    /// Whether it is the reader.
    pub is_reader: bool,
}

/// The page of who did what.
#[derive(Clone)]
pub struct Audit {
    /// Newest first.
    pub lines: Vec<AuditLine>,
    /// Where the next page begins, if there are more.
    pub next: Option<i64>,
    /// Everybody, by id and name.
    pub people: Vec<(String, String)>,
    /// Of whom it is asked for, by id; empty: of anybody.
    pub who: String,
    /// What it is asked for, by its word; empty: anything.
    pub what: String,
    /// With whom; empty: with anybody.
    pub customer: String,
}

/// Something that somebody did.
#[derive(Clone)]
pub struct AuditLine {
    /// When.
    pub at: Instant,
    /// The same in the reader's zone.
    pub local: LocalTime,
    /// Who.
    pub who: String,
    /// The word of what they did.
    pub act: String,
    /// To what.
    pub subject: String,
    /// With whom: what their thread is found by, and what they are called.
    pub customer: Option<(String, String)>,
}

/// The page of somebody's own.
#[derive(Clone)]
pub struct Profile {
    /// Whose.
    pub agent: Agent,
    /// Their colour, as a label's is kept; empty: none.
    pub color: String,
    /// What they are told of while they look elsewhere.
    pub notify: Notify,
    /// Where they are signed in, the one used last first.
    pub sessions: Vec<OwnSession>,
    /// What a refused form brought back.
    pub note: FormNote,
}

/// Where somebody is signed in.
#[derive(Clone)]
pub struct OwnSession {
    /// Names it.
    pub id: String,
    /// Where, in words; may be empty.
    pub device: String,
    /// When it began.
    pub began: LocalTime,
    /// When it was last used.
    pub used: LocalTime,
    /// Whether it is the one that reads this.
    pub is_this: bool,
}
