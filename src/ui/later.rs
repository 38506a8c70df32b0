//! What the first page can do without. Its code is a file of its own, which the browser fetches when it is first wanted.
//!
//! To add something: its file in `later/`, its function in [`Code`], and a call of `Inbox::want_later` where it is wanted. What the
//! server renders cannot be here: the page takes that over at once.

pub mod lightbox;
pub mod tray;

use crate::ui::state::inbox::Inbox;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

/// What the file holds.
pub struct Code {
    /// The dialog that shows a picture.
    pub lightbox: fn(Inbox) -> AnyView,
    /// The files that wait to be sent.
    pub tray: fn(Inbox) -> AnyView,
    /// What it listens for, once it is here.
    pub start: fn(Inbox),
}

static CODE: Code = Code { lightbox: lightbox::draw, tray: tray::draw, start: tray::start };

/// Fetches the file, once.
///
/// # Errors
/// It could not be fetched; the next call tries again.
#[allow(clippy::unnecessary_wraps, reason = "the macro adds how it can fail")]
#[wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
pub fn code() -> Result<&'static Code, SplitLoaderError> {
    Ok(&CODE)
}
