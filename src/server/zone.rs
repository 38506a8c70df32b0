//! Time zones: reads the database of zones into the plain [`Zone`] that pages compute with.

use crate::domain::time::{Instant, Zone};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// How far back and ahead of `now` the offsets reach; outside, the nearest one holds.
const REACH_MS: i64 = 6 * 365 * 86_400_000;

/// The zone of this IANA name; UTC for a name nobody knows.
#[must_use]
pub fn load(name: &str, now: Instant) -> Zone {
    let Ok(zone) = TimeZone::get(name) else { return Zone::utc() };
    let at = |ms: i64| Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let (from, to) = (at(now.0 - REACH_MS), at(now.0 + REACH_MS));
    let minutes = |offset: Offset| i64::from(offset.seconds() / 60);
    let mut offsets = vec![(from.as_millisecond(), minutes(zone.to_offset(from)))];
    offsets.extend(zone.following(from).take_while(|next| next.timestamp() < to).map(|next| (next.timestamp().as_millisecond(), minutes(next.offset()))));
    offsets.dedup_by_key(|(_, offset)| *offset);
    Zone { name: name.to_owned(), offsets }
}

/// When a day, `2026-11-23`, begins in a zone.
#[must_use]
pub fn midnight(zone: &str, day: &str) -> Option<Instant> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let day: jiff::civil::Date = day.parse().ok()?;
    Some(Instant(day.to_zoned(zone).ok()?.timestamp().as_millisecond()))
}

/// Whether there is a zone of this name.
#[must_use]
pub fn is_known(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_summer_time_and_survives_nonsense() {
        let oslo = load("Europe/Oslo", Instant(1_792_890_000_000));
        assert_eq!(oslo.local(Instant(1_792_889_999_000)).hour, 2);
        assert_eq!(oslo.local(Instant(1_792_890_000_000)).hour, 2);
        assert_eq!(load("Mars/Olympus", Instant(0)), Zone::utc());
        assert_eq!(midnight("Europe/Oslo", "2026-11-23"), Some(Instant(1_795_388_400_000)));
        assert_eq!(midnight("Mars/Olympus", "soon"), None);
        assert_eq!(load("Asia/Kolkata", Instant(1_792_890_000_000)).offsets.last().unwrap().1, 330);
    }
}
