//! Forwarding a message: to whom, then a button that names them, then their thread.

use super::answer;
use crate::api;
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::message::Message;
use crate::domain::search::Filter;
use crate::domain::time::Instant;
use crate::protocol::address;
use crate::protocol::command::SendText;
use crate::protocol::snapshot::cursor;
use crate::ui::browser::{document, history, task};
use crate::ui::state::draft;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// The dialog's element.
const DIALOG: &str = "forward";
/// How long somebody may pause between two letters.
const PAUSE_MS: i64 = 200;

/// One forwarding.
#[derive(Clone)]
struct Forwarding {
    message: Message,
    /// Those it can go to; none: being looked up.
    found: Option<Vec<Conversation>>,
    /// To whom, as a message of its own: however often it is handed over, it goes once.
    chosen: Option<(Conversation, SendText)>,
    /// It is on its way.
    leaves: bool,
    /// Why it did not go.
    refused: String,
}

thread_local! {
    static FORWARDING: ArcRwSignal<Option<Forwarding>> = ArcRwSignal::new(None);
    /// Counts key strokes: only the last one is searched for.
    static TYPED: ArcRwSignal<u64> = ArcRwSignal::new(0);
}

fn current() -> ArcRwSignal<Option<Forwarding>> {
    FORWARDING.with(Clone::clone)
}

/// Opens the dialog for a message.
pub fn open(message: Message) {
    current().set(Some(Forwarding { message, found: None, chosen: None, leaves: false, refused: String::new() }));
    task::spawn(async {
        // What is in it must be there to have the focus.
        leptos::task::tick().await;
        document::show_modal(DIALOG, true);
    });
    search(String::new(), 0);
}

/// Looks up who has these words, after a pause.
fn search(q: String, pause: i64) {
    let typed = TYPED.with(Clone::clone);
    typed.update(|count| *count += 1);
    let mine = typed.get_untracked();
    task::spawn(async move {
        task::sleep(pause).await;
        if typed.get_untracked() != mine {
            return;
        }
        let top = cursor((Instant(i64::MAX), i64::MAX));
        let page = api::conversations::list_more(top, Filter { q, ..Filter::default() }).await;
        if typed.get_untracked() == mine {
            current().update(|forwarding| {
                if let Some(forwarding) = forwarding {
                    match page {
                        Ok(page) => forwarding.found = Some(page.conversations),
                        Err(error) => forwarding.refused = error.message,
                    }
                }
            });
        }
    });
}

/// Whether its links were sent without a preview.
fn is_plain(message: &Message) -> bool {
    matches!(&message.content, Content::Text(text) if text.plain)
}

fn choose(row: Conversation) {
    let begun = draft::begin(row.id.clone(), row.contact_id.clone(), row.account_id.clone());
    current().update(|forwarding| {
        let Some(forwarding) = forwarding.as_mut().filter(|forwarding| !forwarding.leaves) else { return };
        // The same once more is the same message: the first may have arrived.
        if forwarding.chosen.as_ref().is_none_or(|(chosen, _)| chosen.id != row.id) {
            forwarding.chosen = Some((row, SendText { plain: is_plain(&forwarding.message), ..begun }));
            forwarding.refused.clear();
        }
    });
}

fn send(inbox: Inbox) {
    let Some(Forwarding { message, chosen: Some((row, command)), leaves: false, .. }) = current().get_untracked() else { return };
    current().update(|forwarding| forwarding.iter_mut().for_each(|forwarding| forwarding.leaves = true));
    task::spawn(async move {
        let client_id = command.client_id.clone();
        let result = api::messages::forward_message(command, message.id).await;
        // Whoever has closed the dialog is elsewhere by now: they are told, and not led away.
        let is_own = |forwarding: &Forwarding| forwarding.chosen.as_ref().is_some_and(|(_, command)| command.client_id == client_id);
        let is_open = current().with_untracked(|forwarding| forwarding.as_ref().is_some_and(is_own));
        match result {
            Ok(_) => {
                if is_open {
                    document::show_modal(DIALOG, false);
                    let path = address::thread(&inbox.segment(&row)) + &inbox.query.get_untracked();
                    if history::push(&path) {
                        inbox.show_path(path);
                    }
                }
                answer::say(words::forwarded_to(&row.display_name()));
            }
            Err(error) if is_open => current().update(|forwarding| {
                if let Some(forwarding) = forwarding {
                    (forwarding.refused, forwarding.leaves) = (error.message, false);
                }
            }),
            Err(error) => answer::say(error.message),
        }
    });
}

