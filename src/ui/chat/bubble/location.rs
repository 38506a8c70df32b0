//! A place: its name and address, and where to look at it on a map.

use crate::domain::content::Location;
use crate::ui::kit::piece::Piece;
use crate::ui::words;
use leptos::prelude::*;

/// The place.
#[component]
pub fn LocationBody(location: Location) -> impl IntoView {
    let coordinates = format!("{}, {}", location.latitude, location.longitude);
    let map = location.map();
    view! {
        <Piece kind=words::kind("location") title=location.name.unwrap_or_default()>
            {location.address.map(|address| view! { <span class="piece__line" dir="auto">{address}</span> }.into_any())}
            <span class="piece__line piece__line--soft">{coordinates}</span>
            <a class="piece__line" href=map target="_blank" rel="noopener noreferrer nofollow">{words::ON_A_MAP}</a>
        </Piece>
    }
}
