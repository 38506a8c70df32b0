//! Telephone numbers as people write them. Which number is which country's is known to a library (Google's `libphonenumber`, ported):
//! numbering plans change, and nobody should keep them by hand.

use phonenumber::{Mode, country};

/// The country of a number of ours, e.g. of `+44 20 7946 0000`: a number without a country code is meant there.
#[must_use]
pub fn country_of(own: &str) -> Option<country::Id> {
    phonenumber::parse(None, own).ok()?.country().id()
}

/// The digits with country code and without `+`, as WhatsApp names people; `None` if there is no such number.
#[must_use]
pub fn digits(written: &str, home: Option<country::Id>) -> Option<String> {
    // In many countries two zeros stand for the plus.
    let written = written.trim();
    let written = written.strip_prefix("00").map_or_else(|| written.to_owned(), |rest| format!("+{rest}"));
    let read = |text: &str| phonenumber::parse(home, text).ok().filter(phonenumber::is_valid);
    // WhatsApp itself leaves the plus away.
    let number = read(&written).or_else(|| read(&format!("+{written}")))?;
    Some(number.format().mode(Mode::E164).to_string().trim_start_matches('+').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_in_any_writing() {
        let britain = country_of("+44 20 7946 0018");
        assert_eq!(britain, Some(country::Id::GB));
        let table = [
            ("07400 123456", Some("447400123456")),
            ("+44 7400 123456", Some("447400123456")),
            ("+44 (0) 7400 123456", Some("447400123456")),
            ("0047 406 12 345", Some("4740612345")),
            ("+47 406 12 345", Some("4740612345")),
            ("+5511987654321", Some("5511987654321")),
            ("447400123456", Some("447400123456")),
            ("12", None),
            ("+44 7400", None),
            ("call me", None),
            ("", None),
        ];
        for (written, expected) in table {
            assert_eq!(digits(written, britain).as_deref(), expected, "{written}");
        }
        assert_eq!(digits("406 12 345", country_of("+47 21 00 00 00")).as_deref(), Some("4740612345"));
        assert_eq!(digits("406 12 345", None), None, "nobody can know which country is meant");
    }
}
