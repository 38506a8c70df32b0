//! What the fuzz targets call: everything that reads what strangers send. None of it may panic, whatever the bytes.
//!
//! To add a target: a function here, its file in `fuzz/fuzz_targets`, seeds in `fuzz/corpus/<name>`, its line in [`TARGETS`].

use super::http::{fuzz_query, fuzz_request};
use super::ingest::batch;
use super::search::{Question, snippet};
use super::store::accounts;
use super::store::deliveries::Pending;
use crate::domain::content::Content;
use crate::domain::time::Instant;

/// A reader of strangers' bytes.
pub type Target = fn(&[u8]);

/// All targets, by name.
pub const TARGETS: [(&str, Target); 4] = [("webhook", webhook), ("form", form), ("query", query), ("question", question)];

/// The account that what is read belongs to.
#[must_use]
pub fn account() -> accounts::Stored {
    accounts::Stored {
        id: "a".into(),
        phone_number_id: "1".into(),
        waba_id: "2".into(),
        portfolio_id: None,
        name: String::new(),
        phone: String::new(),
        sealed_token: None,
        read_receipts: 1,
        typing_indicator: 1,
        stopped_code: None,
        stopped_text: None,
        auto_assign: 0,
        stopped_token: None,
        strikes: 0,
    }
}

/// A webhook: taken apart, read, and every content stored and shown as it would be.
pub fn webhook(bytes: &[u8]) {
    let pending = [Pending { n: 1, received_at: Instant(1_795_000_000_000), body: bytes.to_vec() }];
    let (batch, settled) = batch::read(&pending, &[account()]);
    assert_eq!(settled.len(), 1);
    for entry in batch.inbound() {
        let stored = super::store::json(&entry.content);
        assert!(!stored.contains("\\u0000"), "no engine stores NUL");
        assert_eq!(serde_json::from_str::<Content>(&stored).ok().as_ref(), Some(&entry.content), "what is stored reads back");
        let preview = entry.content.preview();
        assert!(preview.chars().count() <= crate::domain::content::PREVIEW_CHARS + 1 && !preview.contains('\n'));
        if let Content::Text(text) = &entry.content {
            let _ = crate::domain::markup::parse(&text.body);
        }
    }
}

/// A form, urlencoded or in parts, as each of the pages' handlers reads it.
pub fn form(bytes: &[u8]) {
    fuzz_request(bytes);
}

/// A query string, as each of the handlers reads it, and the places, cursors and addresses in it.
pub fn query(bytes: &[u8]) {
    fuzz_query(&String::from_utf8_lossy(bytes));
}

/// What is typed into the search, and a text to find it in. E19: whatever it is, it is asked for in words alone, each within quotes that
/// it cannot leave.
pub fn question(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for question in [Question::read(&text), Question::read_of_number(&text)] {
        for with_marks in [false, true] {
            let (fts5, tsquery) = (question.fts5(with_marks), question.tsquery(with_marks));
            for (query, quote, signs) in [(fts5, '"', " ()*ANDOR"), (tsquery, '\'', " ()<->:*&|")] {
                let outside: String = query.split(quote).step_by(2).collect();
                assert!(query.matches(quote).count().is_multiple_of(2) && outside.chars().all(|c| signs.contains(c)), "{query}");
                let mut inside = query.split(quote).skip(1).step_by(2).flat_map(str::chars);
                assert!(inside.all(|c| !['"', '\'', '\\'].contains(&c) && !c.is_control()), "{query}");
            }
        }
        let _ = question.is_met_by(&text);
        let shown: String = snippet(&text, &question).iter().map(|part| part.text.as_str()).collect();
        assert!(shown.chars().count() < 200);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// B13, E1: the kept corpus, and each of its files bent in some hundred ways.
    #[test]
    fn b13_the_corpus_and_its_neighbours_are_read_without_a_panic() {
        let mut seed = 7_u64;
        let mut random = |bound: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % bound.max(1)
        };
        for (name, target) in TARGETS {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
            let files: Vec<Vec<u8>> = std::fs::read_dir(&folder).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
            assert!(files.len() >= 3, "{} has no seeds", folder.display());
            for file in &files {
                target(file);
                for _ in 0..300 {
                    let mut bent = file.clone();
                    for _ in 0..=random(4) {
                        let at = random(bent.len());
                        match random(5) {
                            0 if !bent.is_empty() => bent[at] = u8::try_from(random(256)).unwrap(),
                            1 => bent.truncate(at),
                            2 => drop(bent.splice(at..at, files[random(files.len())].iter().copied().take(random(64)))),
                            3 if !bent.is_empty() => drop(bent.remove(at)),
                            _ => bent.extend_from_slice(&file[at.min(file.len())..]),
                        }
                    }
                    target(&bent);
                }
            }
        }
    }
}
