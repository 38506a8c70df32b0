//! Keys that are heard before the element that has the focus hears them.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::KeyboardEvent;

/// Calls `hear` with every key from now on; what it takes (`true`), nobody else gets.
pub fn listen_first(mut hear: impl FnMut(&KeyboardEvent) -> bool + 'static) {
    let heard = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        if hear(&event) {
            event.prevent_default();
            event.stop_propagation();
        }
    });
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback_and_bool("keydown", heard.as_ref().unchecked_ref(), true);
    }
    // For as long as the page.
    heard.forget();
}
