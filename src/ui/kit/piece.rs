//! What a message carries besides words, as a block: a heading, a title, lines, and names with their values.

use leptos::prelude::*;

/// A line of a block.
pub struct Line {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// The block. Any part may be empty.
#[component]
pub fn Piece(
    /// What it is, e.g. *Location*.
    kind: String,
    /// What it is called.
    title: String,
    /// Below the title.
    lines: Vec<Line>,
    /// Names and values, below the lines.
    fields: Vec<(String, String)>,
) -> impl IntoView {
    let fields: Vec<AnyView> =
        fields.into_iter().map(|(name, value)| view! { <li><span dir="auto">{name}</span><b dir="auto">{value}</b></li> }.into_any()).collect();
    view! {
        <div class="piece">
            <span class="piece__kind">{kind}</span>
            <b class="piece__title" dir="auto">{title}</b>
            {lines.into_iter().map(line).collect::<Vec<_>>()}
            <ul class="piece__fields">{fields}</ul>
        </div>
    }
}

fn line(line: Line) -> AnyView {
    match line.href {
        Some(href) => view! { <a class="piece__line" href=href target="_blank" rel="noopener noreferrer nofollow">{line.text}</a> }.into_any(),
        None => view! { <span class="piece__line" dir="auto">{line.text}</span> }.into_any(),
    }
}
