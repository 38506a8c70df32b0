//! A question with answers to tap, a list of choices, a link as a button.

use super::{Making, frame, line, lines, typed, words_of};
use crate::domain::content::Interactive;
use crate::domain::content::interactive::{Action, Row};
use crate::protocol::command::Made;
use crate::ui::words;
use leptos::prelude::*;

/// Which of the three.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Buttons,
    List,
    Link,
}

pub fn form(making: &Making, kind: Kind) -> AnyView {
    let (text, footer, label, choices) = (typed(), typed(), typed(), typed());
    let parts = match kind {
        Kind::Buttons => lines(words::ANSWERS.to_owned(), &choices, "3"),
        Kind::List => view! {
                {line(words::LIST_BUTTON.to_owned(), &label, true)}
                {lines(words::CHOICES.to_owned(), &choices, "5")}
        }
        .into_any(),
        Kind::Link => view! {
                {line(words::LINK_BUTTON.to_owned(), &label, true)}
                {line(words::URL.to_owned(), &choices, true)}
        }
        .into_any(),
    };
    let fields = view! {
        {lines(words::TEXT.to_owned(), &text, "3")}
        {parts}
        {line(words::FOOTER.to_owned(), &footer, false)}
    };
    let sender = making.clone();
    frame(making, fields.into_any(), move || {
        let label = words_of(&label).unwrap_or_default();
        let action = match kind {
            Kind::Buttons => Action::Buttons(each_line(&choices.get_untracked())),
            Kind::List => Action::List(label, each_line(&choices.get_untracked()).iter().map(|line| row(line)).collect()),
            Kind::Link => Action::Link(label, words_of(&choices).unwrap_or_default()),
        };
        let question = Interactive { body: text.get_untracked().trim().to_owned(), footer: words_of(&footer), action };
        match question.check() {
            Ok(()) => sender.send(Made::Interactive(question)),
            Err(unfit) => sender.refuse(&unfit.0),
        }
    })
}

fn each_line(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn row(line: &str) -> Row {
    match line.split_once(';') {
        Some((title, detail)) => Row { title: title.trim().to_owned(), detail: Some(detail.trim().to_owned()).filter(|detail| !detail.is_empty()) },
        None => Row { title: line.to_owned(), detail: None },
    }
}
