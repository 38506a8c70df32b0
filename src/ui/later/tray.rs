//! Files for a customer: what was picked, dropped or pasted waits above the composer, is looked over, and goes to the server one after
//! the other. What fails stays, says why, and can be tried again. Nothing leaves before the agent says so.

mod kept;
mod leaving;
mod verdict;

use crate::domain::content::text::units;
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::domain::media::{CAPTION_LIMIT, Unsendable};
use crate::domain::time::Instant;
use crate::protocol::command::SendText;
use crate::ui::browser::upload::{self, Local};
use crate::ui::browser::{document, task};
use crate::ui::kit::each::Each;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::when::When;
use crate::ui::state::draft;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
pub use kept::{conversations, kept, meet, track};
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;
pub use verdict::refusal;

/// The input that picks files, in the composer.
const PICKER: &str = "attach";

/// One file in a tray.
#[derive(Clone)]
struct Item {
    file: Local,
    /// For whom. The same client id for every try: two tries are one message.
    to: SendText,
    caption: ArcRwSignal<String>,
    progress: ArcRwSignal<Progress>,
    /// Whether it waits on the server, too, for the agent's other devices.
    is_kept: ArcRwSignal<bool>,
    /// So much of a hundred is on its way there.
    comes: ArcRwSignal<Option<u8>>,
}

/// What became of it.
#[derive(Clone, PartialEq, Eq)]
enum Progress {
    Waits,
    /// So much of a hundred is on its way.
    Leaves(u8),
    /// It did not go; another try may help.
    Stopped(String),
    /// A colleague has answered meanwhile: whoever tries again has read that.
    Asks(String),
    /// WhatsApp does not take it.
    Refused(String),
}

impl Item {
    fn new(file: Local, row: &Conversation, seen: Option<(Instant, i64)>) -> Self {
        let progress = ArcRwSignal::new(refusal(&file).map_or(Progress::Waits, Progress::Refused));
        if file.mime == "image/webp" && progress.with_untracked(|progress| *progress == Progress::Waits) {
            let (file, progress) = (file.clone(), progress.clone());
            task::spawn(async move {
                if let Some(why) = verdict::on_sticker(&file).await
                    && progress.with_untracked(|progress| *progress == Progress::Waits)
                {
                    progress.set(Progress::Refused(why));
                }
            });
        }
        Self {
            file,
            to: SendText { seen, ..draft::begin(row.id.clone(), row.contact_id.clone(), row.account_id.clone()) },
            caption: ArcRwSignal::new(String::new()),
            progress,
            is_kept: ArcRwSignal::new(false),
            comes: ArcRwSignal::new(None),
        }
    }

    fn can_go(&self) -> bool {
        matches!(self.progress.get(), Progress::Waits | Progress::Stopped(_) | Progress::Asks(_))
    }

    fn is_leaving(&self) -> bool {
        matches!(self.progress.get_untracked(), Progress::Leaves(_))
    }

    /// Recordings and stickers have no words below them.
    fn has_caption(&self) -> bool {
        !self.file.mime.starts_with("audio/") && self.file.mime != "image/webp" && !matches!(self.progress.get(), Progress::Refused(_))
    }
}

thread_local! {
    /// The files of all conversations: they stay while the agent looks at another one.
    static COMING: ArcRwSignal<Vec<(ConversationId, String)>> = ArcRwSignal::new(Vec::new());
    static TRAY: ArcRwSignal<Vec<Item>> = ArcRwSignal::new(Vec::new());
}

fn tray() -> ArcRwSignal<Vec<Item>> {
    TRAY.with(Clone::clone)
}

fn coming() -> ArcRwSignal<Vec<(ConversationId, String)>> {
    COMING.with(Clone::clone)
}

fn of(conversation: &ConversationId) -> Vec<Item> {
    tray().with(|items| items.iter().filter(|item| item.to.conversation_id == *conversation).cloned().collect())
}

fn remove(key: &str) {
    upload::let_go(key);
    tray().update(|items| items.retain(|item| item.file.key != key));
}

/// The agent has taken it out: it waits nowhere any more.
fn take_out(inbox: Inbox, key: &str) {
    if let Some(item) = tray().with_untracked(|items| items.iter().find(|item| item.file.key == key).cloned()) {
        kept::forget(inbox, &item);
    }
    remove(key);
}

/// Lets a file go before the one above it.
fn move_up(key: &str) {
    tray().update(|items| {
        let Some(at) = items.iter().position(|item| item.file.key == key) else { return };
        let before = items[..at].iter().rposition(|other| other.to.conversation_id == items[at].to.conversation_id);
        if let Some(before) = before {
            let item = items.remove(at);
            items.insert(before, item);
        }
    });
    // What is moved loses the focus, and at the top also its button.
    let buttons = format!(".tray__item[data-key='{key}'] .link");
    task::spawn(async move {
        leptos::task::tick().await;
        if document::has_lost_focus() {
            document::focus_first(&buttons);
        }
    });
}

