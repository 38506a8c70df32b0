//! What became of a message, as ticks: states differ by shape and by their spoken name, not by colour alone.

use crate::domain::delivery::Delivery;
use crate::ui::words;
use leptos::prelude::*;

/// Clock, ✓, ✓✓, coloured ✓✓, exclamation mark, question mark.
#[component]
pub fn Tick(#[prop(into)] state: Signal<Option<Delivery>>) -> impl IntoView {
    let state = Memo::new(move |_| state.get());
    move || state.get().map(shape)
}

fn shape(state: Delivery) -> AnyView {
    let path = match state {
        Delivery::Queued | Delivery::Sending => "M8 1.200a4.800 4.800 0 1 0 0 9.600 4.800 4.800 0 0 0 0-9.600M8 3.500V6l1.800 1.200",
        Delivery::Unknown => "M6 4.200a2 2 0 1 1 2.800 1.800c-.6.300-.8.700-.8 1.300M8 10v.1",
        Delivery::Accepted | Delivery::Sent => "m3.500 6.500 3 3L13 3",
        // Underlined: told from delivered without its colour.
        Delivery::Read | Delivery::Played => "m1 5 3 3L10.500 1.500M6.700 6.700l1.300 1.300L14.500 1.500M2 11.200h11.500",
        Delivery::Delivered => "m1 6.500 3 3L10.500 3M6.700 8.200l1.300 1.300L14.500 3",
        Delivery::Failed => "M8 1.500v5.800M8 10v.1",
    };
    view! {
        <svg class="tick" viewBox="0 0 16 12" data-state=state.as_str() role="img" aria-label=words::delivery(state)>
            <path d=path></path>
        </svg>
    }
    .into_any()
}
