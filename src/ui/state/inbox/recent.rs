//! The newest events of the stream: a list that was read before them takes them in.

use crate::protocol::event::Event;
use crate::ui::state::model::{Changes, Model, OpenThread};
use std::cell::RefCell;
use std::collections::VecDeque;

thread_local! {
    static RECENT: RefCell<VecDeque<(i64, Event)>> = const { RefCell::new(VecDeque::new()) };
}

/// So many are remembered.
const MOST: usize = 200;

/// An event has come.
pub fn remember(seq: i64, event: &Event) {
    RECENT.with_borrow_mut(|recent| {
        recent.push_back((seq, event.clone()));
        if recent.len() > MOST {
            recent.pop_front();
        }
    });
}

/// What the stream brought while a list was being read is newer than it; of another log, nothing is.
pub fn take_in(model: &mut Model, is_same_log: bool) {
    if !is_same_log {
        return RECENT.take().clear();
    }
    for (seq, event) in RECENT.with_borrow(Clone::clone) {
        model.apply(seq, event);
    }
}

/// The same for messages that were read just now, of which the thread took nothing in while it did not have them.
pub fn take_in_again(thread: &mut OpenThread) {
    for (seq, event) in RECENT.with_borrow(Clone::clone) {
        thread.hear(seq, event, &mut Changes::default());
    }
}

/// The events after this place.
pub fn list_after(place: i64) -> Vec<(i64, Event)> {
    RECENT.with_borrow(|recent| recent.iter().filter(|(seq, _)| *seq > place).cloned().collect())
}
