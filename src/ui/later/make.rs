//! What is made of parts: a dialog for each, opened from the composer. What was filled in stays until it is on its way.
//!
//! To add one: its kind in [`Kind`], its file in `make/`, its entry in [`beside`], its arm in [`form`].

mod card;
mod place;
mod question;
mod template;

use crate::api;
use crate::domain::conversation::Conversation;
use crate::domain::id::ClientId;
use crate::protocol::command::{Made, SendMade, SendText};
use crate::protocol::error::{ApiError, Code};
use crate::ui::browser::{document, random, task};
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::when::When;
use crate::ui::state::draft;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// The dialog's element.
const DIALOG: &str = "make";
/// The menu's.
const MENU: &str = "more";

/// What can be made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Template,
    Place,
    Card,
    Question(question::Kind),
}

/// One making: bound to whom it was begun for, and one message however often it is handed over.
#[derive(Clone)]
struct Making {
    inbox: Inbox,
    kind: Kind,
    to: SendText,
    /// Why it did not go.
    refused: ArcRwSignal<String>,
    leaving: ArcRwSignal<bool>,
}

thread_local! {
    static OPEN: ArcRwSignal<Option<u64>> = ArcRwSignal::new(None);
    static MAKING: std::cell::RefCell<Option<Making>> = const { std::cell::RefCell::new(None) };
    static COUNT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

fn opened() -> ArcRwSignal<Option<u64>> {
    OPEN.with(Clone::clone)
}

fn open(inbox: Inbox, row: &Conversation, kind: Kind) {
    document::hide(MENU);
    let replying = Some(inbox.replying.get_untracked()).filter(|id| !id.is_empty() && kind != Kind::Template).map(|id| id.as_str().into());
    let begun = draft::begin(row.id.clone(), row.contact_id.clone(), row.account_id.clone());
    let to = SendText { client_id: ClientId(random::id()), reply_to: replying, ..begun };
    MAKING.set(Some(Making { inbox, kind, to, refused: ArcRwSignal::new(String::new()), leaving: ArcRwSignal::new(false) }));
    COUNT.set(COUNT.get() + 1);
    opened().set(Some(COUNT.get()));
    task::spawn(async {
        // What is in it must be there to have the focus.
        leptos::task::tick().await;
        document::show_modal(DIALOG, true);
    });
}

impl Making {
    /// Hands it over; what was filled in stays if it does not go.
    fn send(&self, made: Made) {
        let making = self.clone();
        if making.leaving.get_untracked() {
            return;
        }
        making.begin();
        task::spawn(async move {
            let result = api::messages::queue_made(SendMade { to: making.to.clone(), made }).await;
            making.end(result.map(drop));
        });
    }

    fn begin(&self) {
        self.leaving.set(true);
        self.refused.set(String::new());
    }

    fn end(&self, result: Result<(), ApiError>) {
        self.leaving.set(false);
        match result {
            Ok(()) => {
                self.inbox.replying.set(String::new());
                document::show_modal(DIALOG, false);
                document::focus("composer");
            }
            Err(error) if error.code == Code::ClientIdReused => self.refused.set(words::FIRST_VERSION_ARRIVED.to_owned()),
            Err(error) => self.refused.set(error.message),
        }
    }

    /// Says what is wrong with what was filled in.
    fn refuse(&self, sentence: &str) {
        self.refused.set(sentence.to_owned());
    }
}

/// The dialog, closed until it is opened.
pub fn draw() -> AnyView {
    let closed = |_: ev::Event| {
        opened().set(None);
        MAKING.take();
    };
    on_cleanup(|| opened().set(None));
    let content = move || {
        opened().get()?;
        MAKING.with_borrow(|making| making.as_ref().map(form))
    };
    view! { <dialog class="make" id=DIALOG aria-labelledby="make-title" on:close=closed>{content}</dialog> }.into_any()
}

fn form(making: &Making) -> AnyView {
    match making.kind {
        Kind::Template => template::form(making),
        Kind::Place => place::form(making),
        Kind::Card => card::form(making),
        Kind::Question(kind) => question::form(making, kind),
    }
}

/// Around what is filled in: a title, why it did not go, and the way out.
fn frame(making: &Making, title: &'static str, fields: AnyView, submit: impl Fn() + 'static) -> AnyView {
    let (refused, said, leaving) = (making.refused.clone(), making.refused.clone(), making.leaving.clone());
    let submitted = move |event: ev::SubmitEvent| {
        event.prevent_default();
        submit();
    };
    view! {
        <form class="make__form" on:submit=submitted>
            <h2 id="make-title">{title}</h2>
            <div class="make__fields">{fields}</div>
            <When is=move || !refused.with(String::is_empty)>
                {
                    let said = said.clone();
                    view! { <p class="refusal" role="alert">{move || said.get()}</p> }
                }
            </When>
            <div class="make__end">
                <button type="button" class="button" on:click=|_| document::show_modal(DIALOG, false)>{words::CANCEL}</button>
                <button class="button" data-kind="main" disabled=move || leaving.get()>{words::SEND_IT}</button>
            </div>
        </form>
    }
    .into_any()
}

/// What is typed into a field.
type Typed = ArcRwSignal<String>;

fn typed() -> Typed {
    ArcRwSignal::new(String::new())
}

/// The words of a field; nothing if there are none.
fn words_of(typed: &Typed) -> Option<String> {
    Some(typed.get_untracked().trim().to_owned()).filter(|words| !words.is_empty())
}

/// A labelled line.
fn line(label: String, value: &Typed, required: bool) -> AnyView {
    let (read, write) = (value.clone(), value.clone());
    view! {
        <label class="make__field">
            <span>{label}</span>
            <input type="text" dir="auto" required=required autocomplete="off" prop:value=move || read.get() on:input=move |event| write.set(event_target_value(&event))/>
        </label>
    }
    .into_any()
}

/// A labelled text of several lines.
fn lines(label: String, value: &Typed, rows: &'static str) -> AnyView {
    let (read, write) = (value.clone(), value.clone());
    view! {
        <label class="make__field">
            <span>{label}</span>
            <textarea rows=rows dir="auto" required prop:value=move || read.get() on:input=move |event| write.set(event_target_value(&event))></textarea>
        </label>
    }
    .into_any()
}

/// In the composer: the button that opens the menu, and the menu.
pub fn beside(inbox: Inbox) -> AnyView {
    let entry = move |name: &'static str, kind: Kind| {
        let click = move |_| {
            if let Some(row) = inbox.open_row() {
                open(inbox, &row, kind);
            }
        };
        view! { <button type="button" class="menu__item" on:click=click>{name}</button> }.into_any()
    };
    view! {
        <button type="button" class="composer__more" aria-label=words::MORE_TO_SEND title=words::MORE_TO_SEND on:click=|event| document::show_beside(MENU, &event)>
            <Icon glyph=Glyph::Plus/>
        </button>
        <div class="menu" id=MENU popover="auto">
            {entry(words::TEMPLATE, Kind::Template)}
            {entry(words::PLACE, Kind::Place)}
            {entry(words::CARD, Kind::Card)}
            {entry(words::QUESTION, Kind::Question(question::Kind::Buttons))}
            {entry(words::LIST, Kind::Question(question::Kind::List))}
            {entry(words::LINK, Kind::Question(question::Kind::Link))}
        </div>
    }
    .into_any()
}

/// Where the window is closed: the way to a template.
pub fn instead(inbox: Inbox) -> AnyView {
    let click = move |_| {
        if let Some(row) = inbox.open_row() {
            open(inbox, &row, Kind::Template);
        }
    };
    view! { <button type="button" class="button" data-kind="main" on:click=click>{words::CHOOSE_TEMPLATE}</button> }.into_any()
}
