//! Signing in: a plain form, with or without JavaScript.

use super::{ZoneField, form_note};
use crate::ui::kit::field::Field;
use crate::ui::words;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page.
#[component]
pub fn SignIn() -> impl IntoView {
    let note = form_note();
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_else(|| note.field("next"));
    let message = note.message.clone();
    view! {
        <Title text=words::SIGN_IN/>
        <main class="card">
            <h1>{words::SIGN_IN}</h1>
            <p>{words::SIGN_IN_WHY}</p>
            <form method="post" action="/whatsapp/sign-in/">
                {(!message.is_empty()).then(|| view! { <p class="refusal" role="alert">{message}</p> })}
                <Field name="email" label=words::EMAIL kind="email" autocomplete="username" value=note.field("email") autofocus=true/>
                <Field name="password" label=words::PASSWORD kind="password" autocomplete="current-password"/>
                <input type="hidden" name="next" value=next/>
                <ZoneField/>
                <button class="button" data-kind="main">{words::SIGN_IN}</button>
            </form>
        </main>
    }
}
