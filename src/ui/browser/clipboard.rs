//! What is selected on the page, and the clipboard.

use wasm_bindgen_futures::JsFuture;
use web_sys::Window;

fn window() -> Option<Window> {
    web_sys::window()
}

/// Puts words into the clipboard; whether the browser lets us.
pub async fn copy(words: &str) -> bool {
    let Some(clipboard) = window().map(|window| window.navigator().clipboard()).filter(|clipboard| !clipboard.is_undefined()) else { return false };
    JsFuture::from(clipboard.write_text(words)).await.is_ok()
}

/// Whether words are selected.
#[must_use]
pub fn has_selection() -> bool {
    let selection = window().and_then(|window| window.get_selection().ok().flatten());
    selection.is_some_and(|selection| !selection.is_collapsed())
}
