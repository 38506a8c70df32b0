//! One picture of the thread, as large as the window: arrows go to the others and to films, also to those that are not loaded yet; Escape
//! goes back to the thread.

use crate::protocol::address;
use crate::ui::browser::{document, player, task};
use crate::ui::state::inbox::{Inbox, Motion};
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

thread_local! {
    /// The picture that is looked at, by its file's id; empty: none.
    static LOOKED_AT: ArcRwSignal<String> = ArcRwSignal::new(String::new());
    /// Whether older messages are being loaded in search of one.
    static LOOKING: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// So many pages are loaded in search of the next one before.
const MOST_PAGES: usize = 20;

fn looking() -> ArcRwSignal<bool> {
    LOOKING.with(Clone::clone)
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
        // There the arrows seek.
        _ if document::is_within(&event, "video") => {}
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
fn place(inbox: Inbox, id: &str) -> (usize, Vec<(String, bool)>) {
    let pictures = inbox.pictures();
    (pictures.iter().position(|other| other.0 == id).unwrap_or(0), pictures)
}

/// Goes to the picture before or after; before the first that is loaded, looks further back.
fn turn(inbox: Inbox, by: isize) {
    let (at, pictures) = place(inbox, &looked_at().get_untracked());
    match at.checked_add_signed(by) {
        Some(next) => {
            if let Some((id, _)) = pictures.get(next) {
                looked_at().set(id.clone());
            }
        }
        None if inbox.has_older.get_untracked() && !looking().get_untracked() => task::spawn(look_back(inbox)),
        None => {}
    }
}

/// Loads older messages until one has a picture.
async fn look_back(inbox: Inbox) {
    let from = looked_at().get_untracked();
    let is_first = || place(inbox, &from).0 == 0;
    looking().set(true);
    for _ in 0..MOST_PAGES {
        if looked_at().get_untracked() != from || !is_first() || !inbox.load_older().await {
            break;
        }
    }
    looking().set(false);
    inbox.show_older(Motion::Prepended);
    if looked_at().get_untracked() == from && !is_first() {
        turn(inbox, -1);
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
    let previous = if looking().get() { words::LOADING } else { words::PREVIOUS };
    let is_first = at == 0 && !inbox.has_older.get();
    let is_film = pictures.get(at).is_some_and(|(_, is_film)| *is_film);
    let picture = if is_film {
        view! { <video class="lightbox__film" controls playsinline src=address::file(id) aria-label=words::kind("video") on:play=|event| player::alone(&event)></video> }.into_any()
    } else {
        view! {
            <button class="lightbox__picture" data-whole=is_whole.then_some("") aria-label=size on:click=move |_| whole.set(if is_whole { String::new() } else { own.clone() })>
                <img src=address::file(id) alt=words::PHOTO data-turned=quarters.filter(|by| *by > 0 && !is_whole).map(|by| by.to_string())/>
            </button>
        }
        .into_any()
    };
    view! {
        <div class="lightbox__bar">
            <span>{words::picture_of(at + 1, pictures.len())}</span>
            {link(previous, is_first, Box::new(move |_| turn(inbox, -1)))}
            {link(words::NEXT, at + 1 == pictures.len(), Box::new(move |_| turn(inbox, 1)))}
            {(!is_film).then(|| link(words::ROTATE, false, Box::new(move |_| rotate(turned))))}
            <a class="link" href=address::download(id) download="">{words::DOWNLOAD}</a>
            {link(words::CLOSE, false, Box::new(move |_| looked_at().set(String::new())))}
        </div>
        {picture}
        {caption.map(|caption| view! { <p class="lightbox__caption"><bdi>{caption}</bdi></p> })}
    }
    .into_any()
}
