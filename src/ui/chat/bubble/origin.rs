//! Where a message came from, above what it says: forwarded, an ad, a product.

use crate::domain::origin::{Origin, Referral};
use crate::ui::kit::piece::{Line, Piece};
use crate::ui::words;
use leptos::prelude::*;

/// All that is known.
pub fn body(origin: Origin) -> AnyView {
    let forwarded = origin.forwarded.then(|| view! { <div class="bubble__origin">{words::forwarded(origin.often)}</div> }.into_any());
    let marks = [(origin.edited, words::EDITED), (origin.group, words::IN_GROUP)];
    let marks = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| view! { <div class="bubble__origin">{mark}</div> }.into_any());
    let product = origin.product.map(|id| view! { <div class="bubble__origin">{words::about_product(&id)}</div> }.into_any());
    marks.chain([forwarded, product, origin.referral.map(referral)].into_iter().flatten()).collect::<Vec<_>>().into_any()
}

fn referral(referral: Referral) -> AnyView {
    let words = referral.body.map(|text| Line { text, href: None });
    let link = referral.url.map(|url| Line { text: url.clone(), href: Some(url) });
    let lines = words.into_iter().chain(link).collect();
    view! { <Piece kind=words::referral(referral.is_ad).to_owned() title=referral.headline.unwrap_or_default() lines fields=Vec::new()/> }.into_any()
}
