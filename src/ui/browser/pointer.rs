//! Clicks that are heard before the element that was hit hears them.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::MouseEvent;

/// Calls `hear` with every click from now on; what it takes (`true`), nobody else gets.
pub fn listen_first(mut hear: impl FnMut(&MouseEvent) -> bool + 'static) {
    let heard = Closure::<dyn FnMut(MouseEvent)>::new(move |event: MouseEvent| {
        if hear(&event) {
            event.prevent_default();
            event.stop_propagation();
        }
    });
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback_and_bool("click", heard.as_ref().unchecked_ref(), true);
    }
    // For as long as the page.
    heard.forget();
}
