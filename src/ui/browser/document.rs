//! The document: focus, visibility, reloading, marking it as hydrated.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlLinkElement, HtmlTextAreaElement, MouseEvent, Node, ScrollIntoViewOptions,
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

/// The element whose content the browser takes over.
pub const PAGE: &str = "page";

/// That element.
#[must_use]
pub fn page() -> Option<HtmlElement> {
    html(PAGE)
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

/// Of what a click (or another event) hit, if this selector names it: the attribute, its own or that of what it is in.
#[must_use]
pub fn clicked(event: &Event, selector: &str, attribute: &str) -> Option<String> {
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
    let Some(field) = document().and_then(|document| document.get_element_by_id(id)) else { return String::new() };
    let text = field.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value);
    text.or_else(|| field.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value)).unwrap_or_default()
}

/// Puts a text into the field with this id, unless somebody is in it.
pub fn set_value_unless_focused(id: &str, text: &str) {
    let field = document().and_then(|document| document.get_element_by_id(id)).and_then(|element| element.dyn_into::<HtmlInputElement>().ok());
    let focused = document().and_then(|document| document.active_element());
    if let Some(field) = field.filter(|field| focused.as_ref() != Some(field.as_ref())) {
        field.set_value(text);
    }
}

/// Gives a field the list that it completes from.
pub fn set_list(id: &str, list: &str) {
    if let Some(field) = document().and_then(|document| document.get_element_by_id(id)) {
        let _ = field.set_attribute("list", list);
    }
}

/// Whether a popover, or a dialog, is open.
#[must_use]
pub fn is_shown(id: &str) -> bool {
    html(id).is_some_and(|opened| opened.matches(":popover-open, dialog[open]").unwrap_or(false))
}

/// Whether the box with this id is there and not ticked.
#[must_use]
pub fn is_unchecked(id: &str) -> bool {
    html(id).and_then(|element| element.dyn_into::<HtmlInputElement>().ok()).is_some_and(|field| !field.checked())
}

/// Whether the box with this id is there and ticked.
#[must_use]
pub fn is_checked(id: &str) -> bool {
    html(id).and_then(|element| element.dyn_into::<HtmlInputElement>().ok()).is_some_and(|field| field.checked())
}

/// Ticks the box with this id, or not.
pub fn check(id: &str, on: bool) {
    if let Some(field) = html(id).and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) {
        field.set_checked(on);
    }
}

/// Whether there is an element with this id.
#[must_use]
pub fn is_there(id: &str) -> bool {
    html(id).is_some()
}

/// Presses the first element that this selector names.
pub fn press_first(selector: &str) {
    if let Some(first) =
        document().and_then(|document| document.query_selector(selector).ok().flatten()).and_then(|element| element.dyn_into::<HtmlElement>().ok())
    {
        first.click();
    }
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

/// Opens the popover with this id beside the button that was clicked: below it, or above where there is no room.
pub fn show_beside(id: &str, event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok()).and_then(|target| target.closest("button").ok().flatten());
    if let Some(target) = target {
        let at = target.get_bounding_client_rect();
        show(id, at.left(), at.top(), at.bottom());
    }
}

/// Opens it where the pointer is; by the key for menus, at what has the focus.
pub fn show_at(id: &str, event: &MouseEvent) {
    let y = f64::from(event.client_y());
    show(id, f64::from(event.client_x()), y, y);
}

fn show(id: &str, left: f64, top: f64, bottom: f64) {
    let (Some(popover), Some(window)) = (html(id), window()) else { return };
    let _ = popover.show_popover();
    let size = popover.get_bounding_client_rect();
    let room = |side: Result<JsValue, JsValue>| side.ok().and_then(|side| side.as_f64()).unwrap_or_default();
    let fit = |place: f64, length: f64, room: f64| place.min(room - length - EDGE).max(EDGE);
    let below = bottom + EDGE;
    let height = room(window.inner_height());
    let top = if below + size.height() + EDGE > height { top - size.height() - EDGE } else { below };
    let _ = popover.style().set_property("top", &format!("{}px", fit(top, size.height(), height)));
    let _ = popover.style().set_property("left", &format!("{}px", fit(left, size.width(), room(window.inner_width()))));
    focus_first(&format!("#{id} button"));
}

/// Moves a popover that has grown up into the window again.
pub fn keep_in_view(id: &str) {
    let (Some(popover), Some(window)) = (html(id), window()) else { return };
    let at = popover.get_bounding_client_rect();
    let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let over = at.bottom() + EDGE - height;
    if over > 0.0 {
        let _ = popover.style().set_property("top", &format!("{}px", (at.top() - over).max(EDGE)));
    }
}

/// Lets the element that an event is about say this when the pointer rests there, and to those who hear the page.
pub fn hint(event: &Event, text: &str) {
    if let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
        element.set_title(text);
    }
}

/// A path of this server as others can open it.
#[must_use]
pub fn absolute(path: &str) -> String {
    window().and_then(|window| window.location().origin().ok()).unwrap_or_default() + path
}

/// The part of the page's address behind `#`, without it.
#[must_use]
pub fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).map(|hash| hash.trim_start_matches('#').to_owned()).unwrap_or_default()
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

/// Whether there is room for a third column.
#[must_use]
pub fn is_wide() -> bool {
    window().and_then(|window| window.inner_width().ok()).and_then(|width| width.as_f64()).is_some_and(|width| width >= 1100.0)
}

/// Whether somebody is in a field inside what this selector names.
#[must_use]
pub fn is_typed_in(selector: &str) -> bool {
    let focused = document().and_then(|document| document.active_element());
    focused.is_some_and(|element| element.closest(selector).is_ok_and(|found| found.is_some()) && element.matches("input, textarea").unwrap_or(false))
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

/// Adds a style sheet, unless it is there; ends when it is in force, or did not come: then the page goes on without.
pub async fn add_style(href: &str) {
    let come = Promise::new(&mut |resolve, _| {
        let add = || {
            let document = document()?;
            let link = document.query_selector(&format!("link[href='{href}']")).ok()?;
            let is_new = link.is_none();
            let link = link.or_else(|| document.create_element("link").ok())?.dyn_into::<HtmlLinkElement>().ok()?;
            if link.sheet().is_some() {
                return None;
            }
            link.set_rel("stylesheet");
            for event in ["load", "error"] {
                link.add_event_listener_with_callback(event, &resolve).ok()?;
            }
            if is_new {
                link.set_href(href);
                document.head()?.append_child(&link).ok()?;
            }
            Some(())
        };
        if add().is_none() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _: Result<JsValue, JsValue> = JsFuture::from(come).await;
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// Opens another page in place of this one.
pub fn leave_for(path: &str) {
    if let Some(window) = window() {
        let _ = window.location().set_href(path);
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

/// Tells this page what other pages are told: something kept under this key is another now.
pub fn announce_kept(key: &str) {
    let (init, Some(window)) = (web_sys::StorageEventInit::new(), web_sys::window()) else { return };
    init.set_key(Some(key));
    if let Ok(event) = web_sys::StorageEvent::new_with_event_init_dict("storage", &init) {
        let _ = window.dispatch_event(&event);
    }
}
