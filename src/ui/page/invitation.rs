//! Whoever is invited, or has lost their password, chooses one.

use crate::protocol::address;
use crate::protocol::form::FormNote;
use crate::ui::kit::field::Field;
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Invitation(note: FormNote, token: String) -> impl IntoView {
    let message = note.message.clone();
    view! {
        <main class="card">
            <h1>{words::INVITED}</h1>
            <p>{words::INVITED_WHY}</p>
            <form method="post" action=address::INVITATION>
                {(!message.is_empty()).then(|| view! { <p class="refusal" role="alert">{message}</p> })}
                <Field name="password" label=words::PASSWORD kind="password" autocomplete="new-password" hint=words::PASSWORD_WHY autofocus=true/>
                <input type="hidden" name="token" value=token/>
                <input type="hidden" name="time_zone"/>
                <button class="button" data-kind="main">{words::CHOOSE_PASSWORD}</button>
            </form>
        </main>
    }
}
