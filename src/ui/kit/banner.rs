//! A line across the page that says what is wrong and offers what can be done.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// Stays until its reason is gone.
#[component]
pub fn Banner(
    /// `bad` or `warn`.
    kind: &'static str,
    /// The sentence.
    #[prop(into)]
    text: Signal<String>,
    /// A button or link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="banner" data-kind=kind role="status">
            <Icon glyph=Glyph::WARNING/>
            <span>{move || text.get()}</span>
            {children.map(|children| children())}
        </div>
    }
}
