//! Several conversations at once: chosen by Shift and click (a run of rows), Ctrl and click, `x`, or after *Choose several*; then labelled,
//! handed over, put off, resolved, counted as read together. What did not work is named and stays chosen; the rest can be taken back.

use super::undo::{self, Step};
use super::{answer, tools};
use crate::api;
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::domain::label::NAME_CHARS;
use crate::protocol::command::Handle;
use crate::protocol::error::{ApiError, Code};
use crate::ui::browser::{document, pointer, task};
use crate::ui::kit::dot::Dot;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// The menus' elements.
const LABELS: &str = "bulk-labels";
const PEOPLE: &str = "bulk-people";
const RESTS: &str = "bulk-rests";
/// The field for a label that is not there yet.
const NEW_LABEL: &str = "bulk-new-label";
/// So many at once.
const MOST: usize = 500;

/// What is chosen, and what is being done with it.
#[derive(Clone, Default)]
struct Chosen {
    /// Whether rows are chosen by a click.
    is_on: bool,
    ids: Vec<ConversationId>,
    /// Where a run of rows begins.
    from: Option<ConversationId>,
    /// How many are done, of how many.
    runs: Option<(usize, usize)>,
}

thread_local! {
    static CHOSEN: ArcRwSignal<Chosen> = ArcRwSignal::new(Chosen::default());
}

fn chosen() -> ArcRwSignal<Chosen> {
    CHOSEN.with(Clone::clone)
}

/// Begins to choose.
pub fn begin() {
    chosen().update(|chosen| chosen.is_on = true);
}

/// Nothing is chosen any more; whether anything was.
fn end() -> bool {
    let was = chosen().with_untracked(|chosen| chosen.is_on && chosen.runs.is_none());
    if was {
        chosen().set(Chosen::default());
    }
    was
}

/// Chooses a conversation, or no longer.
pub fn turn(id: &ConversationId) {
    chosen().update(|chosen| {
        if chosen.runs.is_some() {
            return;
        }
        chosen.is_on = true;
        chosen.from = Some(id.clone());
        match chosen.ids.iter().position(|other| other == id) {
            Some(at) => drop(chosen.ids.remove(at)),
            None if chosen.ids.len() < MOST => chosen.ids.push(id.clone()),
            None => {}
        }
    });
}

/// Chooses everything from the last chosen row to this one.
fn run_to(inbox: Inbox, id: &ConversationId) {
    let order = inbox.order.get_untracked();
    let place = |id: &ConversationId| order.iter().position(|other| other == id);
    let from = chosen().with_untracked(|chosen| chosen.from.clone()).or_else(|| inbox.open_id());
    let (Some(from), Some(to)) = (from.as_ref().and_then(place), place(id)) else { return turn(id) };
    chosen().update(|chosen| {
        if chosen.runs.is_some() {
            return;
        }
        chosen.is_on = true;
        for id in &order[from.min(to)..=from.max(to)] {
            if !chosen.ids.contains(id) && chosen.ids.len() < MOST {
                chosen.ids.push(id.clone());
            }
        }
    });
}

/// Listens for clicks on rows, before the page opens what they lead to.
pub fn start(inbox: Inbox) {
    // Nothing is done with rows that are no longer shown.
    Effect::new(move |_| {
        inbox.query.track();
        end();
    });
    pointer::listen_first(move |event| {
        let Some(id) = document::clicked(event, ".row", "id").and_then(|id| id.strip_prefix("row-").map(ConversationId::from)) else { return false };
        if event.shift_key() {
            run_to(inbox, &id);
        } else if event.ctrl_key() || event.meta_key() || chosen().with_untracked(|chosen| chosen.is_on) {
            turn(&id);
        } else {
            return false;
        }
        true
    });
    let _pressed = window_event_listener(ev::keydown, |event| {
        // One Escape, one thing: an open menu closes first.
        let is_menu_open = [LABELS, PEOPLE, RESTS].into_iter().any(document::is_shown);
        if event.key() == "Escape" && !is_menu_open && !event.default_prevented() && document::is_within(&event, ".list") && end() {
            event.prevent_default();
        }
    });
}

