//! A conversation in the list.

use crate::domain::conversation::{Conversation, Last};
use crate::domain::id::ConversationId;
use crate::domain::message::Direction;
use crate::domain::window::Window;
use crate::protocol::address;
use crate::ui::kit::avatar::Avatar;
use crate::ui::kit::tick::Tick;
use crate::ui::state::inbox::{Inbox, Pane};
use crate::ui::words;
use leptos::prelude::*;

/// The id of a row's link.
#[must_use]
pub fn element_id(id: &ConversationId) -> String {
    format!("row-{id}")
}

/// The conversation whose row an element is.
#[must_use]
pub fn conversation_of(element: &str) -> Option<ConversationId> {
    element.strip_prefix("row-").map(ConversationId::from)
}

/// Name, preview with ticks, time, unread count, what is left of the window.
#[component]
pub fn RowView(id: ConversationId, focused: StoredValue<Option<ConversationId>>) -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    // invariant: the order names only rows that the model has.
    let row = inbox.row(&id).expect("a row of the list");
    let of = |read: fn(&Conversation) -> String| {
        let row = row.clone();
        Memo::new(move |_| row.with(read))
    };
    let name = of(Conversation::display_name);
    let row_for = row.clone();
    let href = Memo::new(move |_| row_for.with(|row| inbox.query.with(|query| address::thread(&inbox.segment(row)) + query)));
    let preview = of(|row| row.last.as_ref().map(|last| words::quoted(&last.message_type, &last.preview)).unwrap_or_default());
    let at = of(|row| row.last.as_ref().map(|last| last.sort_at.rfc3339()).unwrap_or_default());
    let row_for = row.clone();
    let time = Memo::new(move |_| {
        let at = row_for.with(|row| row.last.as_ref().map(|last| last.sort_at));
        at.map(|at| inbox.zone.with_value(|zone| words::row_time(at, inbox.now.get(), zone))).unwrap_or_default()
    });
    let row_for = row.clone();
    let delivery = move || row_for.with(|row| row.last.as_ref().and_then(own_delivery));
    let marked = row.clone();
    let end = Memo::new(move |_| row.with(|row| (row.unread, row.window(inbox.now.get()))));
    let own = id.clone();
    let is_open = Memo::new(move |_| inbox.pane.with(|pane| matches!(pane, Pane::Thread(open) | Pane::Loading(Some(open)) if *open == own)));
    let (entered, contact) = (id.clone(), id.0.clone());
    view! {
        <li>
            <a
                id=element_id(&id)
                class="row"
                href=move || href.get()
                aria-current=move || is_open.get().then_some("true")
                data-unread=move || (end.get().0 > 0).then_some("")
                on:focus=move |_| focused.set_value(Some(entered.clone()))
                on:blur=move |event| if event.related_target().is_some() { focused.set_value(None) }
            >
                <Avatar name=name id=contact/>
                <span class="row__text">
                    <span class="row__head">
                        <b class="row__name"><bdi>{move || name.get()}</bdi></b>
                        {move || inbox.later().map(|code| (code.marks)(&marked))}
                    </span>
                    <span class="row__preview">
                        <Tick state=delivery/>
                        <bdi>{move || preview.get()}</bdi>
                    </span>
                </span>
                <span class="row__end">
                    <time datetime=move || at.get()>{move || time.get()}</time>
                    <RowEnd end=end/>
                </span>
            </a>
        </li>
    }
}

/// The unread badge, and what is left of the window when that matters: with something unread, only its last hour.
#[component]
fn RowEnd(end: Memo<(i64, Window)>) -> impl IntoView {
    let window = move || match end.get() {
        (_, Window::Closing { left_ms }) => Some(("closing", words::row_open(left_ms), words::left(left_ms))),
        (0, Window::Closed) => Some(("closed", words::ROW_CLOSED.to_owned(), String::new())),
        (0, Window::Open { left_ms }) => Some(("open", words::row_open(left_ms), String::new())),
        _ => None,
    };
    let window = move || {
        window().map(|(state, name, left)| {
            view! { <span class="row__window" data-state=state role="img" title=name.clone() aria-label=name>{left}</span> }.into_any()
        })
    };
    let badge = move || {
        let (unread, _) = end.get();
        (unread > 0)
            .then(|| view! { <span class="badge" aria-label=words::unread(unread)>{words::count(usize::try_from(unread).unwrap_or(0))}</span> }.into_any())
    };
    view! { <span class="row__state">{window}{badge}</span> }
}

fn own_delivery(last: &Last) -> Option<crate::domain::delivery::Delivery> {
    last.delivery.filter(|_| last.direction == Direction::Outbound)
}
