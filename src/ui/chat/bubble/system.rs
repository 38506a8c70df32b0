//! What WhatsApp says about the customer: a quiet line.

use crate::domain::content::System;
use crate::ui::words;
use leptos::prelude::*;

/// The sentence.
pub fn body(system: &System) -> AnyView {
    view! { <p class="words">{words::system(system)}</p> }.into_any()
}
