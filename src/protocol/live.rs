//! Frames of the socket at `/whatsapp/live`, JSON text both ways. Nothing that may not be lost travels here.

use super::event::Event;
use super::json;
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// Raised when frames change in a way an old page cannot read.
pub const PROTOCOL: i64 = 3;

/// The page sends this word to ask whether the line still stands; the answer is a [`Frame::Position`].
pub const PING: &str = "ping";

/// The first frame of every line. Its shape never changes: pages of any age read from it that a newer one exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Says that it is one.
    pub frame: Greeting,
    /// Which build serves; another one than the page's means that a newer page exists.
    pub build: String,
    /// [`PROTOCOL`].
    pub protocol: i64,
    /// The database's identity: another epoch has other numbers.
    pub epoch: String,
    /// The head of the log.
    pub seq: i64,
}

/// The only word of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Greeting {
    /// `hello`
    Hello,
}

/// From the server.
#[allow(clippy::large_enum_variant, reason = "nearly every frame is the large one")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// The first frame, which has a shape of its own.
    #[serde(skip)]
    Hello(Hello),
    /// One event of the log.
    Event {
        /// Its place; always rising, with gaps.
        seq: i64,
        /// What happened.
        event: Event,
    },
    /// Everything up to `seq` has been sent or was not for this agent. Also the heartbeat.
    Position {
        /// The reader's place in the log.
        seq: i64,
        /// The server's clock.
        now: Instant,
    },
    /// The page must fetch a fresh snapshot: it was away too long or reads too slowly.
    Resync {
        /// The epoch to go on with.
        epoch: String,
    },
    /// What is said beside the log: an [`super::aside::Aside`] as JSON, which the first page does not read.
    Aside {
        /// The JSON.
        text: String,
    },
    /// The session is over: sign in again.
    SignedOut,
}

impl Frame {
    /// A frame as it came; `None` if this version cannot read it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        json::read(text.as_bytes()).or_else(|| json::read(text.as_bytes()).map(Self::Hello))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_any_age_read_the_hello() {
        let text = r#"{"frame":"hello","build":"b","protocol":9,"epoch":"e","seq":7,"later":"ignored"}"#;
        let hello = Hello { frame: Greeting::Hello, build: "b".into(), protocol: 9, epoch: "e".into(), seq: 7 };
        assert_eq!(Frame::read(text), Some(Frame::Hello(hello.clone())));
        assert!(text.starts_with(serde_json::to_string(&hello).unwrap().trim_end_matches('}')));
        assert_eq!(Frame::read(r#""signed_out""#), Some(Frame::SignedOut));
        assert_eq!(Frame::read(r#"{"later":{}}"#), None);
    }
}
