//! The inbox: list and thread side by side, from one snapshot, then live.

use crate::protocol::address;
use crate::protocol::json;
use crate::protocol::snapshot::Snapshot;
use crate::protocol::view::First;
use crate::ui::browser::{document, history, storage, task};
use crate::ui::chat::list::List;
use crate::ui::chat::thread::ThreadPane;
use crate::ui::kit::banner::Banner;
use crate::ui::kit::when::When;
use crate::ui::live;
use crate::ui::page::rail;
use crate::ui::state::draft;
use crate::ui::state::inbox::{Inbox, Pane};
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::time::Duration;

/// What the server renders the page from; and the same for the browser, written by the server so that the page need not know how.
#[derive(Clone)]
pub struct Given {
    /// The state.
    pub first: First,
    /// The state as JSON.
    pub json: String,
}

/// The page. The server renders what it was given and leaves it in the document, where the browser finds it.
#[component]
pub fn InboxPage() -> impl IntoView {
    let given = use_context::<Given>();
    let left = SharedValue::new_str(|| given.as_ref().map(|given| given.json.clone()).unwrap_or_default()).into_inner();
    // invariant: the server of this build wrote it. A document cut off before it stays as it is: plain forms, which work without a script.
    let first = given.map_or_else(|| json::read(left.as_bytes()).expect("the state in the document"), |given| given.first);
    view! { <Workspace first=first/> }
}

/// Everything, once there is something to show.
#[component]
fn Workspace(first: First) -> impl IntoView {
    let inbox = Inbox::new(&first);
    provide_context(inbox);
    let pane = move || if inbox.pane.with(|pane| *pane == Pane::Nothing) { "list" } else { "thread" };
    go_live(inbox, first.snapshot);
    follow_links(inbox);
    Effect::new(move |_| document::set_title(&words::title(inbox.unread.get())));
    Effect::new(|_| document::mark_hydrated());
    view! {
        <div class="frame">
            // All else that may be wrong is said by what did not come.
            <When is=move || inbox.lacks_later.get()>
                <Banner kind="warn" text=Signal::stored(words::PART_MISSING.to_owned())>
                    <button class="link" on:click=move |_| inbox.want_later()>{words::TRY_AGAIN}</button>
                </Banner>
            </When>
            {move || inbox.later().map(|code| (code.whole)(inbox))}
            <div class="app" data-pane=pane>
                <List/>
                <ThreadPane/>
            </div>
        </div>
    }
}

/// Opens what a link of the inbox leads to without loading the page anew; back and forward, too.
fn follow_links(inbox: Inbox) {
    let clicked = window_event_listener(ev::click, move |event| {
        if let Some(path) = history::link(&event).filter(|path| path.starts_with(address::INBOX)) {
            if path == document::path() {
                event.prevent_default();
                inbox.retry_failed();
            } else if history::push(&path) {
                event.prevent_default();
                inbox.show_path(path);
            }
        }
    });
    // Whoever jumps within the page stays where they are.
    let moved = window_event_listener(ev::popstate, move |_| {
        let path = document::path();
        let open = inbox.open_row().map(|row| inbox.segment(&row));
        // What is still on its way is not wanted any more, whatever comes.
        let is_loading = inbox.pane.with_untracked(|pane| matches!(pane, Pane::Loading(_)));
        if is_loading || open != address::segment_of(&path) || inbox.query.with_untracked(|query| query != address::query_of(&path)) {
            inbox.show_path(path);
        }
    });
    on_cleanup(move || {
        clicked.remove();
        moved.remove();
    });
}

/// Starts the clock and the line, in the browser alone.
fn go_live(inbox: Inbox, snapshot: Snapshot) {
    let now = snapshot.now;
    Effect::new(move |_| {
        inbox.set_clock(now);
        draft::belongs_to(inbox.agent.with_value(|agent| agent.id.clone()));
        inbox.enter_sends.set(storage::read(rail::ENTER_BREAKS).is_none());
        task::spawn(live::run(inbox));
        // The first page is done with: the rest is fetched before it is wanted.
        inbox.want_later();
        if let Ok(ticker) = set_interval_with_handle(move || inbox.tick(), Duration::from_secs(15)) {
            on_cleanup(move || ticker.clear());
        }
    });
}
