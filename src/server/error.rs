//! What can go wrong behind a request, and its one way to the browser: a stable code and a sentence.
//!
//! Which error to use: a function that a person or program waits for answers [`Result`]; refusals are made with [`refuse`];
//! everything from the store passes through `?` and becomes `internal` or `unavailable`, logged once, here, under an id.

use super::store;
use crate::protocol::error::{ApiError, Code};

/// Why a request could not be served.
#[derive(Debug)]
pub enum Error {
    /// A refusal the caller should read.
    Api(ApiError),
    /// The database.
    Store(store::Error),
}

/// The answer to a caller.
pub type Result<T> = std::result::Result<T, Error>;

/// A refusal with its sentence.
pub fn refuse(code: Code, message: impl Into<String>) -> Error {
    Error::Api(ApiError::new(code, message))
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let error = match error {
            Error::Api(error) => return error,
            Error::Store(error) => error,
        };
        if error.is_interrupted() {
            return Self::new(Code::Unavailable, "This takes too long to find. Ask for more or rarer words, or for fewer days.");
        }
        let id = super::clock::new_id();
        if error.is_passing() {
            tracing::warn!(%error, %id, "the database is not available");
            return Self::new(Code::Unavailable, "The database is not available right now. Nothing was changed: try again in a moment.");
        }
        tracing::error!(%error, %id, "a request failed");
        Self::new(Code::Internal, format!("Something went wrong on our side. The log has it under {id}."))
    }
}

/// The HTTP status of a code.
#[must_use]
pub fn status(code: Code) -> u16 {
    match code {
        Code::Unauthorized => 401,
        Code::Forbidden | Code::CrossOrigin => 403,
        Code::UnknownConversation | Code::UnknownMessage | Code::UnknownAccount => 404,
        Code::RecipientMismatch | Code::AnsweredMeanwhile | Code::ClientIdReused | Code::NotPossible => 409,
        Code::Invalid | Code::WindowClosed => 422,
        Code::TooManyAttempts => 429,
        Code::Unavailable | Code::Offline => 503,
        _ => 500,
    }
}
