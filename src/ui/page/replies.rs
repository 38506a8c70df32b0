//! The quick replies: the agent's own and everybody's, and a form for each.

use super::settings::Settings;
use crate::domain::reply::{Reply, SHORTCUT_CHARS};
use crate::protocol::address;
use crate::protocol::view::Replies;
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn RepliesPage(page: Replies) -> impl IntoView {
    let Replies { replies, is_admin, note } = page;
    let refused_id = note.field("id");
    let is_new_refused = !note.message.is_empty() && refused_id.is_empty();
    let typed = |name: &str| if is_new_refused { note.field(name) } else { String::new() };
    let is_shared = !typed("shared").is_empty();
    let is_empty = replies.is_empty();
    let new = fields("new", &typed("shortcut"), &typed("body"));
    let rows = replies
        .into_iter()
        .map(|reply| {
            let again = (reply.id == refused_id).then(|| (note.field("shortcut"), note.field("body")));
            one(reply, is_admin, again)
        })
        .collect::<Vec<_>>();
    view! {
        <Settings at=address::REPLIES title=words::REPLIES is_admin=is_admin refused=note.message.clone()>
            <p class="settings__why">{words::REPLIES_WHY}</p>
            <form class="settings__form" method="post" action=address::REPLIES>
                <h2>{words::NEW_REPLY}</h2>
                {new}
                {is_admin.then(|| view! { <label class="settings__check"><input type="checkbox" name="shared" value="1" checked=is_shared/>{words::SHARED}</label> })}
                <button class="button" data-kind="main">{words::MAKE_REPLY}</button>
            </form>
            {is_empty.then(|| view! { <p class="settings__why">{words::NO_REPLIES}</p> })}
            <ul class="settings__list">{rows}</ul>
        </Settings>
    }
}

fn one(reply: Reply, is_admin: bool, again: Option<(String, String)>) -> AnyView {
    let is_open = again.is_some();
    let (shortcut, body) = again.unwrap_or_else(|| (reply.shortcut.clone(), reply.body.clone()));
    let may_change = is_admin || !reply.is_shared;
    let form = may_change.then(|| {
        view! {
            <form class="settings__form" method="post" action=address::REPLIES>
                <input type="hidden" name="id" value=reply.id.clone()/>
                {fields(&reply.id, &shortcut, &body)}
                <div class="settings__end">
                    <button class="button" data-kind="main">{words::SAVE}</button>
                    <button class="button" data-kind="bad" name="delete" value="1">{words::delete_reply(&reply.shortcut)}</button>
                </div>
            </form>
        }
    });
    view! {
        <li>
            <details class="settings__one" open=is_open>
                <summary>
                    <b>{format!("/{}", reply.shortcut)}</b>
                    <span class="settings__text"><bdi>{reply.body}</bdi></span>
                    <small>{if reply.is_shared { words::EVERYBODYS } else { words::YOURS }}</small>
                </summary>
                {form}
            </details>
        </li>
    }
    .into_any()
}

fn fields(of: &str, shortcut: &str, body: &str) -> AnyView {
    let (name, text) = (format!("shortcut-{of}"), format!("body-{of}"));
    // Leptos writes the content of a textarea as it is.
    let escaped = body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    view! {
        <div class="field">
            <label for=name.clone()>{words::SHORTCUT}</label>
            <input id=name name="shortcut" value=shortcut.to_owned() required maxlength=(SHORTCUT_CHARS + 1).to_string() autocomplete="off"/>
        </div>
        <div class="field">
            <label for=text.clone()>{words::REPLY_BODY}</label>
            <textarea id=text name="body" rows="4" dir="auto" required>{escaped}</textarea>
            <small>{words::REPLY_HINT}</small>
        </div>
    }
    .into_any()
}
