//! Pages: the document, its routes, and one file for each.

pub mod banners;
pub mod document;
pub mod inbox;
pub mod set_up;
pub mod sign_in;

use crate::protocol::form::FormNote;
use crate::ui::browser;
use crate::ui::words;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

/// The page inside the document.
#[component]
pub fn Page() -> impl IntoView {
    provide_meta_context();
    Effect::new(|_| browser::document::mark_hydrated());
    view! {
        <Router>
            <Routes fallback=|| view! { <Title text=words::NO_PAGE/><main class="card"><h1>{words::NO_PAGE}</h1><a href="/whatsapp/inbox/">{words::BACK}</a></main> }>
                <Route path=path!("/whatsapp/inbox/*rest") view=inbox::InboxPage/>
                <Route path=path!("/whatsapp/sign-in") view=sign_in::SignIn/>
                <Route path=path!("/whatsapp/set-up") view=set_up::SetUp/>
            </Routes>
        </Router>
    }
}

/// What a refused form brought back: made on the server, the same in the browser.
#[must_use]
pub fn form_note() -> FormNote {
    SharedValue::new(|| use_context::<FormNote>().unwrap_or_default()).into_inner()
}

/// The browser's time zone, known once the page is hydrated; forms send it along.
#[component]
pub fn ZoneField() -> impl IntoView {
    let zone = RwSignal::new(String::new());
    Effect::new(move |_| zone.set(browser::document::time_zone()));
    view! { <input type="hidden" name="time_zone" prop:value=move || zone.get()/> }
}
