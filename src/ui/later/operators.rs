//! Operators of the search are completed while they are typed, by the browser's own list: `la` to `label:`, `label:v` to `label:VIP`.
//!
//! To add one: its name in [`NAMES`], and what can stand behind it in [`values`].

use super::tools;
use crate::domain::search::View;
use crate::protocol::team::Team;
use crate::ui::browser::document;
use leptos::ev;
use leptos::prelude::*;

/// The list's element.
const LIST: &str = "search-offers";
/// The field that it belongs to.
const FIELD: &str = "search";
/// So many are offered.
const MOST: usize = 12;

/// What a question may ask for beside words.
const NAMES: [&str; 10] = ["label:", "-label:", "agent:", "is:", "has:", "from:", "status:", "before:", "after:", "number:"];
/// Kinds of messages.
const KINDS: [&str; 9] = ["image", "video", "audio", "document", "sticker", "location", "contacts", "template", "interactive"];

fn values(name: &str, team: &Team) -> Vec<String> {
    let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect();
    match name {
        "label" | "-label" => team.labels.iter().map(|label| label.name.clone()).collect(),
        "agent" => team.agents.iter().map(|agent| agent.name.clone()).collect(),
        "is" => View::ALL.iter().skip(1).map(|view| view.as_str().to_owned()).chain(["open".to_owned()]).collect(),
        "has" => words(&KINDS),
        "from" => words(&["customer", "us", "me"]).into_iter().chain(team.agents.iter().map(|agent| agent.name.clone())).collect(),
        "status" => words(&["failed", "sent", "delivered", "read"]),
        _ => Vec::new(),
    }
}

/// What a question can become with its last word completed; and the same without quotes, by which browsers look whether it fits what is typed.
fn offers(text: &str, team: &Team) -> Vec<(String, String)> {
    let mut is_quoted = false;
    let mut from = 0;
    for (at, c) in text.char_indices() {
        is_quoted ^= c == '"';
        if c.is_whitespace() && !is_quoted {
            from = at + c.len_utf8();
        }
    }
    let (head, word) = text.split_at(from);
    let Some((name, begun)) = word.split_once(':') else {
        let sought = word.to_lowercase();
        let fits = |name: &&str| !sought.is_empty() && name.starts_with(&sought);
        return NAMES.into_iter().filter(fits).map(|name| (format!("{head}{name}"), format!("{head}{name}"))).collect();
    };
    // Of several, the last is still typed.
    let (given, begun) = begun.rfind(',').filter(|_| name.ends_with("label")).map_or(("", begun), |at| begun.split_at(at + 1));
    let sought = begun.trim_start_matches('"').to_lowercase();
    let fits = values(&name.to_lowercase(), team).into_iter().filter(|value| value.to_lowercase().starts_with(&sought));
    let quote = |value: &str| if value.contains(char::is_whitespace) { "\"" } else { "" };
    let offer = |value: String| {
        let quote = quote(&value);
        (format!("{head}{name}:{given}{quote}{value}{quote}"), format!("{head}{name}:{given}{value}"))
    };
    fits.take(MOST).map(offer).collect()
}

/// What was typed without its operators: the words that stand in messages.
#[must_use]
pub fn words_alone(text: &str) -> String {
    let mut is_quoted = false;
    let parts = text.split(|c: char| {
        is_quoted ^= c == '"';
        c.is_whitespace() && !is_quoted
    });
    let is_word = |part: &&str| !NAMES.iter().any(|name| part.to_lowercase().starts_with(name));
    parts.filter(is_word).collect::<Vec<_>>().join(" ")
}

/// The list, which the browser shows below the field.
pub fn draw() -> AnyView {
    let typed = RwSignal::new(String::new());
    document::set_list(FIELD, LIST);
    let listening = window_event_listener(ev::input, move |event| {
        if document::is_target(&event, FIELD) {
            typed.set(document::value(FIELD));
        }
    });
    on_cleanup(move || listening.remove());
    let options = move || {
        let offers = tools::team().with(|team| typed.with(|text| offers(text, team)));
        offers.into_iter().map(|(value, label)| view! { <option value=value label=label></option> }.into_any()).collect::<Vec<_>>()
    };
    view! { <datalist id=LIST>{options}</datalist> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::label::Label;
    use crate::protocol::team::Colleague;

    #[test]
    fn the_last_word_is_completed() {
        let label = |name: &str| Label { id: name.into(), name: name.to_owned(), color: String::new() };
        let team = Team {
            agents: vec![Colleague { id: "j".into(), name: "Jonas Berg".to_owned(), color: None }],
            labels: vec![label("Late payer"), label("VIP")],
            ..Team::default()
        };
        let asked = |text: &str| offers(text, &team).into_iter().map(|(value, _)| value).collect::<Vec<_>>();
        assert_eq!(offers("agent:jo", &team)[0].1, "agent:Jonas Berg");
        assert_eq!(asked("l"), ["label:"]);
        assert_eq!(asked("tea LA"), ["tea label:"]);
        assert_eq!(asked("label:l"), [r#"label:"Late payer""#]);
        assert_eq!((asked("label:VIP,l"), asked("-la")), (vec![r#"label:VIP,"Late payer""#.to_owned()], vec!["-label:".to_owned()]));
        assert_eq!(asked("from:jo"), [r#"from:"Jonas Berg""#]);
        assert_eq!(asked(r#"label:"late p"#), [r#"label:"Late payer""#]);
        assert_eq!(asked(r#"label:"Late payer" a"#), [r#"label:"Late payer" agent:"#, r#"label:"Late payer" after:"#]);
        assert_eq!(asked("agent:jo"), [r#"agent:"Jonas Berg""#]);
        assert_eq!(asked("x has:im"), ["x has:image"]);
        assert!(asked("is:un").contains(&"is:unread".to_owned()));
        for text in ["", "tea ", "parcel", "https://x", "label:zzz", "before:"] {
            assert_eq!(asked(text), Vec::<String>::new(), "{text}");
        }
    }
}
