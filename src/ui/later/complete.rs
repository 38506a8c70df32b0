//! What is typed in the composer, or in a note, is completed: an emoji after a colon; in the composer, a quick reply after a slash; in a note, a
//! colleague after an @.
//!
//! To add something that completes: its sign in [`kind_of`], and what it offers in [`offers`].

use super::{emoji, note, replies, tools};
use crate::ui::browser::{document, keys, typing};
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// Where something is completed: the composer, and a note.
const FIELDS: [&str; 2] = ["composer", note::FIELD];
/// So many are offered.
const MOST: usize = 6;

/// What is being completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `:words`
    Emoji,
    /// `/words`, at the very beginning.
    Reply,
    /// `@name`
    Colleague,
}

/// What stands before the caret and asks to be completed: its kind, and the words after its sign.
fn kind_of(Asked { field, before }: &Asked) -> Option<(Kind, &str)> {
    let is_note = *field == note::FIELD;
    if let Some(words) = before.strip_prefix('/').filter(|words| !is_note && !words.contains(['\n', '/'])) {
        return Some((Kind::Reply, words));
    }
    let after = |sign: char| before.rsplit_once(sign).filter(|(head, _)| head.chars().last().is_none_or(char::is_whitespace));
    // Behind a blank, a name is either over or goes on; behind another sign, it is over.
    if let Some((_, name)) = after('@').filter(|(_, name)| is_note && !name.contains(['\n', ':'])) {
        return Some((Kind::Colleague, name));
    }
    let (_, token) = after(':')?;
    // A smiley of signs, or a time, is not meant.
    let is_word = token.chars().count() >= 2 && token.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_word.then_some((Kind::Emoji, token))
}

/// In which field, and what stands before the caret there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Asked {
    field: &'static str,
    before: String,
}

impl Asked {
    /// What stands there now.
    fn now(field: &'static str) -> Option<Self> {
        Some(Self { field, before: typing::before_caret(field)? })
    }
}

/// One way to complete it.
#[derive(Clone, PartialEq, Eq)]
struct Offer {
    text: String,
    name: String,
    /// A file that goes along.
    file: Option<(String, String)>,
}

impl Offer {
    fn new(text: String, name: String) -> Self {
        Self { text, name, file: None }
    }
}

fn offers(inbox: Inbox, kind: Kind, words: &str) -> Vec<Offer> {
    match kind {
        Kind::Reply => {
            let offer = |found: replies::Offered| Offer { text: found.text, name: found.name, file: found.file };
            replies::completions(inbox, words, MOST).into_iter().map(offer).collect()
        }
        Kind::Emoji => emoji::completions(words, MOST).into_iter().map(|(text, name)| Offer::new(text, name)).collect(),
        Kind::Colleague => colleagues(inbox, &words.to_lowercase()),
    }
}

/// Those whose name, or a word of it, begins so.
fn colleagues(inbox: Inbox, sought: &str) -> Vec<Offer> {
    let me = inbox.agent.with_value(|agent| agent.id.clone());
    let team = tools::team().get();
    // One that is written whole is meant: its blank is not the beginning of a longer name.
    if sought.ends_with(' ') && team.agents.iter().any(|agent| agent.name.to_lowercase() == sought.trim_end()) {
        return Vec::new();
    }
    let fits = |name: &str| {
        let name = name.to_lowercase();
        name.starts_with(sought) || name.split_whitespace().any(|word| word.starts_with(sought))
    };
    team.agents
        .into_iter()
        .filter(|agent| agent.id != me && fits(&agent.name))
        .take(MOST)
        .map(|agent| Offer::new(format!("@{}", agent.name), String::new()))
        .collect()
}

thread_local! {
    /// What stands before the caret, as far as it asks for something; empty: nothing does.
    static ASKED: ArcRwSignal<Asked> = ArcRwSignal::new(Asked::default());
    static CHOSEN: ArcRwSignal<usize> = ArcRwSignal::new(0);
}

fn asked() -> ArcRwSignal<Asked> {
    ASKED.with(Clone::clone)
}

fn chosen() -> ArcRwSignal<usize> {
    CHOSEN.with(Clone::clone)
}

fn open(inbox: Inbox) -> Vec<Offer> {
    asked().with(|asked| kind_of(asked).map(|(kind, words)| offers(inbox, kind, words)).unwrap_or_default())
}

/// Nothing asks any more.
fn end() {
    asked().set(Asked::default());
}

/// Looks at what stands before the caret now.
fn look(field: &'static str) {
    let now = Asked::now(field).filter(|now| kind_of(now).is_some()).unwrap_or_default();
    match kind_of(&now) {
        Some((Kind::Emoji, _)) => emoji::want(),
        // Somebody else may have changed them since.
        Some((Kind::Reply, "")) => replies::want(),
        _ => {}
    }
    asked().set(now);
    chosen().set(0);
}

