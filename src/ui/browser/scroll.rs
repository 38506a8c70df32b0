//! A scrolling element laid out from its end (`column-reverse`): its end is at scroll position 0, everything above is negative.
//! So it opens at its end before any script runs, and older content above moves nothing.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
pub use web_sys::HtmlElement as Scrollable;
use web_sys::{Element, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

/// How near the end still counts as there, in pixels.
const NEAR: i32 = 80;

fn rows() -> Option<Element> {
    web_sys::window()?.document()?.query_selector(".rows").ok()?
}

/// How tall a row of the list is, as all of them are, in pixels; none: it has none, or is not shown.
#[must_use]
pub fn row_height() -> Option<usize> {
    let row = rows()?.query_selector(".row").ok()??.dyn_into::<HtmlElement>().ok()?;
    usize::try_from(row.offset_height()).ok().filter(|height| *height > 0)
}

/// How far a list is from its top, in pixels.
#[must_use]
pub fn top(list: &HtmlElement) -> usize {
    usize::try_from(list.scroll_top()).unwrap_or(0)
}

/// Leaves so many pixels in the list above its rows, and below.
pub fn make_room(above: usize, below: usize) {
    let ends = rows().map(|rows| [(rows.first_element_child(), above), (rows.last_element_child(), below)]);
    for (end, height) in ends.into_iter().flatten() {
        if let Some(room) = end.and_then(|end| end.dyn_into::<HtmlElement>().ok()) {
            let _ = room.style().set_property("height", &format!("{height}px"));
        }
    }
}

/// What was scrolled.
#[must_use]
pub fn scrolled(event: &web_sys::Event) -> Option<HtmlElement> {
    event.target()?.dyn_into().ok()
}

/// Whether the end is in view, or nearly.
#[must_use]
pub fn is_at_end(element: &HtmlElement) -> bool {
    -element.scroll_top() < NEAR
}

/// Scrolls no further than it takes to see the element with this id.
pub fn bring_into_view(id: &str) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    if let Some(element) = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(id)) {
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Puts the focus on the row with this id, wherever it is: the list does not follow.
pub fn focus_in_place(id: &str) {
    let list = rows().map(|rows| (rows.scroll_top(), rows));
    super::document::focus(id);
    if let Some((top, rows)) = list {
        rows.set_scroll_top(top);
    }
}

/// Goes to the top of the list.
pub fn list_to_top() {
    if let Some(rows) = rows() {
        rows.set_scroll_top(0);
    }
}

/// Goes to the end.
pub fn to_end(element: &HtmlElement) {
    element.set_scroll_top(0);
}

/// Puts a child a part of the height down from the top.
pub fn to_child(element: &HtmlElement, child: &Element, down: f64) {
    let gap = child.get_bounding_client_rect().top() - element.get_bounding_client_rect().top();
    let target = f64::from(element.scroll_top()) + gap - f64::from(element.client_height()) * down;
    set_top(element, target);
}

/// Shows the bubble with this key, and marks it for a moment: also one that was marked before.
pub fn show(key: &str, down: f64) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Some(log) = document.query_selector(".log").ok().flatten().and_then(|log| log.dyn_into::<HtmlElement>().ok()) else { return };
    let Ok(bubbles) = log.query_selector_all("[data-key]") else { return };
    let all = (0..bubbles.length()).filter_map(|at| bubbles.item(at)?.dyn_into::<Element>().ok());
    for bubble in all {
        let _ = bubble.remove_attribute("data-found");
        if bubble.get_attribute("data-key").as_deref() == Some(key) {
            to_child(&log, &bubble, down);
            let _ = bubble.set_attribute("data-found", "");
        }
    }
}

fn set_top(element: &HtmlElement, top: f64) {
    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    element.set_scroll_top(top as i32);
}

/// What the eye is on: a child by its key, and how far it is from the top.
pub type Anchor = (String, f64);

/// The attribute that holds a child's key.
const KEY: &str = "data-key";

