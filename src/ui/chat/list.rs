//! The list of conversations, newest message first.

use super::rows::Rows;
use crate::protocol::address;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// The column.
#[component]
pub fn List() -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let asked = move |name| inbox.query.with_untracked(|query| address::value_of(query, name));
    view! {
        <section class="list" aria-label=words::CONVERSATIONS>
            <header class="bar">
                <h1>{words::INBOX}</h1>
                <When is=move || { inbox.unread.get() > 0 }>
                    <span class="badge" aria-label=move || words::unread(i64::try_from(inbox.unread.get()).unwrap_or(0))>{move || words::count(inbox.unread.get())}</span>
                </When>
                {move || inbox.later().map(|code| (code.views)(inbox))}
            </header>
            <form class="search" role="search" action=address::INBOX>
                <input type="search" id="search" name="q" placeholder=words::SEARCH aria-label=words::SEARCH autocomplete="off" dir="auto" value=asked("q")/>
                {Vec::from(["view", "label", "account", "agent"].map(|name| view! { <input type="hidden" name=name value=asked(name)/> }.into_any()))}
            </form>
            <When is=move || inbox.order.with(Vec::is_empty)>
                <div class="empty">
                    <b>{move || if inbox.query.with(String::is_empty) { words::NO_CONVERSATIONS } else { words::NO_MATCH }}</b>
                    <p>{move || if inbox.query.with(String::is_empty) { words::NO_CONVERSATIONS_WHY } else { words::NO_MATCH_WHY }}</p>
                </div>
            </When>
            {move || inbox.later().map(|code| (code.pinned)(inbox))}
            <Rows/>
            {move || inbox.later().map(|code| (code.below)(inbox))}
        </section>
    }
}