/// Whether what is offered is for what stands before the caret now: it may have been sent, or the caret moved.
fn is_current() -> bool {
    asked().with_untracked(|asked| Asked::now(asked.field).is_some_and(|now| now == *asked))
}

fn take(inbox: Inbox, at: usize) {
    if !is_current() {
        return end();
    }
    let Some(Offer { text, file, .. }) = untrack(|| open(inbox)).into_iter().nth(at) else { return };
    let asked_for = asked().with_untracked(|asked| kind_of(asked).map(|(kind, words)| (asked.field, kind, words.encode_utf16().count() + 1)));
    let Some((field, kind, units)) = asked_for else { return };
    end();
    match kind {
        Kind::Emoji => {
            emoji::picked(&text);
            typing::replace(field, units, &format!("{text} "));
        }
        Kind::Reply => {
            typing::replace(field, units, &text);
            // What nobody knows is left to the agent.
            typing::select_braces(field);
            if let (Some(file), Some(row)) = (file, inbox.open_row()) {
                replies::attach(inbox, row, file);
            }
        }
        Kind::Colleague => typing::replace(field, units, &format!("{text} ")),
    }
}

/// Listens for what is typed, and for the keys that choose.
pub fn start(inbox: Inbox) {
    let _typed = window_event_listener(ev::input, |event| {
        if let Some(field) = FIELDS.into_iter().find(|field| document::is_target(&event, field)) {
            look(field);
        }
    });
    let _sent = window_event_listener(ev::submit, |_| end());
    keys::listen_first(move |event| {
        let is_here = asked().with_untracked(|asked| !asked.field.is_empty() && document::is_target(event, asked.field));
        let offered = if is_here { untrack(|| open(inbox)).len() } else { 0 };
        let is_modified = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        // 229: a key that an input method is still composing with.
        if offered == 0 || is_modified || event.is_composing() || event.key_code() == 229 {
            return false;
        }
        if !is_current() {
            end();
            return false;
        }
        let turn = |by: usize| chosen().update(|chosen| *chosen = (*chosen + by) % offered);
        match event.key().as_str() {
            "ArrowDown" => turn(1),
            "ArrowUp" => turn(offered - 1),
            "Enter" | "Tab" => take(inbox, chosen().get_untracked()),
            "Escape" => end(),
            _ => return false,
        }
        true
    });
}

/// Above the composer, while there is something to offer.
pub fn draw(inbox: Inbox) -> AnyView {
    // Another thread: nothing is being typed yet.
    on_cleanup(end);
    let offers = Memo::new(move |_| open(inbox));
    let option = move |at: usize, Offer { text, name, file }: Offer| {
        view! {
            <li role="option" class="complete__offer" aria-selected=move || (chosen().get() == at).to_string() on:pointerdown=move |event| { event.prevent_default(); take(inbox, at) }>
                <span>{text}</span>
                {file.map(|(_, file)| view! { <small class="complete__file"><Icon glyph=Glyph::PAPER/>{file}</small> })}
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

    fn asks(field: &'static str, before: &str) -> Option<(Kind, String)> {
        kind_of(&Asked { field, before: before.to_owned() }).map(|(kind, words)| (kind, words.to_owned()))
    }

    #[test]
    fn only_words_after_a_colon_are_completed() {
        let typed = |before: &str| asks("composer", before);
        let is = |kind: Kind, words: &str| Some((kind, words.to_owned()));
        assert_eq!(typed("Good :smi"), is(Kind::Emoji, "smi"));
        assert_eq!((typed("/"), typed("/than")), (is(Kind::Reply, ""), is(Kind::Reply, "than")));
        assert_eq!((typed("either/or"), typed("/etc/x")), (None, None));
        for text in ["", ":", ":s", ":)", "at 10:30", "https://x", "a:smi", ":smi ", ":-smi", "@jon"] {
            assert_eq!(typed(text), None, "{text}");
        }
    }

    #[test]
    fn colleagues_are_completed_in_notes_only() {
        let typed = |before: &str| asks(note::FIELD, before);
        assert_eq!(typed("ask @Jonas B"), Some((Kind::Colleague, "Jonas B".to_owned())));
        assert_eq!(typed("@"), Some((Kind::Colleague, String::new())));
        assert_eq!(typed("@Jonas fine :smi"), Some((Kind::Emoji, "smi".to_owned())));
        assert_eq!(typed("fine :smi"), Some((Kind::Emoji, "smi".to_owned())));
        for text in ["mail a@b", "/than", "@jonas\nand"] {
            assert_eq!(typed(text), None, "{text}");
        }
    }
}
