//! Which part of the list is shown: a view, a label, words. It is in the address, so that a reload and a link show the same.

use super::hits::QUIET_MS;
use super::{answer, bulk, tools};
use crate::api;
use crate::domain::account::Account;
use crate::domain::agent::Role;
use crate::domain::search::{Filter, View};
use crate::domain::time::MINUTE_MS;
use crate::protocol::address;
use crate::protocol::error::Code;
use crate::protocol::search::{Counts, SavedView};
use crate::protocol::team::Colleague;
use crate::ui::browser::{document, history, scroll, task};
use crate::ui::kit::dot::Dot;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::when::When;
use crate::ui::state::inbox::{Inbox, recent, replace};
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;

/// The menu's element.
const MENU: &str = "views";
/// The field for words.
pub const FIELD: &str = "search";
/// The fields of a view that is to be kept.
const NAME: &str = "view-name";
const SHARED: &str = "view-shared";
/// How often counts are asked for while the menu is open.
const COUNTS_MS: i64 = 1_000;

/// How long rows are gathered before the server is asked about them.
const ASK_MS: i64 = 300;
/// So many at once, as many as the server tells apart.
const MOST_ASKED: usize = 500;
/// And it rests so many times as long as the answer took.
const REST: i64 = 4;
/// But no longer than this, milliseconds.
const MOST_REST_MS: i64 = 5_000;
/// So often what is not known yet is asked about again by itself.
const TRIES: u32 = 5;

thread_local! {
    /// Whether it is being asked, and whether it is to be asked again after that.
    static ASKING: Cell<Option<bool>> = const { Cell::new(None) };
    static COUNTS: ArcRwSignal<Counts> = ArcRwSignal::new(Counts::default());
    /// Why a view was not kept: the menu may be drawn anew beneath it.
    static REFUSED: ArcRwSignal<String> = ArcRwSignal::new(String::new());
    /// Whether they are about to be asked for.
    static COUNTING: Cell<bool> = const { Cell::new(false) };
    /// Views under names.
    static SAVED: ArcRwSignal<Vec<SavedView>> = ArcRwSignal::new(Vec::new());
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
        match inbox.fetch_list(filter).await {
            // Another list begins at its top.
            Ok(()) => scroll::list_to_top(),
            Err(error) => {
                if document::path() == path {
                    history::replace(&before);
                }
                answer::say(error.message);
            }
        }
    });
}

/// Lets into the list what fits what it is asked for by now: rows that changed, of which the server has not been asked.
pub fn admit(inbox: Inbox) {
    // Of the whole list, every row is let in as it comes.
    if inbox.query.with_untracked(String::is_empty) {
        return;
    }
    let filter = inbox.query.with_untracked(|query| address::filter_of(query));
    if !filter.q.is_empty() {
        return ask(inbox);
    }
    // The server writes the name as the label does.
    let label = tools::team().with_untracked(|team| team.labels.iter().find(|label| label.name == filter.label).map(|label| label.id.clone()));
    let me = inbox.agent.with_value(|agent| agent.id.clone());
    let now = inbox.now.get_untracked();
    inbox.admit_if(|row| Some(filter.shows(row, label.as_ref(), &me, now)));
}

/// What has the words, and what operators mean, the server knows: it is asked about the rows that changed, one question at a time, and rests
/// for longer than the answer took.
fn ask(inbox: Inbox) {
    if inbox.unlisted().is_empty() {
        return;
    }
    let before = ASKING.replace(Some(true));
    if before.is_some() {
        return;
    }
    task::spawn(async move {
        let mut tries = 0;
        while ASKING.get() == Some(true) {
            task::sleep(ASK_MS).await;
            ASKING.set(Some(false));
            let (query, place, began) = (inbox.query.get_untracked(), inbox.place().1, document::clock_ms());
            let filter = address::filter_of(&query);
            let mut asked = inbox.unlisted();
            asked.truncate(MOST_ASKED);
            if filter.q.is_empty() || asked.is_empty() {
                continue;
            }
            let answer = api::search::find_fitting(filter, asked.clone()).await;
            if inbox.query.get_untracked() != query {
                continue;
            }
            match answer {
                // Of what came or changed meanwhile, nothing is known yet.
                Ok(fitting) => {
                    for (_, event) in recent::list_after(place) {
                        asked.retain(|id| event.conversation().is_none_or(|row| row.id != *id));
                    }
                    inbox.admit_if(|row| asked.contains(&row.id).then(|| fitting.contains(&row.id)));
                }
                // What was said a moment ago is not known yet.
                Err(error) if error.code == Code::Unavailable && tries < TRIES => {
                    tries += 1;
                    ASKING.set(Some(true));
                }
                // Without an answer, the next row that changes asks again.
                Err(_) => {}
            }
            // A clock may jump, and a device may sleep.
            task::sleep(((document::clock_ms() - began) * REST).clamp(0, MOST_REST_MS)).await;
        }
        ASKING.set(None);
    });
}