/// The first keyed child in view.
#[must_use]
pub fn anchor(element: &HtmlElement) -> Option<Anchor> {
    let top = element.get_bounding_client_rect().top();
    children(element).into_iter().find_map(|child| {
        let rect = child.get_bounding_client_rect();
        (rect.bottom() > top).then(|| Some((child.get_attribute(KEY)?, rect.top() - top)))?
    })
}

/// Scrolls so that the child is as far from the top as it was.
pub fn restore(element: &HtmlElement, (key, gap): &Anchor) {
    let Some(child) = children(element).into_iter().find(|child| child.get_attribute(KEY).as_ref() == Some(key)) else { return };
    let moved = child.get_bounding_client_rect().top() - element.get_bounding_client_rect().top() - gap;
    if moved.abs() >= 0.5 {
        set_top(element, f64::from(element.scroll_top()) + moved.round());
    }
}

/// Whether older content should be fetched: the beginning is less than a screen away.
#[must_use]
pub fn is_near_start(element: &HtmlElement) -> bool {
    element.scroll_height() + element.scroll_top() - element.client_height() < element.client_height()
}

/// Whether an ordinary list is near its lower end.
#[must_use]
pub fn is_near_bottom(element: &HtmlElement) -> bool {
    element.scroll_height() - element.scroll_top() - element.client_height() < element.client_height()
}

/// The key of the last keyed child that is wholly in view.
#[must_use]
pub fn last_in_view(element: &HtmlElement) -> Option<String> {
    let bottom = element.get_bounding_client_rect().bottom() + 1.0;
    children(element).into_iter().rev().find(|child| child.get_bounding_client_rect().bottom() <= bottom)?.get_attribute(KEY)
}

/// The keyed children, in order.
fn children(element: &HtmlElement) -> Vec<Element> {
    use wasm_bindgen::JsCast;
    let Ok(list) = element.query_selector_all("[data-key]") else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)?.dyn_into().ok()).collect()
}

/// The keyed child of the log in view whose key begins like this, and whether it stands in the upper half.
#[must_use]
pub fn in_view(key: &str) -> Option<(String, bool)> {
    let document = web_sys::window()?.document()?;
    let log = document.query_selector(".log").ok()??;
    let (view, children) = (log.get_bounding_client_rect(), log.query_selector_all(&format!("[{KEY}^='{key}']")).ok()?);
    let all = (0..children.length()).filter_map(|at| children.item(at)?.dyn_into::<Element>().ok());
    all.into_iter().find_map(|child| {
        let rect = child.get_bounding_client_rect();
        let is_seen = rect.bottom() > view.top() && rect.top() < view.bottom();
        is_seen.then(|| Some((child.get_attribute(KEY)?, rect.top() < view.top() + view.height() / 2.0)))?
    })
}

/// Calls whenever anything is scrolled, for as long as the page lives.
pub fn on_any(call: impl Fn() + 'static) {
    let heard = Closure::<dyn Fn()>::new(call);
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback_and_bool("scroll", heard.as_ref().unchecked_ref(), true);
    }
    heard.forget();
}

/// The child that matches.
#[must_use]
pub fn find(element: &HtmlElement, selector: &str) -> Option<Element> {
    element.query_selector(selector).ok()?
}

/// Before an element in a log grows or shrinks by a click on it: keeps the top of its article where it is.
pub fn hold_top(event: &web_sys::MouseEvent) {
    use wasm_bindgen::JsCast;
    let clicked = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let around = |selector: &str| clicked.as_ref().and_then(|element| element.closest(selector).ok().flatten());
    let (Some(article), Some(log)) = (around("article"), around("[role=log]").and_then(|log| log.dyn_into::<HtmlElement>().ok())) else { return };
    let before = article.get_bounding_client_rect().top();
    super::task::spawn(async move {
        leptos::task::tick().await;
        let moved = article.get_bounding_client_rect().top() - before;
        set_top(&log, f64::from(log.scroll_top()) + moved);
    });
}
