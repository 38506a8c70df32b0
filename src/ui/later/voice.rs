//! A voice note: recorded here, heard once more before it goes, then sent as any other file.

use super::{answer, tray};
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::ui::browser::{document, recorder, task};
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// Longer ones are cut off: WhatsApp shows no more than 16 MB as a recording.
const MOST_MS: i64 = 15 * 60_000;

/// What is left of a loud moment a tenth of a second later.
const FADES: f64 = 0.8;

/// A recording that nobody goes on with lets the microphone go.
const MOST_OPEN_MS: i64 = 60 * 60_000;

/// What the microphone does.
#[derive(Clone, PartialEq, Eq)]
enum State {
    Rests,
    /// The browser asks the agent.
    Asks,
    /// Since when, for whom.
    Records(i64, Box<Conversation>),
    /// It cannot.
    Refused,
}

thread_local! {
    static STATE: ArcRwSignal<State> = ArcRwSignal::new(State::Rests);
    static SECONDS: ArcRwSignal<i64> = ArcRwSignal::new(0);
    /// Whether it hears nothing for a while.
    static PAUSED: ArcRwSignal<bool> = ArcRwSignal::new(false);
    /// From 0 to 1.
    static LOUDNESS: ArcRwSignal<f64> = ArcRwSignal::new(0.0);
}

fn paused() -> ArcRwSignal<bool> {
    PAUSED.with(Clone::clone)
}

fn state() -> ArcRwSignal<State> {
    STATE.with(Clone::clone)
}

fn is_busy() -> bool {
    matches!(state().get(), State::Asks | State::Records(..))
}

fn set(to: State) {
    document::mark(document::RECORDS, matches!(to, State::Records(..)));
    state().set(to);
}

fn begin(inbox: Inbox, row: Conversation) {
    set(State::Asks);
    task::spawn(async move {
        if recorder::begin().await.is_none() {
            return set(State::Refused);
        }
        let began = document::clock_ms();
        let (mut heard, mut last) = (0, began);
        paused().set(false);
        set(State::Records(began, Box::new(row)));
        while state().with_untracked(|state| matches!(state, State::Records(at, _) if *at == began)) {
            let now = document::clock_ms();
            heard += if paused().get_untracked() { 0 } else { now - last };
            last = now;
            SECONDS.with(Clone::clone).set(heard / 1000);
            let loudness = LOUDNESS.with(Clone::clone);
            // As on any such meter, what was loud is seen for a moment.
            let fading = loudness.get_untracked() * FADES;
            loudness.set(if paused().get_untracked() { 0.0 } else { recorder::loudness().max(fading) });
            if heard > MOST_MS || now - began > MOST_OPEN_MS {
                return end(inbox);
            }
            task::sleep(100).await;
        }
    });
}

fn end(inbox: Inbox) {
    let State::Records(_, row) = state().get_untracked() else { return };
    set(State::Rests);
    task::spawn(async move {
        let Some(file) = recorder::end().await else { return set(State::Refused) };
        tray::put_for(inbox, &row, file);
        if inbox.open_id().as_ref() == Some(&row.id) {
            leptos::task::tick().await;
            document::focus_first(".tray .button");
        } else {
            answer::say(words::recorded_for(&row.display_name()));
        }
    });
}

fn pause() {
    let on = !paused().get_untracked();
    recorder::pause(on);
    paused().set(on);
}

fn cancel() {
    recorder::cancel();
    set(State::Rests);
    document::focus("composer");
}

/// One conversation went into another: what is being recorded goes along.
pub fn move_to(gone: &ConversationId, kept: &Conversation) {
    if let State::Records(began, row) = state().get_untracked()
        && row.id == *gone
    {
        state().set(State::Records(began, Box::new(kept.clone())));
    }
}

/// In the composer: the button that begins.
pub fn beside(inbox: Inbox) -> Option<AnyView> {
    let click = move |_| {
        if let Some(row) = inbox.open_row().filter(|_| !untrack(is_busy)) {
            begin(inbox, row);
        }
    };
    recorder::is_there().then(|| {
        view! {
            <button type="button" class="composer__more" aria-label=words::RECORD title=words::RECORD disabled=is_busy on:click=click>
                <Icon glyph=Glyph::MICROPHONE/>
            </button>
        }
        .into_any()
    })
}

/// Above everything, while it records or cannot: whoever looks at another conversation, or at the list, still sees for whom it is.
pub fn draw(inbox: Inbox) -> AnyView {
    let _pressed = window_event_listener(ev::keydown, |event| {
        let is_free = !event.default_prevented()
            && !event.is_composing()
            && !document::is_target(&event, super::note::FIELD)
            && !document::is_within(&event, "dialog, [popover]");
        if event.key() == "Escape" && is_free && untrack(|| matches!(state().get(), State::Records(..))) {
            event.prevent_default();
            cancel();
        }
    });
    let for_whom = move || match state().get() {
        State::Records(_, row) => words::recording(&row.display_name()),
        _ => String::new(),
    };
    view! {
        <When is=|| matches!(state().get(), State::Records(..))>
            <div class="voice">
                <span class="voice__dot" data-paused=|| paused().get().then_some("")></span>
                <span class="voice__for" role="status">{for_whom}</span>
                <meter min="0" max="1" aria-label=words::LOUDNESS prop:value=|| LOUDNESS.with(Clone::clone).get()></meter>
                <time role="timer">{|| words::clock(SECONDS.with(Clone::clone).get())}</time>
                <button type="button" class="link" on:click=|_| pause()>{|| if paused().get() { words::GO_ON } else { words::PAUSE }}</button>
                <button type="button" class="link" on:click=|_| cancel()>{words::CANCEL}</button>
                <button type="button" class="button" data-kind="main" on:click=move |_| end(inbox)>{words::RECORDED}</button>
            </div>
        </When>
        <When is=|| state().get() == State::Refused>
            <div class="voice" role="alert">
                <span class="voice__for">{words::NO_MICROPHONE}</span>
                <button type="button" class="link" on:click=|_| set(State::Rests)>{words::CLOSE}</button>
            </div>
        </When>
    }
    .into_any()
}
