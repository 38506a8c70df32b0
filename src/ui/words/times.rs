//! Days, times and how long something takes, as people say them.

use crate::domain::time::{Date, HOUR_MS, Instant, LocalTime, MINUTE_MS, Zone};

const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(super) fn date(date: Date, with_year: bool) -> String {
    let month = usize::try_from(date.month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
    if with_year { format!("{} {month} {}", date.day, date.year) } else { format!("{} {month}", date.day) }
}

/// A day as a separator or in a row: Today, Yesterday, a weekday, else the date.
#[must_use]
pub fn day(then: &LocalTime, now: &LocalTime) -> String {
    match now.day - then.day {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        2..=6 => WEEKDAYS[then.weekday()].to_owned(),
        _ => date(then.date, then.date.year != now.date.year),
    }
}

/// Hours and minutes.
#[must_use]
pub fn time(at: &LocalTime) -> String {
    format!("{:02}:{:02}", at.hour, at.minute)
}

/// A row's time: the clock today, else the day.
#[must_use]
pub fn row_time(at: Instant, now: Instant, zone: &Zone) -> String {
    let (then, now) = (zone.local(at), zone.local(now));
    if then.day == now.day { time(&then) } else { day(&then, &now) }
}

/// A full date with seconds, on hover.
#[must_use]
pub fn full_time(at: Instant, zone: &Zone) -> String {
    let local = zone.local(at);
    format!("{}, {} {:02}:{:02}:{:02}", WEEKDAYS[local.weekday()], date(local.date, true), local.hour, local.minute, local.second)
}

/// How long is left, short.
#[must_use]
pub fn left(ms: i64) -> String {
    let minutes = (ms + MINUTE_MS - 1) / MINUTE_MS;
    if ms >= HOUR_MS { format!("{} h", ms / HOUR_MS) } else { format!("{minutes} min") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_as_people_say_them() {
        let zone = Zone::utc();
        let now = zone.local(Instant(1_795_000_000_000));
        let ago = |days: i64| day(&zone.local(Instant(1_795_000_000_000 - days * 86_400_000)), &now);
        assert_eq!([ago(0), ago(1), ago(3)], ["Today", "Yesterday", "Sunday"]);
        assert_eq!((ago(8).as_str(), ago(400).as_str()), ("10 November", "14 October 2025"));
    }

    #[test]
    fn time_left_is_short() {
        assert_eq!([left(1), left(42 * MINUTE_MS), left(HOUR_MS * 5 + 1)], ["1 min", "42 min", "5 h"]);
    }
}
