//! A note for the team: a box of its own above the composer, which looks like nothing a customer gets. What is typed is kept in the
//! browser and on the server until it is in the thread.

use super::{answer, drafts};
use crate::api;
use crate::domain::conversation::Conversation;
use crate::domain::id::{ClientId, ConversationId};
use crate::protocol::draft::Kind;
use crate::protocol::error::Code;
use crate::ui::browser::{document, random, storage, task};
use crate::ui::kit::when::When;
use crate::ui::state::draft::{self, Draft};
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

/// What is begun in a conversation; earlier pages kept the words alone.
fn begun(id: &ConversationId) -> Option<Draft> {
    let words = || Some(Draft { body: storage::read(&draft::words_key(id))?, ..draft::begin(id.clone(), "".into(), "".into()) });
    draft::load_of(Kind::Note, id).or_else(words)
}

/// One conversation went into another: what was begun goes along.
pub fn move_to(gone: &ConversationId, kept: &ConversationId) {
    if let Some(draft) = begun(gone) {
        draft::save_of(Kind::Note, kept, Some(&draft));
        draft::save_of(Kind::Note, gone, None);
    }
}

/// Opens the box, with what was typed before.
pub fn open(id: &ConversationId) {
    text().set(begun(id).map(|draft| draft.body).unwrap_or_default());
    opened().set(Some(id.clone()));
    task::spawn(async {
        leptos::task::tick().await;
        document::focus(FIELD);
    });
}

/// Keeps what is typed, under the client id that the note will have, however often it is handed over.
fn typed(inbox: Inbox, row: &Conversation, body: String) {
    let draft = begun(&row.id).unwrap_or_else(|| draft::begin(row.id.clone(), row.contact_id.clone(), row.account_id.clone()));
    storage::remove(&draft::words_key(&row.id));
    draft::save_of(Kind::Note, &row.id, Some(&Draft { body: body.clone(), contact_id: row.contact_id.clone(), account_id: row.account_id.clone(), ..draft }));
    text().set(body);
    drafts::changed(inbox, Kind::Note);
}

/// It is in the thread. What was written since stays, as a note of its own; and whoever writes elsewhere is not disturbed.
fn added(inbox: Inbox, id: &ConversationId, body: &str) {
    let newer = begun(id).filter(|draft| draft.body != body).map(|draft| Draft { client_id: ClientId(random::id()), ..draft });
    draft::save_of(Kind::Note, id, newer.as_ref());
    storage::remove(&draft::words_key(id));
    let is_shown = opened().with_untracked(|open| open.as_ref() == Some(id)) && text().with_untracked(|text| text == body);
    if is_shown {
        text().set(String::new());
        close();
    }
    drafts::changed(inbox, Kind::Note);
}

fn close() {
    opened().set(None);
    document::focus("composer");
}

/// Takes in what another tab or device has made of it: whoever writes in the box here is newer.
fn restore(id: &ConversationId) {
    let kept = begun(id).map(|draft| draft.body);
    if !document::is_typed_in(".note") {
        opened().set(kept.is_some().then(|| id.clone()));
        text().set(kept.unwrap_or_default());
    }
}

/// Adds what is typed to the thread.
async fn add(inbox: Inbox, row: Conversation, body: String, leaves: RwSignal<bool>) {
    // It may have been added elsewhere, or this browser keeps nothing.
    let draft = begun(&row.id).unwrap_or_else(|| draft::begin(row.id.clone(), row.contact_id.clone(), row.account_id.clone()));
    let result = api::team::add_note(row.id.clone(), draft.client_id.clone(), body.clone()).await;
    leaves.try_set(false);
    match result {
        Ok(_) => added(inbox, &row.id, &body),
        Err(error) => {
            // Another version of it is there already: this one goes as its own.
            if error.code == Code::ClientIdReused {
                draft::save_of(Kind::Note, &row.id, Some(&Draft { client_id: ClientId(random::id()), ..draft }));
            }
            answer::say(error.message);
        }
    }
}

/// Above the composer, while a note is written here.
pub fn draw(inbox: Inbox) -> AnyView {
    let Some(row) = inbox.open_row() else { return ().into_any() };
    // What was begun here before is still here.
    let kept = begun(&row.id).map(|draft| draft.body);
    opened().set(kept.is_some().then(|| row.id.clone()));
    text().set(kept.unwrap_or_default());
    let own = row.id.clone();
    let kept_elsewhere = window_event_listener(ev::storage, move |event| {
        if event.key().is_some_and(|key| key == draft::key_of(Kind::Note, &own)) {
            restore(&own);
        }
    });
    on_cleanup(move || kept_elsewhere.remove());
    let leaves = RwSignal::new(false);
    let add = {
        let row = row.clone();
        move || {
            let body = text().get_untracked();
            if !body.trim().is_empty() && !leaves.get_untracked() {
                leaves.set(true);
                task::spawn(add(inbox, row.clone(), body, leaves));
            }
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
                    on:input={ let row = row.clone(); move |event| typed(inbox, &row, event_target_value(&event)) } on:keydown=by_key.clone()></textarea>
                <div class="note__end">
                    <button type="button" class="link" on:click=|_| close()>{words::CLOSE}</button>
                    <button class="button note__add" disabled=move || leaves.get()>{words::ADD_NOTE}</button>
                </div>
            </form>
        </When>
    }
    .into_any()
}
