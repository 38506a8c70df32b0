//! The list of conversations, newest message first.

use super::row::RowView;
use crate::domain::id::ConversationId;
use crate::protocol::address;
use crate::ui::browser::{document, scroll, task};
use crate::ui::kit::each::Each;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

/// So many rows are on the page at once, more than any screen shows: above and below them is empty room.
const SHOWN: usize = 100;
/// So many rows the part that is shown moves at a time.
const STEP: usize = 25;

/// The first row that is on the page, of so many in the list.
fn first(inbox: Inbox, rows: usize) -> usize {
    inbox.first_row.get().min(rows.saturating_sub(SHOWN))
}

/// Lets the row at this place of the list be on the page, with others around it.
fn show_around(inbox: Inbox, place: usize) {
    let first = (place / STEP).saturating_sub(1) * STEP;
    inbox.first_row.maybe_update(|shown| std::mem::replace(shown, first) != first);
}

/// Lets a conversation's row be on the page, if it is in the list: it then can have the focus.
pub fn reveal(inbox: Inbox, id: &ConversationId) {
    let place = inbox.order.with_untracked(|order| order.iter().position(|listed| listed == id));
    if let Some(place) = place.filter(|place| !(0..SHOWN).contains(&place.wrapping_sub(inbox.first_row.get_untracked()))) {
        show_around(inbox, place);
    }
}

/// The column.
#[component]
pub fn List() -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let loading = StoredValue::new(false);
    let node = NodeRef::<html::Ul>::new();
    let height = StoredValue::new(0);
    let scrolled = move |event: ev::Event| {
        let Some(list) = scroll::scrolled(&event) else { return };
        height.set_value(scroll::child_height(&list));
        let top = scroll::top(&list);
        inbox.at_top.set_value(top == 0);
        show_around(inbox, top / height.get_value());
        if scroll::is_near_bottom(&list) && inbox.has_more.get_untracked() && !loading.get_value() {
            loading.set_value(true);
            task::spawn(async move {
                inbox.load_more().await;
                loading.set_value(false);
            });
        }
    };
    let focused = keep_focus(inbox);
    let asked = move |name| inbox.query.with_untracked(|query| address::value_of(query, name));
    let ids =
        Signal::derive(move || inbox.order.with(|order| order.iter().skip(first(inbox, order.len())).take(SHOWN).map(|id| id.0.clone()).collect::<Vec<_>>()));
    Effect::new(move |_| {
        let rows = inbox.order.with(Vec::len);
        let above = first(inbox, rows);
        if let Some(list) = node.get() {
            // Measured anew while it is scrolled, and not between a change of rows and that of the room: the browser would hold on to neither.
            if height.get_value() == 0 {
                height.set_value(scroll::child_height(&list));
            }
            let height = height.get_value();
            scroll::make_room(&list, above * height, rows.saturating_sub(above + SHOWN) * height);
        }
    });
    view! {
        <section class="list" aria-label=words::CONVERSATIONS>
            <header class="bar">
                <h1>{words::INBOX}</h1>
                <When is=move || { inbox.unread.get() > 0 }>
                    <span class="badge" aria-label=move || words::unread(i64::try_from(inbox.unread.get()).unwrap_or(0))>{move || words::count(inbox.unread.get())}</span>
                </When>
                {move || inbox.later().map(|code| (code.views)(inbox))}
            </header>
            <form class="search" role="search" action=address::INBOX>
                <input type="search" id="search" name="q" placeholder=words::SEARCH aria-label=words::SEARCH autocomplete="off" dir="auto" value=asked("q")/>
                <input type="hidden" name="view" value=asked("view")/>
                <input type="hidden" name="label" value=asked("label")/>
            </form>
            <When is=move || inbox.order.with(Vec::is_empty)>
                <div class="empty">
                    <b>{move || if inbox.query.with(String::is_empty) { words::NO_CONVERSATIONS } else { words::NO_MATCH }}</b>
                    <p>{move || if inbox.query.with(String::is_empty) { words::NO_CONVERSATIONS_WHY } else { words::NO_MATCH_WHY }}</p>
                </div>
            </When>
            {move || inbox.later().map(|code| (code.pinned)(inbox))}
            <ul class="rows" node_ref=node on:scroll=scrolled>
                <Each keys=ids draw=std::sync::Arc::new(move |id| view! { <RowView id=ConversationId(id) focused=focused/> }.into_any())/>
            </ul>
            {move || inbox.later().map(|code| (code.below)(inbox))}
        </section>
    }
}

/// A row that moves keeps the focus it had: moving a node takes it away.
fn keep_focus(inbox: Inbox) -> StoredValue<Option<ConversationId>> {
    let focused = StoredValue::new(None::<ConversationId>);
    Effect::new(move |_| {
        inbox.order.track();
        if let Some(id) = focused.get_value() {
            task::spawn(async move {
                leptos::task::tick().await;
                if document::has_lost_focus() {
                    document::focus(&super::row::element_id(&id));
                }
            });
        }
    });
    focused
}
