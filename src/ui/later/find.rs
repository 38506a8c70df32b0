//! Looking for words in the open thread (Ctrl+F; again for the browser's own search), and going to a day of it.

use super::{answer, operators};
use crate::api;
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::letter;
use crate::ui::browser::{document, highlight, task};
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// The field's element.
const FIELD: &str = "find";
/// How letters are compared, as the server does.
const LETTERS: highlight::Letters = highlight::Letters { plain: letter::plain, stands_alone: letter::stands_alone };
/// How long somebody may pause between two letters.
const PAUSE_MS: i64 = 100;

/// What was found, newest first, and which of it is looked at.
#[derive(Clone, Default)]
struct Found {
    words: String,
    ids: Vec<MessageId>,
    at: usize,
    /// Whether the answer to these words is here.
    is_known: bool,
}

thread_local! {
    static OPEN: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static FOUND: ArcRwSignal<Found> = ArcRwSignal::new(Found::default());
    /// Counts key strokes: only the last one is searched for.
    static TYPED: ArcRwSignal<u64> = ArcRwSignal::new(0);
}

fn is_open() -> ArcRwSignal<bool> {
    OPEN.with(Clone::clone)
}

fn found() -> ArcRwSignal<Found> {
    FOUND.with(Clone::clone)
}

/// Opens it; whether there is a thread to look in.
pub fn open(inbox: Inbox) -> bool {
    if inbox.open_id().is_none() {
        return false;
    }
    is_open().set(true);
    task::spawn(async {
        leptos::task::tick().await;
        document::focus(FIELD);
    });
    true
}

/// Opens it at a message that was found elsewhere, if the thread has more with these words; whoever goes on typing is not disturbed.
pub async fn open_at(inbox: Inbox, conversation: ConversationId, message: &MessageId, words: String) {
    let ids = api::search::find_in_thread(conversation.clone(), words.clone()).await.unwrap_or_default();
    let Some(at) = ids.iter().position(|id| id == message).filter(|_| ids.len() > 1 && inbox.open_id() == Some(conversation)) else { return };
    TYPED.with(Clone::clone).update(|count| *count += 1);
    found().set(Found { words: words.clone(), ids, at, is_known: true });
    is_open().set(true);
    leptos::task::tick().await;
    document::set_value_unless_focused(FIELD, &words);
}

fn close() {
    is_open().set(false);
    found().set(Found::default());
    highlight::show("body", "", LETTERS);
    document::focus("composer");
}

/// Marks the words where they stand in a message of the thread.
pub fn light(inbox: Inbox, id: &MessageId, words: &str) {
    if let Some(key) = inbox.key_of(id.as_str()) {
        highlight::show(&format!(".bubble[data-key='{key}'] .bubble__body"), &operators::words_alone(words), LETTERS);
    }
}

/// Looks for the words, and shows the newest message that has them.
fn look(inbox: Inbox, id: ConversationId, words: String) {
    let typed = TYPED.with(Clone::clone);
    typed.update(|count| *count += 1);
    let mine = typed.get_untracked();
    found().set(Found { words: words.clone(), ..Found::default() });
    task::spawn(async move {
        task::sleep(PAUSE_MS).await;
        if typed.get_untracked() != mine || words.trim().is_empty() {
            return;
        }
        let ids = match api::search::find_in_thread(id.clone(), words.clone()).await {
            Ok(ids) => ids,
            Err(error) => return answer::say(error.message),
        };
        if typed.get_untracked() == mine && inbox.open_id().as_ref() == Some(&id) {
            found().set(Found { words, ids, at: 0, is_known: true });
            show(inbox);
        }
    });
}

/// Shows the one that is looked at.
fn show(inbox: Inbox) {
    let Found { words, ids, at, .. } = found().get_untracked();
    let Some(id) = ids.get(at).cloned() else { return };
    task::spawn(async move {
        answer::show(inbox, id.0.clone()).await;
        light(inbox, &id, &words);
    });
}

/// Goes to an older one, or back.
fn turn(inbox: Inbox, by: isize) {
    let mut moves = false;
    found().update(|found| {
        if let Some(next) = found.at.checked_add_signed(by).filter(|next| *next < found.ids.len()) {
            found.at = next;
            moves = true;
        }
    });
    if moves {
        show(inbox);
    }
}

/// Shows where a day begins.
fn go_to(inbox: Inbox, id: ConversationId, day: String) {
    if day.is_empty() {
        return;
    }
    task::spawn(async move {
        match api::search::find_day(id.clone(), day).await {
            Ok(Some(message)) if inbox.open_id() == Some(id) => answer::show(inbox, message.0).await,
            Ok(None) => answer::say(words::NOTHING_SINCE.to_owned()),
            Ok(Some(_)) => {}
            Err(error) => answer::say(error.message),
        }
    });
}

/// Over the thread, while something is looked for in it.
pub fn draw(inbox: Inbox) -> AnyView {
    let Some(id) = inbox.open_id() else { return ().into_any() };
    // Another thread: other words.
    is_open().set(false);
    found().set(Found::default());
    let id = StoredValue::new(id);
    let said = || found().with(|found| if found.is_known { words::found_of(found.at + 1, found.ids.len()) } else { String::new() });
    let by_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            turn(inbox, if event.shift_key() { -1 } else { 1 });
        }
        "Escape" => {
            event.prevent_default();
            close();
        }
        _ => {}
    };
    let is_first = || found().with(|found| found.at == 0);
    let is_last = || found().with(|found| found.at + 1 >= found.ids.len());
    view! {
        <When is=|| is_open().get()>
            <form class="find" role="search" aria-label=words::FIND_HERE on:submit=|event| event.prevent_default()>
                <input type="search" id=FIELD dir="auto" autocomplete="off" placeholder=words::FIND_HERE aria-label=words::FIND_HERE
                    on:input=move |event| look(inbox, id.get_value(), event_target_value(&event)) on:keydown=by_key/>
                <output for=FIELD>{said}</output>
                <button type="button" class="find__turn" data-up="" aria-label=words::OLDER title=words::OLDER disabled=is_last on:click=move |_| turn(inbox, 1)><Icon glyph=Glyph::DOWN/></button>
                <button type="button" class="find__turn" aria-label=words::NEWER title=words::NEWER disabled=is_first on:click=move |_| turn(inbox, -1)><Icon glyph=Glyph::DOWN/></button>
                <input type="date" aria-label=words::GO_TO_DAY title=words::GO_TO_DAY on:change=move |event| go_to(inbox, id.get_value(), event_target_value(&event))/>
                <button type="button" class="link" on:click=|_| close()>{words::CLOSE}</button>
            </form>
        </When>
    }
    .into_any()
}
