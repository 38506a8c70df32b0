//! What a customer chose or filled in.

use crate::domain::content::Answer;
use crate::ui::kit::piece::{Line, Piece};
use crate::ui::words;
use leptos::prelude::*;

/// The choice, or the fields of the form.
pub fn body(answer: Answer) -> AnyView {
    let lines = answer.detail.into_iter().map(|text| Line { text, href: None }).collect();
    let fields = answer.fields.iter().map(|(name, value)| (words::field_name(name), words::field_value(value))).collect();
    view! { <Piece kind=words::answered_by(answer.by).to_owned() title=answer.title lines fields/> }.into_any()
}
