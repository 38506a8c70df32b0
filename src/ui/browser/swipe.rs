//! A finger that pulls a bubble aside, as on the phone.

use super::document;
use leptos::ev;
use leptos::prelude::window_event_listener;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

/// How far it must be pulled, in pixels, and how far it follows.
const FAR: i32 = 56;
const FURTHEST: i32 = 72;
/// Who goes further up or down scrolls.
const ASTRAY: i32 = 24;

struct Pull {
    bubble: HtmlElement,
    key: String,
    from: (i32, i32),
}

thread_local! {
    static PULL: RefCell<Option<Pull>> = const { RefCell::new(None) };
}

fn begin(event: &PointerEvent, selector: &str) -> Option<Pull> {
    let bubble = event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()??.dyn_into().ok()?;
    // Players and waveforms have their own use for a finger.
    let is_ours = event.pointer_type() == "touch" && event.is_primary() && !document::is_within(event, "audio, video, input");
    is_ours.then_some(Pull { bubble, key: document::clicked(event, selector, "data-key")?, from: (event.client_x(), event.client_y()) })
}

/// Lets the bubble go; its key if it was pulled far enough.
fn end(event: &PointerEvent) -> Option<String> {
    let pull = PULL.take()?;
    let _ = pull.bubble.style().remove_property("translate");
    (event.type_() == "pointerup" && event.client_x() - pull.from.0 >= FAR).then_some(pull.key)
}

/// Listens for it: `done` is told the key of what was pulled.
pub fn listen(selector: &'static str, done: impl Fn(String) + 'static) {
    let _began = window_event_listener(ev::pointerdown, move |event| {
        // A second finger pinches: the bubble goes back.
        end(&event);
        PULL.set(begin(&event, selector));
    });
    let _moved = window_event_listener(ev::pointermove, |event| {
        let is_astray = PULL.with_borrow(|pull| pull.as_ref().is_some_and(|pull| (event.client_y() - pull.from.1).abs() > ASTRAY));
        if is_astray {
            end(&event);
        }
        PULL.with_borrow(|pull| {
            if let Some(pull) = pull {
                let by = (event.client_x() - pull.from.0).clamp(0, FURTHEST);
                let _ = pull.bubble.style().set_property("translate", &format!("{by}px"));
            }
        });
    });
    let _ended = window_event_listener(ev::pointerup, move |event| {
        if let Some(key) = end(&event) {
            done(key);
        }
    });
    let _cancelled = window_event_listener(ev::pointercancel, |event| {
        end(&event);
    });
}
