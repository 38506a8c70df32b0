//! One picture of the thread, as large as the window: arrows go to the others, Escape back to the thread.

use crate::domain::id::MediaId;
use crate::protocol::address;
use crate::ui::browser::document;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

/// The dialog, closed until a picture is looked at.
#[component]
pub fn Lightbox() -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let node = NodeRef::<html::Dialog>::new();
    let whole = RwSignal::new(false);
    Effect::new(move |_| {
        let is_open = inbox.looked_at.with(Option::is_some);
        if let Some(dialog) = node.get() {
            document::show_modal(&dialog, is_open);
        }
    });
    // Its place among the thread's pictures, and how many there are.
    let place = Signal::derive(move || {
        let pictures = inbox.pictures();
        let at = inbox.looked_at.with(|id| pictures.iter().position(|other| Some(other) == id.as_ref()));
        at.map(|at| (at, pictures))
    });
    let neighbour = move |by: isize| place.get().and_then(|(at, pictures)| pictures.get(at.checked_add_signed(by)?).cloned());
    let turn = move |by: isize| {
        if let Some(next) = neighbour(by) {
            whole.set(false);
            inbox.looked_at.set(Some(next));
        }
    };
    let keys = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "ArrowLeft" => turn(-1),
        "ArrowRight" => turn(1),
        _ => {}
    };
    let close = move || inbox.looked_at.set(None);
    let file = move |make: fn(&MediaId) -> String| inbox.looked_at.with(|id| id.as_ref().map(make));
    let title = move || place.get().map(|(at, pictures)| words::picture_of(at + 1, pictures.len()));
    view! {
        <dialog class="lightbox" node_ref=node aria-label=words::PHOTO on:close=move |_| close() on:keydown=keys>
            <When is=move || inbox.looked_at.with(Option::is_some)>
                <div class="lightbox__bar">
                    <span>{title}</span>
                    <button class="link" disabled=move || neighbour(-1).is_none() on:click=move |_| turn(-1)>{words::PREVIOUS}</button>
                    <button class="link" disabled=move || neighbour(1).is_none() on:click=move |_| turn(1)>{words::NEXT}</button>
                    <a class="link" href=move || file(address::download) download="">{words::DOWNLOAD}</a>
                    <button class="link" on:click=move |_| close()>{words::CLOSE}</button>
                </div>
                <button class="lightbox__picture" data-whole=move || whole.get().then_some("") aria-label=move || if whole.get() { words::FIT } else { words::ENLARGE } on:click=move |_| whole.update(|whole| *whole = !*whole)>
                    <img src=move || file(address::file) alt=words::PHOTO/>
                </button>
            </When>
        </dialog>
    }
}
