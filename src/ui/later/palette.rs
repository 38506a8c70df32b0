//! Ctrl+K: what can be done with the open conversation, parts of the list, conversations and pages, found by a few letters of their names;
//! what was chosen last stands first.
//!
//! To add something: its entry in [`entries`].

use super::{bulk, find, note, pins, tools, views};
use crate::api;
use crate::domain::agent::Role;
use crate::domain::contact::display_phone;
use crate::domain::conversation::{Conversation, Status};
use crate::domain::pin::Pin;
use crate::domain::search::{Filter, View};
use crate::domain::time::Instant;
use crate::protocol::address;
use crate::protocol::command::Handle;
use crate::protocol::snapshot::cursor;
use crate::ui::browser::{document, history, storage, task};
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

/// The window's element, its field and its list.
const DIALOG: &str = "palette";
const FIELD: &str = "palette-field";
const LIST: &str = "palette-list";
/// Kept in the browser: what was chosen last, a line each.
const RECENT: &str = "palette-recent";
const MOST_RECENT: usize = 5;
/// So many entries are shown.
const MOST: usize = 12;
/// How long somebody may pause between two letters before the server is asked.
const PAUSE_MS: i64 = 150;

thread_local! {
    static STATE: ArcRwSignal<State> = ArcRwSignal::new(State::default());
    /// Which entry is chosen.
    static AT: ArcRwSignal<usize> = ArcRwSignal::new(0);
}

/// What is typed, and which conversations the server has found.
#[derive(Clone, Default)]
struct State {
    is_open: bool,
    typed: String,
    found: Vec<Conversation>,
}

fn state() -> ArcRwSignal<State> {
    STATE.with(Clone::clone)
}

fn at() -> ArcRwSignal<usize> {
    AT.with(Clone::clone)
}

/// Something that can be chosen.
#[derive(Clone)]
struct Entry {
    name: String,
    kind: &'static str,
    /// The server has found it by what is typed, which it knows better.
    is_found: bool,
    act: Arc<dyn Fn(Inbox) + Send + Sync>,
}

fn entry(kind: &'static str, name: impl Into<String>, act: impl Fn(Inbox) + Send + Sync + 'static) -> Entry {
    Entry { name: name.into(), kind, is_found: false, act: Arc::new(act) }
}

/// Opens it.
pub fn open() {
    document::show_modal(DIALOG, true);
    state().set(State { is_open: true, ..State::default() });
    at().set(0);
    document::focus(FIELD);
}

/// What can be done with the open conversation.
fn of_open(inbox: Inbox) -> Vec<Entry> {
    let Some(row) = inbox.open_row() else { return Vec::new() };
    let handle = |name: String, what: Handle| {
        let id = row.id.clone();
        entry(words::DOES, name, move |inbox| tools::begin(inbox, &id, what.clone()))
    };
    let (own, unread) = (row.id.clone(), row.id.clone());
    let mut all = vec![
        if row.status == Status::Open { handle(words::RESOLVE.into(), Handle::Resolve) } else { handle(words::REOPEN.into(), Handle::Reopen) },
        entry(words::DOES, words::WRITE_NOTE, move |_| note::open(&own)),
        entry(words::DOES, words::MARK_UNREAD, move |inbox| tools::mark_unread(inbox, unread.clone())),
        entry(words::DOES, words::FIND_HERE, |inbox| {
            find::open(inbox);
        }),
    ];
    for (pin, on, off) in [(Pin::Pin, words::PIN, words::UNPIN), (Pin::Mute, words::MUTE, words::UNMUTE)] {
        let id = row.id.clone();
        all.push(entry(words::DOES, if untrack(|| pins::is_on(&row.id, pin)) { off } else { on }, move |inbox| pins::turn(inbox, &id, pin)));
    }
    let me = inbox.agent.with_value(|agent| agent.id.clone());
    let team = tools::team().get_untracked();
    for agent in team.agents {
        let name = if agent.id == me { words::me(&agent.name) } else { agent.name };
        all.push(handle(words::assign_to(&name), Handle::Assign(Some(agent.id))));
    }
    all.push(handle(words::assign_to(words::NOBODY), Handle::Assign(None)));
    all.extend(team.labels.into_iter().map(|label| handle(words::label_as(&label.name), Handle::Label(label.name))));
    all.push(handle(words::NO_LABEL.into(), Handle::Label(String::new())));
    for (rest, name) in tools::RESTS.into_iter().enumerate() {
        let id = row.id.clone();
        all.push(entry(words::DOES, words::snooze(name), move |inbox| tools::begin(inbox, &id, Handle::Snooze(tools::end_of(inbox, rest)))));
    }
    all
}

