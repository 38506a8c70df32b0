//! The first admin, by the one-time link.

use crate::protocol::form::FormNote;
use crate::ui::kit::field::Field;
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn SetUp(note: FormNote, token: String) -> impl IntoView {
    let message = note.message.clone();
    view! {
        <main class="card">
            <h1>{words::SET_UP}</h1>
            <p>{words::SET_UP_WHY}</p>
            <form method="post" action="/whatsapp/set-up/">
                {(!message.is_empty()).then(|| view! { <p class="refusal" role="alert">{message}</p> })}
                <Field name="name" label=words::NAME kind="text" autocomplete="name" value=note.field("name") hint=words::NAME_WHY autofocus=true/>
                <Field name="email" label=words::EMAIL kind="email" autocomplete="username" value=note.field("email")/>
                <Field name="password" label=words::PASSWORD kind="password" autocomplete="new-password" hint=words::PASSWORD_WHY/>
                <input type="hidden" name="token" value=token/>
                <input type="hidden" name="time_zone"/>
                <button class="button" data-kind="main">{words::CREATE}</button>
            </form>
        </main>
    }
}
