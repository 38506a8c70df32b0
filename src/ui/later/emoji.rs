//! Emoji: picked from a list, or completed while they are typed. The list is fetched when it is first wanted.

use crate::protocol::address;
use crate::ui::browser::{document, line, storage, task, typing};
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::when::When;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::cell::RefCell;

/// The picker's element.
const PICKER: &str = "emoji";
/// Where it is searched.
const SEARCH: &str = "emoji-search";
/// Kept in the browser: what was picked last, newest first; and the tone of the skin.
const RECENT: &str = "emoji-recent";
const TONE: &str = "emoji-tone";
/// So many are remembered.
const MOST_RECENT: usize = 24;
/// In a row of the picker, as its style has them.
const COLUMNS: i32 = 8;
/// A hand in every tone: no tone first, as the list has the others.
const HANDS: [&str; 6] = ["✋", "✋🏻", "✋🏼", "✋🏽", "✋🏾", "✋🏿"];

/// One of the list.
#[derive(Clone)]
struct Emoji {
    plain: String,
    names: String,
    tones: Vec<String>,
}

impl Emoji {
    /// In the tone that the agent has chosen, if it comes in tones.
    fn shown(&self, tone: usize) -> &str {
        tone.checked_sub(1).and_then(|tone| self.tones.get(tone)).unwrap_or(&self.plain)
    }
}

