//! The labels: all of them with their use, and a form for each.

use super::settings::Settings;
use crate::domain::label::{NAME_CHARS, OWN_AT_FIRST, PRESETS};
use crate::domain::search::Filter;
use crate::protocol::address;
use crate::protocol::form::FormNote;
use crate::protocol::view::{LabelUse, Labels};
use crate::ui::kit::dot::Dot;
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn LabelsPage(page: Labels) -> impl IntoView {
    let Labels { labels, may_delete, note } = page;
    let refused_id = note.field("id");
    let typed = (!note.message.is_empty() && refused_id.is_empty()).then(|| (note.field("name"), chosen(&note)));
    let (name, color) = typed.unwrap_or_default();
    let is_empty = labels.is_empty();
    let rows = labels
        .into_iter()
        .map(|used| {
            let again = (used.label.id.as_str() == refused_id).then(|| (note.field("name"), chosen(&note)));
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

/// The colour of a refused form.
fn chosen(note: &FormNote) -> String {
    let color = note.field("color");
    if color == "own" { note.field("own_color") } else { color }
}

/// One label: what it looks like and how much it is used; its form opens below.
fn label(used: LabelUse, may_delete: bool, again: Option<(String, String)>) -> AnyView {
    let LabelUse { label, kept_color, count, contacts } = used;
    let (name, color) = again.clone().unwrap_or_else(|| (label.name.clone(), kept_color));
    let find = address::with(address::INBOX, &Filter { label: label.name.clone(), ..Filter::default() });
    let id = label.id.0;
    view! {
        <li>
            <details class="settings__one" open=again.is_some()>
                <summary>
                    <Dot color=label.color/>
                    <b class="labels__name"><bdi>{label.name.clone()}</bdi></b>
                    <a class="labels__use" href=find>{words::conversations(count)}</a>
                    {(contacts > 0).then(|| view! { <a class="labels__use" href=address::contacts("", &label.name, "")>{words::label_contacts(contacts)}</a> })}
                    <span class="labels__change">{words::CHANGE}</span>
                </summary>
                <form class="settings__form" method="post" action=address::LABELS>
                    <input type="hidden" name="id" value=id.clone()/>
                    {fields(&id, &name, &color)}
                    <button class="button" data-kind="main">{words::SAVE}</button>
                </form>
                {may_delete.then(|| view! {
                    <form class="settings__form" method="post" action=address::LABELS>
                        <input type="hidden" name="id" value=id/>
                        <p>{words::delete_label(&label.name, count, contacts)}</p>
                        <button class="button" data-kind="bad" name="delete" value="1">{words::DELETE_LABEL}</button>
                    </form>
                })}
            </details>
        </li>
    }
    .into_any()
}

/// Name and colour.
fn fields(of: &str, name: &str, color: &str) -> AnyView {
    let own = color.starts_with('#').then(|| color.to_owned());
    let is_chosen = move |preset: &str| own.is_none() && (preset == color || (color.is_empty() && preset == PRESETS[0].0));
    let swatch = |(preset, hex): (&'static str, &'static str)| {
        view! {
            <label class="labels__swatch" title=preset>
                <input type="radio" name="color" value=preset checked=is_chosen(preset) aria-label=preset/>
                <Dot color=hex.to_owned()/>
            </label>
        }
        .into_any()
    };
    let swatches = PRESETS.map(swatch).into_iter().collect::<Vec<_>>();
    let own = color.starts_with('#').then(|| color.to_owned());
    let id = format!("name-{of}");
    view! {
        <div class="field">
            <label for=id.clone()>{words::LABEL_NAME}</label>
            <input id=id name="name" value=name.to_owned() required maxlength=NAME_CHARS.to_string() autocomplete="off" dir="auto"/>
        </div>
        <fieldset class="labels__colors">
            <legend>{words::LABEL_COLOR}</legend>
            {swatches}
            <span class="labels__own">
                <label>
                    <input type="radio" name="color" value="own" checked=own.is_some()/>
                    {words::OWN_COLOR}
                </label>
                <input type="color" name="own_color" value=own.unwrap_or_else(|| OWN_AT_FIRST.to_owned()) aria-label=words::OWN_COLOR/>
            </span>
        </fieldset>
    }
    .into_any()
}
