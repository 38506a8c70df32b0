//! Buttons that ask before they do what cannot be taken back.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// Whether a button that cannot be taken back was pressed a second time; the first press lets it ask.
#[must_use]
pub fn is_sure(event: &Event, question: &str) -> bool {
    let button = event.target().and_then(|target| target.dyn_into::<Element>().ok()).and_then(|element| element.closest("button").ok().flatten());
    let Some(button) = button.filter(|button| !button.has_attribute("data-sure")) else { return true };
    let _ = button.set_attribute("data-sure", "");
    button.set_text_content(Some(question));
    false
}
