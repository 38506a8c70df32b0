//! What a customer chose or filled in.

use crate::domain::content::Answer;
use crate::ui::kit::piece::Piece;
use crate::ui::words;
use leptos::prelude::*;

/// The choice, or the fields of the form.
#[component]
pub fn AnswerBody(answer: Answer) -> impl IntoView {
    let field = |(name, value): (String, String)| {
        let (name, value) = (words::field_name(&name), words::field_value(&value));
        view! { <dt dir="auto">{name}</dt><dd dir="auto">{value}</dd> }.into_any()
    };
    let fields: Vec<AnyView> = answer.fields.into_iter().map(field).collect();
    view! {
        <Piece kind=words::answered_by(answer.by) title=answer.title>
            {answer.detail.map(|detail| view! { <span class="piece__line piece__line--soft" dir="auto">{detail}</span> }.into_any())}
            {(!fields.is_empty()).then(|| view! { <dl class="piece__fields">{fields}</dl> }.into_any())}
        </Piece>
    }
}
