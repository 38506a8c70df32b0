//! Written words: the tree of `domain/markup` as nodes. Customer text never becomes HTML text.

use crate::domain::content::Text;
use crate::domain::markup::{Block, Inline, is_big_emoji, parse};
use crate::ui::browser::scroll;
use crate::ui::words;
use leptos::html::custom;
use leptos::prelude::*;

/// Longer texts are folded.
const FOLD: (usize, usize) = (1500, 20);

/// The words, folded if they are very long.
#[component]
pub fn TextBody(text: Text) -> impl IntoView {
    let is_long = text.body.len() > FOLD.0 || text.body.bytes().filter(|b| *b == b'\n').count() > FOLD.1;
    let open = RwSignal::new(!is_long);
    let big = is_big_emoji(&text.body).then_some("");
    view! {
        <div class="words" dir="auto" data-big=big data-folded=move || (!open.get()).then_some("")>
            {parse(&text.body).into_iter().map(block).collect::<Vec<_>>()}
        </div>
        {is_long.then(|| view! {
            <button class="link" aria-expanded=move || open.get().to_string() on:click=move |event| { scroll::hold_top(&event); open.update(|open| *open = !*open) }>
                {move || if open.get() { words::READ_LESS } else { words::READ_MORE }}
            </button>
        }.into_any())}
    }
}

fn block(block: Block) -> AnyView {
    match block {
        Block::Paragraph(line) => named("p", inlines(line)),
        Block::Quote(line) => named("blockquote", inlines(line)),
        Block::Bullets(items) => named("ul", items.into_iter().map(item).collect()),
        Block::Numbers(first, items) => view! { <ol start=first.to_string()>{items.into_iter().map(item).collect::<Vec<_>>()}</ol> }.into_any(),
        Block::Mono(text) => named("pre", vec![text.into_any()]),
    }
}

fn item(line: Vec<Inline>) -> AnyView {
    named("li", inlines(line))
}

fn inlines(line: Vec<Inline>) -> Vec<AnyView> {
    line.into_iter().map(inline).collect()
}

fn inline(inline: Inline) -> AnyView {
    match inline {
        Inline::Text(text) => text.into_any(),
        Inline::Bold(inner) => named("strong", inlines(inner)),
        Inline::Italic(inner) => named("em", inlines(inner)),
        Inline::Strike(inner) => named("s", inlines(inner)),
        Inline::Code(text) => named("code", vec![text.into_any()]),
        Inline::Link { href, text } => view! { <a href=href target="_blank" rel="noopener noreferrer nofollow">{text}</a> }.into_any(),
    }
}

/// An element by its name: each element that has a type of its own is compiled into the page anew.
fn named(tag: &'static str, inner: Vec<AnyView>) -> AnyView {
    custom(tag).child(inner).into_any()
}
