//! The quick replies: the agent's own and everybody's, and a form for each.

use super::settings::Settings;
use crate::domain::reply::{Reply, SHORTCUT_CHARS};
use crate::protocol::address;
use crate::protocol::view::Replies;
use crate::ui::kit::field::area_text;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn RepliesPage(page: Replies) -> impl IntoView {
    let Replies { replies, is_admin, imported, note } = page;
    let refused_id = note.field("id");
    let is_import = !note.field("import").is_empty();
    let is_new_refused = !note.message.is_empty() && refused_id.is_empty() && !is_import;
    let typed = |name: &str| if is_new_refused { note.field(name) } else { String::new() };
    let is_shared = !typed("shared").is_empty();
    let is_empty = replies.is_empty();
    let new = fields("new", &typed("shortcut"), &typed("body"), None);
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
            {imported.map(|(new, changed)| view! { <p class="settings__said" role="status">{words::replies_imported(new, changed)}</p> })}
            <form class="settings__form" method="post" action=address::REPLIES enctype="multipart/form-data">
                <h2>{words::NEW_REPLY}</h2>
                {new}
                {is_admin.then(|| view! { <label class="settings__check"><input type="checkbox" name="shared" value="1" checked=is_shared/>{words::SHARED}</label> })}
                <button class="button" data-kind="main">{words::MAKE_REPLY}</button>
            </form>
            {is_empty.then(|| view! { <p class="settings__why">{words::NO_REPLIES}</p> })}
            <ul class="settings__list">{rows}</ul>
            {import(is_admin, is_import)}
        </Settings>
    }
}

fn one(reply: Reply, is_admin: bool, again: Option<(String, String)>) -> AnyView {
    let is_open = again.is_some();
    let (shortcut, body) = again.unwrap_or_else(|| (reply.shortcut.clone(), reply.body.clone()));
    let may_change = is_admin || !reply.is_shared;
    let form = may_change.then(|| {
        view! {
            <form class="settings__form" method="post" action=address::REPLIES enctype="multipart/form-data">
                <input type="hidden" name="id" value=reply.id.clone()/>
                <input type="hidden" name="was_shortcut" value=reply.shortcut.clone()/>
                <input type="hidden" name="was_body" value=reply.body.clone()/>
                {fields(&reply.id, &shortcut, &body, reply.file.as_deref())}
                <button class="button" data-kind="main">{words::SAVE}</button>
                <details class="replies__sure">
                    <summary>{words::delete_reply(&reply.shortcut)}</summary>
                    <button class="button" data-kind="bad" name="delete" value="1">{words::DELETE_REPLY}</button>
                </details>
            </form>
        }
    });
    view! {
        <li>
            <details class="settings__one" open=is_open>
                <summary>
                    <b>{format!("/{}", reply.shortcut)}</b>
                    <span class="settings__text"><bdi>{reply.body}</bdi></span>
                    {reply.file.clone().map(|name| view! { <small class="replies__file"><Icon glyph=Glyph::PAPER/><bdi>{name}</bdi></small> })}
                    <small>{if reply.is_shared { words::EVERYBODYS } else { words::YOURS }}</small>
                </summary>
                {form}
            </details>
        </li>
    }
    .into_any()
}

fn fields(of: &str, shortcut: &str, body: &str, file: Option<&str>) -> AnyView {
    let id = |name: &str| format!("{name}-{of}");
    let (name, text, picker) = (id("shortcut"), id("body"), id("file"));
    let kept = file.map(|file| {
        view! { <label class="settings__check"><input type="checkbox" name="no_file" value="1"/>{words::without_file(file)}</label> }
    });
    view! {
        <div class="field">
            <label for=name.clone()>{words::SHORTCUT}</label>
            <input id=name name="shortcut" value=shortcut.to_owned() required maxlength=(SHORTCUT_CHARS + 1).to_string() autocomplete="off"/>
        </div>
        <div class="field">
            <label for=text.clone()>{words::REPLY_BODY}</label>
            <textarea id=text name="body" rows="4" dir="auto">{area_text(body)}</textarea>
            <small>{words::REPLY_HINT}</small>
        </div>
        <div class="field">
            <label for=picker.clone()>{words::REPLY_FILE}</label>
            <input type="file" id=picker name="file"/>
            <small>{words::REPLY_FILE_HINT}</small>
        </div>
        {kept}
    }
    .into_any()
}

/// Takes a table in.
fn import(is_admin: bool, is_open: bool) -> AnyView {
    view! {
        <details class="settings__one" open=is_open>
            <summary><b>{words::IMPORT_REPLIES}</b></summary>
            <form class="settings__form" method="post" action=address::REPLIES enctype="multipart/form-data">
                <p class="settings__why">{words::IMPORT_REPLIES_WHY}</p>
                <input type="hidden" name="import" value="1"/>
                <div class="field">
                    <label for="table">{words::IMPORT_FILE}</label>
                    <input type="file" id="table" name="file" accept=".csv,text/csv" required/>
                </div>
                {is_admin.then(|| view! { <label class="settings__check"><input type="checkbox" name="shared" value="1"/>{words::SHARED}</label> })}
                <button class="button" data-kind="main">{words::DO_IMPORT}</button>
            </form>
        </details>
    }
    .into_any()
}
