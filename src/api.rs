//! Server functions, by noun: signature and a one-line body. They are a public API: the work is in `server/service`, behind the gate.
//!
//! To add one: here under its noun, with a fixed `endpoint`; its row in the permission test.

pub mod accounts;
pub mod conversations;
pub mod drafts;
pub mod messages;
pub mod replies;
pub mod search;
pub mod team;
pub mod templates;

use crate::protocol::error::{ApiError, Code};
use crate::protocol::json;
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::Post;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// Arguments and answers as JSON in the body of a `POST`.
pub type Json = Post<Text>;

/// JSON as [`json`] reads it.
pub struct Text;

/// It was something else.
#[derive(Debug)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not the JSON that was expected")
    }
}

impl ContentType for Text {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Text {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Text {
    type Error = Unreadable;

    fn encode(value: &T) -> Result<Bytes, Unreadable> {
        serde_json::to_vec(value).map(Bytes::from).map_err(|_| Unreadable)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Text {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<T, Unreadable> {
        json::read(&bytes).ok_or(Unreadable)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = Text;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::new(Code::Offline, "The inbox cannot be reached right now."),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::new(Code::Invalid, "The request could not be read. Reload the page."),
            ServerFnErrorErr::Deserialization(_) => Self::new(Code::Offline, "The inbox gave no readable answer."),
            _ => Self::new(Code::Internal, "Something went wrong on our side."),
        }
    }
}
