//! A labelled input of a form.

use leptos::prelude::*;

/// Label, input, and a line that explains.
#[component]
pub fn Field(
    /// Its name in the form; also its id.
    name: &'static str,
    /// What it asks for.
    label: &'static str,
    /// `text`, `email` or `password`.
    kind: &'static str,
    /// For the browser's and password managers' help.
    autocomplete: &'static str,
    /// What was typed before.
    #[prop(optional, into)]
    value: String,
    /// Explains, below.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Has the focus at first.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let hint_id = format!("{name}-hint");
    let described = hint.map(|_| hint_id.clone());
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input id=name name=name type=kind value=value autocomplete=autocomplete autofocus=autofocus required aria-describedby=described/>
            {hint.map(|hint| view! { <small id=hint_id>{hint}</small> })}
        </div>
    }
}

/// What stands in a textarea at first: Leptos writes its content as it is.
#[must_use]
pub fn area_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
