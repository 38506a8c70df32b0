//! The rows of the list. However many are loaded, only those near the eye are on the page (`later/room` says which): what is above and below
//! them is empty room.

use super::row::{RowView, element_id};
use crate::domain::id::ConversationId;
use crate::ui::browser::{document, scroll, task};
use crate::ui::kit::each::Each;
use crate::ui::later;
use crate::ui::state::inbox::Inbox;
use leptos::prelude::*;
use std::sync::Arc;

/// The list's element.
const ROWS: &str = "rows";
/// So many rows are on the page at once, more than any screen shows.
pub const SHOWN: usize = 100;

/// The first row that is on the page, of so many in the list.
pub fn first(inbox: Inbox, rows: usize) -> usize {
    inbox.list_at.get().1.min(rows.saturating_sub(SHOWN))
}

/// The rows.
#[component]
pub fn Rows() -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let focused = keep_focus(inbox);
    let ids =
        Signal::derive(move || inbox.order.with(|order| order.iter().skip(first(inbox, order.len())).take(SHOWN).map(|id| id.0.clone()).collect::<Vec<_>>()));
    view! {
        <ul class="rows" id=ROWS tabindex="-1" on:scroll=move |event| if let Some(code) = later::here() { (code.scrolled)(inbox, &event) }>
            <li aria-hidden="true"></li>
            <Each keys=ids draw=Arc::new(move |id| view! { <RowView id=ConversationId(id) focused=focused/> }.into_any())/>
            <li aria-hidden="true"></li>
        </ul>
    }
}

/// A row that moves keeps the focus it had: moving a node takes it away. Of one that is no longer on the page, the list has it, so that the next
/// key is heard there.
fn keep_focus(inbox: Inbox) -> StoredValue<Option<ConversationId>> {
    let focused = StoredValue::new(None::<ConversationId>);
    Effect::new(move |before: Option<(bool, usize)>| {
        inbox.order.track();
        let at = inbox.list_at.get();
        let is_scrolled = before.is_some_and(|before| before != at);
        if let Some(id) = focused.get_value() {
            task::spawn(async move {
                leptos::task::tick().await;
                let own = element_id(&id);
                match document::has_lost_focus() {
                    // What is scrolled stays where it is.
                    true if is_scrolled => scroll::focus_in_place(&own),
                    true => document::focus(&own),
                    false => {}
                }
                if document::has_lost_focus() && !document::is_there(&own) {
                    focused.set_value(None);
                    document::focus(ROWS);
                }
            });
        }
        at
    });
    focused
}
