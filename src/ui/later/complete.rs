//! What is typed in the composer is completed: an emoji after a colon, a quick reply after a slash.
//!
//! To add something that completes: its sign in [`kind_of`], and what it offers in [`offers`].

use super::{emoji, replies};
use crate::ui::browser::{document, keys, typing};
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// The composer's element.
const FIELD: &str = "composer";
/// So many are offered.
const MOST: usize = 6;

/// What is being completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `:words`
    Emoji,
    /// `/words`, at the very beginning.
    Reply,
}

/// What stands before the caret and asks to be completed: its kind, and the words after its sign.
fn kind_of(before: &str) -> Option<(Kind, &str)> {
    if let Some(words) = before.strip_prefix('/').filter(|words| !words.contains(['\n', '/'])) {
        return Some((Kind::Reply, words));
    }
    let (head, token) = before.rsplit_once(':')?;
    let begins_a_word = head.chars().last().is_none_or(char::is_whitespace);
    // A smiley of signs, or a time, is not meant.
    let is_word = token.chars().count() >= 2 && token.chars().all(|c| c.is_alphanumeric() || c == '_');
    (begins_a_word && is_word).then_some((Kind::Emoji, token))
}

/// One way to complete it.
#[derive(Clone, PartialEq, Eq)]
struct Offer {
    text: String,
    name: String,
}

fn offers(inbox: Inbox, kind: Kind, words: &str) -> Vec<Offer> {
    match kind {
        Kind::Reply => replies::completions(inbox, words, MOST).into_iter().map(|(name, text)| Offer { text, name }).collect(),
        Kind::Emoji => emoji::completions(words, MOST).into_iter().map(|(text, name)| Offer { text, name }).collect(),
    }
}

thread_local! {
    /// What stands before the caret, as far as it asks for something; empty: nothing does.
    static ASKED: ArcRwSignal<String> = ArcRwSignal::new(String::new());
    static CHOSEN: ArcRwSignal<usize> = ArcRwSignal::new(0);
}

fn asked() -> ArcRwSignal<String> {
    ASKED.with(Clone::clone)
}

fn chosen() -> ArcRwSignal<usize> {
    CHOSEN.with(Clone::clone)
}

fn open(inbox: Inbox) -> Vec<Offer> {
    asked().with(|asked| kind_of(asked).map(|(kind, words)| offers(inbox, kind, words)).unwrap_or_default())
}

/// Looks at what stands before the caret now.
fn look() {
    let before = typing::before_caret(FIELD).filter(|before| kind_of(before).is_some()).unwrap_or_default();
    match kind_of(&before) {
        Some((Kind::Emoji, _)) => emoji::want(),
        // Somebody else may have changed them since.
        Some((Kind::Reply, "")) => replies::want(),
        _ => {}
    }
    asked().set(before);
    chosen().set(0);
}

/// Whether what is offered is for what stands before the caret now: it may have been sent, or the caret moved.
fn is_current() -> bool {
    typing::before_caret(FIELD).is_some_and(|before| asked().with_untracked(|asked| *asked == before))
}

fn take(inbox: Inbox, at: usize) {
    if !is_current() {
        return asked().set(String::new());
    }
    let Some(offer) = untrack(|| open(inbox)).into_iter().nth(at) else { return };
    let asked_for = asked().with_untracked(|asked| kind_of(asked).map(|(kind, words)| (kind, words.encode_utf16().count() + 1)));
    let Some((kind, units)) = asked_for else { return };
    asked().set(String::new());
    match kind {
        Kind::Emoji => {
            emoji::picked(&offer.text);
            typing::replace(FIELD, units, &format!("{} ", offer.text));
        }
        Kind::Reply => {
            typing::replace(FIELD, units, &offer.text);
            // What nobody knows is left to the agent.
            typing::select_braces(FIELD);
        }
    }
}

/// Listens for what is typed, and for the keys that choose.
pub fn start(inbox: Inbox) {
    let _typed = window_event_listener(ev::input, |event| {
        if document::is_target(&event, FIELD) {
            look();
        }
    });
    let _sent = window_event_listener(ev::submit, |_| asked().set(String::new()));
    keys::listen_first(move |event| {
        let offered = if document::is_target(event, FIELD) { untrack(|| open(inbox)).len() } else { 0 };
        let is_modified = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        // 229: a key that an input method is still composing with.
        if offered == 0 || is_modified || event.is_composing() || event.key_code() == 229 {
            return false;
        }
        if !is_current() {
            asked().set(String::new());
            return false;
        }
        let turn = |by: usize| chosen().update(|chosen| *chosen = (*chosen + by) % offered);
        match event.key().as_str() {
            "ArrowDown" => turn(1),
            "ArrowUp" => turn(offered - 1),
            "Enter" | "Tab" => take(inbox, chosen().get_untracked()),
            "Escape" => asked().set(String::new()),
            _ => return false,
        }
        true
    });
}

/// Above the composer, while there is something to offer.
pub fn draw(inbox: Inbox) -> AnyView {
    // Another thread: nothing is being typed yet.
    on_cleanup(|| asked().set(String::new()));
    let offers = Memo::new(move |_| open(inbox).into_iter().map(|offer| (offer.text, offer.name)).collect::<Vec<_>>());
    let option = move |at: usize, (text, name): (String, String)| {
        view! {
            <li role="option" class="complete__offer" aria-selected=move || (chosen().get() == at).to_string() on:pointerdown=move |event| { event.prevent_default(); take(inbox, at) }>
                <span>{text}</span>
                <small>{name}</small>
            </li>
        }
        .into_any()
    };
    view! {
        <When is=move || offers.with(|offers| !offers.is_empty())>
            <ul class="complete" role="listbox" aria-label=words::COMPLETE>
                {move || offers.get().into_iter().enumerate().map(|(at, offer)| option(at, offer)).collect::<Vec<_>>()}
            </ul>
        </When>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_after_a_colon_are_completed() {
        assert_eq!(kind_of("Good :smi"), Some((Kind::Emoji, "smi")));
        assert_eq!((kind_of("/"), kind_of("/than")), (Some((Kind::Reply, "")), Some((Kind::Reply, "than"))));
        assert_eq!((kind_of("either/or"), kind_of("/etc/x")), (None, None));
        for text in ["", ":", ":s", ":)", "at 10:30", "https://x", "a:smi", ":smi ", ":-smi"] {
            assert_eq!(kind_of(text), None, "{text}");
        }
    }
}
