//! A colour is chosen: one of the presets, or one's own. What it will look like stands beside them, by the style alone; of one's own, where
//! there is a script.

use super::dot::Dot;
use super::mark::mark;
use crate::domain::label::{OWN_AT_FIRST, PRESETS};
use crate::ui::words;
use leptos::prelude::*;

/// The fields `color` and `own_color`.
#[component]
pub fn Swatches(
    /// A preset's name, or `#rrggbb`; empty: none yet.
    chosen: String,
    /// What is marked with it.
    sample: String,
    /// Whether there may be none.
    #[prop(optional)]
    may_be_none: bool,
) -> impl IntoView {
    let own = chosen.starts_with('#').then(|| chosen.clone());
    let has_own = own.is_some();
    let swatch = |(preset, hex): (&'static str, &'static str)| {
        let is_chosen = !has_own && preset == chosen;
        view! {
            <label class="swatches__one" title=preset>
                <input type="radio" name="color" value=preset checked=is_chosen aria-label=preset/>
                <Dot color=hex.to_owned()/>
            </label>
            <span class="swatches__sample">{mark(Some(hex.to_owned()), sample.clone())}</span>
        }
        .into_any()
    };
    let none = may_be_none.then(|| {
        view! { <label class="swatches__none"><input type="radio" name="color" value="" checked=chosen.is_empty()/>{words::NO_COLOR}</label> }
    });
    let own_at_first = own.clone().unwrap_or_else(|| OWN_AT_FIRST.to_owned());
    let swatches = PRESETS.map(swatch).into_iter().collect::<Vec<_>>();
    view! {
        <fieldset class="swatches">
            <legend>{words::LABEL_COLOR}</legend>
            <input type="hidden" name="had_color" value=if has_own { "own".to_owned() } else { chosen.clone() }/>
            <input type="hidden" name="had_own_color" value=own_at_first.clone()/>
            {swatches}
            {none}
            <span class="swatches__own">
                <label>
                    <input type="radio" name="color" value="own" checked=has_own/>
                    {words::OWN_COLOR}
                </label>
                <input type="color" name="own_color" value=own_at_first.clone() aria-label=words::OWN_COLOR/>
            </span>
            <span class="swatches__sample" hidden>{mark(Some(own_at_first), sample)}</span>
        </fieldset>
    }
}
