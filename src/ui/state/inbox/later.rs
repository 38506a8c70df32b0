//! What is fetched when it is first wanted, and what it shows.

use super::Inbox;
use crate::domain::content::Content;
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

    /// Looks at a picture, or (none) at the thread again.
    pub fn look_at(self, picture: &str) {
        self.looked_at.set(picture.to_owned());
        self.want_later();
    }

    /// Fetches the code of what the first page does without, unless it is here.
    pub fn want_later(self) {
        if self.is_later.get_untracked() {
            return;
        }
        task::spawn(async move {
            let code = later::code().await.ok();
            self.later.set_value(code);
            if let Some(code) = code {
                (code.start)(self);
            }
            self.is_later.set(code.is_some());
            self.lacks_later.set(code.is_none());
        });
    }

    /// That code, once it is here.
    #[must_use]
    pub fn later(self) -> Option<&'static Code> {
        self.is_later.track();
        self.later.get_value()
    }
}
