//! A question with answers to tap, or a link as a button, as the customer got it.

use super::text::TextBody;
use crate::domain::content::{Interactive, Text};
use leptos::prelude::*;

/// The question.
pub fn body(interactive: Interactive) -> AnyView {
    let labels = interactive.labels();
    offer(None, interactive.body, interactive.footer, labels)
}

/// Words with what can be tapped below them; here it can only be looked at.
pub fn offer(title: Option<String>, body: String, footer: Option<String>, labels: Vec<String>) -> AnyView {
    let labels: Vec<AnyView> = labels.into_iter().map(|label| view! { <li dir="auto">{label}</li> }.into_any()).collect();
    view! {
        {title.map(|title| view! { <b class="offer__title" dir="auto">{title}</b> }.into_any())}
        <TextBody text=Text::new(body)/>
        {footer.map(|footer| view! { <small class="offer__footer" dir="auto">{footer}</small> }.into_any())}
        <ul class="offer">{labels}</ul>
    }
    .into_any()
}
