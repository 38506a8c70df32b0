//! Server functions, by noun: signature and a one-line body. They are a public API: the work is in `server/service`, behind the gate.
//!
//! To add one: here under its noun, with a fixed `endpoint`; its row in the permission test.

pub mod accounts;
pub mod conversations;
pub mod messages;

use crate::protocol::error::{ApiError, Code};
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::new(Code::Offline, "The inbox cannot be reached right now."),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::new(Code::Invalid, "The request could not be read. Reload the page."),
            ServerFnErrorErr::Deserialization(_) => Self::new(Code::Offline, "The inbox gave no readable answer."),
            _ => Self::new(Code::Internal, "Something went wrong on our side."),
        }
    }
}