/// In the list's header: what is shown, and the menu of what could be.
pub fn draw(inbox: Inbox) -> AnyView {
    // What is typed is the agent's: the field follows only while nobody is in it.
    Effect::new(move |_| document::set_value_unless_focused(FIELD, &address::value_of(&inbox.query.get(), "q")));
    let open = move |event: ev::MouseEvent| {
        document::show_beside(MENU, &event);
        task::spawn(count(inbox));
    };
    // What closes soon is another every minute, without anybody writing.
    let minute = Memo::new(move |_| inbox.now.get().0 / MINUTE_MS);
    Effect::new(move |before: Option<i64>| {
        let now = minute.get();
        let filter = address::filter_of(&document::path());
        if before.is_some_and(|before| before != now) && filter.view == View::Closing && inbox.is_at_top() {
            // The next minute asks again.
            task::spawn(async move {
                let _ = inbox.fetch_list(filter).await;
            });
        }
        now
    });
    let shown = move || {
        let filter = address::filter_of(&inbox.query.get());
        let view = (filter.view != View::All).then(|| words::view(filter.view).to_owned());
        let person = tools::team().with(|team| team.agents.iter().find(|agent| agent.id.as_str() == filter.agent).map(|agent| agent.name.clone()));
        let number =
            inbox.accounts.with_value(|accounts| accounts.iter().find(|account| account.id.as_str() == filter.account).map(|account| account.name.clone()));
        let label = Some(filter.label).filter(|label| !label.is_empty());
        let asked: Vec<String> = [view, label, person, number].into_iter().flatten().collect();
        if asked.is_empty() { words::VIEWS.to_owned() } else { asked.join(", ") }
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

/// Where what is asked for shows nothing: how many that hides, and the way to them.
pub fn way_out(inbox: Inbox) -> AnyView {
    let hidden = RwSignal::new(0);
    let hides = Memo::new(move |_| !inbox.query.with(String::is_empty) && inbox.order.with(Vec::is_empty));
    Effect::new(move |_| {
        if hides.get() {
            task::spawn(async move {
                // That nothing is found is said first, and is often the way to the next letter.
                task::sleep(QUIET_MS).await;
                if !hides.get_untracked() {
                    return;
                }
                if let Ok(counts) = api::search::count_views(Filter::default()).await {
                    hidden.try_set(of(&counts.views, &View::All).unwrap_or(0));
                }
            });
        }
    });
    let show = move |_| show(inbox, &Filter::default());
    view! {
        <When is=move || hides.get()>
            <p class="views__hidden">{move || words::hidden(hidden.get())}<button type="button" class="button" on:click=show>{words::SHOW_ALL}</button></p>
        </When>
    }
    .into_any()
}

fn entries(inbox: Inbox) -> AnyView {
    let now = address::filter_of(&inbox.query.get());
    let counts = COUNTS.with(Clone::clone).get();
    let whole = now.clone();
    let view = |view: View| {
        let count = said(of(&counts.views, &view));
        let filter = Filter { view, ..now.clone() };
        entry(inbox, words::view(view).into_any(), count, now.view == view, filter)
    };
    let views = View::ALL.map(view).into_iter().collect::<Vec<_>>();
    let label = |label: crate::domain::label::Label| {
        let is_now = now.label.to_lowercase() == label.name.to_lowercase();
        // A second click takes it off.
        let name = if is_now { String::new() } else { label.name.clone() };
        let count = said(of(&counts.labels, &label.id));
        let shown = view! { <Dot color=label.color/><bdi>{label.name}</bdi> }.into_any();
        entry(inbox, shown, count, is_now, Filter { label: name, ..now.clone() })
    };
    let labels = tools::team().get().labels.into_iter().map(label).collect::<Vec<_>>();
    let all = (!whole.is_empty()).then(|| entry(inbox, words::SHOW_ALL.into_any(), None, false, Filter::default()));
    let choose = move |_| {
        document::hide(MENU);
        bulk::begin();
    };
    view! {
        {saved(inbox)}
        {views}
        {(!labels.is_empty()).then(|| view! { <hr/> })}
        {labels}
        {group(words::ASSIGNED_TO, people(inbox, &now, &counts))}
        {group(words::OF_NUMBER, numbers(inbox, &now, &counts))}
        <hr/>
        {all}
        {(!whole.is_empty()).then(|| save(inbox))}
        <button type="button" class="menu__item" on:click=choose>{words::CHOOSE_SEVERAL}</button>
    }
    .into_any()
}

/// How many one of the choices would show, if that is known.
fn of<T: PartialEq>(counts: &[(T, i64)], choice: &T) -> Option<i64> {
    counts.iter().find(|(of, _)| of == choice).map(|(_, count)| *count)
}

fn said(count: Option<i64>) -> Option<String> {
    count.map(|count| words::count(usize::try_from(count).unwrap_or(0)))
}

/// Of one there is nothing to choose from.
fn group(title: &'static str, entries: Vec<AnyView>) -> Option<AnyView> {
    (entries.len() > 1).then(|| view! { <h3>{title}</h3>{entries} }.into_any())
}

fn people(inbox: Inbox, now: &Filter, counts: &Counts) -> Vec<AnyView> {
    let one = |agent: Colleague| {
        let is_now = now.agent == agent.id.as_str();
        // A second click takes it off.
        let count = said(of(&counts.people, &agent.id));
        let id = if is_now { String::new() } else { agent.id.0 };
        entry(inbox, view! { <bdi>{agent.name}</bdi> }.into_any(), count, is_now, Filter { agent: id, ..now.clone() })
    };
    tools::team().get().agents.into_iter().map(one).collect()
}

fn numbers(inbox: Inbox, now: &Filter, counts: &Counts) -> Vec<AnyView> {
    let one = |account: Account| {
        let is_now = now.account == account.id.as_str();
        let count = said(of(&counts.numbers, &account.id));
        let id = if is_now { String::new() } else { account.id.0 };
        entry(inbox, view! { <bdi>{account.name}</bdi> }.into_any(), count, is_now, Filter { account: id, ..now.clone() })
    };
    inbox.accounts.get_value().into_iter().map(one).collect()
}

/// How many there are of each.
async fn count(inbox: Inbox) {
    let filter = inbox.query.with_untracked(|query| address::filter_of(query));
    if let Ok(counts) = api::search::count_views(filter).await {
        COUNTS.with(Clone::clone).maybe_update(|shown| replace(shown, counts));
    }
    list_saved().await;
}

/// Something has changed: while the menu is open, its counts follow, once in a while.
pub fn recount(inbox: Inbox) {
    if document::is_shown(MENU) && !COUNTING.replace(true) {
        task::spawn(async move {
            task::sleep(COUNTS_MS).await;
            COUNTING.set(false);
            count(inbox).await;
        });
    }
}

async fn list_saved() {
    if let Ok(saved) = api::search::list_views().await {
        SAVED.with(Clone::clone).maybe_update(|shown| replace(shown, saved));
    }
}

/// Views under names: a click shows one; everybody's are deleted by admins.
fn saved(inbox: Inbox) -> Option<AnyView> {
    let saved = SAVED.with(Clone::clone).get();
    let is_admin = inbox.agent.with_value(|agent| agent.role == Role::Admin);
    let now = inbox.query.get();
    let one = |view: SavedView| {
        let (is_now, filter) = (now == view.query, address::filter_of(&view.query));
        let may_delete = is_admin || !view.is_shared;
        let (id, name) = (view.id.clone(), words::delete_view(&view.name));
        let delete = move |_| {
            let id = id.clone();
            task::spawn(async move {
                match api::search::delete_view(id).await {
                    Ok(()) => list_saved().await,
                    Err(error) => answer::say(error.message),
                }
            });
        };
        let sure = may_delete.then(|| {
            view! {
                <details class="views__sure" on:toggle=|_| document::keep_in_view(MENU)>
                    <summary aria-label=name.clone() title=name.clone()><Icon glyph=Glyph::DOWN/></summary>
                    <button type="button" class="button" on:click=delete>{name.clone()}</button>
                </details>
            }
        });
        let count = said(view.count);
        let told: Vec<String> = view.is_shared.then(|| words::EVERYBODYS.to_owned()).into_iter().chain(count).collect();
        let told = (!told.is_empty()).then(|| told.join(" · "));
        view! { <div class="views__saved">{entry(inbox, view! { <bdi>{view.name}</bdi> }.into_any(), told, is_now, filter)}{sure}</div> }.into_any()
    };
    (!saved.is_empty()).then(|| view! { <h3>{words::SAVED_VIEWS}</h3>{saved.into_iter().map(one).collect::<Vec<_>>()}<hr/> }.into_any())
}

/// Keeps what is shown under a name.
fn save(inbox: Inbox) -> AnyView {
    let is_admin = inbox.agent.with_value(|agent| agent.role == Role::Admin);
    let why = REFUSED.with(Clone::clone);
    let (said, shown) = (why.clone(), why.clone());
    let keep = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (name, query) = (document::value(NAME), inbox.query.get_untracked());
        let is_shared = is_admin && document::is_checked(SHARED);
        let why = why.clone();
        why.set(String::new());
        task::spawn(async move {
            match api::search::save_view(name, query, is_shared).await {
                Ok(()) => list_saved().await,
                Err(error) => why.set(error.message),
            }
        });
    };
    let shared = is_admin.then(|| view! { <label class="views__check"><input type="checkbox" id=SHARED/>{words::SHARED}</label> });
    view! {
        <form class="views__save" on:submit=keep>
            <input class="make__search" id=NAME maxlength="40" placeholder=words::VIEW_NAME aria-label=words::VIEW_NAME autocomplete="off" required/>
            {shared}
            <button class="button">{words::SAVE_VIEW}</button>
            <When is=move || !shown.with(String::is_empty)><p class="refusal" role="alert">{ let said = said.clone(); move || said.get() }</p></When>
        </form>
    }
    .into_any()
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
