//! The code that is fetched after the first page, and what it asks of the state.

use super::{Inbox, MOST_ROWS, Model, Motion, Pane, recent, replace};
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::failure::Failure;
use crate::domain::id::ConversationId;
use crate::domain::media::State;
use crate::domain::message::{Direction, Message};
use crate::protocol::address::{query_of, segment_of};
use crate::protocol::error::{ApiError, Code as ErrorCode};
use crate::protocol::snapshot::Unread;
use crate::ui::browser::{document, task};
use crate::ui::later::{self, Code};
use crate::ui::words;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};

thread_local! {
    /// Counts fetches of threads: an answer to an older one is dropped.
    static FETCH: Cell<u64> = const { Cell::new(0) };
    /// Why no row may move, and whether one would have: [`Inbox::hold`].
    static HELD: Cell<u8> = const { Cell::new(0) };
    /// What was said beside the log before the code was here that reads it.
    static UNHEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Something moved meanwhile.
const MISSED: u8 = 1;
/// A pointer presses a row: it is that one which opens.
pub const PRESSED: u8 = 2;
/// Many write at once: rows move some times a second, and not with each message.
pub const BUSY: u8 = 4;

/// Whether the list stands still; then what it misses is shown afterwards.
pub(super) fn is_held() -> bool {
    let held = HELD.get();
    if held != 0 {
        HELD.set(held | MISSED);
    }
    held != 0
}

/// The number of the newest fetch of a thread.
pub(super) fn fetch() -> u64 {
    FETCH.get()
}

/// A newer one begins, or none is wanted any more.
pub(super) fn next_fetch() {
    FETCH.set(FETCH.get() + 1);
}

impl Inbox {
    /// These conversations are counted nowhere from now on.
    pub fn mute(self, muted: Vec<ConversationId>) {
        self.model.update_value(|model| model.mute(muted));
        self.show_list();
    }

    /// These have unread messages, as the server read them; what the stream brought since is newer.
    pub fn count_unread(self, unread: Unread) {
        let events = recent::list_after(unread.seq);
        self.model.update_value(|model| model.count_unread(unread.conversations, &events));
        self.show_list();
    }

    /// Where messages of the open thread begin that are not loaded, if there are any.
    #[must_use]
    pub fn older(self) -> Option<String> {
        self.model.with_value(|model| model.thread.as_ref().and_then(|thread| thread.before.clone()))
    }

    /// The pictures and films of the open thread that are here, in order: the file, and whether it is a film.
    #[must_use]
    pub fn pictures(self) -> Vec<(String, bool)> {
        let picture = |message: &Message| {
            let media = message.media.as_ref().filter(|media| media.state == State::Ready)?;
            let is_film = media.mime.starts_with("video/");
            let is_seen = matches!(message.content, Content::Image(_) | Content::Video(_) | Content::Template(_));
            (is_seen && (is_film || media.mime.starts_with("image/"))).then(|| (media.id.0.clone(), is_film))
        };
        self.model.with_value(|model| model.thread.iter().flat_map(|thread| &thread.entries).filter_map(|entry| picture(&entry.message)).collect())
    }

    /// The words below a picture of the open thread.
    #[must_use]
    pub fn caption(self, file: &str) -> Option<String> {
        let has_it = |message: &&Message| message.media.as_ref().is_some_and(|media| media.id.as_str() == file);
        self.model.with_value(|model| {
            let mut messages = model.thread.iter().flat_map(|thread| &thread.entries).map(|entry| &entry.message);
            messages.find(has_it).and_then(|message| message.content.body().map(str::to_owned))
        })
    }

    /// One conversation went into another: the files that wait in it go along.
    pub fn move_files(gone: &ConversationId, kept: &Conversation) {
        if let Some(code) = later::here() {
            (code.joined)(gone, kept);
        }
    }

    /// The open conversation as it is now.
    #[must_use]
    pub fn open_row(self) -> Option<Conversation> {
        self.open_id().and_then(|id| self.row(&id)).map(|row| row.get_untracked())
    }

    /// A message of the open thread, by its bubble's key.
    #[must_use]
    pub fn message(self, key: &str) -> Option<Message> {
        self.bubble(key).map(|bubble| bubble.with_untracked(|bubble| bubble.entry.message.clone()))
    }

    /// The newest message of the open thread that came from or went to the customer.
    #[must_use]
    pub fn newest(self) -> Option<Message> {
        self.newest_that(Self::is_said)
    }

    /// Whether it came from or went to the customer.
    #[must_use]
    pub fn is_said(message: &Message) -> bool {
        matches!(message.direction, Direction::Inbound | Direction::Outbound)
    }

    /// The conversation that is open, or about to be: keys and lists go on from there.
    #[must_use]
    pub fn chosen_id(self) -> Option<ConversationId> {
        match self.pane.get_untracked() {
            Pane::Thread(id) | Pane::Loading(Some(id)) => Some(id),
            _ => None,
        }
    }

    /// The newest message of the open thread that fits.
    #[must_use]
    pub fn newest_that(self, fits: fn(&Message) -> bool) -> Option<Message> {
        self.model.with_value(|model| model.thread.as_ref()?.entries.iter().rev().map(|entry| &entry.message).find(|message| fits(message)).cloned())
    }

    /// The bubble of a message of the open thread.
    #[must_use]
    pub fn key_of(self, id: &str) -> Option<String> {
        self.find(id).map(|message| message.key().to_owned())
    }

    /// A message of the open thread.
    #[must_use]
    pub fn find(self, id: &str) -> Option<Message> {
        self.model.with_value(|model| {
            let entries = model.thread.iter().flat_map(|thread| &thread.entries);
            entries.map(|entry| &entry.message).find(|message| message.id.as_str() == id).cloned()
        })
    }

    /// Fetches the code of what the first page does without, unless it is here.
    pub async fn fetch_later(self) -> Option<&'static Code> {
        let code = match later::here() {
            Some(code) => Some(code),
            None => later::fetch(self).await,
        };
        self.is_later.maybe_update(|shown| replace(shown, code.is_some()));
        self.lacks_later.maybe_update(|shown| replace(shown, code.is_none()));
        code
    }

    /// Something was said beside the log.
    pub fn hear(text: String) {
        match later::here() {
            Some(code) => (code.hear)(&text),
            None => UNHEARD.with_borrow_mut(|unheard| unheard.push(text)),
        }
    }

    /// What was said before that code was here.
    #[must_use]
    pub fn take_unheard() -> Vec<String> {
        UNHEARD.take()
    }

    /// Whether the list shows its top.
    #[must_use]
    pub fn is_at_top(self) -> bool {
        self.list_at.get_untracked().0
    }

    /// Lets into the list of a part what fits by now, and what stands above it be as it is now.
    pub fn admit(self) {
        if let Some(code) = later::here() {
            (code.admit)(self);
        }
    }

    /// The same, once it is known what fits.
    pub fn admit_if(self, fits: impl Fn(&Conversation) -> Option<bool>) {
        let came = self.model.try_update_value(|model| model.admit(fits)).unwrap_or_default();
        self.forget_rows();
        let trimmed = came && self.is_at_top() && self.model.try_update_value(|model| model.trim(MOST_ROWS)).unwrap_or_default();
        if trimmed {
            self.show_rows();
        }
        if came {
            self.show_list();
        }
    }

    /// Lets the list stand still for a reason; without any, it shows what came meanwhile.
    pub fn hold(self, why: u8, is_held: bool) {
        let before = HELD.get();
        let now = if is_held { before | why } else { before & !why };
        HELD.set(now);
        if now == MISSED {
            HELD.set(0);
            self.show_list();
            self.forget_rows();
        }
    }

    /// Lets go of rows that are no more, unless the list stands still: it may show them yet.
    pub(super) fn forget_rows(self) {
        if !is_held() {
            self.model.with_value(|model| self.rows.update_value(|rows| rows.retain(|id, _| model.rows.contains_key(id))));
        }
    }

    /// Rows that changed, and are not in the list.
    #[must_use]
    pub fn unlisted(self) -> Vec<ConversationId> {
        self.model.with_value(Model::unlisted)
    }

    /// Fetches it beside the page.
    pub fn want_later(self) {
        task::spawn(async move {
            self.fetch_later().await;
        });
    }

    /// That code, once it is here.
    #[must_use]
    pub fn later(self) -> Option<&'static Code> {
        self.is_later.track();
        later::here()
    }

    /// Why something did not work at Meta. The server has written it into the page; for what fails afterwards, the sentences come later.
    #[must_use]
    pub fn sentence(self, failure: &Failure) -> String {
        if cfg!(feature = "ssr") {
            return failure.sentence();
        }
        self.later().map(|code| (code.sentence)(failure)).unwrap_or_default()
    }

    /// Shows what an address names.
    pub fn show_path(self, path: String) {
        if segment_of(&path).is_none() {
            next_fetch();
            self.waiting.set_value(None);
            self.model.update_value(Model::close);
            self.pane.set(Pane::Nothing);
        }
        // Another part of the list: that comes beside the thread.
        let query = query_of(&path).to_owned();
        if self.query.with_untracked(|shown| *shown != query) {
            task::spawn(async move {
                if let Some(code) = self.fetch_later().await {
                    (code.show_list)(self, query);
                }
            });
        }
        if segment_of(&path).is_none() {
            return;
        }
        if let Some(code) = later::here() {
            return (code.show)(self, path);
        }
        // Nothing more is typed into the old thread.
        self.pane.set(Pane::Loading(None));
        task::spawn(async move {
            match self.fetch_later().await {
                Some(code) => (code.show)(self, path),
                None => self.pane.set(Pane::Failed(words::PART_MISSING.to_owned())),
            }
        });
    }

    /// The line stands again: what could not be fetched may now be.
    pub fn retry_failed(self) {
        if self.pane.with_untracked(|pane| matches!(pane, Pane::Failed(_))) {
            self.show_path(document::path());
        }
    }

    /// Everything anew from the server: the page was away too long, or the database is another.
    pub async fn resync(self) -> Result<(), ApiError> {
        let code = self.fetch_later().await.ok_or_else(|| ApiError::new(ErrorCode::Offline, words::PART_MISSING))?;
        (code.resync)(self).await
    }

    /// Loads older messages of the open thread; whether any came.
    pub async fn load_older(self) -> bool {
        match self.fetch_later().await {
            Some(code) => (code.load_older)(self).await,
            None => false,
        }
    }

    /// Puts older messages on the page; apart from loading, so that the caller can hold the view.
    pub fn show_older(self, motion: Motion) {
        self.show_lines();
        self.motion.update(|(count, last)| (*count, *last) = (*count + 1, motion));
    }
}