/// One conversation went into another: its files go along, and wait until a person has looked at the name.
pub fn move_to(gone: &ConversationId, kept: &Conversation) {
    tray().update(|items| {
        for item in items.iter_mut().filter(|item| item.to.conversation_id == *gone) {
            let moved = Item::new(item.file.clone(), kept, item.to.seen);
            *item = Item {
                to: SendText { client_id: item.to.client_id.clone(), ..moved.to.clone() },
                caption: item.caption.clone(),
                is_kept: item.is_kept.clone(),
                ..moved
            };
            if matches!(item.progress.get_untracked(), Progress::Waits) {
                item.progress.set(Progress::Stopped(words::CHECK_NAME.to_owned()));
            }
        }
    });
}

/// Listens for files from now on.
pub fn start(inbox: Inbox) {
    put(inbox, upload::take_picked(PICKER));
    let _picked = window_event_listener(ev::change, move |event| {
        if document::is_target(&event, PICKER) {
            put(inbox, upload::take_picked(PICKER));
            // Pasted and dropped files leave the typing alone.
            task::spawn(async {
                leptos::task::tick().await;
                document::focus_first(".tray input, .tray .button");
            });
        }
    });
    let over = move |event: ev::DragEvent, is_over: bool| {
        if upload::drags_files(&event) && inbox.open_id().is_some() && !document::is_within(&event, "dialog") {
            event.prevent_default();
            document::mark("data-drop", is_over);
        }
    };
    let _dragged = window_event_listener(ev::dragover, move |event| over(event, true));
    let _left = window_event_listener(ev::dragleave, move |event| over(event, false));
    let _dropped = window_event_listener(ev::drop, move |event| {
        over(event.clone(), false);
        if !document::is_within(&event, "dialog") {
            put(inbox, upload::take_dropped(&event));
        }
    });
    let _pasted = window_event_listener(ev::paste, move |event| {
        let files = upload::take_pasted(&event);
        if !files.is_empty() {
            event.prevent_default();
            put(inbox, files);
        }
    });
    let _leaving = window_event_listener(ev::beforeunload, move |event| {
        // What waits on the server, too, comes back.
        if upload::any() || document::is_unfinished() {
            event.prevent_default();
        }
    });
}

/// Puts files into the tray of the open conversation.
fn put(inbox: Inbox, files: Vec<Local>) {
    let row = inbox.open_id().and_then(|id| inbox.row(&id)).map(|row| row.get_untracked());
    let Some(row) = row.filter(|_| !files.is_empty()) else {
        for file in &files {
            upload::let_go(&file.key);
        }
        return;
    };
    for file in files {
        add(inbox, Item::new(file, &row, inbox.newest_seen()));
    }
}

/// Puts it into its tray, and lets the server keep it.
fn add(inbox: Inbox, item: Item) {
    tray().update(|items| items.push(item.clone()));
    kept::hand_over(inbox, item);
}

/// Puts a file into the tray of a conversation, whichever is open.
pub fn put_for(inbox: Inbox, row: &Conversation, file: Local) {
    let seen = if inbox.open_id().as_ref() == Some(&row.id) { inbox.newest_seen() } else { None };
    add(inbox, Item::new(file, row, seen));
}

/// Puts a file there that the server has kept. Where its customer was joined with another meanwhile, a person looks at the name first.
fn add_kept(local: Local, row: &Conversation, kept: SendText) {
    let is_theirs = kept.contact_id == row.contact_id && kept.account_id == row.account_id;
    let item = Item::new(local, row, kept.seen);
    let to = SendText { client_id: kept.client_id, ..item.to };
    item.caption.set(kept.body);
    item.is_kept.set(true);
    if !is_theirs && item.progress.with_untracked(|progress| *progress == Progress::Waits) {
        item.progress.set(Progress::Stopped(words::CHECK_NAME.to_owned()));
    }
    tray().update(|items| items.push(Item { to, ..item }));
}

/// A file for a conversation is fetched; it is said above the composer until it is there, or does not come.
pub fn expect(conversation: &ConversationId, name: &str) {
    coming().update(|coming| coming.push((conversation.clone(), name.to_owned())));
}

/// It is there, or does not come.
pub fn expected(conversation: &ConversationId, name: &str) {
    coming().update(|coming| {
        if let Some(at) = coming.iter().position(|(of, other)| of == conversation && other == name) {
            coming.remove(at);
        }
    });
}

