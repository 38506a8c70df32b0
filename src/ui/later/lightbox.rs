//! One picture of the thread, as large as the window: arrows go to the others, Escape back to the thread.

use crate::protocol::address;
use crate::ui::browser::document;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

thread_local! {
    /// The picture that is looked at, by its file's id; empty: none.
    static LOOKED_AT: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

fn looked_at() -> ArcRwSignal<String> {
    LOOKED_AT.with(Clone::clone)
}

/// Listens for clicks on pictures. Without this code, or with a modifier key, a picture is an ordinary link.
pub fn start() {
    let _clicked = window_event_listener(ev::click, |event| {
        if let Some(id) = document::clicked(&event, ".picture", "data-id").filter(|_| document::is_plain_click(&event)) {
            event.prevent_default();
            looked_at().set(id);
        }
    });
}

/// The dialog, closed until a picture is looked at.
pub fn draw(inbox: Inbox) -> AnyView {
    let whole = RwSignal::new(String::new());
    // Which picture is turned, and by how many quarters.
    let turned = RwSignal::new((String::new(), 0_u8));
    // Another thread has other pictures, and another customer.
    on_cleanup(move || looked_at().set(String::new()));
    Effect::new(move |_| document::show_modal("lightbox", looked_at().with(|id| !id.is_empty())));
    let keys = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "ArrowLeft" => turn(inbox, -1),
        "ArrowRight" => turn(inbox, 1),
        "r" if !event.ctrl_key() && !event.meta_key() && !event.alt_key() => rotate(turned),
        _ => {}
    };
    view! {
        <dialog class="lightbox" id="lightbox" aria-label=words::PHOTO on:close=move |_| looked_at().set(String::new()) on:keydown=keys>
            {move || looked_at().with(|id| (!id.is_empty()).then(|| shown(inbox, id, whole, turned)))}
        </dialog>
    }
    .into_any()
}

/// Its place among the thread's pictures.
fn place(inbox: Inbox, id: &str) -> (usize, Vec<String>) {
    let pictures = inbox.pictures();
    (pictures.iter().position(|other| other == id).unwrap_or(0), pictures)
}

/// Goes to the picture before or after.
fn turn(inbox: Inbox, by: isize) {
    let (at, pictures) = place(inbox, &looked_at().get_untracked());
    if let Some(next) = at.checked_add_signed(by).and_then(|next| pictures.get(next)) {
        looked_at().set(next.clone());
    }
}

/// Turns the picture that is looked at by a quarter.
fn rotate(turned: RwSignal<(String, u8)>) {
    let id = looked_at().get_untracked();
    turned.update(|(whose, by)| (*whose, *by) = (id.clone(), if *whose == id { (*by + 1) % 4 } else { 1 }));
}

/// Drawn anew with every picture; the browser's elements stay, and with them the focus.
fn shown(inbox: Inbox, id: &str, whole: RwSignal<String>, turned: RwSignal<(String, u8)>) -> AnyView {
    // A picture that arrives makes one more.
    inbox.motion.track();
    let (at, pictures) = place(inbox, id);
    let link = |name, over: bool, act: Box<dyn FnMut(ev::MouseEvent)>| {
        view! { <button class="link" aria-disabled=over.to_string() on:click=act>{name}</button> }.into_any()
    };
    // Only this picture: the next one fits the window again.
    let is_whole = whole.with(|whole| whole == id);
    let quarters = turned.with(|(whose, by)| (whose == id).then_some(*by));
    let caption = inbox.caption(id);
    let own = id.to_owned();
    let size = if is_whole { words::FIT } else { words::ENLARGE };
    view! {
        <div class="lightbox__bar">
            <span>{words::picture_of(at + 1, pictures.len())}</span>
            {link(words::PREVIOUS, at == 0, Box::new(move |_| turn(inbox, -1)))}
            {link(words::NEXT, at + 1 == pictures.len(), Box::new(move |_| turn(inbox, 1)))}
            {link(words::ROTATE, false, Box::new(move |_| rotate(turned)))}
            <a class="link" href=address::download(id) download="">{words::DOWNLOAD}</a>
            {link(words::CLOSE, false, Box::new(move |_| looked_at().set(String::new())))}
        </div>
        <button class="lightbox__picture" data-whole=is_whole.then_some("") aria-label=size on:click=move |_| whole.set(if is_whole { String::new() } else { own.clone() })>
            <img src=address::file(id) alt=words::PHOTO data-turned=quarters.filter(|by| *by > 0 && !is_whole).map(|by| by.to_string())/>
        </button>
        {caption.map(|caption| view! { <p class="lightbox__caption"><bdi>{caption}</bdi></p> })}
    }
    .into_any()
}
