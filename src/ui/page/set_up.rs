//! The first admin, by the one-time link.

use super::{ZoneField, form_note};
use crate::ui::kit::field::Field;
use crate::ui::words;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page.
#[component]
pub fn SetUp() -> impl IntoView {
    let note = form_note();
    let token = use_query_map().with_untracked(|query| query.get("token")).unwrap_or_else(|| note.field("token"));
    let message = note.message.clone();
    view! {
        <Title text=words::SET_UP/>
        <main class="card">
            <h1>{words::SET_UP}</h1>
            <p>{words::SET_UP_WHY}</p>
            <form method="post" action="/whatsapp/set-up/">
                {(!message.is_empty()).then(|| view! { <p class="refusal" role="alert">{message}</p> })}
                <Field name="name" label=words::NAME kind="text" autocomplete="name" value=note.field("name") hint=words::NAME_WHY autofocus=true/>
                <Field name="email" label=words::EMAIL kind="email" autocomplete="username" value=note.field("email")/>
                <Field name="password" label=words::PASSWORD kind="password" autocomplete="new-password" hint=words::PASSWORD_WHY/>
                <input type="hidden" name="token" value=token/>
                <ZoneField/>
                <button class="button" data-kind="main">{words::CREATE}</button>
            </form>
        </main>
    }
}
