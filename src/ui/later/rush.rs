//! While many write at once, the list is put in order some times a second, and not with each message: what is drawn between two looks at it costs
//! the open thread its quickness. After a pause, the first message is shown at once.

use crate::ui::browser::{document, task};
use crate::ui::state::inbox::{BUSY, Inbox};
use std::cell::Cell;

/// How long the list stands still after it has moved.
const REST_MS: i64 = 50;

/// So much may come before it is followed in any case: what follows looks at the newest events, of which some hundreds are kept.
const MOST: usize = 100;

thread_local! {
    /// Whether it does.
    static RESTS: Cell<bool> = const { Cell::new(false) };
    /// How much came meanwhile.
    static CAME: Cell<usize> = const { Cell::new(0) };
}

/// Something has come: does what follows from it, now or after the rest, once for all that came in it.
pub fn pace(inbox: Inbox, follow: fn(Inbox)) {
    // Nothing is drawn in a hidden tab, where timers wait for up to a minute: whoever looks elsewhere is told at once.
    if !document::is_visible() {
        inbox.hold(BUSY, false);
        CAME.set(0);
        return follow(inbox);
    }
    if RESTS.replace(true) {
        CAME.set(CAME.get() + 1);
        if CAME.get() >= MOST {
            CAME.set(0);
            follow(inbox);
        }
        return;
    }
    follow(inbox);
    inbox.hold(BUSY, true);
    task::spawn(async move {
        task::sleep(REST_MS).await;
        RESTS.set(false);
        inbox.hold(BUSY, false);
        if CAME.replace(0) > 0 {
            pace(inbox, follow);
        }
    });
}
