//! Some words around what was found.

use super::question::Question;
use super::words;
use crate::domain::letter::stands_alone;
use crate::protocol::search::Part;

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
            .is_some_and(|last| !stands_alone(c) && !stands_alone(last) && last.is_alphanumeric() == c.is_alphanumeric());
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(shown("great 🎉🎉👍 news", "🎉"), "great [🎉🎉]👍 news");
        assert_eq!(shown("", "x"), "");
    }
}
