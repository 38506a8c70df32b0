//! The document: focus, visibility, reloading, marking it as hydrated.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, HtmlDialogElement, HtmlElement, MouseEvent, VisibilityState, Window};

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// Says to tests and styles that the page listens now.
pub fn mark_hydrated() {
    mark("data-hydrated", true);
}

/// Says something of the page to styles, or no longer.
pub fn mark(attribute: &str, on: bool) {
    if let Some(body) = document().and_then(|document| document.body()) {
        let _ = if on { body.set_attribute(attribute, "") } else { body.remove_attribute(attribute) };
    }
}

/// Whether an event is about the element with this id.
#[must_use]
pub fn is_target(event: &Event, id: &str) -> bool {
    event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|element| element.id() == id)
}

/// Names the tab.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Whether a person can be looking: the tab is visible and has the focus.
#[must_use]
pub fn is_watched() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Visible && document.has_focus().unwrap_or(false))
}

/// Whether the tab is visible.
#[must_use]
pub fn is_visible() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Puts the focus on the element with this id.
pub fn focus(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Whether nothing in particular has the focus: its element was moved or went away.
#[must_use]
pub fn has_lost_focus() -> bool {
    document().is_some_and(|document| document.active_element().is_none_or(|element| element.tag_name() == "BODY"))
}

/// Opens a dialog over everything else, or closes it: the browser keeps the focus inside, and gives it back.
pub fn show_modal(id: &str, open: bool) {
    let found = document().and_then(|document| document.get_element_by_id(id));
    let Some(dialog) = found.and_then(|element| element.dyn_into::<HtmlDialogElement>().ok()) else { return };
    if open && !dialog.open() {
        let _ = dialog.show_modal();
    } else if !open && dialog.open() {
        dialog.close();
    }
}

/// Whether a click means what it hits, and not a new tab.
#[must_use]
pub fn is_plain_click(event: &MouseEvent) -> bool {
    event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// The path and query of this page.
#[must_use]
pub fn path() -> String {
    window()
        .map(|window| window.location())
        .map(|location| location.pathname().unwrap_or_default() + &location.search().unwrap_or_default())
        .unwrap_or_default()
}

/// Milliseconds by the browser's clock; only for durations, never for order.
#[must_use]
pub fn clock_ms() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    let ms = js_sys::Date::now() as i64;
    ms
}

/// A random number below `bound`, for jitter.
#[must_use]
pub fn jitter(bound: i64) -> i64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small numbers of milliseconds")]
    let jitter = (js_sys::Math::random() * bound as f64) as i64;
    jitter
}
