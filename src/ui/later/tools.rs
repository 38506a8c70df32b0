//! What the team does with a conversation: label, hand over, put off, be done with, mark unread. From the thread's header with the open one; from a row of the list
//! (the other button of the pointer, a long press, the key for menus) without opening it.
//!
//! To add something: its variant of [`Handle`], and a button here.

use super::undo::{self, Step};
use super::{answer, beside, bulk, drafts, find, menu, note, pins};
use crate::api;
use crate::domain::account::Account;
use crate::domain::conversation::{Conversation, Status};
use crate::domain::id::ConversationId;
use crate::domain::label;
use crate::domain::pin::Pin;
use crate::domain::search::View;
use crate::domain::time::{DAY_MS, HOUR_MS, Instant};
use crate::domain::window::Window;
use crate::protocol::address;
use crate::protocol::command::Handle;
use crate::protocol::error::ApiError;
use crate::protocol::json::Packed;
use crate::protocol::team::Team;
use crate::ui::browser::{document, history, task};
use crate::ui::chat::row;
use crate::ui::kit::dot::Dot;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::mark::mark;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::cell::RefCell;

/// Whose it is, where that is not the open one.
const WHOSE: &str = "tools-whose";
/// The panel's element.
const PANEL: &str = "tools";

thread_local! {
    /// The team's people and labels, as they are now.
    static TEAM: ArcRwSignal<Team> = ArcRwSignal::new(Team::default());
    /// The business's numbers, where there are several.
    static NUMBERS: RefCell<Vec<Account>> = const { RefCell::new(Vec::new()) };
    /// For which conversation the panel is open.
    static OPENED: ArcRwSignal<Option<ConversationId>> = ArcRwSignal::new(None);
    /// What is typed to find a label, or to make one.
    static SOUGHT: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

/// The team's people and labels.
pub fn team() -> ArcRwSignal<Team> {
    TEAM.with(Clone::clone)
}

/// Reads who belongs to the team, now and whenever that changes.
pub fn start(inbox: Inbox) {
    NUMBERS.set(inbox.accounts.get_value());
    team().set(inbox.team.with_untracked(Packed::read));
    Effect::new(move |_| {
        let now = inbox.team.with(Packed::read);
        team().maybe_update(|team| {
            let changed = *team != now;
            *team = now;
            changed
        });
    });
    let _asked = window_event_listener(ev::contextmenu, |event| {
        // With Shift, the browser's own menu comes: a link can be opened elsewhere.
        let Some(id) = document::clicked(&event, ".row", "id").and_then(|id| row::conversation_of(&id)).filter(|_| !event.shift_key()) else { return };
        event.prevent_default();
        aim(id);
        menu::open_when_released(PANEL, event);
    });
}

/// The panel is for this conversation.
fn aim(id: ConversationId) {
    sought().set(String::new());
    OPENED.with(Clone::clone).set(Some(id));
}

fn sought() -> ArcRwSignal<String> {
    SOUGHT.with(Clone::clone)
}

/// Does it, if the conversation is still as it was seen; the stream shows it, and what was wrong is said.
async fn handle(id: ConversationId, what: Handle, basis: Option<Handle>) -> Result<Conversation, ApiError> {
    let result = api::team::handle_conversation(id, what, basis).await;
    if let Err(error) = &result {
        answer::say(error.message.clone());
    }
    result
}

/// What marks a row of the list: where there are several numbers, also which one was written to.
pub fn row_marks(row: &ArcRwSignal<Conversation>) -> AnyView {
    let account = row.with_untracked(|row| row.account_id.clone());
    let name = NUMBERS.with_borrow(|all| all.iter().find(|own| own.id == account).filter(|_| all.len() > 1).map(|own| own.name.clone()));
    (waiting(row), marks(row, true), name.map(|name| mark(None, name))).into_any()
}

/// Where those are listed who wait: how long.
fn waiting(row: &ArcRwSignal<Conversation>) -> AnyView {
    let (row, inbox) = (row.clone(), expect_context::<Inbox>());
    let is_asked = Memo::new(move |_| {
        inbox.query.with(|query| address::filter_of(query).view == View::Unanswered || address::value_of(query, "q").contains("is:unanswered"))
    });
    let since = Memo::new(move |_| row.with(|row| row.waiting_since).filter(|_| is_asked.get()));
    (move || since.get().map(|since| view! { <span class="tools__waits">{mark(None, words::waits(inbox.now.get().since(since)))}</span> })).into_any()
}

/// What marks a conversation: its label, that it waits or is done with, whose it is; in the list, also whether it is chosen.
pub fn marks(row: &ArcRwSignal<Conversation>, is_listed: bool) -> AnyView {
    let (row, id) = (row.clone(), row.with_untracked(|row| row.id.clone()));
    // Also where the customer has written since, and the row's own tick is gone.
    let of_failed = row.clone();
    let has_failed = Memo::new(move |_| of_failed.with(|row| row.has_failed));
    let failed = move || has_failed.get().then(|| view! { <span class="tools__failed">{mark(None, words::NOT_SENT.to_owned())}</span> });
    let marks = Memo::new(move |_| team().with(|team| row.with(|row| marks_of(team, row))));
    let chosen = move || if is_listed { bulk::mark(&id) } else { None };
    (failed, move || (chosen(), marks.get().into_iter().map(|(color, text)| mark(color, text)).collect::<Vec<_>>())).into_any()
}

/// Each with its colour, if it has one.
fn marks_of(team: &Team, row: &Conversation) -> Vec<(Option<String>, String)> {
    let label = row.label.as_ref().and_then(|id| team.labels.iter().find(|label| label.id == *id));
    let label = label.map(|label| (Some(label.color.clone()), label.name.clone()));
    let assignee = row.assignee.as_ref().and_then(|id| team.agents.iter().find(|agent| agent.id == *id));
    let assignee = assignee.map(|agent| (agent.color.clone(), agent.name.clone()));
    let state = words::status(row.status).map(str::to_owned);
    let draft = drafts::is_begun(&row.id).then(|| words::DRAFT.to_owned());
    let quiet = pins::is_on(&row.id, Pin::Mute).then(|| words::MUTED.to_owned());
    let others = draft.into_iter().chain(quiet).chain(state).map(|text| (None, text));
    label.into_iter().chain(others).chain(assignee).collect()
}

/// Does it, closes the panel, and offers to take it back.
pub fn begin(inbox: Inbox, id: &ConversationId, what: Handle) {
    document::hide(PANEL);
    sought().set(String::new());
    let said = match what {
        Handle::Label(_) => words::labelled(1),
        Handle::Assign(_) => words::assigned(1),
        Handle::Resolve => words::resolved(1),
        Handle::Reopen | Handle::MarkUnread | Handle::UnreadAgain(_) => words::reopened(1),
        Handle::Snooze(_) => words::snoozed(1),
    };
    let (id, before) = (id.clone(), inbox.row(id).map(|row| row.get_untracked()));
    task::spawn(async move {
        let basis = before.as_ref().and_then(|before| undo::basis(before, &what));
        if let Ok(after) = handle(id, what.clone(), basis).await {
            undo::offer(said, before.and_then(|before| Step::new(&before, after, what)).into_iter().collect());
        }
    });
}

/// In the header of the open thread.
pub fn draw(inbox: Inbox) -> AnyView {
    let Some(row) = inbox.open_id().and_then(|id| inbox.row(&id)) else { return ().into_any() };
    let id = row.with_untracked(|row| row.id.clone());
    let for_state = row.clone();
    let marks = marks(&row, false);
    let free = row.clone();
    let free = move || {
        free.with(|row| row.free_until).filter(|until| *until > inbox.now.get()).map(|until| {
            let until = inbox.zone.with_value(|zone| words::full_time(until, zone));
            mark(None, words::free_until(&until))
        })
    };
    let (windowed, now) = (row.clone(), inbox.now);
    // In its last hour, and once it is over, the thread says so below.
    let open_for = move || match windowed.with(|row| row.window(now.get())) {
        Window::Open { left_ms } => Some(view! { <span title=words::row_open(left_ms)>{mark(None, words::open_for(left_ms))}</span> }),
        _ => None,
    };
    let own = id.clone();
    let opened = id.clone();
    let open = move |event: ev::MouseEvent| {
        aim(opened.clone());
        task::spawn(async move {
            // What is in it must be there to be measured.
            leptos::task::tick().await;
            document::show_beside(PANEL, &event);
        });
    };
    let is_open = Memo::new(move |_| for_state.with(|row| row.status == Status::Open));
    let turn = move |_| begin(inbox, &own, if is_open.get_untracked() { Handle::Resolve } else { Handle::Reopen });
    view! {
        <span class="tools__marks">{open_for}{marks}{free}</span>
        {beside::button()}
        <button type="button" class="button tools__turn" on:click=turn>{move || if is_open.get() { words::RESOLVE } else { words::REOPEN }}</button>
        <button type="button" class="tools__more" aria-label=words::TOOLS title=words::TOOLS aria-haspopup="dialog" on:click=open>
            <Icon glyph=Glyph::TAG/>
        </button>
    }
    .into_any()
}

/// The panel, closed until it is opened.
pub fn draw_panel(inbox: Inbox) -> AnyView {
    let body = move || {
        let row = OPENED.with(Clone::clone).get().and_then(|id| inbox.row(&id))?;
        let of_row = row.clone();
        // Drawn anew only for what it shows: whoever is in it stays in it.
        let drawn = Memo::new(move |_| of_row.with(|row| (row.label.clone(), row.assignee.clone(), row.status)));
        Some(move || {
            drawn.track();
            row.with_untracked(|row| panel(inbox, row))
        })
    };
    view! { <div class="menu tools" id=PANEL popover="auto" role="dialog" aria-label=words::TOOLS aria-describedby=WHOSE>{body}</div> }.into_any()
}

/// Marks it as unread. Whoever goes on looking would read it at once: the page leaves it.
pub fn mark_unread(inbox: Inbox, id: ConversationId) {
    document::hide(PANEL);
    task::spawn(async move {
        let was_read = inbox.row(&id).is_some_and(|row| row.with_untracked(|row| row.unread == 0));
        let Ok(row) = handle(id.clone(), Handle::MarkUnread, None).await else { return };
        // What nobody had read before is not read by taking this back.
        undo::offer(words::MARKED_UNREAD.to_owned(), Step::unread(row).filter(|_| was_read).into_iter().collect());
        if inbox.open_id() == Some(id) {
            let list = address::INBOX.to_owned() + &inbox.query.get_untracked();
            if history::push(&list) {
                inbox.show_path(list);
            }
        }
    });
}

fn item(name: impl IntoView + 'static, is_now: bool, act: impl Fn() + 'static) -> AnyView {
    view! { <button type="button" class="menu__item tools__item" aria-pressed=is_now.to_string() on:click=move |_| act()>{name}</button> }.into_any()
}

fn panel(inbox: Inbox, row: &Conversation) -> AnyView {
    let (own, unread, pinnable) = (row.id.clone(), row.id.clone(), row.id.clone());
    let is_open_here = inbox.open_id().as_ref() == Some(&row.id);
    let in_thread = is_open_here.then(|| {
        let write = item(words::WRITE_NOTE, false, move || {
            document::hide(PANEL);
            note::open(&own);
        });
        let find = item(words::FIND_HERE, false, move || {
            document::hide(PANEL);
            find::open(inbox);
        });
        (write, find)
    });
    let turn = (!is_open_here).then(|| {
        let (id, is_open) = (row.id.clone(), row.status == Status::Open);
        let (name, what) = if is_open { (words::RESOLVE, Handle::Resolve) } else { (words::REOPEN, Handle::Reopen) };
        item(name, false, move || begin(inbox, &id, what.clone()))
    });
    let rest = view! { <section>{turn}{in_thread}{move || pinned(inbox, &pinnable)}{item(words::MARK_UNREAD, false, move || mark_unread(inbox, unread.clone()))}</section> }.into_any();
    // From a row: whose it is, and first what takes one press.
    let (first, last) = if is_open_here { (None, Some(rest)) } else { (Some(rest), None) };
    let whose = (!is_open_here).then(|| view! { <h2 class="tools__whose" id=WHOSE><bdi>{row.display_name()}</bdi></h2> });
    view! {
        {whose}
        {first}
        <section><h3>{words::LABEL}</h3>{labels(inbox, row)}</section>
        <section><h3>{words::ASSIGNED_TO}</h3>{people(inbox, row)}</section>
        <section class="tools__rests"><h3>{words::SNOOZE}</h3>{rests(inbox, row)}</section>
        {last}
    }
    .into_any()
}

/// What the agent can put on it for themselves.
fn pinned(inbox: Inbox, id: &ConversationId) -> AnyView {
    let one = |pin: Pin, on: &'static str, off: &'static str| {
        let (id, is_on) = (id.clone(), pins::is_on(id, pin));
        item(if is_on { off } else { on }, is_on, move || {
            document::hide(PANEL);
            pins::turn(inbox, &id, pin);
        })
    };
    (one(Pin::Pin, words::PIN, words::UNPIN), one(Pin::Mute, words::MUTE, words::UNMUTE)).into_any()
}

fn labels(inbox: Inbox, row: &Conversation) -> AnyView {
    let (id, now) = (row.id.clone(), row.label.clone());
    let has_label = now.is_some();
    let own = id.clone();
    let list = move || {
        let sought = sought().get();
        let (id, now) = (own.clone(), now.clone());
        let fits = label::key(sought.trim());
        let team = team().get();
        let can_make = !fits.is_empty() && !team.labels.iter().any(|label| label::key(&label.name) == fits);
        let known = team.labels.into_iter().filter(|label| label::key(&label.name).contains(&fits)).map(|label| {
            let (id, name, is_own) = (id.clone(), label.name.clone(), now.as_ref() == Some(&label.id));
            let shown = view! { <Dot color=label.color/><bdi>{label.name}</bdi> };
            item(shown, is_own, move || begin(inbox, &id, Handle::Label(name.clone())))
        });
        let known = known.collect::<Vec<_>>();
        let make = can_make.then(|| {
            let (id, name) = (id.clone(), sought.trim().to_owned());
            item(words::make_label(&name), false, move || begin(inbox, &id, Handle::Label(name.clone())))
        });
        view! { <div class="tools__list">{known}</div>{make} }.into_any()
    };
    let off = id.clone();
    view! {
        <input class="make__search" type="search" maxlength=label::NAME_CHARS.to_string() placeholder=words::FIND_LABEL aria-label=words::FIND_LABEL autocomplete="off"
            prop:value=|| sought().get() on:input=|event| sought().set(event_target_value(&event))/>
        {list}
        {has_label.then(|| item(words::NO_LABEL, false, move || begin(inbox, &off, Handle::Label(String::new()))))}
    }
    .into_any()
}

fn people(inbox: Inbox, row: &Conversation) -> AnyView {
    let me = inbox.agent.with_value(|agent| agent.id.clone());
    let (id, now) = (row.id.clone(), row.assignee.clone());
    let mut agents = team().get().agents;
    // The agent first: taking over is what is done most.
    agents.sort_by_key(|agent| agent.id != me);
    let person = |agent: crate::protocol::team::Colleague| {
        let (id, is_now) = (id.clone(), now.as_ref() == Some(&agent.id));
        let name = if agent.id == me { words::me(&agent.name) } else { agent.name };
        item(view! { <bdi>{name}</bdi> }, is_now, move || begin(inbox, &id, Handle::Assign(Some(agent.id.clone()))))
    };
    let people = agents.into_iter().map(person).collect::<Vec<_>>();
    let nobody = now.is_some().then(|| {
        let id = id.clone();
        item(words::NOBODY, false, move || begin(inbox, &id, Handle::Assign(None)))
    });
    view! { <div class="tools__list">{people}</div>{nobody} }.into_any()
}

/// The rests that are offered.
pub const RESTS: [&str; 4] = [words::IN_AN_HOUR, words::IN_THREE_HOURS, words::TOMORROW_MORNING, words::MONDAY_MORNING];

/// When one of them ends that begins now, in the agent's day.
pub fn end_of(inbox: Inbox, rest: usize) -> Instant {
    inbox.tick();
    let now = inbox.now.get_untracked();
    let local = inbox.zone.with_value(|zone| zone.local(now));
    let midnight = now.plus(-((local.hour * 60 + local.minute) * 60 + local.second) * 1000);
    let morning = |days: i64| midnight.plus(days * DAY_MS + 9 * HOUR_MS);
    match rest {
        0 => now.plus(HOUR_MS),
        1 => now.plus(3 * HOUR_MS),
        2 => morning(1),
        _ => morning(7 - i64::try_from(local.weekday()).unwrap_or(0)),
    }
}

fn rests(inbox: Inbox, row: &Conversation) -> AnyView {
    let id = row.id.clone();
    let end = |(rest, name): (usize, &'static str)| {
        let id = id.clone();
        item(name, false, move || begin(inbox, &id, Handle::Snooze(end_of(inbox, rest))))
    };
    let ends = RESTS.into_iter().enumerate().map(end).collect::<Vec<_>>();
    let wake = (row.status != Status::Open).then(|| {
        let id = id.clone();
        item(words::REOPEN, false, move || begin(inbox, &id, Handle::Reopen))
    });
    let until = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match inbox.zone.with_value(|zone| zone.read(&document::value(UNTIL))) {
            Some(until) => begin(inbox, &id, Handle::Snooze(until)),
            None => answer::say(words::NO_TIME.to_owned()),
        }
    };
    view! {
        {ends}
        <form class="tools__until" on:submit=until>
            <input type="datetime-local" id=UNTIL aria-label=words::ANOTHER_TIME required/>
            <button class="button">{words::SNOOZE}</button>
        </form>
        {wake}
    }
    .into_any()
}

/// The field for any other end of a rest.
const UNTIL: &str = "snooze-until";
