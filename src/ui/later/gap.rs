//! Where messages of the open thread are left out: they come as soon as somebody scrolls there.

use super::answer;
use crate::ui::browser::{scroll, task};
use crate::ui::state::inbox::{Inbox, Motion};
use crate::ui::state::model::gap::GAP;
use std::cell::Cell;

thread_local! {
    /// Whether some are on their way.
    static FILLS: Cell<bool> = const { Cell::new(false) };
}

/// Looks for gaps wherever something is scrolled.
pub fn start(inbox: Inbox) {
    scroll::on_any(move || look(inbox));
}

/// Fills the gap that is in view, from the end that is nearer, until none is.
fn look(inbox: Inbox) {
    if FILLS.get() || scroll::in_view(GAP).is_none() {
        return;
    }
    FILLS.set(true);
    task::spawn(async move {
        while let Some((gap, is_high)) = scroll::in_view(GAP) {
            if let Err(error) = inbox.fill_gap(&gap, is_high).await {
                answer::say(error.message);
                // Whoever scrolls on asks again, but not with each turn of the wheel.
                task::sleep(REST_MS).await;
                break;
            }
            // What comes in above stands above what is looked at: a log is laid out from its end.
            inbox.show_older(if is_high { Motion::Found } else { Motion::Prepended });
            task::sleep(SETTLED_MS).await;
        }
        FILLS.set(false);
    });
}

/// So long it takes until what came is laid out.
const SETTLED_MS: i64 = 50;
/// So long it rests after a failure.
const REST_MS: i64 = 3000;
