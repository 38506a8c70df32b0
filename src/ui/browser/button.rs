//! Buttons that ask before they do what cannot be taken back.

use super::document::clock_ms;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// Since when a button asks.
const ASKS: &str = "data-asks";
/// Nobody reads a question faster: until then it is a double click, or a key that is held.
const READ_MS: i64 = 500;

/// Whether a button that cannot be taken back was pressed a second time; the first press lets it ask.
#[must_use]
pub fn is_sure(event: &Event, question: &str) -> bool {
    let button = event.target().and_then(|target| target.dyn_into::<Element>().ok()).and_then(|element| element.closest("button").ok().flatten());
    let Some(button) = button else { return true };
    let asks = button.get_attribute(ASKS).and_then(|at| at.parse::<i64>().ok());
    let is_sure = asks.is_some_and(|at| clock_ms() - at >= READ_MS);
    // Whoever goes on pressing has not read it.
    let _ = button.set_attribute(ASKS, &clock_ms().to_string());
    if asks.is_none() {
        button.set_text_content(Some(question));
    }
    is_sure
}
