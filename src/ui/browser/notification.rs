//! The browser's own notifications, shown above whatever the person looks at.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

/// Whether this page may show any.
#[must_use]
pub fn are_allowed() -> bool {
    is_known() && Notification::permission() == NotificationPermission::Granted
}

/// A browser may have none.
fn is_known() -> bool {
    web_sys::window().is_some_and(|window| js_sys::Reflect::has(&window, &"Notification".into()).unwrap_or(false))
}

/// Asks the person, who has just clicked; whether they allow it.
pub async fn ask() -> bool {
    if !is_known() {
        return false;
    }
    if let Ok(asked) = Notification::request_permission() {
        let _ = JsFuture::from(asked).await;
    }
    are_allowed()
}

/// Shows one, in place of the one before it about the same thing; a click leads back to the page.
pub fn show(title: &str, text: &str, about: &str, clicked: impl FnOnce() + 'static) {
    let options = NotificationOptions::new();
    options.set_body(text);
    options.set_tag(about);
    let Ok(shown) = Notification::new_with_options(title, &options) else { return };
    let own = shown.clone();
    let clicked = Closure::once_into_js(move || {
        if let Some(window) = web_sys::window() {
            let _ = window.focus();
        }
        own.close();
        clicked();
    });
    shown.set_onclick(Some(clicked.unchecked_ref()));
}
