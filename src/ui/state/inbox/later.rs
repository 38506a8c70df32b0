//! The code that is fetched after the first page, and what it asks of the state.

use super::{Inbox, Model, Motion, Pane, replace};
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::domain::media::State;
use crate::domain::message::Message;
use crate::protocol::address::segment_of;
use crate::protocol::error::{ApiError, Code as ErrorCode};
use crate::ui::browser::{document, task};
use crate::ui::later::{self, Code};
use crate::ui::words;
use leptos::prelude::*;

impl Inbox {
    /// The pictures of the open thread that are here, in order.
    #[must_use]
    pub fn pictures(self) -> Vec<String> {
        let picture = |message: &Message| match (&message.content, &message.media) {
            (Content::Image(_) | Content::Template(_), Some(media)) if media.state == State::Ready && media.mime.starts_with("image/") => {
                Some(media.id.0.clone())
            }
            _ => None,
        };
        self.model.with_value(|model| model.thread.iter().flat_map(|thread| &thread.entries).filter_map(|entry| picture(&entry.message)).collect())
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
        self.bubble(key).map(|bubble| bubble.with(|bubble| bubble.entry.message.clone()))
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

    /// Shows what an address names.
    pub fn show_path(self, path: String) {
        if segment_of(&path).is_none() {
            self.fetch.update_value(|count| *count += 1);
            self.waiting.set_value(None);
            self.model.update_value(Model::close);
            self.pane.set(Pane::Nothing);
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

    /// Loads the next page of the list.
    pub async fn load_more(self) {
        if let Some(code) = self.fetch_later().await {
            (code.load_more)(self).await;
        }
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