fn opens(row: &Conversation) -> Entry {
    let number = row.wa_id.as_deref().map(display_phone).unwrap_or_default();
    let path = row.clone();
    entry(words::OPENS, format!("{} {number}", row.display_name()).trim().to_owned(), move |inbox| {
        let path = address::thread(&inbox.segment(&path)) + &inbox.query.get_untracked();
        if history::push(&path) {
            inbox.show_path(path);
        }
    })
}

/// Everything that can be chosen, in the order in which it is offered.
fn entries(inbox: Inbox, found: &[Conversation]) -> Vec<Entry> {
    let mut all = of_open(inbox);
    all.push(entry(words::DOES, words::CHOOSE_SEVERAL, |_| bulk::begin()));
    all.extend(View::ALL.map(|view| entry(words::SHOWS, words::view(view), move |inbox| views::show(inbox, &Filter { view, ..Filter::default() }))));
    let listed = inbox.order.get_untracked().into_iter().filter_map(|id| inbox.row(&id)).map(|row| row.get_untracked()).collect::<Vec<_>>();
    let is_found = |row: &&Conversation| found.iter().any(|found| found.id == row.id);
    all.extend(listed.iter().filter(|row| !is_found(row)).map(opens));
    all.extend(found.iter().map(|row| Entry { is_found: true, ..opens(row) }));
    let is_admin = inbox.agent.with_value(|agent| agent.role == Role::Admin);
    let pages = [(address::CONTACTS, words::CONTACTS), (address::LABELS, words::LABELS), (address::REPLIES, words::REPLIES), (address::PROFILE, words::YOU)];
    let admins = [(address::NUMBERS, words::NUMBERS), (address::PEOPLE, words::PEOPLE), (address::AUDIT, words::AUDIT)];
    let pages = pages.into_iter().chain(admins.into_iter().filter(|_| is_admin));
    all.extend(pages.map(|(path, name)| entry(words::GOES, name, move |_| document::leave_for(path))));
    all
}

/// How well a name fits words: each must be in it, at best where a word of it begins; letters in their order alone are little. `None`: not.
fn fit(name: &str, typed: &str) -> Option<usize> {
    let name = name.to_lowercase();
    typed.to_lowercase().split_whitespace().try_fold(0, |sum, word| {
        let begins = name.split(|c: char| !c.is_alphanumeric()).any(|own| own.starts_with(word));
        let mut rest = name.chars();
        if begins {
            Some(sum + 4)
        } else if name.contains(word) {
            Some(sum + 2)
        } else {
            word.chars().all(|letter| rest.any(|own| own == letter)).then_some(sum + 1)
        }
    })
}

/// What is shown now.
fn shown(inbox: Inbox, typed: &str, found: &[Conversation]) -> Vec<Entry> {
    let all = entries(inbox, found);
    let recent = storage::read(RECENT).unwrap_or_default();
    let rank = |entry: &Entry| recent.lines().position(|name| name == entry.name).map_or(0, |at| MOST_RECENT.saturating_sub(at));
    let mut fitting: Vec<(usize, Entry)> = all
        .into_iter()
        .filter_map(|entry| Some((fit(&entry.name, typed).or(entry.is_found.then_some(1))? * (MOST_RECENT + 1) + rank(&entry), entry)))
        .collect();
    fitting.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    fitting.into_iter().map(|(_, entry)| entry).take(MOST).collect()
}

