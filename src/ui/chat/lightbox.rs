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
    let turn = move |by: i64| {
        whole.set(false);
        let pictures = inbox.pictures();
        let at = inbox.looked_at.with_untracked(|id| pictures.iter().position(|other| Some(other) == id.as_ref()));
        let next = at.and_then(|at| at.checked_add_signed(isize::try_from(by).unwrap_or(0))).and_then(|next| pictures.get(next).cloned());
        if next.is_some() {
            inbox.looked_at.set(next);
        }
    };
    let keys = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "ArrowLeft" => turn(-1),
        "ArrowRight" => turn(1),
        _ => {}
    };
    let close = move || inbox.looked_at.set(None);
    let file = move |make: fn(&MediaId) -> String| inbox.looked_at.with(|id| id.as_ref().map(make));
    let place = move || {
        let pictures = inbox.pictures();
        inbox.looked_at.with(|id| pictures.iter().position(|other| Some(other) == id.as_ref())).map(|at| words::picture_of(at + 1, pictures.len()))
    };
    view! {
        <dialog class="lightbox" node_ref=node aria-label=words::PHOTO on:close=move |_| close() on:keydown=keys>
            <When is=move || inbox.looked_at.with(Option::is_some)>
                <div class="lightbox__bar">
                    <span>{place}</span>
                    <button class="link" on:click=move |_| turn(-1)>{words::PREVIOUS}</button>
                    <button class="link" on:click=move |_| turn(1)>{words::NEXT}</button>
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
