//! A page as the server hands it to whoever renders it.

use super::error::ApiError;
use super::form::FormNote;
use super::snapshot::Snapshot;
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
