//! What can be done with one message. With a pointer: the arrow on its bubble, or the other button anywhere on it. With keys: Up in an empty composer goes to the last
//! message, Up and Down to the others, Enter opens, Escape goes back.

use super::{answer, details, forward};
use crate::api;
use crate::domain::content::Content;
use crate::domain::content::contacts::Card;
use crate::domain::conversation::Conversation;
use crate::domain::delivery::Delivery;
use crate::domain::id::MessageId;
use crate::domain::media::State;
use crate::domain::message::{Direction, Message};
use crate::protocol::address;
use crate::protocol::command::Settle;
use crate::ui::browser::{clipboard, document, task};
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;

/// The menu's element.
const MENU: &str = "menu";
/// What opens it.
const MORE: &str = ".bubble__more";
/// What is on a bubble already.
const REACTIONS: &str = ".bubble__reactions";
/// The emoji that are offered, as WhatsApp offers them.
const EMOJI: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

thread_local! {
    /// The bubble it is open for.
    static OPEN: ArcRwSignal<String> = ArcRwSignal::new(String::new());
    /// Which menu was asked for, and where, until the pointer is released.
    static ASKED: Cell<Option<(&'static str, ev::MouseEvent)>> = const { Cell::new(None) };
    /// Whether words were selected before the button was pressed: some browsers select the word under the pointer first.
    static SELECTED: Cell<bool> = const { Cell::new(false) };
}

/// Opens a menu where the pointer is.
fn open_at(menu: &'static str, event: ev::MouseEvent) {
    task::spawn(async move {
        // What is in it must be there to be measured; and what the release of the button closes must be closed.
        leptos::task::tick().await;
        document::show_at(menu, &event);
    });
}

/// The same for a menu that was asked for. Where that comes with the pressing of the button, its release would close the menu again.
pub fn open_when_released(menu: &'static str, event: ev::MouseEvent) {
    if event.buttons() == 0 { open_at(menu, event) } else { ASKED.set(Some((menu, event))) }
}

/// Says whose the reactions are that the pointer or the focus is on, and what a press does.
fn name_reactions(inbox: Inbox, event: &ev::Event) {
    if let Some(message) = document::clicked(event, REACTIONS, "data-key").and_then(|key| inbox.message(&key)) {
        let press = if message.reacted.is_empty() { words::PRESS_TO_REACT } else { words::PRESS_TO_TAKE_BACK };
        document::hint(event, &format!("{}\n{press}", named(reactions(inbox, &message))));
    }
}

/// Who put which emoji there, a line each.
fn named(whose: Vec<(String, String)>) -> String {
    whose.into_iter().map(|(who, emoji)| words::reacted(&who, &emoji)).collect::<Vec<_>>().join("\n")
}

/// Listens for what opens it.
pub fn start(inbox: Inbox) {
    let _pointed = window_event_listener(ev::mouseover, move |event| name_reactions(inbox, &event));
    let _focused = window_event_listener(ev::focusin, move |event| name_reactions(inbox, &event));
    let _clicked = window_event_listener(ev::click, move |event| {
        let reacted = document::clicked(&event, REACTIONS, "data-key").and_then(|key| inbox.message(&key));
        // A click on ours takes it back; where there is none yet, it must be chosen.
        if let Some(ours) = reacted.as_ref().filter(|message| !message.reacted.is_empty()) {
            return react(ours.id.clone(), "");
        }
        if let Some(key) = document::clicked(&event, MORE, "data-key").or_else(|| document::clicked(&event, REACTIONS, "data-key")) {
            OPEN.with(Clone::clone).set(key);
            task::spawn(async move {
                // What is in it must be there to be measured.
                leptos::task::tick().await;
                document::show_beside(MENU, &event);
            });
        }
    });
    let _asked = window_event_listener(ev::contextmenu, |event| {
        // Over words that are selected, links and files the browser's own menu is of more use; with Shift it always comes.
        let Some(key) = document::clicked(&event, ".bubble:not([data-side='event'])", "data-key").filter(|_| !event.shift_key()) else { return };
        if SELECTED.get() || document::is_within(&event, "a, video, audio, input") {
            return;
        }
        event.prevent_default();
        OPEN.with(Clone::clone).set(key);
        open_when_released(MENU, event);
    });
    let _released = window_event_listener(ev::pointerup, |_| {
        if let Some((menu, event)) = ASKED.take() {
            open_at(menu, event);
        }
    });
    let _began = window_event_listener(ev::pointerdown, |_| SELECTED.set(clipboard::has_selection()));
    let _pressed = window_event_listener(ev::keydown, |event| {
        let by = match event.key().as_str() {
            "ArrowUp" => -1,
            "ArrowDown" => 1,
            "Escape" => 0,
            _ => return,
        };
        let from_composer = by == -1 && document::is_target(&event, "composer") && document::value("composer").is_empty();
        if from_composer || document::is_within(&event, MORE) {
            event.prevent_default();
            if by == 0 { document::focus("composer") } else { document::focus_next(MORE, by) }
        }
    });
}

/// The menu, closed until it is opened.
pub fn draw(inbox: Inbox) -> AnyView {
    let open = OPEN.with(Clone::clone);
    view! { <div class="menu" id=MENU popover="auto">{move || inbox.bubble(&open.get()).map(|bubble| bubble.with(|bubble| entries(inbox, &bubble.entry.message)))}</div> }.into_any()
}

/// Puts an emoji on a message, or (none) takes ours back; the stream shows it.
fn react(id: MessageId, emoji: &'static str) {
    task::spawn(async move {
        if let Err(error) = api::messages::react_to(id, emoji.to_owned()).await {
            answer::say(error.message);
        }
    });
}

/// Whether it carries something that can go to somebody else.
fn can_forward(message: &Message) -> bool {
    let is_said = matches!(message.direction, Direction::Inbound | Direction::Outbound);
    let is_here = message.media.as_ref().is_some_and(|media| media.state == State::Ready);
    is_said && (is_here || matches!(message.content, Content::Text(_) | Content::Location(_) | Content::Contacts(_)))
}

/// Puts words into the clipboard.
fn copy(words: String) {
    document::hide(MENU);
    task::spawn(async move { answer::say(if clipboard::copy(&words).await { words::COPIED } else { words::NOT_COPIED }.to_owned()) });
}

/// Takes a message out of the thread, once that was asked for twice. What is on its way stays: its outcome must be seen.
fn delete(inbox: Inbox, message: &Message) -> Option<AnyView> {
    if matches!(message.delivery, Some(Delivery::Queued | Delivery::Sending | Delivery::Unknown)) {
        return None;
    }
    let customer = inbox.row(&message.conversation_id).map(|row| row.with_untracked(Conversation::display_name)).unwrap_or_default();
    let why = if message.direction == Direction::Note { words::DELETE_NOTE.to_owned() } else { words::delete_message(&customer) };
    let id = message.id.clone();
    let delete = move |_| {
        document::hide(MENU);
        let id = id.clone();
        task::spawn(async move {
            if let Err(error) = api::messages::settle_message(id, Settle::Delete).await {
                answer::say(error.message);
            }
        });
    };
    Some(
        view! {
            <details class="menu__sure" on:toggle=|_| document::keep_in_view(MENU)>
                <summary class="menu__item">{words::DELETE_HERE}</summary>
                <p>{why}</p>
                <button class="button" on:click=delete>{words::DELETE}</button>
            </details>
        }
        .into_any(),
    )
}

/// Who put which emoji on a message.
pub fn reactions(inbox: Inbox, message: &Message) -> Vec<(String, String)> {
    let customer = inbox.row(&message.conversation_id).map(|row| row.with_untracked(Conversation::display_name)).unwrap_or_default();
    let ours = usize::from(!message.reacted.is_empty());
    let whose = |at: usize| if at < ours { words::US.to_owned() } else { customer.clone() };
    message.reactions.iter().enumerate().map(|(at, emoji)| (whose(at), emoji.clone())).collect()
}

/// A file of a message's cards that address books read.
fn save_card(message: &Message) -> Option<AnyView> {
    let Content::Contacts(cards) = &message.content else { return None };
    let href = format!("data:text/vcard;charset=utf-8,{}", address::encode(&cards.vcard()));
    let name = format!("{}.vcf", cards.cards.first().map(Card::title).unwrap_or_default());
    let hide = |_| document::hide(MENU);
    Some(view! { <a class="menu__item" href=href download=name on:click=hide>{words::SAVE_CARD}</a> }.into_any())
}

/// An entry that closes the menu, then does what it says.
fn entry(label: &'static str, act: impl Fn() + 'static) -> AnyView {
    let act = move |_| {
        document::hide(MENU);
        act();
    };
    view! { <button class="menu__item" on:click=act>{label}</button> }.into_any()
}

/// The emoji to react with at one press, and the entry that answers. What Meta does not know yet can have neither.
fn responses(inbox: Inbox, message: &Message) -> Option<AnyView> {
    message.wamid.as_ref()?;
    let emoji = |emoji: &'static str| {
        let (id, is_ours) = (message.id.clone(), message.reacted == emoji);
        let react = move |_| {
            document::hide(MENU);
            react(id.clone(), if is_ours { "" } else { emoji });
        };
        view! { <button class="menu__emoji" aria-pressed=is_ours.to_string() aria-label=words::react(emoji) on:click=react>{emoji}</button> }.into_any()
    };
    let key = message.key().to_owned();
    let answer = entry(words::ANSWER, move || {
        answer::answer(inbox, &key);
    });
    Some(view! { <div class="menu__row">{EMOJI.map(emoji).into_iter().collect::<Vec<_>>()}</div> {answer} }.into_any())
}

fn entries(inbox: Inbox, message: &Message) -> AnyView {
    let reacted = named(reactions(inbox, message));
    let reacted = (!reacted.is_empty()).then(|| view! { <p class="menu__whose">{reacted}</p> }.into_any());
    let words = message.content.body().filter(|words| !words.is_empty()).map(str::to_owned);
    let forwarded = can_forward(message).then(|| message.clone());
    let address = inbox.open_id().and_then(|id| inbox.row(&id)).map(|row| row.with_untracked(|row| address::message(row.id.as_str(), &message.id)));
    let detailed = message.clone();
    view! {
        {reacted}
        {responses(inbox, message)}
        {words.map(|words| entry(words::COPY, move || copy(words.clone())))}
        {save_card(message)}
        {forwarded.map(|message| entry(words::FORWARD, move || forward::open(message.clone())))}
        {address.map(|address| entry(words::COPY_LINK, move || copy(document::absolute(&address))))}
        // What is done with the whole conversation has a panel of its own.
        {entry(words::TOOLS, || document::press_first(".tools__more"))}
        {entry(words::DETAILS, move || details::open(detailed.clone()))}
        {delete(inbox, message)}
    }
    .into_any()
}