/// On a row, while rows are chosen: whether it is.
pub fn mark(id: &ConversationId) -> Option<AnyView> {
    let (is_on, is_chosen) = chosen().with(|chosen| (chosen.is_on, chosen.ids.contains(id)));
    let name = if is_chosen { words::CHOSEN } else { words::NOT_CHOSEN };
    is_on.then(|| view! { <span class="row__pick" role="img" aria-label=name data-on=is_chosen.then_some("")></span> }.into_any())
}

/// What is done with all of them.
#[derive(Clone)]
enum Deed {
    /// What the team sees as a line in the thread.
    Handle(Handle),
    /// The customers' newest messages count as read.
    Read,
}

impl Deed {
    /// Does it with one; what takes it back, if anything has changed.
    async fn with(&self, id: ConversationId, before: Option<&Conversation>) -> Result<Option<Step>, ApiError> {
        match self {
            Self::Handle(what) => {
                let basis = before.and_then(|before| undo::basis(before, what));
                let after = api::team::handle_conversation(id, what.clone(), basis).await?;
                Ok(before.and_then(|before| Step::new(before, after, what.clone())))
            }
            Self::Read => {
                let row = before.ok_or_else(|| ApiError::new(Code::NotPossible, words::NOT_LISTED))?;
                let Some(last) = row.last.as_ref().filter(|_| row.unread > 0) else { return Ok(None) };
                api::conversations::mark_read(last.id.clone()).await?;
                Ok(Some(Step::read(id, row.unread)))
            }
        }
    }
}