/// The tray of the open conversation; nothing while it is empty.
pub fn draw(inbox: Inbox) -> AnyView {
    let Some(id) = inbox.open_id() else { return ().into_any() };
    let id = StoredValue::new(id);
    let keys = Signal::derive(move || of(&id.get_value()).into_iter().map(|item| item.file.key).collect::<Vec<_>>());
    let ready = Memo::new(move |_| of(&id.get_value()).iter().filter(|item| item.can_go()).count());
    id.with_value(|id| kept::show(inbox, id));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        leaving::send(inbox, id.get_value());
    };
    let expects = move || {
        let names = coming().with(|coming| coming.iter().filter(|(of, _)| id.with_value(|id| id == of)).map(|(_, name)| name.clone()).collect::<Vec<_>>());
        names.into_iter().map(|name| view! { <p class="tray__coming" role="status">{words::reply_file_coming(&name)}</p> }.into_any()).collect::<Vec<_>>()
    };
    view! {
        {expects}
        <When is=move || keys.with(|keys| !keys.is_empty())>
            <form class="tray" aria-label=words::FILES_TO_SEND on:submit=submit>
                <ul class="tray__items">
                    <Each keys=keys draw=Arc::new(move |key| tray().with_untracked(|items| items.iter().find(|item| item.file.key == key).cloned()).map(|item| one(inbox, item)).into_any())/>
                </ul>
                <button class="button" data-kind="main" disabled=move || ready.get() == 0>{move || words::send_files(ready.get())}</button>
            </form>
        </When>
    }
    .into_any()
}

/// What the file looks or sounds like, before it goes.
fn preview(file: &Local) -> AnyView {
    let source = file.preview.clone();
    if source.is_empty() {
        view! { <span class="tray__picture"><Icon glyph=Glyph::PAPER/></span> }.into_any()
    } else if file.mime.starts_with("audio/") {
        view! { <audio class="tray__audio" controls src=source aria-label=words::kind("audio")></audio> }.into_any()
    } else {
        view! { <img class="tray__picture" src=source alt=""/> }.into_any()
    }
}

fn one(inbox: Inbox, item: Item) -> AnyView {
    let Item { file, caption, progress, .. } = item.clone();
    let worded = item.clone();
    let key = file.key.clone();
    let size = words::size_in_words(file.size);
    let picture = preview(&file);
    // Its first version may have arrived: another try sends the same.
    let tried = progress.clone();
    let is_fixed = move || !matches!(tried.get(), Progress::Waits);
    let (state, leaving, typed) = (progress.clone(), progress.clone(), caption.clone());
    let over = move || caption.with(|caption| units(caption)).saturating_sub(CAPTION_LIMIT);
    let why = move || match state.get() {
        Progress::Stopped(why) | Progress::Asks(why) | Progress::Refused(why) => why,
        _ if over() > 0 => Unsendable::Caption(over()).sentence(),
        _ => String::new(),
    };
    let percent = move || match leaving.get() {
        Progress::Leaves(percent) => Some(percent),
        _ => None,
    };
    let (is_leaving, says_why) = (percent.clone(), why.clone());
    let becomes = verdict::becomes(&file);
    let (own, conversation) = (key.clone(), item.to.conversation_id.clone());
    let can_move = move || {
        let items = of(&conversation);
        items.first().is_some_and(|first| first.file.key != own) && items.iter().all(|item| !matches!(item.progress.get(), Progress::Leaves(_)))
    };
    let moved = key.clone();
    let (shown, cancels, held) = (percent.clone(), percent.clone(), percent.clone());
    let (name, own_key) = (file.name.clone(), key.clone());
    view! {
        <li class="tray__item" data-key=own_key aria-label=name>
            {picture}
            <div class="tray__about">
                <b dir="auto">{file.name}</b>
                <small>{move || shown().map_or_else(|| size.clone(), words::percent)}</small>
                {becomes.map(|becomes| view! { <small>{becomes}</small> }.into_any())}
                <When is=move || is_leaving().is_some()>
                    <progress max="100" value=percent.clone()></progress>
                </When>
                <When is=move || item.has_caption()>
                    {
                        let (read, write, is_fixed, worded) = (typed.clone(), typed.clone(), is_fixed.clone(), worded.clone());
                        view! {
                            <input type="text" dir="auto" placeholder=words::CAPTION aria-label=words::CAPTION readonly=is_fixed prop:value=move || read.get_untracked() on:input=move |event| { write.set(event_target_value(&event)); kept::word(inbox, &worded) }/>
                        }
                    }
                </When>
                <When is=move || !says_why().is_empty()>
                    <p class="refusal" role="alert">{why.clone()}</p>
                </When>
            </div>
            <When is=can_move>
                {
                    let moved = moved.clone();
                    view! { <button type="button" class="link" on:click=move |_| move_up(&moved)>{words::MOVE_UP}</button> }
                }
            </When>
            // What the server has whole cannot be held back.
            <button type="button" class="link" disabled=move || held() == Some(100) on:click=move |_| take_out(inbox, &key)>{move || if cancels().is_some() { words::CANCEL } else { words::REMOVE }}</button>
        </li>
    }
    .into_any()
}
