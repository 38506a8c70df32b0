//! The only error a browser or program ever sees: a stable code and a sentence, nothing internal.

use serde::{Deserialize, Serialize};

/// What went wrong, coarsely. The word is stable: programs decide by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// No session or no valid key.
    Unauthorized,
    /// Signed in, but not allowed to.
    Forbidden,
    /// The request does not come from our own page.
    CrossOrigin,
    /// No such conversation, or not for this caller.
    UnknownConversation,
    /// No such message, or not for this caller.
    UnknownMessage,
    /// No such account, or not for this caller.
    UnknownAccount,
    /// A field is missing or wrong; the sentence says which.
    Invalid,
    /// The customer-service window is closed.
    WindowClosed,
    /// The composer was opened for somebody else.
    RecipientMismatch,
    /// A colleague has answered since typing began.
    AnsweredMeanwhile,
    /// This client id was used for another message.
    ClientIdReused,
    /// The message is not in a state that allows this.
    NotPossible,
    /// Too many attempts.
    TooManyAttempts,
    /// Overloaded or the database is away; nothing was done.
    Unavailable,
    /// A fault of ours; it is in the log under the id in the sentence.
    Internal,
    /// The server could not be reached. Made in the browser only.
    Offline,
}

/// An error with its sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// Stable.
    pub code: Code,
    /// For people: what happened and what to do.
    pub message: String,
}

/// The body of a form or REST request that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Refused {
    /// Why.
    pub error: ApiError,
}

impl ApiError {
    /// An error with its sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApiError {}