/// The dialog, closed until it is opened.
pub fn draw(inbox: Inbox) -> AnyView {
    let typed = |event: ev::Event| {
        // Whoever looks for somebody else does not mean whom they chose before.
        current().update(|forwarding| {
            if let Some(forwarding) = forwarding.as_mut().filter(|forwarding| !forwarding.leaves) {
                forwarding.chosen = None;
            }
        });
        search(event_target_value(&event), PAUSE_MS);
    };
    let is_open = Memo::new(|_| current().with(Option::is_some));
    view! {
        <dialog class="make" id=DIALOG aria-label=words::FORWARD on:close=|_: ev::Event| current().set(None)>
            {move || is_open.get().then(|| view! {
                <form class="make__form" method="dialog" on:submit=move |event: ev::SubmitEvent| { event.prevent_default(); send(inbox) }>
                    <h2>{words::FORWARD}</h2>
                    <input class="make__search" type="search" placeholder=words::FIND_CONVERSATION aria-label=words::FIND_CONVERSATION autocomplete="off" dir="auto" on:input=typed/>
                    <div class="make__fields">{found}</div>
                    {refused}
                    <div class="make__end">
                        <button type="button" class="link" on:click=|_| document::show_modal(DIALOG, false)>{words::CANCEL}</button>
                        {button}
                    </div>
                </form>
            }.into_any())}
        </dialog>
    }
    .into_any()
}

fn found() -> AnyView {
    let row = |row: Conversation, is_chosen: bool| {
        let (name, address) = (row.display_name(), row.wa_id.as_deref().map(crate::domain::contact::display_phone).unwrap_or_default());
        view! {
            <li><button type="button" class="make__option" aria-pressed=is_chosen.to_string() on:click=move |_| choose(row.clone())><b><bdi>{name}</bdi></b><small>{address}</small></button></li>
        }
    };
    (move || {
        current().with(|forwarding| {
            let forwarding = forwarding.as_ref()?;
            let Some(found) = &forwarding.found else { return Some(view! { <p class="make__hint">{words::LOADING}</p> }.into_any()) };
            if found.is_empty() {
                return Some(view! { <p class="make__hint">{words::NO_MATCH_WHY}</p> }.into_any());
            }
            let chosen = forwarding.chosen.as_ref().map(|(row, _)| row.id.clone());
            let rows = found.iter().map(|one| row(one.clone(), chosen.as_ref() == Some(&one.id))).collect::<Vec<_>>();
            Some(view! { <ul class="make__list">{rows}</ul> }.into_any())
        })
    })
    .into_any()
}

fn refused() -> AnyView {
    (move || {
        let why = current().with(|forwarding| forwarding.as_ref().map(|forwarding| forwarding.refused.clone()).unwrap_or_default());
        (!why.is_empty()).then(|| view! { <p class="refusal" role="alert">{why}</p> })
    })
    .into_any()
}

fn button() -> AnyView {
    let name = move || current().with(|forwarding| forwarding.as_ref().and_then(|forwarding| forwarding.chosen.as_ref().map(|(row, _)| row.display_name())));
    view! {
        <button class="button" data-kind="main" disabled=move || name().is_none()>
            {move || name().map_or_else(|| words::FORWARD.to_owned(), |name| words::forward_to(&name))}
        </button>
    }
    .into_any()
}
