//! What a message carries besides words, as a block with a heading.

use leptos::prelude::*;

/// Its kind in small letters, its title, and lines about it.
#[component]
pub fn Piece(
    /// What it is, e.g. *Location*.
    #[prop(into)]
    kind: String,
    /// What it is called; may be empty.
    #[prop(into)]
    title: String,
    /// Lines about it.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="piece">
            <small class="piece__kind">{kind}</small>
            <b class="piece__title" dir="auto">{title}</b>
            {children()}
        </div>
    }
}
