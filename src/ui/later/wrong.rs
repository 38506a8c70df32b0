//! What the page itself knows to be wrong: lines across it that stay until their reason is gone. What the server knows is in [`super::aside`];
//! that this code is missing is said by `page/inbox`.
//!
//! To add one: its variant, when it is there, what it says, what its button says and does.

use crate::ui::browser::document;
use crate::ui::kit::banner::Banner;
use crate::ui::kit::each::Each;
use crate::ui::state::inbox::{Connection, Inbox};
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

/// How long a break may last before it is shown.
const PATIENCE_MS: i64 = 2000;

/// What can be wrong.
#[derive(Clone, Copy)]
enum Wrong {
    /// The line is broken.
    Disconnected,
    /// The session is over.
    SignedOut,
    /// A newer version serves.
    Outdated,
}

/// All, in the order in which they stand.
const ALL: [Wrong; 3] = [Wrong::Disconnected, Wrong::SignedOut, Wrong::Outdated];

/// Whoever looks again, or is online again, does not wait for the next try of the line.
pub fn start(inbox: Inbox) {
    let hurry = move || {
        if document::is_visible() {
            inbox.hurry.update(|count| *count += 1);
        }
    };
    let _online = window_event_listener(ev::online, move |_| hurry());
    let _focus = window_event_listener(ev::focus, move |_| hurry());
    let _visible = window_event_listener(ev::visibilitychange, move |_| hurry());
}

/// The banners.
pub fn draw(inbox: Inbox) -> AnyView {
    let keys = Signal::derive(move || {
        let now = ALL.iter().enumerate().filter(|(_, wrong)| wrong.is_now(inbox));
        now.map(|(at, _)| at.to_string()).collect::<Vec<_>>()
    });
    let draw = move |key: String| {
        let wrong = ALL[key.parse().unwrap_or(0)];
        let text = Signal::derive(move || wrong.sentence(inbox));
        view! {
            <Banner kind=if matches!(wrong, Wrong::SignedOut) { "bad" } else { "warn" } text=text>
                <button class="link" on:click=move |_| wrong.act(inbox)>{wrong.button()}</button>
            </Banner>
        }
        .into_any()
    };
    view! { <Each keys=keys draw=Arc::new(draw)/> }.into_any()
}

impl Wrong {
    fn is_now(self, inbox: Inbox) -> bool {
        match self {
            Self::Disconnected => matches!(inbox.connection.get(), Connection::Lost { since, .. } if inbox.now.get().since(since) > PATIENCE_MS),
            Self::SignedOut => inbox.connection.get() == Connection::SignedOut,
            Self::Outdated => inbox.outdated.get(),
        }
    }

    fn sentence(self, inbox: Inbox) -> String {
        let sentence = match self {
            Self::Disconnected => return disconnected(inbox),
            Self::SignedOut => words::SIGNED_OUT,
            Self::Outdated => words::NEW_VERSION,
        };
        sentence.to_owned()
    }

    fn button(self) -> &'static str {
        match self {
            Self::Disconnected => words::TRY_NOW,
            Self::SignedOut => words::SIGN_IN_AGAIN,
            Self::Outdated => words::RELOAD,
        }
    }

    fn act(self, inbox: Inbox) {
        match self {
            Self::Disconnected => inbox.hurry.update(|count| *count += 1),
            // The server leads to where one signs in, and back.
            Self::SignedOut | Self::Outdated => document::reload(),
        }
    }
}

/// Since when, and when it is tried again: counts down with the page's clock.
fn disconnected(inbox: Inbox) -> String {
    inbox.now.track();
    let Connection::Lost { since, retry_at_ms } = inbox.connection.get() else { return String::new() };
    let left = (retry_at_ms - document::clock_ms() + 999) / 1000;
    words::disconnected(&words::time(&inbox.zone.with_value(|zone| zone.local(since))), left.max(0))
}
