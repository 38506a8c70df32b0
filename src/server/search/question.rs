//! What is typed into the search: words and operators, and how each engine is asked for them.
//!
//! To add an operator: its field in [`Question`], its line in [`Question::take`], what it means in `service/search`, and its name in
//! `ui/later/operators`.

use super::{index_words, is_number, mark, runs, words};

/// So many words of a question are looked for, and so many values of one operator.
const MOST_ASKED: usize = 16;

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
    /// `label:a,b`: one of these, for each time that it is asked.
    pub labels: Vec<Vec<String>>,
    /// `-label:a`: none of these.
    pub no_labels: Vec<String>,
    /// `from:Zoe`: who wrote it, by name.
    pub from: Option<String>,
    /// `from:me`
    pub is_from_me: bool,
    /// `number:`, which is among the words, too: it may be the customer's, or one of ours.
    pub number: Option<String>,
    /// `is:open`, `is:unread`, …: a view's word.
    pub is: Vec<String>,
    /// `agent:`
    pub agent: Option<String>,
    /// `after:` and `before:`, days as `2026-11-23`.
    pub after: Option<String>,
    /// See `after`.
    pub before: Option<String>,
}

impl Question {
    /// Reads what was typed. Every text is a question; what is no operator is words.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self::read_as(text, false)
    }

    /// The same where it is known whom `number:` names: it is none of the words.
    #[must_use]
    pub fn read_of_number(text: &str) -> Self {
        Self::read_as(text, true)
    }

    fn read_as(text: &str, number_is_known: bool) -> Self {
        let mut question = Self::default();
        let mut free = Vec::new();
        for part in split(text) {
            free.extend(question.take(part));
        }
        if let Some(number) = question.number.clone().filter(|_| !number_is_known) {
            free.push(number);
        }
        question.take_words(&free.join(" "));
        question
    }

    /// Takes in an operator with its value; gives back what is none.
    fn take(&mut self, part: String) -> Option<String> {
        let Some((name, value)) = part.split_once(':').filter(|(_, value)| !value.is_empty()) else { return Some(part) };
        let plain = value.trim_matches('"').to_owned();
        match name.to_lowercase().as_str() {
            "label" => self.labels.push(listed(value)),
            "-label" => self.no_labels.extend(listed(value)),
            "agent" => self.agent = Some(plain),
            "is" => self.is.push(plain.to_lowercase()),
            "after" => self.after = Some(plain),
            "before" => self.before = Some(plain),
            "number" => self.number = Some(plain),
            "has" => self.marks.push(mark("has", &plain)),
            "from" => match plain.to_lowercase().as_str() {
                "me" => self.is_from_me = true,
                "us" | "team" => self.marks.push(mark("from", "us")),
                "customer" | "them" => self.marks.push(mark("from", "customer")),
                _ => self.from = Some(plain),
            },
            "status" => self.marks.push(mark("status", &plain)),
            _ => return Some(part),
        }
        None
    }

    fn take_words(&mut self, free: &str) {
        self.is_prefix = free.chars().last().is_some_and(char::is_alphanumeric);
        for run in runs(free) {
            match run.joined {
                Some(digits) if self.numbers.len() < MOST_ASKED => self.numbers.push((without_trunk(&digits), words(&run.text))),
                _ => {
                    for word in run.text.split_whitespace() {
                        let phrase: Vec<String> = words(word).into_iter().map(|word| without_trunk(&word)).collect();
                        if !phrase.is_empty() && self.phrases.len() < MOST_ASKED {
                            self.phrases.push(phrase);
                        }
                    }
                }
            }
        }
    }

    /// Whether it asks for words of names.
    #[must_use]
    pub fn has_names(&self) -> bool {
        !self.asks_for_messages() && (!self.phrases.is_empty() || !self.numbers.is_empty())
    }

    /// Whether it asks for messages at all, and not only for a part of the list.
    #[must_use]
    pub fn has_words(&self) -> bool {
        self.has_names() || self.asks_for_messages()
    }

    /// Whether it says what a message is, which no conversation's name can meet.
    fn asks_for_messages(&self) -> bool {
        !self.marks.is_empty() || self.after.is_some() || self.before.is_some() || self.from.is_some() || self.is_from_me
    }

    /// Whether a name (with numbers) has all its words.
    #[must_use]
    pub fn is_met_by(&self, name: &str) -> bool {
        let has = index_words(name);
        let last = self.phrases.len().saturating_sub(1);
        let mut asked = self.phrases.iter().enumerate();
        let is_word = |own: &String, word: &String, begins: bool| own == word || (begins && own.starts_with(word.as_str()));
        let is_there = |word: &String, begins: bool| has.iter().any(|own| is_word(own, word, begins));
        // The words of a phrase stand together, as the index wants them.
        let stands = |phrase: &[String], begins: bool| {
            let end = phrase.len().saturating_sub(1);
            has.windows(phrase.len().max(1)).any(|own| own.iter().zip(phrase).enumerate().all(|(at, (own, word))| is_word(own, word, begins && at == end)))
        };
        let is_number = |(digits, groups): &(String, Vec<String>)| is_there(digits, true) || groups.iter().all(|group| is_there(group, false));
        self.has_names() && self.numbers.iter().all(is_number) && asked.all(|(at, phrase)| stands(phrase, at == last && self.is_prefix))
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

/// What was typed, with a label by its new name.
#[must_use]
pub fn with_label_renamed(text: &str, was: &str, name: &str) -> String {
    let renamed = |part: String| {
        let Some((operator, value)) = part.split_once(':').filter(|(operator, _)| ["label", "-label"].contains(&operator.to_lowercase().as_str())) else {
            return part;
        };
        let quoted = |name: String| if name.contains([' ', ',']) { format!("\"{name}\"") } else { name };
        let names = listed(value).into_iter().map(|own| quoted(if own.to_lowercase() == was.to_lowercase() { name.to_owned() } else { own }));
        format!("{operator}:{}", names.collect::<Vec<_>>().join(","))
    };
    split(text).into_iter().map(renamed).collect::<Vec<_>>().join(" ")
}

/// Within a country people write a zero in front, which the whole number does not have.
fn without_trunk(word: &str) -> String {
    let trimmed = word.trim_start_matches('0');
    if is_number(word) && word.len() >= 7 && trimmed.len() >= 6 { trimmed.to_owned() } else { word.to_owned() }
}

/// The values of an operator, between commas; what is quoted is one.
fn listed(value: &str) -> Vec<String> {
    let (mut all, mut is_quoted) = (vec![String::new()], false);
    for c in value.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => all.push(String::new()),
            c => all.last_mut().into_iter().for_each(|last| last.push(c)),
        }
    }
    all.retain(|value| !value.trim().is_empty());
    all.truncate(MOST_ASKED);
    all
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_renamed_wherever_it_is_asked_for() {
        let asked = "invoice label:VIP,Returns -label:vip \"VIP\" has:image label:\"VIP gold\"";
        assert_eq!(
            with_label_renamed(asked, "VIP", "Best of all"),
            "invoice label:\"Best of all\",Returns -label:\"Best of all\" \"VIP\" has:image label:\"VIP gold\""
        );
    }

    #[test]
    fn a_name_has_all_words_and_the_last_may_go_on() {
        let is = |asked: &str, name: &str| Question::read(asked).is_met_by(name);
        assert!(is("angst", "Zoë Ångström") && is("zoe angstrom ", "Zoë Ångström") && is("美咲", "田中 美咲"));
        assert!(!is("ang zoe", "Zoë Ångström"), "only the last may go on");
        assert!(!is("zoe li", "Zoë Ångström") && !is("has:image", "Zoë") && !is("", "Zoë") && !is("+47 98 76 54 32", "Zoë"));
        assert!(is("東京", "田中 東京") && !is("東京", "京東"), "words of a phrase stand together");
        assert!(is("zoe@shop.exa", "Zoë zoe@shop.example") && !is("shop@zoe.example", "zoe@shop.example"));
        assert!(is("+47 98 76 54 32", "Zoë 4798765432") && is("zoë 5432", "Zoë 4798765432"));
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
        let question = Question::read("label:\"Very urgent\" has:image from:us is:unread before:2026-11-01 invoice ");
        assert_eq!((question.labels, question.before.as_deref()), (vec![vec!["Very urgent".to_owned()]], Some("2026-11-01")));
        assert_eq!((question.is, question.marks), (vec!["unread".to_owned()], vec![mark("has", "image"), mark("from", "us")]));
        assert_eq!((question.phrases, question.is_prefix), (vec![vec!["invoice".to_owned()]], true));
        let question = Question::read(r#"label:a,"b,c" -label:d from:Zoe number:+47123"#);
        assert_eq!((question.labels, question.no_labels), (vec![vec!["a".to_owned(), "b,c".to_owned()]], vec!["d".to_owned()]));
        assert_eq!((question.from.as_deref(), question.numbers.len()), (Some("Zoe"), 1));
        assert_eq!(Question::read_of_number("number:+47123").numbers.len(), 0);
        assert_eq!(Question::read("https://shop.example/x").phrases, [["https", "shop", "example", "x"]]);
    }
}
