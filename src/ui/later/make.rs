//! What is made of parts: a dialog for each, opened from the composer. What was filled in stays until it is on its way.
//!
//! To add one: its kind in [`Kind`], its file in `make/`, its entry in [`beside`], its arm in [`form`].

mod card;
mod place;
mod question;
mod template;

use super::{answer, held};
use crate::api;
use crate::domain::conversation::Conversation;
use crate::domain::id::{ClientId, MessageId};
use crate::domain::time::Instant;
use crate::protocol::command::{Made, SendMade, SendText};
use crate::protocol::error::{ApiError, Code};
use crate::ui::browser::{document, random, task, upload};
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

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Template => words::TEMPLATE,
            Self::Place => words::PLACE,
            Self::Card => words::CARD,
            Self::Question(question::Kind::Buttons) => words::QUESTION,
            Self::Question(question::Kind::List) => words::LIST,
            Self::Question(question::Kind::Link) => words::LINK,
        }
    }
}

/// How far a making has got.
#[derive(Clone, PartialEq, Eq)]
enum Progress {
    /// It is filled in.
    Open,
    /// So much of a hundred of its file is on its way; none: it has no file.
    Leaves(Option<u8>),
}

/// One making: bound to whom it was begun for, and one message however often it is handed over.
#[derive(Clone)]
struct Making {
    inbox: Inbox,
    kind: Kind,
    /// For whom, as they were called then.
    name: String,
    to: SendText,
    /// The newest message that was on the page: at first, and at each try after a colleague's answer was shown.
    seen: ArcRwSignal<Option<(Instant, i64)>>,
    /// Renewed once the server has another version under it.
    client_id: ArcRwSignal<String>,
    /// Why it did not go.
    refused: ArcRwSignal<String>,
    progress: ArcRwSignal<Progress>,
    /// The file on its way, by its key.
    file: ArcRwSignal<String>,
}

thread_local! {
    static MAKING: ArcRwSignal<Option<Making>> = ArcRwSignal::new(None);
}

fn current() -> ArcRwSignal<Option<Making>> {
    MAKING.with(Clone::clone)
}

fn open(inbox: Inbox, row: &Conversation, kind: Kind) {
    document::hide(MENU);
    let replying = Some(inbox.replying.get_untracked()).filter(|id| !id.is_empty() && kind != Kind::Template).map(|id| id.as_str().into());
    let begun = draft::begin(row.id.clone(), row.contact_id.clone(), row.account_id.clone());
    let making = Making {
        inbox,
        kind,
        name: row.display_name(),
        client_id: ArcRwSignal::new(begun.client_id.0.clone()),
        to: SendText { reply_to: replying, ..begun },
        seen: ArcRwSignal::new(inbox.newest_seen()),
        refused: ArcRwSignal::new(String::new()),
        progress: ArcRwSignal::new(Progress::Open),
        file: ArcRwSignal::new(String::new()),
    };
    current().set(Some(making));
    document::mark(document::FORM, true);
    task::spawn(async {
        // What is in it must be there to have the focus.
        leptos::task::tick().await;
        document::show_modal(DIALOG, true);
    });
}

impl Making {
    /// To whom, under the client id of now.
    fn to(&self) -> SendText {
        SendText { client_id: ClientId(self.client_id.get_untracked()), seen: self.seen.get_untracked(), ..self.to.clone() }
    }

    fn is_leaving(&self) -> bool {
        self.progress.get() != Progress::Open
    }

    /// Hands it over; what was filled in stays if it does not go.
    fn send(&self, made: Made) {
        let making = self.clone();
        if !making.begin(None) {
            return;
        }
        task::spawn(async move {
            let result = api::messages::queue_made(SendMade { to: making.to(), made }).await;
            making.end(result.map(drop));
        });
    }

    /// Whether it may begin to leave: it does so once at a time.
    fn begin(&self, percent: Option<u8>) -> bool {
        if untrack(|| self.is_leaving()) {
            return false;
        }
        self.progress.set(Progress::Leaves(percent));
        self.refused.set(String::new());
        true
    }

