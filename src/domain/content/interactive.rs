//! A question with its answers to tap, or a link as a button: what a business can send beyond words (`meta-api` section 10).

use super::text::units;
use serde::{Deserialize, Serialize};

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interactive {
    /// The words above the buttons.
    pub body: String,
    /// The small line below.
    pub footer: Option<String>,
    /// What can be tapped.
    pub action: Action,
}

/// What can be tapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// One to three answers.
    Buttons(Vec<String>),
    /// A list behind a button: its label, and up to ten rows.
    List(String, Vec<Row>),
    /// A button that opens an address: its label, and the address.
    Link(String, String),
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What is chosen.
    pub title: String,
    /// More about it.
    pub detail: Option<String>,
}

/// Why WhatsApp would not take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit(pub String);

impl Interactive {
    /// What can be tapped, in order.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        match &self.action {
            Action::Buttons(titles) => titles.clone(),
            Action::List(_, rows) => rows.iter().map(|row| row.title.clone()).collect(),
            Action::Link(label, _) => vec![label.clone()],
        }
    }

    /// Whether WhatsApp takes it: the limits of `meta-api` section 10, in UTF-16 units.
    ///
    /// # Errors
    /// A sentence that names the part and what it may have.
    pub fn check(&self) -> Result<(), Unfit> {
        let is_list = matches!(self.action, Action::List(..));
        within("the text", &self.body, if is_list { 4096 } else { 1024 })?;
        if let Some(footer) = &self.footer {
            within("the line below", footer, 60)?;
        }
        match &self.action {
            Action::Buttons(titles) => {
                count("buttons", titles.len(), 3)?;
                titles.iter().try_for_each(|title| within("a button", title, 20))?;
                unique(titles.iter())
            }
            Action::List(label, rows) => {
                within("the button", label, 20)?;
                count("rows", rows.len(), 10)?;
                for row in rows {
                    within("a row", &row.title, 24)?;
                    row.detail.iter().try_for_each(|detail| within("a row's second line", detail, 72))?;
                }
                unique(rows.iter().map(|row| &row.title))
            }
            Action::Link(label, url) => {
                within("the button", label, 20)?;
                within("the address", url, 2000)?;
                let is_address = ["https://", "http://"].iter().any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| rest.contains('.')));
                if is_address && !url.contains(char::is_whitespace) { Ok(()) } else { refuse("The address must begin with https:// or http://.".to_owned()) }
            }
        }
    }
}

fn refuse(sentence: String) -> Result<(), Unfit> {
    Err(Unfit(sentence))
}

fn within(part: &str, text: &str, limit: usize) -> Result<(), Unfit> {
    let over = units(text).saturating_sub(limit);
    match (text.trim().is_empty(), over) {
        (true, _) => refuse(format!("Fill in {part}.")),
        (_, 0) => Ok(()),
        _ => refuse(format!("Shorten {part} by {over} characters: WhatsApp shows at most {limit}.")),
    }
}

fn count(what: &str, count: usize, most: usize) -> Result<(), Unfit> {
    if (1..=most).contains(&count) { Ok(()) } else { refuse(format!("WhatsApp takes 1 to {most} {what}.")) }
}

fn unique<'a>(titles: impl Iterator<Item = &'a String>) -> Result<(), Unfit> {
    let mut seen = std::collections::BTreeSet::new();
    let mut titles = titles;
    match titles.find(|title| !seen.insert(title.trim())) {
        Some(twice) => refuse(format!("“{twice}” is there twice: the answers must differ.")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_metas() {
        let question = |action| Interactive { body: "Which day?".into(), footer: None, action };
        let titles = |titles: &[&str]| titles.iter().map(|title| (*title).to_owned()).collect::<Vec<_>>();
        let row = |title: &str| Row { title: title.into(), detail: None };
        assert_eq!(question(Action::Buttons(titles(&["Mon", "Tue"]))).check(), Ok(()));
        assert_eq!(question(Action::List("Days".into(), vec![row("Mon"), row("Tue")])).check(), Ok(()));
        assert_eq!(question(Action::Link("Open".into(), "https://a.example/b".into())).check(), Ok(()));
        let refused = [
            Action::Buttons(vec![]),
            Action::Buttons(titles(&["a", "b", "c", "d"])),
            Action::Buttons(titles(&["a", "a "])),
            Action::Buttons(titles(&["twenty-one characters"])),
            Action::Buttons(titles(&[" "])),
            Action::List("Days".into(), vec![]),
            Action::List(String::new(), vec![row("a")]),
            Action::List("Days".into(), (0..11).map(|n| row(&n.to_string())).collect()),
            Action::Link("Open".into(), "javascript:alert(1)".into()),
            Action::Link("Open".into(), "https://a.example/ b".into()),
        ];
        for action in refused {
            assert!(question(action.clone()).check().is_err(), "{action:?}");
        }
        assert!(Interactive { body: " ".into(), ..question(Action::Buttons(titles(&["a"]))) }.check().is_err());
    }
}
