//! `location` (`meta-api` section 4.3). Its `url` is the sender's word and is left out.

use super::words;
use crate::domain::content::location::{Degrees, Location};
use crate::server::meta::inbound::scalar::{object, text};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    latitude: Option<Box<RawValue>>,
    #[serde(default)]
    longitude: Option<Box<RawValue>>,
    #[serde(default)]
    name: Option<Box<RawValue>>,
    #[serde(default)]
    address: Option<Box<RawValue>>,
}

/// A place, if its coordinates are on the globe.
#[must_use]
pub fn read(raw: Option<&RawValue>) -> Option<Location> {
    let wire: Wire = object(raw)?;
    Some(Location {
        latitude: Degrees::parse(&text(wire.latitude.as_deref())?, 90)?,
        longitude: Degrees::parse(&text(wire.longitude.as_deref())?, 180)?,
        name: words(wire.name.as_deref()),
        address: words(wire.address.as_deref()),
    })
}
