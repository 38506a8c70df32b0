//! A team inbox for WhatsApp in one process.
//!
//! The map, inside out; imports go only upwards:
//!
//! - [`domain`]: plain data and pure functions, the same on both sides.
//! - [`protocol`]: what crosses between browser and server.
//! - [`api`]: server functions, one line each. `server`: the process behind them.
//! - `ui`: the page. Only `ui/browser` touches the browser itself.
//!
//! Two walks through the house are in the README; `architecture` holds the rules and fails when they are broken.

pub mod api;
#[cfg(test)]
mod architecture;
pub mod domain;
pub mod protocol;
#[cfg(feature = "ssr")]
pub mod server;
pub mod ui;

/// Takes over the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // Elsewhere with the code that comes later: it is a kilobyte of the first page.
    if cfg!(debug_assertions) {
        console_error_panic_hook::set_once();
    }
    if let Some(page) = ui::browser::document::page() {
        leptos::mount::hydrate_from(page, ui::page::inbox::InboxPage).forget();
    }
}
