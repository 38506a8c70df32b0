//! A person as letters on a colour that is always theirs.

use crate::domain::contact::{hue, initials};
use leptos::prelude::*;

/// Decorative: the name stands beside it.
#[component]
pub fn Avatar(#[prop(into)] name: Signal<String>, #[prop(into)] id: String, #[prop(optional)] small: bool) -> impl IntoView {
    view! {
        <span class="avatar" data-hue=hue(&id).to_string() data-small=small.then_some("") aria-hidden="true">
            {move || initials(&name.get())}
        </span>
    }
}
