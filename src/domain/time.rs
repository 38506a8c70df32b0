//! Instants, the clock as a parameter, and an agent's time zone as plain data.
//!
//! The server reads the time zone database and ships the offsets that matter; server and browser then compute
//! the same local days and times, so the first render cannot differ.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(transparent))]
#[serde(transparent)]
pub struct Instant(pub i64);

/// One minute in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
/// One hour in milliseconds.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// One day in milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Instant {
    /// From Unix seconds, as Meta writes them; saturates.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// This instant moved by a number of milliseconds; saturates.
    #[must_use]
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// RFC 3339 in UTC with milliseconds, `2026-11-22T14:02:00.000Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let date = Date::from_days(self.0.div_euclid(DAY_MS));
        let ms = self.0.rem_euclid(DAY_MS);
        format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", date.year, date.month, date.day, ms / HOUR_MS, ms / MINUTE_MS % 60, ms / 1000 % 60, ms % 1000)
    }
}

/// A source of the current time, so that tests can hold and move it.
pub trait Clock: Send + Sync {
    /// The current instant.
    fn now(&self) -> Instant;
}

/// A civil date of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year, e.g. 2026.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: i64,
    /// Day of the month, 1 to 31.
    pub day: i64,
}

impl Date {
    /// From days since 1970-01-01 (Howard Hinnant's `civil_from_days`).
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        Self { year: yoe + era * 400 + i64::from(month <= 2), month, day: doy - (153 * mp + 2) / 5 + 1 }
    }

    /// Days since 1970-01-01 (Howard Hinnant's `days_from_civil`).
    #[must_use]
    pub fn days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let yoe = year.rem_euclid(400);
        let doy = (153 * (if self.month > 2 { self.month - 3 } else { self.month + 9 }) + 2) / 5 + self.day - 1;
        era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
    }
}

/// An instant as a clock on the agent's wall shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// Local days since 1970-01-01: equal for equal calendar days.
    pub day: i64,
    /// The calendar date.
    pub date: Date,
    /// Hour, 0 to 23.
    pub hour: i64,
    /// Minute, 0 to 59.
    pub minute: i64,
    /// Second, 0 to 59.
    pub second: i64,
}

impl LocalTime {
    /// Day of the week, Monday 0 to Sunday 6.
    #[must_use]
    pub fn weekday(&self) -> usize {
        usize::try_from((self.day + 3).rem_euclid(7)).unwrap_or(0)
    }
}

/// A time zone as its offsets from UTC over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// IANA name, e.g. `Europe/Oslo`.
    pub name: String,
    /// From which instant (ms) which offset (minutes) holds, ascending; the first holds for all time before.
    pub offsets: Vec<(i64, i64)>,
}

impl Zone {
    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), offsets: vec![(0, 0)] }
    }

    /// The instant as local wall-clock time.
    #[must_use]
    pub fn local(&self, at: Instant) -> LocalTime {
        let next = self.offsets.partition_point(|(from, _)| *from <= at.0);
        let offset = self.offsets.get(next.saturating_sub(1)).map_or(0, |(_, minutes)| *minutes);
        let ms = at.0.saturating_add(offset * MINUTE_MS);
        let day = ms.div_euclid(DAY_MS);
        let rest = ms.rem_euclid(DAY_MS);
        LocalTime { day, date: Date::from_days(day), hour: rest / HOUR_MS, minute: rest / MINUTE_MS % 60, second: rest / 1000 % 60 }
    }

    /// When a clock on the wall shows what a browser's field for date and time says, e.g. `2026-11-23T09:00`: the first time where
    /// it does twice, and as far behind where the clock skips it.
    #[must_use]
    pub fn read(&self, field: &str) -> Option<Instant> {
        let mut parts = field.split(['-', 'T', ':']).map(|part| part.parse::<i64>().ok());
        let mut part = || parts.next().flatten();
        let (year, month, day, hour, minute) = (part()?, part()?, part()?, part()?, part()?);
        let is_sound = (1970..10_000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60;
        let wall = Date { year, month, day }.days() * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;
        let behind = |offset: i64| Instant(wall - offset * MINUTE_MS);
        let shows = |at: &Instant| {
            let local = self.local(*at);
            local.day * DAY_MS + local.hour * HOUR_MS + local.minute * MINUTE_MS == wall
        };
        let all = self.offsets.iter().map(|(_, offset)| behind(*offset));
        let least = self.offsets.iter().map(|(_, offset)| *offset).min().unwrap_or(0);
        is_sound.then(|| all.filter(shows).min().unwrap_or_else(|| behind(least)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_names_the_instant() {
        assert_eq!(Instant(0).rfc3339(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Instant::from_seconds(1_709_210_096).rfc3339(), "2024-02-29T12:34:56.000Z");
        assert_eq!(Instant(-1).rfc3339(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn a_zone_follows_its_offsets() {
        // Oslo left summer time on 2026-10-25 at 01:00 UTC.
        let oslo = Zone { name: "Europe/Oslo".into(), offsets: vec![(0, 60), (1_774_746_000_000, 120), (1_792_890_000_000, 60)] };
        let before = oslo.local(Instant(1_792_889_999_000));
        let after = oslo.local(Instant(1_792_890_000_000));
        assert_eq!((before.hour, before.minute), (2, 59));
        assert_eq!((after.hour, after.minute), (2, 0));
        assert_eq!(before.day, after.day);
        assert_eq!(after.weekday(), 6, "2026-10-25 is a Sunday");
    }

    #[test]
    fn a_field_is_read_as_the_wall_shows_it() {
        // Oslo in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
        let zone = Zone { name: "Europe/Oslo".into(), offsets: vec![(0, 60), (1_774_746_000_000, 120), (1_792_890_000_000, 60)] };
        let table = [
            ("2026-11-23T09:00", "2026-11-23T08:00:00.000Z"),
            ("2026-07-01T09:30", "2026-07-01T07:30:00.000Z"),
            ("2026-10-25T02:30", "2026-10-25T00:30:00.000Z"),
            ("2026-03-29T02:30", "2026-03-29T01:30:00.000Z"),
        ];
        for (field, expected) in table {
            assert_eq!(zone.read(field).map(Instant::rfc3339).as_deref(), Some(expected), "{field}");
        }
        for wrong in ["", "2026-11-23", "2026-13-01T09:00", "soon", "2026-11-23T25:00"] {
            assert_eq!(zone.read(wrong), None, "{wrong}");
        }
        for days in [-1, 0, 59, 11_016, 20_780] {
            assert_eq!(Date::from_days(days).days(), days);
        }
    }
}
