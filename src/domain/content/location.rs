//! A place (`meta-api` sections 4.3 and 10).

use serde::{Deserialize, Serialize};
use std::fmt;

/// A point on the map, with what its sender calls it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// North of the equator.
    pub latitude: Degrees,
    /// East of Greenwich.
    pub longitude: Degrees,
    /// E.g. of a shop.
    pub name: Option<String>,
    /// In words.
    pub address: Option<String>,
}

/// An angle in millionths of a degree: on the ground eleven centimetres, and two of them compare exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Degrees(pub i64);

impl Degrees {
    /// Reads decimal degrees of at most `limit` (90 or 180) either way.
    #[must_use]
    pub fn parse(text: &str, limit: u8) -> Option<Self> {
        let degrees: f64 = text.trim().parse().ok()?;
        let fits = degrees.is_finite() && degrees.abs() <= f64::from(limit);
        #[expect(clippy::cast_possible_truncation, reason = "at most 180 million")]
        fits.then(|| Self((degrees * 1e6).round() as i64))
    }
}

impl fmt::Display for Degrees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 1_000_000, self.0.unsigned_abs() % 1_000_000);
        write!(f, "{sign}{whole}.{part:06}")
    }
}

impl Location {
    /// Two numbers with a comma or a blank between them, as maps write them: latitude and longitude.
    #[must_use]
    pub fn read_coordinates(text: &str) -> Option<(Degrees, Degrees)> {
        let mut numbers = text.split([',', ' ', ';']).filter(|part| !part.is_empty());
        let (latitude, longitude) = (Degrees::parse(numbers.next()?, 90)?, Degrees::parse(numbers.next()?, 180)?);
        numbers.next().is_none().then_some((latitude, longitude))
    }

    /// Whether there is such a place.
    #[must_use]
    pub fn is_on_earth(&self) -> bool {
        self.latitude.0.abs() <= 90_000_000 && self.longitude.0.abs() <= 180_000_000
    }

    /// Where a map of it can be looked at.
    #[must_use]
    pub fn map(&self) -> String {
        let Self { latitude, longitude, .. } = self;
        format!("https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_read_as_maps_write_them() {
        for text in ["59.9139, 10.7522", "59.9139 10.7522", " 59.9139,10.7522 "] {
            assert_eq!(Location::read_coordinates(text), Some((Degrees(59_913_900), Degrees(10_752_200))), "{text}");
        }
        for text in ["", "59.9", "91, 10", "59.9, 181", "1, 2, 3", "north, west"] {
            assert_eq!(Location::read_coordinates(text), None, "{text}");
        }
    }

    #[test]
    fn degrees_are_read_and_written() {
        for (text, shown) in [("-0.1653", "-0.165300"), ("52.5200066", "52.520007"), (" 180 ", "180.000000"), ("-1e1", "-10.000000")] {
            assert_eq!(Degrees::parse(text, 180).unwrap().to_string(), shown);
        }
        for absurd in ["", "north", "NaN", "inf", "90.1"] {
            assert_eq!(Degrees::parse(absurd, 90), None, "{absurd}");
        }
    }
}
