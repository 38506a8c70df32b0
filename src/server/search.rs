//! Words as they are kept for searching and as they are searched: folded, split, the same for both engines.
//!
//! Accents go, letters become small; each CJK sign is a word of its own; of a run of digits every ending of three or more is a word,
//! so that a number is found however it is written. What a message is (`has:image`, `from:customer`, …) is a word, too.

use crate::protocol::search::Part;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// So many words of one text are kept, and so many of a question.
const MOST: usize = 20_000;
const MOST_ASKED: usize = 16;
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
        } else if c.is_alphanumeric() {
            word.push(c);
        } else {
            end(&mut word, &mut words);
        }
    }
    end(&mut word, &mut words);
    words.truncate(MOST);
    words.into_iter().map(|word| word.chars().take(WORD_CHARS).collect()).collect()
}

/// Signs that stand for words without blanks between them.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}' | '\u{0e00}'..='\u{0e7f}')
}

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

/// What is asked: words that must all be there, the last as a beginning; and what the operators ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Each a run of words that stand together.
    pub phrases: Vec<Vec<String>>,
    /// Numbers written in groups: their digits as one word, or else each group.
    pub numbers: Vec<(String, Vec<String>)>,
    /// Whether the last word may go on.
    pub is_prefix: bool,
    /// Words that say what a message is: see [`mark`].
    pub marks: Vec<String>,
    /// `label:`
    pub label: Option<String>,
    /// `is:open`, `is:unread`, …: a view's word.
    pub is: Vec<String>,
    /// `agent:`
    pub agent: Option<String>,
    /// `after:` and `before:`, days as `2026-11-23`.
    pub after: Option<String>,
    /// See `after`.
    pub before: Option<String>,
}

/// The word under which messages of a kind, side or state are kept.
#[must_use]
pub fn mark(of: &str, what: &str) -> String {
    let plain: String = what.chars().filter(char::is_ascii_alphanumeric).collect();
    // Begins with a sign that no text has among its words.
    format!("\u{e000}{of}{}", plain.to_lowercase())
}

