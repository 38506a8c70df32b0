//! Above the composer, while what is typed has a link: whether the customer sees a preview of the page behind it.

use crate::domain::content::Text;
use crate::ui::browser::document;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

const FIELD: &str = "composer";

/// The switch.
pub fn draw(inbox: Inbox) -> AnyView {
    let has_link = RwSignal::new(false);
    let look = move || {
        let has = Text::has_preview(&document::value(FIELD));
        has_link.maybe_update(|shown| {
            let changed = *shown != has;
            *shown = has;
            changed
        });
    };
    let typed = window_event_listener(ev::input, move |event| {
        if document::is_target(&event, FIELD) {
            look();
        }
    });
    on_cleanup(move || typed.remove());
    Effect::new(move |_| {
        // A draft came back, or went.
        inbox.motion.track();
        inbox.plain.track();
        look();
    });
    let choose = move |event| inbox.plain.set(!event_target_checked(&event));
    view! {
        <When is=has_link>
            <label class="preview">
                <input type="checkbox" prop:checked=move || !inbox.plain.get() on:change=choose/>
                {words::PREVIEW_LINK}
            </label>
        </When>
    }
    .into_any()
}