thread_local! {
    static LIST: RefCell<Vec<Emoji>> = const { RefCell::new(Vec::new()) };
    /// Counts fetches of the list.
    static FETCHED: ArcRwSignal<usize> = ArcRwSignal::new(0);
    static SOUGHT: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

fn sought() -> ArcRwSignal<String> {
    SOUGHT.with(Clone::clone)
}

fn is_here() -> bool {
    LIST.with_borrow(|list| !list.is_empty())
}

/// Fetches the list, unless it is here.
async fn fetch() {
    if is_here() {
        return;
    }
    let Some(text) = line::text(address::EMOJI).await else { return };
    LIST.set(text.lines().filter_map(read).collect());
    FETCHED.with(Clone::clone).update(|count| *count += 1);
}

fn read(line: &str) -> Option<Emoji> {
    let mut parts = line.split('\t');
    let (plain, names, tones) = (parts.next()?, parts.next()?, parts.next().unwrap_or_default());
    Some(Emoji { plain: plain.to_owned(), names: names.to_owned(), tones: tones.split_whitespace().map(str::to_owned).collect() })
}

fn tone() -> usize {
    storage::read(TONE).and_then(|tone| tone.parse().ok()).unwrap_or(0)
}

fn recent() -> Vec<String> {
    storage::read(RECENT).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

/// Those with a word that begins like each of these; names that begin with the first of them come first.
fn search(words: &str, most: usize) -> Vec<(String, String)> {
    let words: Vec<String> = words.to_lowercase().split([' ', '_']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let tone = tone();
    LIST.with_borrow(|list| {
        let fits = |emoji: &&Emoji| words.iter().all(|word| emoji.names.split([' ', '_']).any(|name| name.starts_with(word.as_str())));
        let mut found: Vec<&Emoji> = list.iter().filter(fits).collect();
        found.sort_by_key(|emoji| words.first().is_some_and(|word| !emoji.names.split(' ').any(|name| name == word)));
        found.into_iter().take(most).map(|emoji| (emoji.shown(tone).to_owned(), emoji.names.clone())).collect()
    })
}

/// Fetches the list beside the page.
pub fn want() {
    task::spawn(fetch());
}

/// What `:words` before the caret can become: the emoji and what it is called.
pub fn completions(words: &str, most: usize) -> Vec<(String, String)> {
    FETCHED.with(Clone::clone).track();
    search(words, most)
}

/// Remembers what was picked.
pub fn picked(emoji: &str) {
    let others = recent().into_iter().filter(|other| other != emoji).take(MOST_RECENT - 1);
    storage::write(RECENT, &std::iter::once(emoji.to_owned()).chain(others).collect::<Vec<_>>().join(" "));
}

/// In the composer: the button that opens the picker, and the picker.
pub fn beside() -> AnyView {
    let open = |event: ev::MouseEvent| {
        sought().set(String::new());
        document::show_beside(PICKER, &event);
        document::focus(SEARCH);
        task::spawn(fetch());
    };
    let pick = |event: ev::MouseEvent| {
        let Some(emoji) = document::clicked(&event, "[data-emoji]", "data-emoji") else { return };
        picked(&emoji);
        // Several in a row with Shift held.
        if !event.shift_key() {
            document::hide(PICKER);
        }
        typing::insert("composer", &emoji);
    };
    let keys = |event: ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            "ArrowDown" => COLUMNS,
            "ArrowUp" => -COLUMNS,
            "Enter" if !document::is_within(&event, ".emoji__grid") => {
                // The picker stands in the composer's form: Enter must not send what is half written.
                event.prevent_default();
                if document::is_target(&event, SEARCH) {
                    document::press_first(".emoji__grid button");
                }
                return;
            }
            _ => return,
        };
        if document::is_within(&event, ".emoji__grid") {
            event.prevent_default();
            document::focus_next(".emoji__grid button", by);
        } else if by == COLUMNS && document::is_target(&event, SEARCH) {
            event.prevent_default();
            document::focus_first(".emoji__grid button");
        }
    };
    view! {
        <button type="button" class="composer__more emoji__open" aria-label=words::EMOJI title=words::EMOJI aria-haspopup="dialog" on:click=open>
            <Icon glyph=Glyph::SMILE/>
        </button>
        <div class="menu emoji" id=PICKER popover="auto" role="dialog" aria-label=words::EMOJI on:click=pick on:keydown=keys>
            <input class="make__search" id=SEARCH type="search" placeholder=words::SEARCH_EMOJI aria-label=words::SEARCH_EMOJI autocomplete="off"
                prop:value=|| sought().get() on:input=|event| sought().set(event_target_value(&event))/>
            {grid}
            {tones()}
        </div>
    }
    .into_any()
}

/// What was picked last, then all; or those that are sought.
fn grid() -> AnyView {
    FETCHED.with(Clone::clone).track();
    let sought = sought().get();
    let found = if sought.trim().is_empty() {
        let tone = tone();
        let all = LIST.with_borrow(|list| list.iter().map(|emoji| (emoji.shown(tone).to_owned(), emoji.names.clone())).collect::<Vec<_>>());
        recent().into_iter().map(|emoji| (emoji.clone(), emoji)).chain(all).collect()
    } else {
        search(&sought, 200)
    };
    let is_empty = found.is_empty();
    let button = |(emoji, names): (String, String)| {
        view! { <button type="button" tabindex="-1" data-emoji=emoji.clone() title=names>{emoji.clone()}</button> }.into_any()
    };
    view! {
        <div class="emoji__grid">{found.into_iter().map(button).collect::<Vec<_>>()}</div>
        <When is=move || is_empty && is_here()><p>{words::NO_EMOJI}</p></When>
    }
    .into_any()
}

fn tones() -> AnyView {
    let choose = |event: ev::Event| {
        storage::write(TONE, &event_target_value(&event));
        FETCHED.with(Clone::clone).update(|count| *count += 1);
    };
    let now = tone();
    let option = |(tone, hand): (usize, &'static str)| {
        view! {
            <label class="emoji__tone">
                <input type="radio" name="emoji-tone" value=tone.to_string() checked=tone == now aria-label=words::tone(tone) on:change=choose/>
                <span aria-hidden="true">{hand}</span>
            </label>
        }
        .into_any()
    };
    view! { <fieldset class="emoji__tones" aria-label=words::TONE>{HANDS.into_iter().enumerate().map(option).collect::<Vec<_>>()}</fieldset> }.into_any()
}
