//! The inbox: list and thread side by side, from one snapshot, then live.

use crate::api;
use crate::protocol::snapshot::Snapshot;
use crate::ui::browser::{document, storage, task};
use crate::ui::chat::list::List;
use crate::ui::chat::thread::ThreadPane;
use crate::ui::kit::avatar::Avatar;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::live;
use crate::ui::page::banners::Banners;
use crate::ui::state::draft;
use crate::ui::state::inbox::{Inbox, segment_of};
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use std::time::Duration;

/// Kept in the browser if Enter is to break the line.
const ENTER_BREAKS: &str = "enter-breaks";

/// The page: waits for its snapshot, which the server sends along with the HTML.
#[component]
pub fn InboxPage() -> impl IntoView {
    let segment = segment_of(&use_location().pathname.get_untracked());
    let snapshot = Resource::new_blocking(|| (), move |()| api::conversations::load_snapshot(segment.clone()));
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match snapshot.await {
                    Ok(snapshot) => view! { <Workspace snapshot=snapshot/> }.into_any(),
                    Err(error) => view! { <main class="card"><h1>{words::INBOX}</h1><p class="refusal" role="alert">{error.message}</p></main> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// Everything, once there is something to show.
#[component]
fn Workspace(snapshot: Snapshot) -> impl IntoView {
    let inbox = Inbox::new(&snapshot);
    provide_context(inbox);
    let pathname = use_location().pathname;
    let pane = move || if segment_of(&pathname.get()).is_some() { "thread" } else { "list" };
    go_live(inbox, snapshot);
    Effect::new(move |before: Option<String>| {
        let path = pathname.get();
        if before.is_some_and(|before| before != path) {
            inbox.refetch(path.clone());
        }
        path
    });
    view! {
        <Title text=move || words::title(inbox.unread.get())/>
        <a class="skip" href="#composer" rel="external" on:click=move |event| { event.prevent_default(); document::focus("composer") }>{words::SKIP}</a>
        <div class="frame">
            <Banners/>
            <div class="app" data-pane=pane>
                <Rail/>
                <List/>
                <ThreadPane/>
            </div>
        </div>
    }
}

/// Starts the clock and the line, in the browser alone.
fn go_live(inbox: Inbox, snapshot: Snapshot) {
    let now = snapshot.now;
    Effect::new(move |_| {
        inbox.set_clock(now);
        draft::belongs_to(inbox.agent.with_value(|agent| agent.id.clone()));
        inbox.enter_sends.set(storage::read(ENTER_BREAKS).is_none());
        inbox.restore_unsent();
        task::spawn(live::run(inbox));
        if let Ok(ticker) = set_interval_with_handle(move || inbox.tick(), Duration::from_secs(15)) {
            on_cleanup(move || ticker.clear());
        }
    });
    let hurry = move || {
        if document::is_visible() {
            inbox.hurry.update(|count| *count += 1);
        }
    };
    for handle in [window_event_listener(ev::online, move |_| hurry()), window_event_listener(ev::focus, move |_| hurry())] {
        on_cleanup(move || handle.remove());
    }
    let handle = window_event_listener(ev::visibilitychange, move |_| hurry());
    on_cleanup(move || handle.remove());
}

/// The narrow bar at the side.
#[component]
fn Rail() -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let agent = inbox.agent.get_value();
    let choose = move |event| {
        let sends = event_target_checked(&event);
        inbox.enter_sends.set(sends);
        if sends { storage::remove(ENTER_BREAKS) } else { storage::write(ENTER_BREAKS, "1") }
    };
    view! {
        <nav class="rail" aria-label=words::INBOX>
            <a class="rail__item" href="/whatsapp/inbox/" aria-current="page" title=words::INBOX aria-label=words::INBOX>
                <Icon glyph=Glyph::Inbox/>
            </a>
            <details class="rail__menu">
                <summary title=words::YOU aria-label=words::YOU>
                    <Avatar name=agent.name.clone() id=agent.id.0.clone() small=true/>
                </summary>
                <div class="rail__sheet">
                    <b>{agent.name}</b>
                    <small>{agent.email}</small>
                    <label class="rail__switch">
                        <input type="checkbox" prop:checked=move || inbox.enter_sends.get() on:change=choose/>
                        {words::ENTER_SENDS}
                    </label>
                    <form method="post" action="/whatsapp/sign-out/">
                        <button class="button">{words::SIGN_OUT}</button>
                    </form>
                </div>
            </details>
        </nav>
    }
}
