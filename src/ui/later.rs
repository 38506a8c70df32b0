//! What the first page can do without. Its code is a file of its own, which the browser fetches once the first page is done with.
//!
//! To add something: its file in `later/`, and its place in [`CODE`]. What the server renders cannot be here: the page takes that over
//! at once. What must be heard before this code is here cannot, either.

pub mod act;
pub mod answer;
pub mod aside;
pub mod beside;
pub mod bulk;
pub mod complete;
pub mod details;
pub mod drafts;
pub mod emoji;
pub mod find;
pub mod form;
pub mod forward;
pub mod gap;
pub mod held;
pub mod hits;
pub mod keys;
pub mod lightbox;
pub mod make;
pub mod menu;
pub mod note;
pub mod notify;
pub mod operators;
pub mod palette;
pub mod pins;
pub mod presence;
pub mod press;
pub mod preview;
pub mod replies;
pub mod room;
pub mod rush;
pub mod shelf;
pub mod single;
pub mod tools;
pub mod tray;
pub mod typed;
pub mod typing;
pub mod undo;
pub mod unread;
pub mod views;
pub mod voice;
pub mod wrong;

use crate::domain::content::text::parts;
use crate::domain::conversation::Conversation;
use crate::domain::failure::Failure;
use crate::domain::id::ConversationId;
use crate::domain::message::{Message, Quote};
use crate::protocol::address;
use crate::protocol::error::ApiError;
use crate::ui::browser::{document, task};
use crate::ui::state::inbox::Inbox;
use futures_util::future::{FutureExt, LocalBoxFuture, select};
use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::pin::pin;
use std::sync::OnceLock;

/// How long its style is waited for.
const STYLE_MS: i64 = 5_000;

/// What the file holds.
pub struct Code {
    /// What outlives a thread: a recording, a form that was begun.
    pub whole: fn(Inbox) -> AnyView,
    /// In the list's header: which part of it is shown.
    pub views: fn(Inbox) -> AnyView,
    /// Above the list: the way out of one that shows nothing, the pinned ones.
    pub pinned: fn(Inbox) -> AnyView,
    /// Below the list: messages that were found, what can be done with the chosen rows.
    pub below: fn(Inbox) -> AnyView,
    /// Beside a row's name: its label, whose it is.
    pub marks: fn(&ArcRwSignal<Conversation>) -> AnyView,
    /// In the thread's header: what the team does with the conversation.
    pub tools: fn(Inbox) -> AnyView,
    /// What opens over the thread: a picture, a message's menu.
    pub over: fn(Inbox) -> AnyView,
    /// What stands above the composer: files that wait to be sent, the message that is answered.
    pub above: fn(Inbox) -> AnyView,
    /// In the composer: what can be sent beside words and files.
    pub beside: fn(Inbox) -> AnyView,
    /// In a closed composer: what can be sent in place of words.
    pub instead: fn(Inbox) -> AnyView,
    /// What a message shows of the one that it answers.
    pub quote: fn(Message) -> Option<Quote>,
    /// Why something did not work at Meta, and what to do.
    pub sentence: fn(&Failure) -> String,
    /// Something was said beside the log.
    pub hear: fn(&str),
    /// What it listens for, once it is here.
    pub start: fn(Inbox),
    /// One conversation went into another.
    pub joined: fn(&ConversationId, &Conversation),
    /// A person has looked at the thread up to this bubble.
    pub mark_read: fn(Inbox, &str),
    /// Cuts a text that is too long into parts.
    pub parts: fn(&str) -> Vec<String>,
    /// Shows what an address names.
    pub show: fn(Inbox, String),
    /// Shows another part of the list.
    pub show_list: fn(Inbox, String),
    /// Lets into the list what fits what it is asked for by now.
    pub admit: fn(Inbox),
    /// Everything anew from the server.
    pub resync: fn(Inbox) -> LocalBoxFuture<'static, Result<(), ApiError>>,
    /// The list was scrolled.
    pub scrolled: fn(Inbox, &ev::Event),
    /// Loads older messages of the open thread; whether any came.
    pub load_older: fn(Inbox) -> LocalBoxFuture<'static, bool>,
}

