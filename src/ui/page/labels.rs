//! The labels: all of them with their use, and a form for each.

use super::settings::{Settings, chosen_color};
use crate::domain::label::{NAME_CHARS, PRESETS};
use crate::domain::search::Filter;
use crate::protocol::address;
use crate::protocol::view::{LabelUse, Labels};
use crate::ui::kit::dot::Dot;
use crate::ui::kit::swatches::Swatches;
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn LabelsPage(page: Labels) -> impl IntoView {
    let Labels { labels, may_delete, note } = page;
    let refused_id = note.field("id");
    let typed = (!note.message.is_empty() && refused_id.is_empty()).then(|| (note.field("name"), chosen_color(&note)));
    let (name, color) = typed.unwrap_or_default();
    let is_empty = labels.is_empty();
    let rows = labels
        .into_iter()
        .map(|used| {
            let again = (used.label.id.as_str() == refused_id).then(|| (note.field("name"), chosen_color(&note)));
            label(used, may_delete, again)
        })
        .collect::<Vec<_>>();
    view! {
        <Settings at=address::LABELS title=words::LABELS is_admin=may_delete refused=note.message.clone()>
            <p class="settings__why">{words::LABELS_WHY}</p>
            <form class="settings__form" method="post" action=address::LABELS>
                <h2>{words::NEW_LABEL}</h2>
                {fields("new", &name, &color)}
                <button class="button" data-kind="main">{words::MAKE_LABEL}</button>
            </form>
            {is_empty.then(|| view! { <p class="settings__why">{words::NO_LABELS}</p> })}
            <ul class="settings__list">{rows}</ul>
        </Settings>
    }
}

/// One label: what it looks like and how much it is used; its form opens below.
fn label(used: LabelUse, may_delete: bool, again: Option<(String, String)>) -> AnyView {
    let LabelUse { label, kept_color, count, contacts } = used;
    let (name, color) = again.clone().unwrap_or_else(|| (label.name.clone(), kept_color.clone()));
    let find = address::with(address::INBOX, &Filter { label: label.name.clone(), ..Filter::default() });
    let id = label.id.0;
    view! {
        <li>
            <details class="settings__one" open=again.is_some()>
                <summary>
                    <Dot color=label.color/>
                    <b class="labels__name"><bdi>{label.name.clone()}</bdi></b>
                    <span class="labels__count">{words::conversations(count)}</span>
                    {(contacts > 0).then(|| view! { <span class="labels__count">{words::label_contacts(contacts)}</span> })}
                    <span class="labels__change">{words::CHANGE}</span>
                </summary>
                <p class="labels__uses">
                    {(count > 0).then(|| view! { <a class="labels__use" href=find>{words::show_what(&words::conversations(count))}</a> })}
                    {(contacts > 0).then(|| view! { <a class="labels__use" href=address::contacts("", &label.name, "")>{words::show_what(&words::label_contacts(contacts))}</a> })}
                </p>
                <form class="settings__form" method="post" action=address::LABELS>
                    <input type="hidden" name="id" value=id.clone()/>
                    <input type="hidden" name="was_name" value=label.name.clone()/>
                    <input type="hidden" name="was_color" value=kept_color/>
                    {fields(&id, &name, &color)}
                    <button class="button" data-kind="main">{words::SAVE}</button>
                </form>
                {may_delete.then(|| view! {
                    <form class="settings__form" method="post" action=address::LABELS>
                        <input type="hidden" name="id" value=id/>
                        <details class="labels__sure">
                            <summary>{words::delete_label(&label.name, count, contacts)}</summary>
                            <button class="button" data-kind="bad" name="delete" value="1">{words::DELETE_LABEL}</button>
                        </details>
                    </form>
                })}
            </details>
        </li>
    }
    .into_any()
}

/// Name and colour.
fn fields(of: &str, name: &str, color: &str) -> AnyView {
    let id = format!("name-{of}");
    view! {
        <div class="field">
            <label for=id.clone()>{words::LABEL_NAME}</label>
            <input id=id name="name" value=name.to_owned() required maxlength=NAME_CHARS.to_string() autocomplete="off" dir="auto"/>
        </div>
        <Swatches chosen=if color.is_empty() { PRESETS[0].0.to_owned() } else { color.to_owned() } sample=if name.is_empty() { words::YOUR_LABEL.to_owned() } else { name.to_owned() }/>
    }
    .into_any()
}
