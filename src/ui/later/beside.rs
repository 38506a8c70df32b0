//! Beside the thread: who the customer is, what the team knows of them, their other conversations, and the files and links of this one.
//! What is written here is kept field by field, as soon as one is left.

use super::{answer, shelf, tools};
use crate::api;
use crate::domain::contact::display_phone;
use crate::domain::conversation::Conversation;
use crate::domain::id::{ContactId, ConversationId, LabelId};
use crate::domain::label::Label;
use crate::domain::time::Instant;
use crate::domain::window::{WINDOW_MS, Window};
use crate::protocol::address;
use crate::protocol::beside::{Beside, ContactEdit, ContactField, SHELF};
use crate::protocol::error::{ApiError, Code};
use crate::ui::browser::{document, storage, task};
use crate::ui::kit::avatar::Avatar;
use crate::ui::kit::dot::Dot;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::when::When;
use crate::ui::state::inbox::{Inbox, recent};
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;
use std::mem::{Discriminant, discriminant};

/// Kept in the browser while it is open.
const KEPT: &str = "beside";
/// The button that opens it.
const OPENS: &str = "opens-beside";

/// How long a thread must stand still before it is asked for again.
const SETTLES_MS: i64 = 300;

/// What is shown: nothing yet, all of it, or why it did not come.
type Shown = Option<Result<Beside, String>>;

thread_local! {
    static OPEN: ArcRwSignal<bool> = ArcRwSignal::new(false);
    /// Counts what was said of the open conversation beside its messages, and whenever a field is left: what is known may be another.
    static FOLLOWED: ArcRwSignal<u64> = ArcRwSignal::new(0);
    /// Up to where.
    static PLACE: Cell<i64> = const { Cell::new(0) };
    /// What was last said of keeping what was written: it outlives a panel that is drawn anew.
    static SAID: ArcRwSignal<String> = ArcRwSignal::new(String::new());
    static SAVES: Cell<Saves> = const { Cell::new(Saves { begun: 0, ended: 0 }) };
}

fn is_open() -> ArcRwSignal<bool> {
    OPEN.with(Clone::clone)
}

fn followed() -> ArcRwSignal<u64> {
    FOLLOWED.with(Clone::clone)
}

/// A colleague may have written what stands here, which the conversation's row does not show.
pub fn follow(inbox: Inbox) {
    // Another log counts anew.
    let after = PLACE.get().min(inbox.place().1);
    let events = recent::list_after(after);
    PLACE.set(events.last().map_or(after, |(place, _)| *place));
    let open = inbox.open_id();
    if events.iter().any(|(_, event)| event.conversation().is_some_and(|row| open.as_ref() == Some(&row.id))) {
        followed().update(|count| *count += 1);
    }
}

/// Opens it if it was open before, where there is room for it beside the thread.
pub fn start() {
    is_open().set(storage::read(KEPT).is_some() && document::is_wide());
}

fn turn() {
    let opens = !is_open().get_untracked();
    is_open().set(opens);
    if opens {
        begin();
        storage::write(KEPT, "1");
    } else {
        storage::remove(KEPT);
        document::focus(OPENS);
    }
}

/// Nothing was written in it yet: what was refused before is not shown any more.
fn begin() {
    SAVES.set(Saves { begun: 0, ended: 0 });
    SAID.with(Clone::clone).set(String::new());
}

/// Where it lies over the thread, it makes way for what was asked for there; unless something that was typed in it is not kept yet.
pub fn uncover() {
    let Saves { begun, ended } = SAVES.get();
    if !document::is_wide() && ended >= begun {
        is_open().set(false);
        document::focus(OPENS);
    }
}

/// In the thread's header: opens and closes it.
pub fn button() -> AnyView {
    view! {
        <button type="button" class="tools__beside" id=OPENS aria-label=words::BESIDE title=words::BESIDE aria-expanded=|| is_open().get().to_string() on:click=|_| turn()>
            <Icon glyph=Glyph::PERSON/>
        </button>
    }
    .into_any()
}

