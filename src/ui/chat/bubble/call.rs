//! A call: that there was one, and how long.

use crate::domain::content::Call;
use crate::ui::words;
use leptos::prelude::*;

/// The sentence.
pub fn body(call: &Call) -> AnyView {
    view! { <p class="words">{words::call(call)}</p> }.into_any()
}
