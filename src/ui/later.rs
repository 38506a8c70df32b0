//! What the first page can do without. Its code is a file of its own, which the browser fetches when it is first wanted.
//!
//! To add something: its file in `later/`, its function in [`Code`], and a call of `Inbox::want_later` where it is wanted. What the
//! server renders cannot be here: the page takes that over at once.

pub mod answer;
pub mod lightbox;
pub mod menu;
pub mod tray;

use crate::ui::browser::document;
use crate::ui::state::inbox::Inbox;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

/// What the file holds.
pub struct Code {
    /// What opens over the thread: a picture, a message's menu.
    pub over: fn(Inbox) -> AnyView,
    /// What stands above the composer: files that wait to be sent, the message that is answered.
    pub above: fn(Inbox) -> AnyView,
    /// What it listens for, once it is here.
    pub start: fn(Inbox),
}

static CODE: Code = Code {
    over: |inbox| (lightbox::draw(inbox), menu::draw(inbox)).into_any(),
    above: |inbox| (tray::draw(inbox), answer::draw(inbox)).into_any(),
    start: |inbox| {
        tray::start(inbox);
        menu::start(inbox);
        answer::start(inbox);
        document::mark("data-complete", true);
    },
};

/// Fetches the file, once.
///
/// # Errors
/// It could not be fetched; the next call tries again.
#[allow(clippy::unnecessary_wraps, reason = "the macro adds how it can fail")]
#[wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
pub fn code() -> Result<&'static Code, SplitLoaderError> {
    Ok(&CODE)
}
