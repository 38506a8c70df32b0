//! Who of the team has the open conversation open, too, and writes there: above the composer.

use super::tools;
use crate::api;
use crate::domain::id::ConversationId;
use crate::protocol::team::Present;
use crate::ui::browser::{document, task};
use crate::ui::kit::when::When;
use crate::ui::state::inbox::{Connection, Inbox};
use crate::ui::words;
use futures_util::future::{Either, select};
use leptos::ev;
use leptos::prelude::*;
use std::pin::pin;

/// How often it is said, and asked.
const EVERY_MS: i64 = 1_500;
/// How long an answer may take: then nobody is known to be there.
const PATIENCE_MS: i64 = 4_000;
/// Who has pressed no key for so long does not write any more.
const WRITES_MS: i64 = 2_000;

thread_local! {
    /// When a key was last pressed in the composer.
    static TYPED_AT: StoredValue<i64> = StoredValue::new(0);
    static OTHERS: ArcRwSignal<Vec<Present>> = ArcRwSignal::new(Vec::new());
}

fn others() -> ArcRwSignal<Vec<Present>> {
    OTHERS.with(Clone::clone)
}

/// Says and asks, for as long as the page lives.
pub fn start(inbox: Inbox) {
    let _typed = window_event_listener(ev::input, |event| {
        if document::is_target(&event, "composer") {
            TYPED_AT.with(|at| at.set_value(document::clock_ms()));
        }
    });
    task::spawn(async move {
        loop {
            // Whoever is alone, cut off, or does not look need not ask.
            let is_team = tools::team().with_untracked(|team| team.agents.len() > 1) && inbox.connection.get_untracked() == Connection::Live;
            match inbox.open_id().filter(|_| is_team && document::is_visible()) {
                Some(id) => ask(inbox, id).await,
                None => others().set(Vec::new()),
            }
            task::sleep(EVERY_MS).await;
        }
    });
}

async fn ask(inbox: Inbox, id: ConversationId) {
    let writes = document::clock_ms() - TYPED_AT.with(|at| at.get_value()) < WRITES_MS && !document::value("composer").is_empty();
    let here = match select(pin!(api::team::look_at(id.clone(), writes)), pin!(task::sleep(PATIENCE_MS))).await {
        Either::Left((here, _)) => here.unwrap_or_default(),
        Either::Right(_) => Vec::new(),
    };
    if inbox.open_id().as_ref() == Some(&id) {
        others().maybe_update(|shown| {
            let changed = *shown != here;
            *shown = here;
            changed
        });
    }
}

/// Above the composer, while somebody is there.
pub fn draw() -> AnyView {
    // Another thread, other people.
    others().set(Vec::new());
    view! {
        <When is=|| others().with(|others| !others.is_empty())>
            <p class="present" role="status">{|| others().with(|others| words::present(others))}</p>
        </When>
    }
    .into_any()
}
