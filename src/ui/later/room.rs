//! The part of a long list that is on the page follows the eye, or the keys; room is made for the rows above and below it.

use crate::domain::id::ConversationId;
use crate::ui::browser::{scroll, task};
use crate::ui::chat::rows::{SHOWN, first};
use crate::ui::state::inbox::Inbox;
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;

/// So many rows the part that is shown moves at a time.
const STEP: usize = 25;

thread_local! {
    /// How tall a row is, in pixels; 0: not measured yet.
    static HEIGHT: Cell<usize> = const { Cell::new(0) };
    /// Whether the next page of the list is on its way.
    static LOADING: Cell<bool> = const { Cell::new(false) };
}

/// Makes room, from now on.
pub fn start(inbox: Inbox) {
    Effect::new(move |_| {
        let rows = inbox.order.with(Vec::len);
        let above = first(inbox, rows);
        let below = rows.saturating_sub(above + SHOWN);
        // Measured while it is scrolled, and not between a change of rows and that of the room: what is looked at would not stand still.
        if HEIGHT.get() == 0 && above + below > 0 {
            HEIGHT.set(scroll::row_height().unwrap_or_default());
        }
        scroll::make_room(above * HEIGHT.get(), below * HEIGHT.get());
    });
}

/// Lets the row at this place of the list be on the page, with others around it.
fn show_around(inbox: Inbox, place: usize, is_top: bool) {
    let at = (is_top, (place / STEP).saturating_sub(1) * STEP);
    inbox.list_at.maybe_update(|shown| std::mem::replace(shown, at) != at);
}

/// The list was scrolled: shows what is there, and asks for more near its end.
pub fn scrolled(inbox: Inbox, event: &ev::Event) {
    let Some(list) = scroll::scrolled(event) else { return };
    if let Some(row) = scroll::row_height() {
        HEIGHT.set(row);
        let top = scroll::top(&list);
        show_around(inbox, top / row, top == 0);
    }
    if scroll::is_near_bottom(&list) && inbox.has_more.get_untracked() && !LOADING.replace(true) {
        task::spawn(async move {
            inbox.fetch_more().await;
            LOADING.set(false);
        });
    }
}

/// Brings a conversation's row onto the page, if it is in the list, and into view.
pub fn reveal(inbox: Inbox, id: &ConversationId, element: String) {
    let place = inbox.order.with_untracked(|order| order.iter().position(|listed| listed == id));
    let shown = inbox.list_at.get_untracked().1;
    if let Some(place) = place.filter(|place| !(shown..shown + SHOWN).contains(place)) {
        show_around(inbox, place, inbox.is_at_top());
    }
    task::spawn(async move {
        leptos::task::tick().await;
        scroll::bring_into_view(&element);
    });
}
