//! A voice note: recorded here, heard once more before it goes, then sent as any other file.

use super::tray;
use crate::domain::id::ConversationId;
use crate::ui::browser::{document, recorder, task};
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// Longer ones are cut off: WhatsApp shows no more than 16 MB as a recording.
const MOST_MS: i64 = 15 * 60_000;

/// What the microphone does.
#[derive(Clone, PartialEq, Eq)]
enum State {
    Rests,
    /// Since when, for whom.
    Records(i64, ConversationId),
    /// It cannot.
    Refused,
}

thread_local! {
    static STATE: ArcRwSignal<State> = ArcRwSignal::new(State::Rests);
    static SECONDS: ArcRwSignal<i64> = ArcRwSignal::new(0);
}

fn state() -> ArcRwSignal<State> {
    STATE.with(Clone::clone)
}

fn begin(id: ConversationId) {
    task::spawn(async move {
        if recorder::begin().await.is_none() {
            state().set(State::Refused);
            return;
        }
        let began = document::clock_ms();
        state().set(State::Records(began, id.clone()));
        let running = State::Records(began, id);
        while state().with_untracked(|state| *state == running) {
            let passed = document::clock_ms() - began;
            SECONDS.with(Clone::clone).set(passed / 1000);
            if passed > MOST_MS {
                return;
            }
            task::sleep(200).await;
        }
    });
}

fn end(inbox: Inbox) {
    let State::Records(_, id) = state().get_untracked() else { return };
    state().set(State::Rests);
    task::spawn(async move {
        if let Some(file) = recorder::end().await {
            tray::put_for(inbox, &id, file);
        }
    });
}

fn cancel() {
    recorder::cancel();
    state().set(State::Rests);
}

/// In the composer: the button that begins.
pub fn beside(inbox: Inbox) -> Option<AnyView> {
    let click = move |_| {
        if let (Some(id), false) = (inbox.open_id(), matches!(state().get_untracked(), State::Records(..))) {
            begin(id);
        }
    };
    recorder::is_there().then(|| {
        view! { <button type="button" class="composer__more" aria-label=words::RECORD title=words::RECORD on:click=click><Icon glyph=Glyph::Microphone/></button> }.into_any()
    })
}

/// Above the composer, while it records or cannot. Whoever looks at another conversation meanwhile still sees for whom it is.
pub fn draw(inbox: Inbox) -> AnyView {
    let for_whom = move || match state().get() {
        State::Records(_, id) => {
            inbox.row(&id).map(|row| words::recording(&row.with(crate::domain::conversation::Conversation::display_name))).unwrap_or_default()
        }
        _ => String::new(),
    };
    view! {
        <When is=|| matches!(state().get(), State::Records(..))>
            <div class="voice" role="status">
                <span class="voice__dot"></span>
                <span class="voice__for">{for_whom}</span>
                <time>{|| words::clock(SECONDS.with(Clone::clone).get())}</time>
                <button type="button" class="link" on:click=|_| cancel()>{words::CANCEL}</button>
                <button type="button" class="button" data-kind="main" on:click=move |_| end(inbox)>{words::RECORDED}</button>
            </div>
        </When>
        <When is=|| state().get() == State::Refused>
            <div class="voice" role="alert">
                <span class="voice__for">{words::NO_MICROPHONE}</span>
                <button type="button" class="link" on:click=|_| state().set(State::Rests)>{words::CLOSE}</button>
            </div>
        </When>
    }
    .into_any()
}