/// The panel.
pub fn draw(inbox: Inbox) -> AnyView {
    let Some(row) = inbox.open_id().and_then(|id| inbox.row(&id)) else { return ().into_any() };
    let id = row.with_untracked(|row| row.id.clone());
    let shown: ArcRwSignal<Shown> = ArcRwSignal::new(None);
    begin();
    let asked = shown.clone();
    let most = RwSignal::new(SHELF);
    // Asked for anew with whatever moves in the thread: a file may have come. Of many moves at once, only after the last.
    let moves = StoredValue::new(0_u64);
    Effect::new(move |before: Option<()>| {
        let count = inbox.motion.get().0 + followed().get();
        let most = most.get();
        if is_open().get() {
            moves.set_value(count);
            let (id, asked) = (id.clone(), asked.clone());
            task::spawn(async move {
                if before.is_some() {
                    task::sleep(SETTLES_MS).await;
                }
                if moves.try_get_value() == Some(count) {
                    load(inbox, id, most, asked).await;
                }
            });
        }
    });
    let close_by_key = |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            turn();
        }
    };
    view! {
        <When is=|| is_open().get()>
            <aside class="beside" aria-label=words::BESIDE on:keydown=close_by_key on:focusout=|_| followed().update(|count| *count += 1)>
                {head(inbox, row.clone())}
                {
                    let (shown, row) = (shown.clone(), row.clone());
                    move || shown.get().map(|shown| body(inbox, &row, shown, most))
                }
            </aside>
        </When>
    }
    .into_any()
}

async fn load(inbox: Inbox, id: ConversationId, most: u32, shown: ArcRwSignal<Shown>) {
    let before = SAVES.get();
    let loaded = api::team::load_beside(id.clone(), most).await.map_err(|error| error.message);
    // Whoever writes in it is not disturbed; what was read before something was saved is old.
    let is_new = before.ended >= before.begun && SAVES.get() == before;
    if is_new && inbox.open_id() == Some(id) && !document::is_typed_in(".beside") {
        shown.maybe_update(|shown| {
            // What was known stays while the server cannot be reached.
            let changed = shown.as_ref() != Some(&loaded) && (loaded.is_ok() || !matches!(shown, Some(Ok(_))));
            if changed {
                *shown = Some(loaded);
            }
            changed
        });
    }
}

/// What the row knows, which is live.
fn head(inbox: Inbox, row: ArcRwSignal<Conversation>) -> AnyView {
    let id = row.with_untracked(|row| row.id.0.clone());
    let (of_name, of_number, of_window) = (row.clone(), row.clone(), row);
    let name = Memo::new(move |_| of_name.with(Conversation::display_name));
    let number = move || of_number.with(|row| row.wa_id.as_deref().map(display_phone).or_else(|| row.user_id.clone()).unwrap_or_default());
    let window = move || match of_window.with(|row| row.window(inbox.now.get())) {
        Window::Open { left_ms } | Window::Closing { left_ms } => words::row_open(left_ms),
        Window::Closed => words::ROW_CLOSED.to_owned(),
    };
    view! {
        <header class="beside__head">
            <Avatar name=name id=id/>
            <div>
                <h3><bdi>{move || name.get()}</bdi></h3>
                <p>{number}</p>
                <p>{window}</p>
            </div>
            <button type="button" class="link" on:click=|_| turn()>{words::CLOSE}</button>
        </header>
    }
    .into_any()
}

/// Of files and links so many are shown; asking for more shows four times as many.
fn body(inbox: Inbox, row: &ArcRwSignal<Conversation>, shown: Result<Beside, String>, most: RwSignal<u32>) -> AnyView {
    let known = match shown {
        Ok(known) => known,
        Err(why) => return view! { <p class="refusal" role="alert">{why}</p> }.into_any(),
    };
    let (named, live) = (row.clone(), row.clone());
    let name = Memo::new(move |_| named.with(Conversation::display_name));
    let row = row.get_untracked();
    let day = move |at: Instant| inbox.zone.with_value(|zone| words::full_time(at, zone));
    let facts = [(words::CALLS_THEMSELVES, Some(known.name.clone()).filter(|name| !name.is_empty())), (words::FIRST_SEEN, known.first_seen_at.map(day))];
    let fact = |name: &'static str, value: Option<String>| Some(view! { <dt>{name}</dt><dd dir="auto">{value?}</dd> }.into_any());
    let facts = facts.into_iter().filter_map(|(name, value)| fact(name, value)).collect::<Vec<_>>();
    let last_seen = move || fact(words::LAST_SEEN, live.with(|row| row.window_expires_at).map(|end| day(end.plus(-WINDOW_MS))));
    let states = [(known.is_blocked, words::IS_BLOCKED), (known.has_stopped, words::HAS_STOPPED)];
    let states = states.into_iter().filter(|(is, _)| *is).map(|(_, words)| view! { <p class="beside__state">{words}</p> }.into_any()).collect::<Vec<_>>();
    let others = known.others.iter().map(|row| other(inbox, row)).collect::<Vec<_>>();
    let book = address::contacts(row.wa_id.as_deref().or(row.user_id.as_deref()).unwrap_or_default(), "", "");
    let block = block(&row.contact_id, name, known.is_blocked);
    view! {
        {states}
        <dl class="beside__facts">{facts}{last_seen}</dl>
        {form(inbox, row.contact_id, &known)}
        <p><a class="link" href=book>{words::IN_CONTACTS}</a></p>
        {shelf::section(words::OTHER_CONVERSATIONS, others)}
        {shelf::draw(inbox, &known, move || most.update(|most| *most *= 4))}
        {block}
    }
    .into_any()
}

