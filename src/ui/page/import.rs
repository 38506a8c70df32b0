//! Contacts from a table: a file is chosen, what would change is shown, then it is done.

use super::settings::Settings;
use crate::protocol::address;
use crate::protocol::view::{Import, ImportLine, ImportPage, Imported};
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn ImportContacts(page: ImportPage) -> impl IntoView {
    let ImportPage { preview, done, note } = page;
    let is_new = preview.is_none();
    view! {
        <Settings at=address::CONTACTS title=words::IMPORT is_admin=true refused=note.message.clone()>
            {done.map(said)}
            {preview.map(shown)}
            {is_new.then(choose)}
            <p><a class="link" href=address::CONTACTS>{words::BACK_TO_CONTACTS}</a></p>
        </Settings>
    }
}

fn choose() -> AnyView {
    view! {
        <form class="settings__form" method="post" action=address::CONTACTS_IMPORT enctype="multipart/form-data">
            <p class="settings__why">{words::IMPORT_WHY}</p>
            <div class="field">
                <label for="file">{words::IMPORT_FILE}</label>
                <input type="file" id="file" name="file" accept=".csv,text/csv" required/>
            </div>
            <button class="button" data-kind="main">{words::IMPORT_LOOK}</button>
            {on_its_way(words::IMPORT_LOOKS)}
        </form>
    }
    .into_any()
}

/// Said from when the form is sent until its answer is there.
fn on_its_way(what: &'static str) -> AnyView {
    view! { <p class="settings__busy" role="status" data-says=what></p> }.into_any()
}

fn shown(import: Import) -> AnyView {
    let Import { id, print, new, changed, same, left_out, shown, faults, unknown } = import;
    let can = new + changed > 0;
    let rows = shown
        .into_iter()
        .map(|ImportLine { line, name, number, is_new, changes }| {
            let changes =
                changes.into_iter().map(|(column, was, now)| view! { <small dir="auto">{words::import_change(column, &was, &now)}</small> }.into_any());
            view! {
                <li class="settings__session">
                    <span class="settings__text">{words::import_line(line, &name, &number)}</span>
                    <small>{words::import_kind(is_new)}</small>
                    {changes.collect::<Vec<_>>()}
                </li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let faults = faults.into_iter().map(|(line, why)| view! { <li>{words::import_fault(line, &why)}</li> }.into_any()).collect::<Vec<_>>();
    let has_faults = !faults.is_empty();
    view! {
        <section class="settings__form">
            <h2>{words::import_counts(new, changed, same)}</h2>
            {(!unknown.is_empty()).then(|| view! { <p class="settings__why">{words::import_unknown(&unknown.join(", "))}</p> })}
            {has_faults.then(|| view! { <div class="refusal" role="alert"><p>{words::import_left_out(left_out)}</p><ul>{faults}</ul></div> })}
            <ul class="settings__list">{rows}</ul>
            {can.then(|| view! {
                <form method="post" action=address::CONTACTS_IMPORT>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="print" value=print/>
                    <button class="button" data-kind="main">{words::import_do(new + changed)}</button>
                    {on_its_way(words::IMPORTING)}
                </form>
            })}
        </section>
    }
    .into_any()
}

fn said(done: Imported) -> AnyView {
    view! { <p class="settings__said" role="status">{words::import_done(done.new, done.changed, done.same, done.left_out)}</p> }.into_any()
}
