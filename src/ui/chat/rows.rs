//! The rows of the list. However many are loaded, only those near the eye are on the page: what is above and below them is empty room.

use super::row::{RowView, element_id};
use crate::domain::id::ConversationId;
use crate::ui::browser::{document, scroll, task};
use crate::ui::kit::each::Each;
use crate::ui::state::inbox::Inbox;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// The list's element.
const ROWS: &str = "rows";
/// So many rows are on the page at once, more than any screen shows: above and below them is empty room.
const SHOWN: usize = 100;
/// So many rows the part that is shown moves at a time.
const STEP: usize = 25;

/// The first row that is on the page, of so many in the list.
fn first(inbox: Inbox, rows: usize) -> usize {
    inbox.list_at.get().1.min(rows.saturating_sub(SHOWN))
}

/// Lets the row at this place of the list be on the page, with others around it.
fn show_around(inbox: Inbox, place: usize, is_top: bool) {
    let at = (is_top, (place / STEP).saturating_sub(1) * STEP);
    inbox.list_at.maybe_update(|shown| std::mem::replace(shown, at) != at);
}

/// Lets a conversation's row be on the page, if it is in the list: it then can have the focus.
pub fn reveal(inbox: Inbox, id: &ConversationId) {
    let place = inbox.order.with_untracked(|order| order.iter().position(|listed| listed == id));
    if let Some(place) = place.filter(|place| !(0..SHOWN).contains(&place.wrapping_sub(inbox.list_at.get_untracked().1))) {
        show_around(inbox, place, inbox.is_at_top());
    }
}

/// The rows.
#[component]
pub fn Rows() -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let loading = StoredValue::new(false);
    let node = NodeRef::<html::Ul>::new();
    let (room_above, room_below) = (NodeRef::<html::Li>::new(), NodeRef::<html::Li>::new());
    let height = StoredValue::new(0);
    let scrolled = move |event: ev::Event| {
        let Some(list) = scroll::scrolled(&event) else { return };
        let top = scroll::top(&list);
        if let Some(row) = scroll::row_height(&list) {
            height.set_value(row);
            show_around(inbox, top / row, top == 0);
        }
        if scroll::is_near_bottom(&list) && inbox.has_more.get_untracked() && !loading.get_value() {
            loading.set_value(true);
            task::spawn(async move {
                inbox.load_more().await;
                loading.set_value(false);
            });
        }
    };
    let focused = keep_focus(inbox);
    let ids =
        Signal::derive(move || inbox.order.with(|order| order.iter().skip(first(inbox, order.len())).take(SHOWN).map(|id| id.0.clone()).collect::<Vec<_>>()));
    // How many rows are left out above, and below.
    let left_out = Memo::new(move |_| {
        let rows = inbox.order.with(Vec::len);
        let above = first(inbox, rows);
        (above, rows.saturating_sub(above + SHOWN))
    });
    Effect::new(move |_| {
        let (above, below) = left_out.get();
        let rooms = room_above.get().zip(room_below.get());
        // Measured while it is scrolled, and not between a change of rows and that of the room: what is looked at would not stand still.
        if height.get_value() == 0 && above + below > 0 {
            height.set_value(node.get().and_then(|list| scroll::row_height(&list)).unwrap_or_default());
        }
        if let Some((over, under)) = rooms {
            scroll::set_height(&over, above * height.get_value());
            scroll::set_height(&under, below * height.get_value());
        }
    });
    view! {
        <ul class="rows" id=ROWS tabindex="-1" node_ref=node on:scroll=scrolled>
            <li aria-hidden="true" node_ref=room_above></li>
            <Each keys=ids draw=Arc::new(move |id| view! { <RowView id=ConversationId(id) focused=focused/> }.into_any())/>
            <li aria-hidden="true" node_ref=room_below></li>
        </ul>
    }
}

/// A row that moves keeps the focus it had: moving a node takes it away. Of one that is no longer on the page, the list has it, so that the next
/// key is heard there.
fn keep_focus(inbox: Inbox) -> StoredValue<Option<ConversationId>> {
    let focused = StoredValue::new(None::<ConversationId>);
    Effect::new(move |_| {
        inbox.order.track();
        inbox.list_at.track();
        if let Some(id) = focused.get_value() {
            task::spawn(async move {
                leptos::task::tick().await;
                let own = element_id(&id);
                match (document::has_lost_focus(), document::is_there(&own)) {
                    (true, true) => document::focus(&own),
                    (true, false) => {
                        focused.set_value(None);
                        document::focus(ROWS);
                    }
                    _ => {}
                }
            });
        }
    });
    focused
}
