//! Signing in: a plain form, with or without JavaScript.

use crate::protocol::form::FormNote;
use crate::ui::kit::field::Field;
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn SignIn(note: FormNote, next: String) -> impl IntoView {
    let message = note.message.clone();
    view! {
        <main class="card">
            <h1>{words::SIGN_IN}</h1>
            <p>{words::SIGN_IN_WHY}</p>
            <form method="post" action="/whatsapp/sign-in/">
                {(!message.is_empty()).then(|| view! { <p class="refusal" role="alert">{message}</p> })}
                <Field name="email" label=words::EMAIL kind="email" autocomplete="username" value=note.field("email") autofocus=true/>
                <Field name="password" label=words::PASSWORD kind="password" autocomplete="current-password"/>
                <input type="hidden" name="next" value=next/>
                <input type="hidden" name="time_zone"/>
                <button class="button" data-kind="main">{words::SIGN_IN}</button>
            </form>
        </main>
    }
}