/// How many fields were to be saved, and how many are; what could not be is still on its way, and stays typed.
#[derive(Clone, Copy, PartialEq)]
struct Saves {
    begun: usize,
    ended: usize,
}

/// Which field: every label has its own.
type Which = (Discriminant<ContactField>, Option<LabelId>);

fn which(field: &ContactField) -> Which {
    let label = match field {
        ContactField::Label(label, _) => Some(label.clone()),
        _ => None,
    };
    (discriminant(field), label)
}

/// A field with what was typed into it, and what is known to be kept of it.
type Again = (ContactField, String, RwSignal<Option<String>>);

/// What the team has written, and whether it is kept.
#[derive(Clone)]
struct Form {
    contact: ContactId,
    /// What could not be kept, field by field: said until it can be.
    faults: ArcRwSignal<Vec<(Which, String)>>,
    said: ArcRwSignal<String>,
    /// What stands in a field that somebody else has changed, to be kept all the same; and what is known of that field now.
    again: ArcRwSignal<Option<Again>>,
}

impl Form {
    /// Keeps a field, which was this before; what it was is then what was kept. What a colleague wrote meanwhile is said, and written over only
    /// by whoever saves once more.
    fn keep_text(&self, inbox: Inbox, field: ContactField, new: String, was: RwSignal<Option<String>>) {
        let again = self.again.clone();
        again.set(None);
        self.keep_as(field.clone(), was.get_untracked(), move |saved| match saved {
            // Another thread may stand there by now.
            Ok(()) => drop(was.try_set(Some(new))),
            Err(error) if error.code == Code::NotPossible => task::spawn(async move {
                let Some(id) = inbox.open_id() else { return };
                let Ok(known) = api::team::load_beside(id, SHELF).await else { return };
                was.try_set(Some(text_of(&known.edit, &field)));
                again.set(Some((field, new, was)));
            }),
            Err(_) => {}
        });
    }

    /// Keeps a field, whatever it was.
    fn keep(&self, field: ContactField) {
        self.keep_as(field, None, |_| {});
    }

    fn keep_as(&self, field: ContactField, was: Option<String>, then: impl FnOnce(&Result<(), ApiError>) + 'static) {
        let Self { contact, faults, said, .. } = self.clone();
        let which = which(&field);
        said.set(words::SAVING.to_owned());
        SAVES.set(Saves { begun: SAVES.get().begun + 1, ..SAVES.get() });
        task::spawn(async move {
            let saved = api::team::save_contact(contact, field, was).await;
            then(&saved);
            let ended = faults.try_update_untracked(|faults| {
                let before = faults.len();
                faults.retain(|(other, _)| *other != which);
                let mended = before - faults.len();
                let is_kept = saved.is_ok();
                faults.extend(saved.err().map(|error| (which, error.message)));
                mended + usize::from(is_kept)
            });
            SAVES.set(Saves { ended: SAVES.get().ended + ended.unwrap_or(1), ..SAVES.get() });
            said.set(faults.with_untracked(|faults| faults.first().map_or_else(|| words::SAVED.to_owned(), |(_, why)| why.clone())));
        });
    }
}

/// What stands in this field of what is kept.
fn text_of(edit: &ContactEdit, field: &ContactField) -> String {
    match field {
        ContactField::GivenName(_) => edit.given_name.clone(),
        ContactField::Email(_) => edit.email.clone(),
        _ => edit.notes.clone(),
    }
}