impl Question {
    /// Reads what was typed. Every text is a question; what is no operator is words.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut question = Self::default();
        let mut free = Vec::new();
        for part in split(text) {
            let Some((name, value)) = part.split_once(':').filter(|(_, value)| !value.is_empty()) else {
                free.push(part);
                continue;
            };
            let value = value.trim_matches('"').to_owned();
            match name.to_lowercase().as_str() {
                "label" => question.label = Some(value),
                "agent" => question.agent = Some(value),
                "is" => question.is.push(value.to_lowercase()),
                "after" => question.after = Some(value),
                "before" => question.before = Some(value),
                "number" => free.push(value),
                "has" => question.marks.push(mark("has", &value)),
                "from" => match value.to_lowercase().as_str() {
                    "me" | "us" | "team" => question.marks.push(mark("from", "us")),
                    "customer" | "them" => question.marks.push(mark("from", "customer")),
                    _ => free.push(value),
                },
                "status" => question.marks.push(mark("status", &value)),
                _ => free.push(part),
            }
        }
        let free = free.join(" ");
        question.is_prefix = free.chars().last().is_some_and(char::is_alphanumeric);
        for run in runs(&free) {
            match run.joined {
                Some(digits) if question.numbers.len() < MOST_ASKED => question.numbers.push((without_trunk(&digits), words(&run.text))),
                _ => {
                    for word in run.text.split_whitespace() {
                        let phrase: Vec<String> = words(word).into_iter().map(|word| without_trunk(&word)).collect();
                        if !phrase.is_empty() && question.phrases.len() < MOST_ASKED {
                            question.phrases.push(phrase);
                        }
                    }
                }
            }
        }
        question
    }

    /// Whether it asks for words of names.
    #[must_use]
    pub fn has_names(&self) -> bool {
        self.marks.is_empty() && self.after.is_none() && self.before.is_none() && !(self.phrases.is_empty() && self.numbers.is_empty())
    }

    /// Whether it asks for messages at all, and not only for a part of the list.
    #[must_use]
    pub fn has_words(&self) -> bool {
        self.has_names() || !self.marks.is_empty() || self.after.is_some() || self.before.is_some()
    }

    /// Whether a name has all its words.
    #[must_use]
    pub fn is_met_by(&self, name: &str) -> bool {
        let has = words(name);
        let last = self.phrases.len().saturating_sub(1);
        let mut asked = self.phrases.iter().enumerate();
        let is_there = |word: &String, begins: bool| has.iter().any(|own| own == word || (begins && own.starts_with(word.as_str())));
        self.has_names() && self.numbers.is_empty() && asked.all(|(at, phrase)| phrase.iter().all(|word| is_there(word, at == last && self.is_prefix)))
    }

    /// The question in the words of SQLite's FTS5: every word is quoted, so none can be a sign of its language.
    #[must_use]
    pub fn fts5(&self, with_marks: bool) -> String {
        let last = self.phrases.len().saturating_sub(1);
        let phrase = |(at, phrase): (usize, &Vec<String>)| {
            let star = if at == last && self.is_prefix { "*" } else { "" };
            format!("\"{}\"{star}", phrase.join(" "))
        };
        let number = |(digits, groups): &(String, Vec<String>)| {
            let groups: Vec<String> = groups.iter().map(|group| format!("\"{group}\"")).collect();
            format!("(\"{digits}\"* OR ({}))", groups.join(" AND "))
        };
        let all = self.phrases.iter().enumerate().map(phrase).chain(self.numbers.iter().map(number));
        all.chain(self.asked_marks(with_marks).iter().map(|mark| format!("\"{mark}\""))).collect::<Vec<_>>().join(" AND ")
    }

    /// The same as a `tsquery` of PostgreSQL's, to be cast.
    #[must_use]
    pub fn tsquery(&self, with_marks: bool) -> String {
        let last = self.phrases.len().saturating_sub(1);
        let phrase = |(at, phrase): (usize, &Vec<String>)| {
            let words: Vec<String> = phrase.iter().map(|word| format!("'{word}'")).collect();
            let star = if at == last && self.is_prefix { ":*" } else { "" };
            format!("({}{star})", words.join(" <-> "))
        };
        let number = |(digits, groups): &(String, Vec<String>)| {
            let groups: Vec<String> = groups.iter().map(|group| format!("'{group}'")).collect();
            format!("('{digits}':* | ({}))", groups.join(" & "))
        };
        let all = self.phrases.iter().enumerate().map(phrase).chain(self.numbers.iter().map(number));
        all.chain(self.asked_marks(with_marks).iter().map(|mark| format!("'{mark}'"))).collect::<Vec<_>>().join(" & ")
    }

    /// The marks that messages must have; if nothing else is asked for, the one that all have.
    fn asked_marks(&self, with_marks: bool) -> Vec<String> {
        let is_bare = self.marks.is_empty() && self.phrases.is_empty() && self.numbers.is_empty();
        match (with_marks, is_bare) {
            (false, _) => Vec::new(),
            (true, true) => vec![mark("any", "")],
            (true, false) => self.marks.clone(),
        }
    }
}

/// Within a country people write a zero in front, which the whole number does not have.
fn without_trunk(word: &str) -> String {
    let trimmed = word.trim_start_matches('0');
    if is_number(word) && word.len() >= 7 && trimmed.len() >= 6 { trimmed.to_owned() } else { word.to_owned() }
}

/// Words, and operators with quoted values as one.
fn split(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let (mut part, mut is_quoted) = (String::new(), false);
    for c in text.chars().take(500) {
        match c {
            '"' => {
                is_quoted = !is_quoted;
                part.push(c);
            }
            c if c.is_whitespace() && !is_quoted => {
                if !part.is_empty() {
                    parts.push(std::mem::take(&mut part));
                }
            }
            c => part.push(c),
        }
    }
    parts.extend((!part.is_empty()).then_some(part));
    parts
}

/// How much of a text is shown around what was found, in characters, before and after.
const BEFORE: usize = 30;
const AFTER: usize = 110;

