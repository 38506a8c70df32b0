//! What somebody of the team did: after their name, a quiet line.

use crate::domain::content::Change;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// The rest of the sentence.
pub fn body(inbox: Inbox, change: &Change) -> AnyView {
    let said = inbox.zone.with_value(|zone| words::change(change, zone));
    view! { <span class="words">{said}</span> }.into_any()
}
