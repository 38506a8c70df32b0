//! Telephone numbers as people write them. Which number is which country's is known to a library (Google's `libphonenumber`, ported):
//! numbering plans change, and nobody should keep them by hand.

use phonenumber::Mode;
pub use phonenumber::country;

/// The country of a number of ours, e.g. of `+44 20 7946 0000`: a number without a country code is meant there.
#[must_use]
pub fn country_of(own: &str) -> Option<country::Id> {
    phonenumber::parse(None, own).ok()?.country().id()
}

/// The country that a number written without a code is meant in, as `GB (+44)`.
#[must_use]
pub fn home(own: &str) -> Option<String> {
    let number = phonenumber::parse(None, own).ok()?;
    Some(format!("{} (+{})", number.country().id()?.as_ref(), number.code().value()))
}

/// Why what is written names nobody.
#[derive(Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is no such number.
    None,
    /// It is one number in the own country, and another with the country code in front.
    Several,
}

/// The digits with country code and without `+`, as WhatsApp names people.
///
/// # Errors
/// See [`Wrong`].
pub fn digits(written: &str, home: Option<country::Id>) -> Result<String, Wrong> {
    let written = written.trim();
    let read = |text: &str| {
        let number = phonenumber::parse(home, text).ok().filter(phonenumber::is_valid)?;
        Some(number.format().mode(Mode::E164).to_string().trim_start_matches('+').to_owned())
    };
    // In many countries two zeros stand for the plus.
    if let Some(rest) = written.strip_prefix("00") {
        return read(&format!("+{rest}")).ok_or(Wrong::None);
    }
    // WhatsApp itself leaves the plus away: nobody shall write to a stranger because of that.
    let whole = if written.starts_with('+') { None } else { read(&format!("+{written}")) };
    match (read(written), whole) {
        (Some(one), Some(other)) if one != other => Err(Wrong::Several),
        (one, other) => one.or(other).ok_or(Wrong::None),
    }
}

/// The ways in which WhatsApp may write a number (`meta-api` section 3.1): in some countries its digits are not those that are dialled.
#[must_use]
pub fn writings(digits: &str) -> Vec<String> {
    let mut all = vec![digits.to_owned()];
    let mut put = |text: String| {
        if !all.contains(&text) {
            all.push(text);
        }
    };
    match (digits.get(..2), digits.get(2..)) {
        // Mexico and Argentina: a digit for mobiles after the country code.
        (Some("52"), Some(rest)) if rest.len() == 10 => put(format!("521{rest}")),
        (Some("52"), Some(rest)) if rest.len() == 11 && rest.starts_with('1') => put(format!("52{}", &rest[1..])),
        (Some("54"), Some(rest)) if rest.len() == 10 => put(format!("549{rest}")),
        (Some("54"), Some(rest)) if rest.len() == 11 && rest.starts_with('9') => put(format!("54{}", &rest[1..])),
        // Brazil: a 9 after the two digits of the area.
        (Some("55"), Some(rest)) if rest.len() == 10 => put(format!("55{}9{}", &rest[..2], &rest[2..])),
        (Some("55"), Some(rest)) if rest.len() == 11 && rest[2..].starts_with('9') => put(format!("55{}{}", &rest[..2], &rest[3..])),
        _ => {}
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_in_any_writing() {
        let britain = country_of("+44 20 7946 0018");
        assert_eq!((home("+44 20 7946 0018").as_deref(), home("no number")), (Some("GB (+44)"), None));
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
            assert_eq!(digits(written, britain).ok().as_deref(), expected, "{written}");
        }
        assert_eq!(digits("406 12 345", country_of("+47 21 00 00 00")).as_deref(), Ok("4740612345"));
        assert_eq!(digits("406 12 345", None), Err(Wrong::None), "nobody can know which country is meant");
    }

    /// I7: nobody writes to a stranger because a plus is missing.
    #[test]
    fn i7_two_readings_are_none() {
        let america = country_of("+1 212 555 0100");
        assert_eq!(digits("6598765432", america), Err(Wrong::Several), "Singapore, or Alabama");
        assert_eq!(digits("+6598765432", america).as_deref(), Ok("6598765432"));
    }

    #[test]
    fn what_is_dialled_is_found_as_whatsapp_writes_it() {
        for (one, other) in [("525512345678", "5215512345678"), ("541123456789", "5491123456789"), ("551187654321", "5511987654321")] {
            assert!(writings(one).contains(&other.to_owned()), "{one}");
            assert!(writings(other).contains(&one.to_owned()), "{other}");
        }
        assert_eq!(writings("447400123456"), ["447400123456"]);
    }
}
