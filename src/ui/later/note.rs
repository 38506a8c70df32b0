//! A note for the team: a box of its own above the composer, which looks like nothing a customer gets. What is typed is kept in the
//! browser until it is in the thread.

use super::answer;
use crate::api;
use crate::domain::id::{ClientId, ConversationId};
use crate::protocol::error::Code;
use crate::ui::browser::{document, random, storage, task};
use crate::ui::kit::when::When;
use crate::ui::state::draft;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// The box's element.
pub const FIELD: &str = "note";

thread_local! {
    /// For which conversation it is open.
    static OPEN: ArcRwSignal<Option<ConversationId>> = ArcRwSignal::new(None);
    static TEXT: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

fn opened() -> ArcRwSignal<Option<ConversationId>> {
    OPEN.with(Clone::clone)
}

fn text() -> ArcRwSignal<String> {
    TEXT.with(Clone::clone)
}

/// Under which a note is told from others, however often it is handed over: kept with its words.
fn client_id(id: &ConversationId) -> ClientId {
    let key = draft::note_id_key(id);
    let kept = storage::read(&key).unwrap_or_else(random::id);
    storage::write(&key, &kept);
    ClientId(kept)
}

/// One conversation went into another: what was begun goes along.
pub fn move_to(gone: &ConversationId, kept: &ConversationId) {
    if let Some(text) = storage::read(&draft::note_key(gone)) {
        storage::write(&draft::note_key(kept), &text);
        forget(gone);
    }
}

fn forget(id: &ConversationId) {
    storage::remove(&draft::note_key(id));
    storage::remove(&draft::note_id_key(id));
}

/// Opens the box, with what was typed before.
pub fn open(id: &ConversationId) {
    text().set(storage::read(&draft::note_key(id)).unwrap_or_default());
    opened().set(Some(id.clone()));
    task::spawn(async {
        leptos::task::tick().await;
        document::focus(FIELD);
    });
}

fn typed(id: &ConversationId, body: String) {
    if body.is_empty() {
        forget(id);
    } else {
        storage::write(&draft::note_key(id), &body);
    }
    text().set(body);
}

/// It is in the thread. What was written since stays, and whoever writes elsewhere is not disturbed.
fn added(id: &ConversationId, body: &str) {
    if storage::read(&draft::note_key(id)).is_none_or(|kept| kept == body) {
        forget(id);
    } else {
        storage::remove(&draft::note_id_key(id));
    }
    let is_shown = opened().with_untracked(|open| open.as_ref() == Some(id)) && text().with_untracked(|text| text == body);
    if is_shown {
        text().set(String::new());
        close();
    }
}

fn close() {
    opened().set(None);
    document::focus("composer");
}

/// Above the composer, while a note is written here.
pub fn draw(inbox: Inbox) -> AnyView {
    let Some(id) = inbox.open_id() else { return ().into_any() };
    // What was begun here before is still here.
    let begun = storage::read(&draft::note_key(&id));
    opened().set(begun.is_some().then(|| id.clone()));
    text().set(begun.unwrap_or_default());
    let leaves = RwSignal::new(false);
    let add = {
        let id = id.clone();
        move || {
            let (id, body) = (id.clone(), text().get_untracked());
            if body.trim().is_empty() || leaves.get_untracked() {
                return;
            }
            leaves.set(true);
            task::spawn(async move {
                let result = api::team::add_note(id.clone(), client_id(&id), body.clone()).await;
                leaves.try_set(false);
                match result {
                    Ok(_) => added(&id, &body),
                    Err(error) => {
                        // Another version of it is there already: this one goes as its own.
                        if error.code == Code::ClientIdReused {
                            storage::remove(&draft::note_id_key(&id));
                        }
                        answer::say(error.message);
                    }
                }
            });
        }
    };
    let by_key = {
        let add = add.clone();
        move |event: ev::KeyboardEvent| match event.key().as_str() {
            "Enter" if event.ctrl_key() || event.meta_key() => add(),
            "Escape" => close(),
            _ => {}
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        add();
    };
    view! {
        <When is=|| opened().with(Option::is_some)>
            <form class="note" on:submit=submit.clone()>
                <label class="note__name" for=FIELD>{words::NOTE_FOR}</label>
                <textarea id=FIELD rows="2" dir="auto" placeholder=words::NOTE_HINT prop:value=|| text().get()
                    on:input={ let id = id.clone(); move |event| typed(&id, event_target_value(&event)) } on:keydown=by_key.clone()></textarea>
                <div class="note__end">
                    <button type="button" class="link" on:click=|_| close()>{words::CLOSE}</button>
                    <button class="button note__add" disabled=move || leaves.get()>{words::ADD_NOTE}</button>
                </div>
            </form>
        </When>
    }
    .into_any()
}
