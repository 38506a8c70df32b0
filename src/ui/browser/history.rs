//! The address bar and the links that change it.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// Where a click leads within this server; `None` if it hit no link, or the browser must follow it itself: a new tab, another server.
#[must_use]
pub fn link(event: &MouseEvent) -> Option<String> {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || modified {
        return None;
    }
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let link = target.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    let is_plain =
        link.target().is_empty() && !link.has_attribute("download") && link.hash().is_empty() && !link.rel().split_whitespace().any(|word| word == "external");
    let is_ours = link.origin() == web_sys::window()?.location().origin().ok()?;
    (is_plain && is_ours).then(|| link.pathname() + &link.search())
}

/// Puts an address into the bar; whether the browser let it.
pub fn push(path: &str) -> bool {
    let history = web_sys::window().and_then(|window| window.history().ok());
    history.is_some_and(|history| history.push_state_with_url(&JsValue::NULL, "", Some(path)).is_ok())
}

/// Puts another address in place of this one; nothing is loaded.
pub fn replace(path: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(path));
    }
}
