//! The document: focus, visibility, reloading, marking it as hydrated.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Document, Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlTextAreaElement, MouseEvent, Node, ScrollIntoViewOptions,
    ScrollLogicalPosition, VisibilityState, Window,
};

/// How far a popover stays from what it belongs to and from the window's edges, in pixels.
const EDGE: f64 = 4.0;

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

fn is_marked(attribute: &str) -> bool {
    document().and_then(|document| document.body()).is_some_and(|body| body.has_attribute(attribute))
}

/// Said of the page while a form is open, and while something is recorded.
pub const FORM: &str = "data-form";
/// The other.
pub const RECORDS: &str = "data-records";

/// Whether something is begun that is neither a draft nor a file.
#[must_use]
pub fn is_unfinished() -> bool {
    is_marked(FORM) || is_marked(RECORDS)
}

/// Whether an event is about the element with this id.
#[must_use]
pub fn is_target(event: &Event, id: &str) -> bool {
    event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|element| element.id() == id)
}

/// Of what a click hit, if this selector names it: the attribute, its own or that of what it is in.
#[must_use]
pub fn clicked(event: &MouseEvent, selector: &str, attribute: &str) -> Option<String> {
    let hit = event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()??;
    hit.closest(&format!("[{attribute}]")).ok()??.get_attribute(attribute)
}

/// Whether an event is about an element that this selector names, or what is in it.
#[must_use]
pub fn is_within(event: &Event, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| element.closest(selector).is_ok_and(|found| found.is_some()))
}

/// Moves the focus among the elements that this selector names; from outside, to the last.
pub fn focus_next(selector: &str, by: i32) {
    let Some(all) = document().and_then(|document| document.query_selector_all(selector).ok()) else { return };
    let all: Vec<HtmlElement> = (0..all.length()).filter_map(|at| all.item(at)?.dyn_into().ok()).collect();
    let focused = document().and_then(|document| document.active_element());
    let at = all.iter().position(|element| focused.as_ref() == Some(element.as_ref()));
    let next = at.map_or(all.len().checked_sub(1), |at| at.checked_add_signed(by as isize));
    if let Some(element) = next.and_then(|next| all.get(next)) {
        let _ = element.focus();
        element.scroll_into_view_with_scroll_into_view_options(&nearest());
    }
}

fn nearest() -> ScrollIntoViewOptions {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    options
}

/// What is typed into the field with this id.
#[must_use]
pub fn value(id: &str) -> String {
    let field = document().and_then(|document| document.get_element_by_id(id)).and_then(|element| element.dyn_into::<HtmlTextAreaElement>().ok());
    field.map(|field| field.value()).unwrap_or_default()
}

/// Whether anything is filled in inside the element with this id.
#[must_use]
pub fn is_filled(id: &str) -> bool {
    let fields =
        document().and_then(|document| document.query_selector_all(&format!("#{id} :is(textarea, input:not([type='checkbox'], [type='search']))")).ok());
    let filled = |node: Node| {
        let text = node.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value);
        text.or_else(|| node.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value)).is_some_and(|text| !text.is_empty())
    };
    fields.is_some_and(|fields| (0..fields.length()).filter_map(|at| fields.item(at)).any(filled))
}

/// Types into the field with this id: whoever listens hears it.
pub fn type_into(id: &str, text: &str) {
    let field = document().and_then(|document| document.get_element_by_id(id)).and_then(|element| element.dyn_into::<HtmlTextAreaElement>().ok());
    if let (Some(field), Ok(event)) = (field, Event::new("input")) {
        field.set_value(text);
        let _ = field.dispatch_event(&event);
    }
}

fn html(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Opens a popover beside what was clicked, inside the window.
pub fn show_beside(id: &str, event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok()).and_then(|target| target.closest("button").ok().flatten());
    let (Some(target), Some(popover), Some(window)) = (target, html(id), window()) else { return };
    let _ = popover.show_popover();
    let at = target.get_bounding_client_rect();
    let size = popover.get_bounding_client_rect();
    let room = |side: Result<JsValue, JsValue>| side.ok().and_then(|side| side.as_f64()).unwrap_or_default();
    let fit = |place: f64, length: f64, room: f64| place.min(room - length - EDGE).max(EDGE);
    let below = at.bottom() + EDGE;
    let height = room(window.inner_height());
    let top = if below + size.height() + EDGE > height { at.top() - size.height() - EDGE } else { below };
    let _ = popover.style().set_property("top", &format!("{}px", fit(top, size.height(), height)));
    let _ = popover.style().set_property("left", &format!("{}px", fit(at.left(), size.width(), room(window.inner_width()))));
    focus_first(&format!("#{id} button"));
}

/// Puts the focus on the first element that this selector names.
pub fn focus_first(selector: &str) {
    if let Some(first) =
        document().and_then(|document| document.query_selector(selector).ok().flatten()).and_then(|element| element.dyn_into::<HtmlElement>().ok())
    {
        let _ = first.focus();
    }
}

/// Closes a popover.
pub fn hide(id: &str) {
    if let Some(popover) = html(id) {
        let _ = popover.hide_popover();
    }
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

/// Adds a style sheet, for what is drawn from now on.
pub fn add_style(href: &str) {
    let add = || {
        let document = document()?;
        let link = document.create_element("link").ok()?;
        link.set_attribute("rel", "stylesheet").ok()?;
        link.set_attribute("href", href).ok()?;
        document.head()?.append_child(&link).ok()
    };
    let _ = add();
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
