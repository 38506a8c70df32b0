//! What the first page can do without. Its code is a file of its own, which the browser fetches once the first page is done with.
//!
//! To add something: its file in `later/`, and its place in [`CODE`]. What the server renders cannot be here: the page takes that over
//! at once. What must be heard before this code is here cannot, either.

pub mod act;
pub mod answer;
pub mod details;
pub mod form;
pub mod lightbox;
pub mod make;
pub mod menu;
pub mod tray;
pub mod typing;
pub mod voice;

use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::protocol::error::ApiError;
use crate::ui::browser::document;
use crate::ui::state::inbox::Inbox;
use futures_util::future::{FutureExt, LocalBoxFuture};
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::sync::OnceLock;

/// What the file holds.
pub struct Code {
    /// What outlives a thread: a recording, a form that was begun.
    pub whole: fn(Inbox) -> AnyView,
    /// What opens over the thread: a picture, a message's menu.
    pub over: fn(Inbox) -> AnyView,
    /// What stands above the composer: files that wait to be sent, the message that is answered.
    pub above: fn(Inbox) -> AnyView,
    /// In the composer: what can be sent beside words and files.
    pub beside: fn(Inbox) -> AnyView,
    /// In a closed composer: what can be sent in place of words.
    pub instead: fn(Inbox) -> AnyView,
    /// What it listens for, once it is here.
    pub start: fn(Inbox),
    /// One conversation went into another.
    pub joined: fn(&ConversationId, &Conversation),
    /// A person has looked at the thread up to this bubble.
    pub mark_read: fn(Inbox, &str),
    /// Shows what an address names.
    pub show: fn(Inbox, String),
    /// Everything anew from the server.
    pub resync: fn(Inbox) -> LocalBoxFuture<'static, Result<(), ApiError>>,
    /// Loads the next page of the list.
    pub load_more: fn(Inbox) -> LocalBoxFuture<'static, ()>,
    /// Loads older messages of the open thread; whether any came.
    pub load_older: fn(Inbox) -> LocalBoxFuture<'static, bool>,
}

static CODE: Code = Code {
    whole: |inbox| (answer::said(), voice::draw(inbox), make::draw(inbox)).into_any(),
    over: |inbox| (lightbox::draw(inbox), menu::draw(inbox), details::draw(inbox)).into_any(),
    above: |inbox| (tray::draw(inbox), answer::draw(inbox)).into_any(),
    beside: |inbox| (make::beside(inbox), voice::beside(inbox)).into_any(),
    instead: make::instead,
    start: |inbox| {
        console_error_panic_hook::set_once();
        document::add_style(&format!("/pkg/whatsapp-inbox.later.css?v={}", inbox.build.get_value()));
        inbox.restore_unsent();
        act::start(inbox);
        tray::start(inbox);
        menu::start();
        answer::start(inbox);
        lightbox::start();
        typing::start(inbox);
        document::mark("data-complete", true);
    },
    joined: |gone, kept| {
        tray::move_to(gone, kept);
        voice::move_to(gone, kept);
    },
    mark_read: Inbox::mark_read,
    show: Inbox::refetch,
    resync: |inbox| inbox.fetch_snapshot().boxed_local(),
    load_more: |inbox| inbox.fetch_more().boxed_local(),
    load_older: |inbox| inbox.fetch_older().boxed_local(),
};

static HERE: OnceLock<&Code> = OnceLock::new();

/// The code, if it was fetched.
#[must_use]
pub fn here() -> Option<&'static Code> {
    HERE.get().copied()
}

/// Fetches it, and starts it once. If it does not come, the next call tries again.
pub async fn fetch(inbox: Inbox) -> Option<&'static Code> {
    let code = code().await.ok()?;
    if HERE.set(code).is_ok() {
        (code.start)(inbox);
    }
    Some(code)
}

/// Where the page is split: what is only reached from here is in the other file.
#[allow(clippy::unnecessary_wraps, reason = "the macro adds how it can fail")]
#[wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
fn code() -> Result<&'static Code, SplitLoaderError> {
    Ok(&CODE)
}