/// Some words of a text around the first of those that were asked for, which are marked.
#[must_use]
pub fn snippet(text: &str, question: &Question) -> Vec<Part> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let numbers = question.numbers.iter().flat_map(|(digits, groups)| std::iter::once(digits).chain(groups));
    let asked: Vec<&String> = question.phrases.iter().flatten().chain(numbers).collect();
    let is_asked = |word: &str| {
        let folded = words(word);
        folded.iter().any(|word| asked.iter().any(|asked| word == *asked || (question.is_prefix && asked.len() > 1 && word.starts_with(asked.as_str()))))
    };
    // Runs of signs of one sort: words, and what is between them.
    let mut parts: Vec<Part> = Vec::new();
    for c in text.chars() {
        let joins = parts
            .last()
            .and_then(|part| part.text.chars().last())
            .is_some_and(|last| !is_cjk(c) && !is_cjk(last) && last.is_alphanumeric() == c.is_alphanumeric());
        match parts.last_mut() {
            Some(part) if joins => part.text.push(c),
            _ => parts.push(Part { text: c.to_string(), is_found: false }),
        }
    }
    for part in &mut parts {
        part.is_found = is_asked(&part.text);
    }
    let first = parts.iter().position(|part| part.is_found).unwrap_or(0);
    let (mut from, mut room) = (first, BEFORE);
    while from > 0 && parts[from - 1].text.chars().count() <= room {
        from -= 1;
        room -= parts[from].text.chars().count();
    }
    while parts.get(from).is_some_and(|part| part.text.trim().is_empty()) {
        from += 1;
    }
    let mut shown: Vec<Part> = Vec::new();
    if from > 0 {
        shown.push(Part { text: "…".to_owned(), is_found: false });
    }
    let mut room = AFTER;
    for part in parts.into_iter().skip(from) {
        let length = part.text.chars().count();
        let fits = length <= room;
        let text = if fits { part.text } else { part.text.chars().take(room).collect::<String>() + "…" };
        room = room.saturating_sub(length);
        match shown.last_mut().filter(|last| last.is_found == part.is_found) {
            Some(last) => last.text.push_str(&text),
            None => shown.push(Part { text, is_found: part.is_found }),
        }
        if !fits || room == 0 {
            break;
        }
    }
    shown
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
    fn a_name_has_all_words_and_the_last_may_go_on() {
        let is = |asked: &str, name: &str| Question::read(asked).is_met_by(name);
        assert!(is("angst", "Zoë Ångström") && is("zoe angstrom ", "Zoë Ångström") && is("美咲", "田中 美咲"));
        assert!(!is("ang zoe", "Zoë Ångström"), "only the last may go on");
        assert!(!is("zoe li", "Zoë Ångström") && !is("has:image", "Zoë") && !is("", "Zoë") && !is("+47 98 76 54 32", "Zoë"));
    }

    #[test]
    fn accents_case_and_script_do_not_matter() {
        assert_eq!(words("Zoë ÅNGSTRÖM, Straße"), ["zoe", "angstrom", "straße"]);
        assert_eq!(words("荷物はいつ?"), ["荷", "物", "は", "い", "つ"]);
        assert_eq!(words("أَيْنَ طلبي"), ["اين", "طلبي"]);
        assert_eq!(words("👍 ''\"*-"), Vec::<String>::new());
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

    #[test]
    fn a_snippet_marks_what_was_found() {
        let shown = |text: &str, asked: &str| {
            let mark = |part: &Part| if part.is_found { format!("[{}]", part.text) } else { part.text.clone() };
            snippet(text, &Question::read(asked)).iter().map(mark).collect::<String>()
        };
        assert_eq!(shown("Where is  my Päckchen?", "pack"), "Where is my [Päckchen]?");
        assert_eq!(shown("荷物はいつ", "いつ"), "荷物は[いつ]");
        let long = format!("{}needle {}", "hay ".repeat(50), "straw ".repeat(50));
        assert!(shown(&long, "needle").starts_with("…hay hay") && shown(&long, "needle").contains("[needle]") && shown(&long, "needle").ends_with('…'));
        assert_eq!(shown("", "x"), "");
    }

    /// E19: whatever is typed is a question that both engines take.
    #[test]
    fn e19_signs_of_query_languages_are_words_or_nothing() {
        let question = Question::read("it's \"AND\" (NOT) near* col:x -y ^z");
        assert_eq!(question.fts5(true), r#""it s" AND "and" AND "not" AND "near" AND "col x" AND "y" AND "z"*"#);
        assert_eq!(Question::read("'); drop table").tsquery(true), "('drop') & ('table':*)");
        assert_eq!(Question::read("\" '' * :").fts5(false), "");
    }

    #[test]
    fn operators_are_told_from_words() {
        let question = Question::read("label:\"Very urgent\" has:image from:me is:unread before:2026-11-01 invoice ");
        assert_eq!((question.label.as_deref(), question.before.as_deref()), (Some("Very urgent"), Some("2026-11-01")));
        assert_eq!((question.is, question.marks), (vec!["unread".to_owned()], vec![mark("has", "image"), mark("from", "us")]));
        assert_eq!((question.phrases, question.is_prefix), (vec![vec!["invoice".to_owned()]], true));
        assert_eq!(Question::read("https://shop.example/x").phrases, [["https", "shop", "example", "x"]]);
    }
}
