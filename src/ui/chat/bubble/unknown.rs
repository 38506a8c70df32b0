//! A message of a kind that cannot be shown: its name and what to do.

use crate::domain::content::Unknown;
use crate::ui::words;
use leptos::prelude::*;

/// The sentence.
#[component]
pub fn UnknownBody(unknown: Unknown) -> impl IntoView {
    view! { <p class="words" data-unknown="">{words::unknown(&unknown.kind, &unknown.reason)}</p> }
}
