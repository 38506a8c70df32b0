//! The code that is fetched after the first page, and what it asks of the state.

use super::Inbox;
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::domain::media::State;
use crate::domain::message::Message;
use crate::ui::browser::task;
use crate::ui::later::{self, Code};
use leptos::prelude::*;

impl Inbox {
    /// The pictures of the open thread that are here, in order.
    #[must_use]
    pub fn pictures(self) -> Vec<String> {
        let picture = |message: &Message| match (&message.content, &message.media) {
            (Content::Image(_), Some(media)) if media.state == State::Ready => Some(media.id.0.clone()),
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
    pub fn want_later(self) {
        if self.is_later.get_untracked() {
            return;
        }
        task::spawn(async move {
            let is_here = later::fetch(self).await;
            self.is_later.set(is_here);
            self.lacks_later.set(!is_here);
        });
    }

    /// That code, once it is here.
    #[must_use]
    pub fn later(self) -> Option<&'static Code> {
        self.is_later.track();
        later::here()
    }
}