/// Does it with all of them, one after the other: each is a change of its own. What has failed stays chosen, to be tried again.
fn act(inbox: Inbox, deed: Deed, said: fn(usize) -> String) {
    for menu in [LABELS, PEOPLE, RESTS] {
        document::hide(menu);
    }
    let Chosen { ids, runs, .. } = chosen().get_untracked();
    if ids.is_empty() || runs.is_some() {
        return;
    }
    task::spawn(async move {
        let (mut steps, mut failed, all) = (Vec::new(), Vec::new(), ids.len());
        for (at, id) in ids.into_iter().enumerate() {
            chosen().update(|chosen| chosen.runs = Some((at, all)));
            let before = inbox.row(&id).map(|row| row.get_untracked());
            match deed.with(id.clone(), before.as_ref()).await {
                Ok(step) => steps.extend(step),
                Err(error) => failed.push((id, before.as_ref().map(Conversation::display_name).unwrap_or_default(), error.message)),
            }
        }
        let left = failed.iter().map(|(id, ..)| id.clone()).collect::<Vec<_>>();
        chosen().set(Chosen { is_on: !left.is_empty(), ids: left, ..Chosen::default() });
        undo::offer(said(all - failed.len()), steps);
        if let Some((.., why)) = failed.first() {
            let names = failed.iter().map(|(_, name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            answer::say(words::not_done(failed.len(), &names, why));
        }
    });
}

/// Below the list, while rows are chosen: what can be done with them.
pub fn draw(inbox: Inbox) -> AnyView {
    let said = move || match chosen().get() {
        Chosen { runs: Some((done, all)), .. } => words::bulk_progress(done, all),
        Chosen { ids, .. } => words::chosen(ids.len()),
    };
    let cannot = || chosen().with(|chosen| chosen.ids.is_empty() || chosen.runs.is_some());
    let button =
        move |name: &'static str, act: fn(Inbox)| view! { <button type="button" class="button" disabled=cannot on:click=move |_| act(inbox)>{name}</button> };
    let opens = move |name: &'static str, menu: &'static str| {
        view! { <button type="button" class="button" aria-haspopup="dialog" disabled=cannot on:click=move |event| document::show_beside(menu, &event)>{name}</button> }
    };
    view! {
        <When is=|| chosen().with(|chosen| chosen.is_on)>
            <section class="bulk" aria-label=words::CHOSEN_ONES>
                <p role="status">{said}</p>
                {opens(words::LABEL, LABELS)}
                {opens(words::ASSIGN, PEOPLE)}
                {opens(words::SNOOZE, RESTS)}
                {button(words::RESOLVE, |inbox| act(inbox, Deed::Handle(Handle::Resolve), words::resolved))}
                {button(words::REOPEN, |inbox| act(inbox, Deed::Handle(Handle::Reopen), words::reopened))}
                {button(words::MARK_READ, |inbox| act(inbox, Deed::Read, words::counted_read))}
                <button type="button" class="link" on:click=|_| { end(); }>{words::CHOOSE_NONE}</button>
                <div class="menu views" id=LABELS popover="auto" role="dialog" aria-label=words::LABEL>{labels(inbox)}</div>
                <div class="menu views" id=PEOPLE popover="auto" role="dialog" aria-label=words::ASSIGNED_TO>{move || people(inbox)}</div>
                <div class="menu views" id=RESTS popover="auto" role="dialog" aria-label=words::SNOOZE>{rests(inbox)}</div>
            </section>
        </When>
    }
    .into_any()
}

fn item(shown: AnyView, choose: impl Fn() + 'static) -> AnyView {
    view! { <button type="button" class="menu__item tools__item" on:click=move |_| choose()>{shown}</button> }.into_any()
}

fn labels(inbox: Inbox) -> AnyView {
    // What is typed below them stays, whichever labels come meanwhile.
    let known = move || {
        let labels = tools::team().get().labels.into_iter().map(|label| {
            let name = label.name.clone();
            item(view! { <Dot color=label.color/><bdi>{label.name}</bdi> }.into_any(), move || {
                act(inbox, Deed::Handle(Handle::Label(name.clone())), words::labelled);
            })
        });
        let none = item(words::NO_LABEL.into_any(), move || act(inbox, Deed::Handle(Handle::Label(String::new())), words::labelled));
        view! { {labels.collect::<Vec<_>>()}{none} }.into_any()
    };
    let make = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let name = document::value(NEW_LABEL).trim().to_owned();
        // An empty one would take labels off.
        if !name.is_empty() {
            act(inbox, Deed::Handle(Handle::Label(name)), words::labelled);
        }
    };
    let new = view! {
        <form class="bulk__new" on:submit=make>
            <input type="text" class="make__search" id=NEW_LABEL maxlength=NAME_CHARS.to_string() aria-label=words::NEW_LABEL placeholder=words::NEW_LABEL autocomplete="off" dir="auto" required/>
            <button class="button">{words::MAKE_LABEL}</button>
        </form>
    };
    view! { {known}{new} }.into_any()
}

fn rests(inbox: Inbox) -> AnyView {
    let rest = |(rest, name): (usize, &'static str)| {
        item(name.into_any(), move || act(inbox, Deed::Handle(Handle::Snooze(tools::end_of(inbox, rest))), words::snoozed))
    };
    tools::RESTS.into_iter().enumerate().map(rest).collect::<Vec<_>>().into_any()
}

fn people(inbox: Inbox) -> AnyView {
    let people = tools::team().get().agents.into_iter().map(|agent| {
        let id = agent.id.clone();
        item(view! { <bdi>{agent.name}</bdi> }.into_any(), move || act(inbox, Deed::Handle(Handle::Assign(Some(id.clone()))), words::assigned))
    });
    let nobody = item(words::NOBODY.into_any(), move || act(inbox, Deed::Handle(Handle::Assign(None)), words::assigned));
    view! { {people.collect::<Vec<_>>()}{nobody} }.into_any()
}
