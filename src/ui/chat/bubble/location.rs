//! A place: its name and address, and where to look at it on a map.

use crate::domain::content::Location;
use crate::ui::kit::piece::{Line, Piece};
use crate::ui::words;
use leptos::prelude::*;

/// The place.
pub fn body(location: Location) -> AnyView {
    let map = Line { text: words::ON_A_MAP.to_owned(), href: Some(location.map()) };
    let coordinates = Line { text: format!("{}, {}", location.latitude, location.longitude), href: None };
    let address = location.address.map(|text| Line { text, href: None });
    let lines = address.into_iter().chain([coordinates, map]).collect();
    view! { <Piece kind=words::kind("location") title=location.name.unwrap_or_default() lines fields=Vec::new()/> }.into_any()
}
