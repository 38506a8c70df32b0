//! What people change about themselves: name and colour, what they are told of, password, where they are signed in.

use super::settings::{Settings, chosen_color};
use crate::domain::agent::{Notify, Role};
use crate::protocol::address;
use crate::protocol::view::{OwnSession, Profile};
use crate::ui::kit::field::Field;
use crate::ui::kit::swatches::Swatches;
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn ProfilePage(page: Profile) -> impl IntoView {
    let Profile { agent, color, notify, sessions, note } = page;
    let is_again = note.field("act") == "name";
    let color = if is_again { chosen_color(&note) } else { color };
    let name = Some(note.field("name")).filter(|name| !name.is_empty()).unwrap_or_else(|| agent.name.clone());
    let others = (sessions.len() > 1).then(|| {
        view! {
            <form class="settings__end" method="post" action=address::PROFILE>
                <button class="button" data-kind="bad" name="act" value="others">{words::END_OTHERS}</button>
            </form>
        }
    });
    view! {
        <Settings at=address::PROFILE title=words::YOU is_admin={agent.role == Role::Admin} refused=note.message.clone()>
            <form class="settings__form" method="post" action=address::PROFILE>
                <input type="hidden" name="act" value="name"/>
                <Field name="name" label=words::YOUR_NAME kind="text" autocomplete="name" value=name.clone() hint=words::THEIR_NAME_WHY/>
                <Swatches chosen=color sample=name may_be_none=true/>
                <button class="button" data-kind="main">{words::SAVE}</button>
            </form>
            <form class="settings__form" method="post" action=address::PROFILE>
                <input type="hidden" name="act" value="notify"/>
                <fieldset class="settings__choice">
                    <legend>{words::NOTIFY}</legend>
                    <p class="settings__why">{words::NOTIFY_WHY}</p>
                    {Notify::ALL.map(|one| offered(one, notify)).into_iter().collect::<Vec<_>>()}
                </fieldset>
                <button class="button" data-kind="main">{words::SAVE}</button>
            </form>
            <form class="settings__form" method="post" action=address::PROFILE>
                <h2>{words::PASSWORD}</h2>
                <input type="hidden" name="act" value="password"/>
                // For password managers.
                <input type="text" name="email" value=agent.email.clone() autocomplete="username" hidden/>
                <Field name="password" label=words::PASSWORD_NOW kind="password" autocomplete="current-password"/>
                <Field name="new" label=words::PASSWORD_NEW kind="password" autocomplete="new-password" hint=words::PASSWORD_NEW_WHY/>
                <button class="button" data-kind="main">{words::SAVE}</button>
            </form>
            <section class="settings__form">
                <h2>{words::SESSIONS}</h2>
                <ul class="settings__list">{sessions.into_iter().map(one).collect::<Vec<_>>()}</ul>
                {others}
            </section>
        </Settings>
    }
}

fn offered(one: Notify, now: Notify) -> AnyView {
    view! { <label class="settings__check"><input type="radio" name="notify" value=one.as_str() checked=one == now/>{words::notify(one)}</label> }.into_any()
}

fn one(session: OwnSession) -> AnyView {
    let device = if session.device.is_empty() { words::SOME_BROWSER.to_owned() } else { session.device };
    let when = if session.is_this { words::THIS_BROWSER.to_owned() } else { words::session_used(&session.began, &session.used) };
    let end = (!session.is_this).then(|| {
        view! {
            <form method="post" action=address::PROFILE>
                <input type="hidden" name="id" value=session.id/>
                <button class="button" name="act" value="end" aria-label=words::end_session(&device)>{words::SIGN_OUT}</button>
            </form>
        }
    });
    view! { <li class="settings__session"><b>{device.clone()}</b><span class="settings__text">{when}</span>{end}</li> }.into_any()
}