    /// Whether its form is the one that is open.
    fn is_shown(&self) -> bool {
        current().with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.client_id == self.client_id))
    }

    fn end(&self, result: Result<(), ApiError>) {
        self.progress.set(Progress::Open);
        let Err(error) = result else {
            let is_open = self.inbox.open_id().as_ref() == Some(&self.to.conversation_id);
            if is_open && self.to.reply_to.as_ref().map(MessageId::as_str) == Some(self.inbox.replying.get_untracked().as_str()) {
                self.inbox.replying.set(String::new());
            }
            if self.is_shown() {
                document::show_modal(DIALOG, false);
                document::focus("composer");
            }
            return;
        };
        let why = match error.code {
            Code::ClientIdReused => {
                self.client_id.set(random::id());
                words::FIRST_VERSION_ARRIVED.to_owned()
            }
            Code::Unauthorized => words::SIGN_IN_ELSEWHERE.to_owned(),
            Code::AnsweredMeanwhile => {
                if self.inbox.open_id().as_ref() == Some(&self.to.conversation_id) {
                    self.seen.set(self.inbox.newest_seen());
                }
                error.message
            }
            _ => error.message,
        };
        if self.is_shown() { self.refused.set(why) } else { answer::say(words::not_sent(&words::for_whom(self.kind.name(), &self.name), &why)) }
    }

    /// Says what is wrong with what was filled in.
    fn refuse(&self, sentence: &str) {
        self.refused.set(sentence.to_owned());
    }

    /// What is on its way stays: only a file can be held back.
    fn cancel(&self) {
        let file = self.file.get_untracked();
        if !untrack(|| self.is_leaving()) {
            document::show_modal(DIALOG, false);
        } else if !file.is_empty() {
            self.file.set(String::new());
            upload::let_go(&file);
        }
    }

    /// Whether the file that was on its way was held back: then it is filled in again.
    fn is_called_back(&self) -> bool {
        let is_called_back = self.file.get_untracked().is_empty();
        self.file.set(String::new());
        if is_called_back {
            self.progress.set(Progress::Open);
        }
        is_called_back
    }
}

/// The dialog, closed until it is opened.
pub fn draw(_: Inbox) -> AnyView {
    let closed = |_: ev::Event| {
        current().set(None);
        document::mark(document::FORM, false);
    };
    // Escape throws nothing away that was filled in.
    let escaped = |event: ev::Event| {
        if document::is_filled(DIALOG) {
            event.prevent_default();
            if let Some(making) = current().get_untracked() {
                making.refuse(words::NOT_THROWN_AWAY);
            }
        }
    };
    let content = move || current().with(|making| making.as_ref().map(form));
    view! { <dialog class="make" id=DIALOG aria-labelledby="make-title" on:close=closed on:cancel=escaped>{content}</dialog> }.into_any()
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
fn frame(making: &Making, fields: AnyView, submit: impl Fn() + 'static) -> AnyView {
    let (refused, said, leaving, held) = (making.refused.clone(), making.refused.clone(), making.clone(), making.clone());
    let (cancels, progress) = (making.clone(), making.progress.clone());
    let submitted = move |event: ev::SubmitEvent| {
        event.prevent_default();
        submit();
    };
    // What has left in one piece cannot be called back.
    let cannot_cancel = move || held.progress.get() == Progress::Leaves(None);
    let action = move || match progress.get() {
        Progress::Leaves(Some(percent)) => words::percent(percent),
        _ => words::SEND_IT.to_owned(),
    };
    view! {
        <form class="make__form" on:submit=submitted>
            <h2 id="make-title">{words::for_whom(making.kind.name(), &making.name)}</h2>
            <div class="make__fields">{fields}</div>
            <When is=move || !refused.with(String::is_empty)>
                {
                    let said = said.clone();
                    view! { <p class="refusal" role="alert">{move || said.get()}</p> }
                }
            </When>
            <div class="make__end">
                <button type="button" class="button" disabled=cannot_cancel on:click=move |_| cancels.cancel()>{words::CANCEL}</button>
                <button class="button" data-kind="main" disabled=move || leaving.is_leaving()>{action}</button>
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
    let entry = move |kind: Kind| {
        let click = move |_| {
            if let Some(row) = inbox.open_row() {
                open(inbox, &row, kind);
            }
        };
        view! { <button type="button" class="menu__item" on:click=click>{kind.name()}</button> }.into_any()
    };
    view! {
        <button type="button" class="composer__more" aria-label=words::MORE_TO_SEND title=words::MORE_TO_SEND aria-haspopup="true" on:click=|event| document::show_beside(MENU, &event)>
            <Icon glyph=Glyph::PLUS/>
        </button>
        <div class="menu" id=MENU popover="auto">
            {entry(Kind::Template)}
            {entry(Kind::Place)}
            {entry(Kind::Card)}
            {entry(Kind::Question(question::Kind::Buttons))}
            {entry(Kind::Question(question::Kind::List))}
            {entry(Kind::Question(question::Kind::Link))}
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
    view! {
        <When is=move || !held::is_removed(inbox)>
            <button type="button" class="button" data-kind="main" on:click=click>{words::CHOOSE_TEMPLATE}</button>
        </When>
    }
    .into_any()
}
