//! Which part of the list is shown: a view, a label, words. It is in the address, so that a reload and a link show the same.

use super::{answer, tools};
use crate::api;
use crate::domain::search::{Filter, View};
use crate::protocol::address;
use crate::protocol::search::Count;
use crate::ui::browser::{document, history, task};
use crate::ui::kit::dot::Dot;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// The menu's element.
const MENU: &str = "views";
/// The field for words.
const FIELD: &str = "search";
/// How long somebody may pause between two letters.
const PAUSE_MS: i64 = 200;

thread_local! {
    static COUNTS: ArcRwSignal<Vec<Count>> = ArcRwSignal::new(Vec::new());
    /// Counts key strokes: only the last one is searched for.
    static TYPED: ArcRwSignal<u64> = ArcRwSignal::new(0);
}

/// Shows what a filter asks for; the open thread stays.
pub fn show(inbox: Inbox, filter: &Filter) {
    let here = document::path();
    let path = address::with(here.split('?').next().unwrap_or(address::INBOX), filter);
    if path != here {
        history::replace(&path);
        fetch(inbox, filter.clone());
    }
}

/// Fetches what the address asks for already; if it does not come, the address says what is shown, and it can be asked for again.
pub fn fetch(inbox: Inbox, filter: Filter) {
    let path = document::path();
    let before = address::with(path.split('?').next().unwrap_or(address::INBOX), &address::filter_of(&inbox.query.get_untracked()));
    task::spawn(async move {
        if let Err(error) = inbox.fetch_list(filter).await {
            if document::path() == path {
                history::replace(&before);
            }
            answer::say(error.message);
        }
    });
}

/// Lets into the list what fits what it is asked for by now: rows that changed, of which the server has not been asked.
pub fn admit(inbox: Inbox) {
    let filter = inbox.query.with_untracked(|query| address::filter_of(query));
    // The server writes the name as the label does.
    let label = tools::team().with_untracked(|team| team.labels.iter().find(|label| label.name == filter.label).map(|label| label.id.clone()));
    let me = inbox.agent.with_value(|agent| agent.id.clone());
    let now = inbox.now.get_untracked();
    inbox.admit_if(|row| filter.shows(row, label.as_ref(), &me, now));
}

/// Listens for what is typed into the field.
pub fn start(inbox: Inbox) {
    let search = move |now: bool| {
        let typed = TYPED.with(Clone::clone);
        typed.update(|count| *count += 1);
        let mine = typed.get_untracked();
        task::spawn(async move {
            if !now {
                task::sleep(PAUSE_MS).await;
            }
            if typed.get_untracked() == mine {
                let q = document::value(FIELD).trim().to_owned();
                show(inbox, &Filter { q, ..address::filter_of(&document::path()) });
            }
        });
    };
    let _typed = window_event_listener(ev::input, move |event| {
        if document::is_target(&event, FIELD) {
            search(false);
        }
    });
    let _sent = window_event_listener(ev::submit, move |event| {
        if document::is_within(&event, ".search") {
            event.prevent_default();
            search(true);
        }
    });
}

/// In the list's header: what is shown, and the menu of what could be.
pub fn draw(inbox: Inbox) -> AnyView {
    // What is typed is the agent's: the field follows only while nobody is in it.
    Effect::new(move |_| document::set_value_unless_focused(FIELD, &address::value_of(&inbox.query.get(), "q")));
    let open = |event: ev::MouseEvent| {
        document::show_beside(MENU, &event);
        task::spawn(async {
            if let Ok(counts) = api::search::count_views().await {
                COUNTS.with(Clone::clone).set(counts);
            }
        });
    };
    let shown = move || {
        let filter = address::filter_of(&inbox.query.get());
        match (filter.view, filter.label.as_str()) {
            (View::All, "") => words::VIEWS.to_owned(),
            (View::All, label) => label.to_owned(),
            (view, "") => words::view(view).to_owned(),
            (view, label) => format!("{}, {label}", words::view(view)),
        }
    };
    let is_whole = move || inbox.query.with(String::is_empty);
    view! {
        <button type="button" class="views__open" aria-haspopup="dialog" data-on=move || (!is_whole()).then_some("") on:click=open>
            <span><bdi>{shown}</bdi></span>
            <Icon glyph=Glyph::DOWN/>
        </button>
        <div class="menu views" id=MENU popover="auto" role="dialog" aria-label=words::VIEWS>
            {move || entries(inbox)}
        </div>
    }
    .into_any()
}

fn entries(inbox: Inbox) -> AnyView {
    let now = address::filter_of(&inbox.query.get());
    let counts = COUNTS.with(Clone::clone).get();
    let whole = now.clone();
    let view = |view: View| {
        let count = counts.iter().find(|count| count.view == view).map(|count| words::count(usize::try_from(count.count).unwrap_or(0)));
        let filter = Filter { view, ..now.clone() };
        entry(inbox, words::view(view).into_any(), count, now.view == view, filter)
    };
    let views = View::ALL.map(view).into_iter().collect::<Vec<_>>();
    let label = |label: crate::domain::label::Label| {
        let is_now = now.label.to_lowercase() == label.name.to_lowercase();
        // A second click takes it off.
        let name = if is_now { String::new() } else { label.name.clone() };
        let shown = view! { <Dot color=label.color/><bdi>{label.name}</bdi> }.into_any();
        entry(inbox, shown, None, is_now, Filter { label: name, ..now.clone() })
    };
    let labels = tools::team().get().labels.into_iter().map(label).collect::<Vec<_>>();
    let all = (!whole.is_empty()).then(|| entry(inbox, words::SHOW_ALL.into_any(), None, false, Filter::default()));
    view! { {views}{(!labels.is_empty()).then(|| view! { <hr/> })}{labels}{all} }.into_any()
}

fn entry(inbox: Inbox, shown: AnyView, count: Option<String>, is_now: bool, filter: Filter) -> AnyView {
    let choose = move |_| {
        document::hide(MENU);
        show(inbox, &filter);
    };
    view! {
        <button type="button" class="menu__item views__one" aria-pressed=is_now.to_string() on:click=choose>
            <span>{shown}</span>
            {count.map(|count| view! { <small>{count}</small> })}
        </button>
    }
    .into_any()
}
