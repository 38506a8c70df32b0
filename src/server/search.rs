//! Words as they are kept for searching and as they are searched: folded, split, the same for both engines.
//!
//! Accents go, letters become small; each CJK sign is a word of its own; of a run of digits every ending of three or more is a word,
//! so that a number is found however it is written. What a message is (`has:image`, `from:customer`, …) is a word, too.

mod question;
mod snippet;

use crate::domain::letter::{is_cjk, is_emoji, plain};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub use question::{Question, with_label_renamed};
pub use snippet::snippet;

/// So many words of one text are kept.
const MOST: usize = 20_000;
/// So much of a word is kept: PostgreSQL takes no endless ones, and nobody types one.
const WORD_CHARS: usize = 64;
/// The shortest ending of a number that is a word.
const DIGITS: usize = 3;
/// The longest run of digits that is taken for a number.
const MOST_DIGITS: usize = 20;

/// The words of a text, in order.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let end = |word: &mut String, words: &mut Vec<String>| {
        if !word.is_empty() {
            words.push(std::mem::take(word));
        }
    };
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if is_cjk(c) {
            end(&mut word, &mut words);
            words.push(c.to_string());
        } else if is_emoji(c) {
            end(&mut word, &mut words);
            words.push(format!("{EMOJI}{:x}", u32::from(c)));
        } else if c.is_alphanumeric() {
            match plain(c) {
                Some(letters) => word.push_str(letters),
                None => word.push(c),
            }
        } else {
            end(&mut word, &mut words);
        }
    }
    end(&mut word, &mut words);
    words.truncate(MOST);
    words.into_iter().map(|word| word.chars().take(WORD_CHARS).collect()).collect()
}

/// Begins the word that stands for an emoji, as neither engine takes its sign for one.
const EMOJI: char = '\u{e001}';

fn is_number(word: &str) -> bool {
    word.len() <= MOST_DIGITS && word.bytes().all(|b| b.is_ascii_digit())
}

/// The words under which a text is kept: its own, numbers written in groups as one, and the endings of all its numbers.
#[must_use]
pub fn index_words(text: &str) -> Vec<String> {
    let mut all = words(text);
    all.extend(runs(text).into_iter().filter_map(|run| run.joined));
    let endings = all.iter().filter(|word| is_number(word)).flat_map(|word| (1..=word.len().saturating_sub(DIGITS)).map(|at| word[at..].to_owned()));
    let endings: Vec<String> = endings.collect();
    all.extend(endings);
    all
}

/// A piece of a text: as it was written, and, where it may be a number in groups, `+47 98 76 54 32` or `(07700) 900-123`, its digits.
struct Run {
    text: String,
    joined: Option<String>,
}

fn runs(text: &str) -> Vec<Run> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.' | '/' | '\u{a0}');
    let mut runs: Vec<(bool, String)> = Vec::new();
    for c in text.chars() {
        match runs.last_mut() {
            Some((is_number, run)) if *is_number == is_part(c) => run.push(c),
            _ => runs.push((is_part(c), c.to_string())),
        }
    }
    let joined = |run: &str| {
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        // Dates, prices and times are no numbers of people: those have seven digits or more, or a plus, and fifteen at most (E.164).
        let is_long = digits.len() >= 7 || (run.trim_start().starts_with('+') && digits.len() >= DIGITS);
        (is_long && digits.len() <= 15 && run.trim().len() > digits.len()).then_some(digits)
    };
    let mut all: Vec<Run> = Vec::new();
    for (is_number, text) in runs {
        let joined = joined(&text).filter(|_| is_number);
        // What is no number stays with what it stands beside: an address is one piece.
        match all.last_mut().filter(|last| last.joined.is_none() && joined.is_none()) {
            Some(last) => last.text.push_str(&text),
            None => all.push(Run { text, joined }),
        }
    }
    all
}

/// The word under which messages of a kind, side or state are kept.
#[must_use]
pub fn mark(of: &str, what: &str) -> String {
    let plain: String = what.chars().filter(char::is_ascii_alphanumeric).collect();
    // Begins with a sign that no text has among its words.
    format!("\u{e000}{of}{}", plain.to_lowercase())
}

/// What somebody of the team wrote, by their id: names change, and several have the same.
pub const BY: &str = "id";

/// The words under which messages of somebody of the team are kept by what they were called.
pub fn marks_of_author(name: &str) -> impl Iterator<Item = String> {
    words(name).into_iter().map(|word| format!("\u{e000}by{word}"))
}

/// Words as a `tsvector` of PostgreSQL's, to be cast.
#[must_use]
pub fn tsvector(words: &[String]) -> String {
    // Positions end at 16383.
    words.iter().take(16_000).enumerate().map(|(at, word)| format!("'{word}':{}", at + 1)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_script_do_not_matter() {
        assert_eq!(words("Zoë ÅNGSTRÖM, Straße"), ["zoe", "angstrom", "strasse"]);
        assert_eq!(words("Łódź, Øl; Kırmızı"), ["lodz", "ol", "kirmizi"]);
        assert_eq!(words("荷物はいつ?"), ["荷", "物", "は", "い", "つ"]);
        assert_eq!(words("أَيْنَ طلبي"), ["اين", "طلبي"]);
        assert_eq!(words("👍🏽 ''\"*-"), ["\u{e001}1f44d"]);
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        let kept = index_words("447700900123");
        for asked in ["+44 7700 900123", "07700 900 123", "(07700) 900-123", "900123", "123"] {
            let question = Question::read(asked);
            let digits = question.numbers.first().map_or_else(|| question.phrases[0][0].clone(), |(digits, _)| digits.clone());
            assert!(kept.iter().any(|word| word.starts_with(&digits)), "{asked}: {question:?}");
        }
        let list = index_words("orders 20391 20392 20393, 23.11. at 10:30");
        for word in ["20391", "20392", "20393", "392", "23", "30"] {
            assert!(list.iter().any(|kept| kept == word), "{word}: {list:?}");
        }
        assert_eq!(Question::read("20391 2026").fts5(true), r#"("203912026"* OR ("20391" AND "2026"))"#);
        assert!(words(&"x".repeat(5000)).iter().all(|word| word.len() <= 64));
    }
}
