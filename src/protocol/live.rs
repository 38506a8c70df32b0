//! Frames of the socket at `/whatsapp/live`, JSON text both ways. Nothing that may not be lost travels here.

use super::event::Event;
use super::snapshot::Notice;
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// Raised when frames change in a way an old page cannot read.
pub const PROTOCOL: u32 = 1;

/// The page sends this word to ask whether the line still stands; the answer is a [`Frame::Position`].
pub const PING: &str = "ping";

/// From the server.
#[allow(clippy::large_enum_variant, reason = "nearly every frame is the large one")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// The first frame.
    Hello {
        /// Which build serves; another one than the page's means that a newer page exists.
        build: String,
        /// [`PROTOCOL`].
        protocol: u32,
        /// The database's identity: another epoch has other numbers.
        epoch: String,
        /// The head of the log.
        seq: i64,
    },
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
    /// What is wrong now; in place of what was said before.
    Notices {
        /// As far as it concerns the agent.
        notices: Vec<Notice>,
    },
    /// The session is over: sign in again.
    SignedOut,
}
