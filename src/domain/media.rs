//! A file that came or goes with a message: what is known of it, and how far it has got.

use super::failure::Failure;
use super::id::MediaId;
use super::time::Instant;
use serde::{Deserialize, Serialize};

/// A file of a message. Its bytes are had from the server by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Our id.
    pub id: MediaId,
    /// How far it has got.
    pub state: State,
    /// Its type: announced by its sender, and told by its content once it is here.
    pub mime: String,
    /// Bytes, once it is here.
    pub size: Option<i64>,
    /// Of a picture: width and height in pixels, as it is shown.
    pub pixels: Option<(i64, i64)>,
    /// Of a recording, in milliseconds.
    pub duration_ms: Option<i64>,
    /// Of a voice note: how loud it is over its length, a letter (`a` to `p`) for each part.
    pub waveform: Option<String>,
    /// Whether there is a small picture of it.
    pub thumbnail: bool,
}

/// How far a file has got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is on its way.
    Fetching,
    /// It did not come, and is tried again then.
    Waiting(Instant),
    /// It will not come by itself.
    Failed(Failure),
    /// It is here.
    Ready,
}

impl Media {
    /// The size as people write it; empty while it is not known.
    #[must_use]
    pub fn size_in_words(&self) -> String {
        match self.size {
            None => String::new(),
            Some(bytes @ ..1000) => format!("{bytes} B"),
            Some(bytes @ ..1_000_000) => format!("{} kB", (bytes + 500) / 1000),
            Some(bytes) => format!("{}.{} MB", (bytes + 50_000) / 1_000_000, (bytes + 50_000) / 100_000 % 10),
        }
    }
}

/// Bars of a waveform.
pub const BARS: usize = 48;

/// A waveform of loudness (any unit): one letter a bar, the quietest part `a`, the loudest `p`.
#[must_use]
pub fn waveform(loudness: &[u64]) -> String {
    let least = loudness.iter().min().copied().unwrap_or(0);
    let span = (loudness.iter().max().copied().unwrap_or(0) - least).max(1);
    let letter = |bar: usize| {
        let part = &loudness[bar * loudness.len() / BARS..((bar + 1) * loudness.len() / BARS).max(bar * loudness.len() / BARS + 1).min(loudness.len())];
        let level = (part.iter().max().copied().unwrap_or(least) - least) * 15 / span;
        char::from(b'a' + u8::try_from(level).unwrap_or(15))
    };
    if loudness.is_empty() { String::new() } else { (0..BARS).map(letter).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        let media =
            |size| Media { id: "m".into(), state: State::Ready, mime: String::new(), size, pixels: None, duration_ms: None, waveform: None, thumbnail: false };
        for (bytes, said) in
            [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (48_600, "49 kB"), (1_049_999, "1.0 MB"), (2_950_000, "3.0 MB"), (104_857_600, "104.9 MB")]
        {
            assert_eq!(media(Some(bytes)).size_in_words(), said);
        }
    }

    #[test]
    fn a_waveform_has_its_bars_however_short_or_long() {
        for length in [1, 2, 47, 48, 49, 5000] {
            let loudness: Vec<u64> = (0..length).collect();
            assert_eq!(waveform(&loudness).len(), BARS, "{length}");
        }
        assert_eq!(waveform(&[]), "");
        let ramp: Vec<u64> = (0..480).collect();
        assert!(waveform(&ramp).starts_with('a') && waveform(&ramp).ends_with('p'));
        assert_eq!(waveform(&[3, 3]), "a".repeat(BARS), "nobody speaks");
    }
}