fn choose(inbox: Inbox, entry: &Entry) {
    document::show_modal(DIALOG, false);
    // Customers are named nowhere once the agent has signed out.
    if entry.kind != words::OPENS {
        let recent = storage::read(RECENT).unwrap_or_default();
        let mut names = vec![entry.name.as_str()];
        names.extend(recent.lines().filter(|name| *name != entry.name));
        names.truncate(MOST_RECENT);
        storage::write(RECENT, &names.join("\n"));
    }
    (entry.act)(inbox);
}

/// The server knows conversations that the list has not loaded. Only the last of many letters is asked for.
fn look_further(typed: String) {
    task::spawn(async move {
        task::sleep(PAUSE_MS).await;
        let is_current = || state().with_untracked(|state| state.is_open && state.typed == typed);
        if typed.trim().chars().count() < 2 || !is_current() {
            return;
        }
        let top = cursor((Instant(i64::MAX), i64::MAX));
        if let Ok(page) = api::conversations::list_more(top, Filter { q: typed.clone(), ..Filter::default() }).await
            && is_current()
        {
            state().update(|state| state.found = page.conversations);
        }
    });
}

/// The window.
pub fn draw(inbox: Inbox) -> AnyView {
    let offered =
        Memo::new_with_compare(move |_| state().with(|state| if state.is_open { shown(inbox, &state.typed, &state.found) } else { Vec::new() }), |_, _| true);
    let typed = |event: ev::Event| {
        let text = event_target_value(&event);
        state().update(|state| state.typed.clone_from(&text));
        at().set(0);
        look_further(text);
    };
    let pressed = move |event: ev::KeyboardEvent| {
        let count = offered.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            _ if event.is_composing() => return,
            "ArrowDown" => at().update(|at| *at = (*at + 1) % count),
            "ArrowUp" => at().update(|at| *at = (*at + count - 1) % count),
            "Enter" => {
                if let Some(entry) = offered.with_untracked(|offered| offered.get(at().get_untracked()).cloned()) {
                    choose(inbox, &entry);
                }
            }
            _ => return,
        }
        event.prevent_default();
        document::keep_in_view(&format!("{LIST}-{}", at().get_untracked()));
    };
    let option = move |(place, entry): (usize, Entry)| {
        let (name, kind) = (entry.name.clone(), entry.kind);
        view! {
            <li id=format!("{LIST}-{place}") role="option" class="palette__entry" aria-selected=move || (at().get() == place).to_string() on:click=move |_| choose(inbox, &entry)>
                <bdi>{name}</bdi><small>{kind}</small>
            </li>
        }
        .into_any()
    };
    let nothing = move || offered.with(Vec::is_empty).then(|| view! { <p class="palette__none" role="status">{words::NOTHING_FITS}</p> }.into_any());
    // It is said a moment later: it may be open again by then.
    let closed = |_| state().update(|state| state.is_open = document::is_shown(DIALOG));
    view! {
        <dialog class="palette" id=DIALOG aria-label=words::PALETTE on:close=closed>
            <input type="text" class="palette__field" id=FIELD role="combobox" aria-expanded="true" aria-controls=LIST aria-label=words::PALETTE placeholder=words::PALETTE autocomplete="off" dir="auto"
                aria-activedescendant=move || offered.with(|offered| !offered.is_empty()).then(|| format!("{LIST}-{}", at().get())) prop:value=move || state().with(|state| state.typed.clone()) on:input=typed on:keydown=pressed/>
            <ul class="palette__list" id=LIST role="listbox" aria-label=words::PALETTE>{move || offered.get().into_iter().enumerate().map(option).collect::<Vec<_>>()}</ul>
            {nothing}
        </dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_letters_find_a_name_and_beginnings_of_words_win() {
        assert_eq!(fit("Assign to Jonas", ""), Some(0));
        assert!(fit("Assign to Jonas", "as jon") > fit("Assign to Jonas", "sig nas"));
        assert!(fit("Label VIP", "vip") > fit("Label VIP", "lvp"));
        assert_eq!(fit("Label VIP", "pv"), None);
        assert_eq!(fit("Zoë +47 98 76 54 32", "98 54"), Some(8));
    }
}
