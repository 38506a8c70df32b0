//! A word in a small frame, with a spot of colour where it has one.

use super::dot::Dot;
use leptos::prelude::*;

/// The mark.
pub fn mark(color: Option<String>, text: String) -> AnyView {
    view! { <span class="mark">{color.map(|color| view! { <Dot color/> })}<bdi>{text}</bdi></span> }.into_any()
}