static CODE: Code = Code {
    whole: |inbox| {
        (
            wrong::draw(inbox),
            aside::draw(inbox),
            answer::said(),
            undo::draw(inbox),
            tools::draw_panel(inbox),
            voice::draw(inbox),
            make::draw(inbox),
            forward::draw(inbox),
            palette::draw(inbox),
        )
            .into_any()
    },
    quote: answer::quote_of,
    sentence: Failure::sentence,
    hear: aside::hear,
    views: |inbox| (views::draw(inbox), operators::draw()).into_any(),
    pinned: |inbox| (views::way_out(inbox), pins::draw(inbox)).into_any(),
    below: |inbox| (hits::draw(inbox), bulk::draw(inbox)).into_any(),
    marks: tools::row_marks,
    tools: tools::draw,
    over: |inbox| (lightbox::draw(inbox), menu::draw(inbox), details::draw(inbox), find::draw(inbox), beside::draw(inbox)).into_any(),
    above: |inbox| {
        (presence::draw(), held::draw(inbox), note::draw(inbox), tray::draw(inbox), answer::draw(inbox), complete::draw(inbox), preview::draw(inbox)).into_any()
    },
    beside: |inbox| (make::beside(inbox), emoji::beside(), voice::beside(inbox)).into_any(),
    instead: make::instead,
    start: |inbox| {
        console_error_panic_hook::set_once();
        inbox.restore_unsent();
        inbox.settle_address();
        inbox.look_anew_when_opened();
        wrong::start(inbox);
        tools::start(inbox);
        act::start(inbox);
        tray::start(inbox);
        menu::start(inbox);
        answer::start(inbox);
        complete::start(inbox);
        keys::start(inbox);
        room::start(inbox);
        lightbox::start();
        typing::start(inbox);
        presence::start(inbox);
        drafts::start(inbox);
        typed::start(inbox);
        pins::start(inbox);
        unread::start(inbox);
        notify::start(inbox);
        bulk::start(inbox);
        press::start(inbox);
        gap::start(inbox);
        beside::start();
        inbox.admit();
        for text in Inbox::take_unheard() {
            aside::hear(&text);
        }
        document::mark("data-complete", true);
    },
    joined: |gone, kept| {
        tray::move_to(gone, kept);
        voice::move_to(gone, kept);
        note::move_to(gone, &kept.id);
    },
    mark_read: Inbox::mark_read,
    parts,
    show: Inbox::refetch,
    // The same may be written in another way.
    show_list: |inbox, query| {
        let filter = address::filter_of(&query);
        if inbox.query.with_untracked(|shown| address::filter_of(shown) != filter) {
            views::fetch(inbox, filter);
        }
    },
    admit: |inbox| {
        rush::pace(inbox, |inbox| {
            views::admit(inbox);
            views::recount(inbox);
            pins::refresh(inbox);
            notify::look(inbox);
            beside::follow(inbox);
        });
    },
    resync: |inbox| inbox.fetch_snapshot().boxed_local(),
    scrolled: room::scrolled,
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
    let code = code(inbox.build.get_value()).await.ok()?.await;
    if HERE.set(code).is_ok() {
        (code.start)(inbox);
    }
    Some(code)
}

/// Where the page is split: what is only reached from here is in the other file.
#[allow(clippy::unnecessary_wraps, reason = "the macro adds how it can fail")]
#[wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
fn code(build: String) -> Result<LocalBoxFuture<'static, &'static Code>, SplitLoaderError> {
    Ok(async move {
        // Nothing of it is drawn before its style is here: what opens beside something else is measured.
        let href = format!("/pkg/whatsapp-inbox.later.css?v={build}");
        select(pin!(document::add_style(&href)), pin!(task::sleep(STYLE_MS))).await;
        &CODE
    }
    .boxed_local())
}
