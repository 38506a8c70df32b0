//! A spot of any colour: drawn, as the policy of pages allows no style attributes.

use leptos::prelude::*;

/// Decorative: what it stands for is named beside it.
#[component]
pub fn Dot(
    /// `#rrggbb`.
    color: String,
) -> impl IntoView {
    view! { <svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="5" fill=color></circle></svg> }
}
