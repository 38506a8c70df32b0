//! While many write at once, the list is put in order some times a second, and not with each message: what is drawn between two looks at it costs
//! the open thread its quickness. After a pause, the first message is shown at once.

use crate::ui::browser::task;
use crate::ui::state::inbox::{BUSY, Inbox};
use std::cell::Cell;

/// How long the list stands still after it has moved.
const REST_MS: i64 = 50;

thread_local! {
    /// Whether it does.
    static RESTS: Cell<bool> = const { Cell::new(false) };
    /// Whether anything came meanwhile.
    static CAME: Cell<bool> = const { Cell::new(false) };
}

/// Something has come: does what follows from it, now or after the rest, once for all that came in it.
pub fn pace(inbox: Inbox, follow: fn(Inbox)) {
    if RESTS.replace(true) {
        return CAME.set(true);
    }
    follow(inbox);
    inbox.hold(BUSY, true);
    task::spawn(async move {
        task::sleep(REST_MS).await;
        RESTS.set(false);
        inbox.hold(BUSY, false);
        if CAME.replace(false) {
            pace(inbox, follow);
        }
    });
}
