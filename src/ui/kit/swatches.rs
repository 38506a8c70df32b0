//! A colour is chosen: one of the presets, or one's own. What it will look like stands beside them, by the style alone: pages with forms
//! have no script.

use super::dot::Dot;
use super::mark::mark;
use crate::domain::label::{OWN_AT_FIRST, PRESETS};
use crate::protocol::form::FormNote;
use crate::ui::words;
use leptos::prelude::*;

/// The colour of a refused form.
#[must_use]
pub fn chosen(note: &FormNote) -> String {
    let color = note.field("color");
    if color == "own" { note.field("own_color") } else { color }
}

/// The fields `color` and `own_color`.
#[component]
pub fn Swatches(
    /// A preset's name, or `#rrggbb`; empty: the first preset.
    chosen: String,
    /// What is marked with it.
    sample: String,
) -> impl IntoView {
    let own = chosen.starts_with('#').then(|| chosen.clone());
    let has_own = own.is_some();
    let swatch = |(preset, hex): (&'static str, &'static str)| {
        let is_chosen = !has_own && (preset == chosen || (chosen.is_empty() && preset == PRESETS[0].0));
        view! {
            <label class="swatches__one" title=preset>
                <input type="radio" name="color" value=preset checked=is_chosen aria-label=preset/>
                <Dot color=hex.to_owned()/>
            </label>
            <span class="swatches__sample">{mark(Some(hex.to_owned()), sample.clone())}</span>
        }
        .into_any()
    };
    let swatches = PRESETS.map(swatch).into_iter().collect::<Vec<_>>();
    view! {
        <fieldset class="swatches">
            <legend>{words::LABEL_COLOR}</legend>
            {swatches}
            <span class="swatches__own">
                <label>
                    <input type="radio" name="color" value="own" checked=has_own/>
                    {words::OWN_COLOR}
                </label>
                <input type="color" name="own_color" value=own.unwrap_or_else(|| OWN_AT_FIRST.to_owned()) aria-label=words::OWN_COLOR/>
            </span>
        </fieldset>
    }
}
