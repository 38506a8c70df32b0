//! A list whose entries keep their elements as long as their keys are there.

use leptos::prelude::*;
use std::sync::Arc;

/// Draws an entry for each key, in their order. In place of the framework's `For`, of which every use is compiled into the page anew.
#[component]
pub fn Each(
    /// In order, each once.
    #[prop(into)]
    keys: Signal<Vec<String>>,
    /// Draws the entry of a key.
    draw: Arc<dyn Fn(String) -> AnyView + Send + Sync>,
) -> impl IntoView {
    view! { <For each=move || keys.get() key=|key| key.clone() children=move |key| draw(key)/> }
}
