//! Written words (`meta-api` sections 4.1 and 10).

use serde::{Deserialize, Serialize};

/// Meta's limit for an outbound text, here counted in UTF-16 units, the strictest reading.
pub const LIMIT: usize = 4096;

/// A text message. Inbound it may be of any length; outbound at most [`LIMIT`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The words as written, markup included.
    pub body: String,
}

/// The length as Meta may count it: UTF-16 units.
#[must_use]
pub fn units(body: &str) -> usize {
    body.encode_utf16().count()
}

/// Why a text cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing but white space.
    Empty,
    /// Longer than [`LIMIT`] by so many units.
    TooLong(usize),
}

/// Checks a text before it is sent.
///
/// # Errors
/// Says what is wrong with it.
pub fn check(body: &str) -> Result<(), Refusal> {
    let units = units(body);
    if body.trim().is_empty() {
        Err(Refusal::Empty)
    } else if units > LIMIT {
        Err(Refusal::TooLong(units - LIMIT))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_utf16_units() {
        assert_eq!(check(" \n\t"), Err(Refusal::Empty));
        assert_eq!(check(&"a".repeat(LIMIT)), Ok(()));
        assert_eq!(check(&"😀".repeat(LIMIT / 2)), Ok(()));
        assert_eq!(check(&"😀".repeat(LIMIT / 2 + 1)), Err(Refusal::TooLong(2)));
    }
}