/// The fields that the team fills in.
fn form(inbox: Inbox, contact: ContactId, known: &Beside) -> AnyView {
    let ContactEdit { given_name, email: address, notes: written, no_marketing, labels } = known.edit.clone();
    let form = Form { contact, faults: ArcRwSignal::new(Vec::new()), said: SAID.with(Clone::clone), again: ArcRwSignal::new(None) };
    let said = form.said.clone();
    let (name, email, notes, marketing) = (form.clone(), form.clone(), form.clone(), form.clone());
    let boxes = tools::team().get_untracked().labels.into_iter().map(|label| labelled(&form, label, &labels)).collect::<Vec<_>>();
    let has_labels = !boxes.is_empty();
    let mine = form.clone();
    let keep_mine = move || {
        let form = mine.clone();
        mine.again.get().map(|(field, new, was)| {
            let keep = move |_| form.keep_text(inbox, field.clone(), new.clone(), was);
            view! { <button type="button" class="button" on:click=keep>{words::KEEP_MINE}</button> }.into_any()
        })
    };
    let text = |form: Form, at_first: &str, field: fn(String) -> ContactField| {
        let was = RwSignal::new(Some(at_first.to_owned()));
        move |event: ev::Event| {
            let new = event_target_value(&event).trim().to_owned();
            form.keep_text(inbox, field(new.clone()), new, was);
        }
    };
    let (name, email, notes) =
        (text(name, &given_name, ContactField::GivenName), text(email, &address, ContactField::Email), text(notes, &written, ContactField::Notes));
    view! {
        <form class="beside__form" on:submit=|event: ev::SubmitEvent| event.prevent_default()>
            <label>{words::GIVEN_NAME}<input type="text" dir="auto" value=given_name on:change=name/></label>
            <label>{words::EMAIL}<input type="email" value=address on:change=email/></label>
            <label>{words::NOTES}<textarea rows="3" dir="auto" prop:value=written on:change=notes></textarea></label>
            <label class="beside__check">
                <input type="checkbox" checked=no_marketing on:change=move |event| marketing.keep(ContactField::NoMarketing(event_target_checked(&event)))/>
                {words::NO_MARKETING}
            </label>
            {has_labels.then(|| view! { <fieldset class="beside__labels"><legend>{words::CONTACT_LABELS}</legend>{boxes}</fieldset> })}
            <p role="status">{move || said.get()}</p>
            {keep_mine}
        </form>
    }
    .into_any()
}

/// A box that puts a label on the contact, or takes it off.
fn labelled(form: &Form, label: Label, on: &[LabelId]) -> AnyView {
    let (form, is_on) = (form.clone(), on.contains(&label.id));
    let put = move |event: ev::Event| form.keep(ContactField::Label(label.id.clone(), event_target_checked(&event)));
    view! { <label class="beside__check"><input type="checkbox" checked=is_on on:change=put/><Dot color=label.color/><bdi>{label.name}</bdi></label> }
        .into_any()
}

/// Blocks the customer, once that was asked for twice; lets them write again at one press.
fn block(contact: &ContactId, name: Memo<String>, is_blocked: bool) -> AnyView {
    let contact = contact.clone();
    let is_under_way = RwSignal::new(false);
    let turn = move |_| {
        let contact = contact.clone();
        is_under_way.set(true);
        // The line that it leaves in the thread draws the panel anew.
        task::spawn(async move {
            if let Err(error) = api::team::block_contact(contact, !is_blocked).await {
                answer::say(error.message);
                is_under_way.try_set(false);
            }
        });
    };
    if is_blocked {
        return view! { <p><button type="button" class="button" disabled=move || is_under_way.get() on:click=turn>{move || words::unblock(&name.get())}</button></p> }.into_any();
    }
    let title = move || words::block(&name.get());
    view! {
        <details class="beside__sure">
            <summary>{title}</summary>
            <p>{words::BLOCK_WHY}</p>
            <button type="button" class="button" data-kind="bad" disabled=move || is_under_way.get() on:click=turn>{title}</button>
        </details>
    }
    .into_any()
}

fn other(inbox: Inbox, row: &Conversation) -> AnyView {
    let account = inbox.accounts.with_value(|accounts| accounts.iter().find(|account| account.id == row.account_id).map(|account| account.name.clone()));
    let preview = row.last.as_ref().map(|last| words::quoted(&last.message_type, &last.preview)).unwrap_or_default();
    view! { <li><a class="beside__item" href=address::thread(row.id.as_str())><b>{account.unwrap_or_default()}</b><span><bdi>{preview}</bdi></span></a></li> }
        .into_any()
}
