//! Reading a page of templates (`meta-api` section 12). A part that is not known makes its template unsendable here, never unreadable.

use super::scalar::{filled, list, object, text};
use crate::domain::template::{Button, Header, Template};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A page of the list.
#[derive(Debug, Default)]
pub struct Page {
    /// The templates.
    pub templates: Vec<Template>,
    /// Where the next page begins; `None`: this was the last.
    pub after: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    data: Option<Box<RawValue>>,
    #[serde(default)]
    paging: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Paging {
    #[serde(default)]
    cursors: Option<Box<RawValue>>,
    #[serde(default)]
    next: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Cursors {
    #[serde(default)]
    after: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    name: Option<Box<RawValue>>,
    #[serde(default)]
    language: Option<Box<RawValue>>,
    #[serde(default)]
    category: Option<Box<RawValue>>,
    #[serde(default)]
    status: Option<Box<RawValue>>,
    #[serde(default)]
    rejected_reason: Option<Box<RawValue>>,
    #[serde(default)]
    components: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default, rename = "type")]
    kind: Option<Box<RawValue>>,
    #[serde(default)]
    format: Option<Box<RawValue>>,
    #[serde(default)]
    text: Option<Box<RawValue>>,
    #[serde(default)]
    url: Option<Box<RawValue>>,
    #[serde(default)]
    buttons: Option<Box<RawValue>>,
    #[serde(default)]
    cards: Option<Box<RawValue>>,
    #[serde(default)]
    components: Option<Box<RawValue>>,
}

/// Buttons that are sent without a value, or with one that can be typed.
const BUTTONS: [&str; 6] = ["QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE", "VOICE_CALL", "REQUEST_CONTACT_INFO"];

/// Reads a page; `None`: it is not one.
#[must_use]
pub fn read(body: &str) -> Option<Page> {
    let answer: Answer = super::scalar::parse(body)?;
    answer.data.as_ref()?;
    let templates = list(answer.data.as_deref()).iter().filter_map(|given| template(given)).collect();
    let paging = object::<Paging>(answer.paging.as_deref()).filter(|paging| filled(paging.next.as_deref()).is_some());
    let cursors = paging.and_then(|paging| object::<Cursors>(paging.cursors.as_deref()));
    Some(Page { templates, after: cursors.and_then(|cursors| filled(cursors.after.as_deref())) })
}

fn template(raw: &RawValue) -> Option<Template> {
    let given: Given = object(Some(raw))?;
    let word = |raw: Option<Box<RawValue>>| text(raw.as_deref()).unwrap_or_default();
    let mut template = Template {
        name: filled(given.name.as_deref())?,
        language: filled(given.language.as_deref())?,
        category: word(given.category),
        status: word(given.status),
        reason: Some(word(given.rejected_reason)).filter(|reason| reason != "NONE").unwrap_or_default(),
        ..Template::default()
    };
    for part in parts(given.components.as_deref()) {
        put(&mut template, &part);
    }
    Some(template)
}

fn parts(raw: Option<&RawValue>) -> Vec<Part> {
    list(raw).iter().filter_map(|part| object(Some(part))).collect()
}

fn put(template: &mut Template, part: &Part) {
    let words = text(part.text.as_deref()).unwrap_or_default();
    match upper(part.kind.as_deref()).as_str() {
        "HEADER" => match upper(part.format.as_deref()).as_str() {
            "TEXT" | "" => template.header = Header::Text(words),
            file @ ("IMAGE" | "VIDEO" | "DOCUMENT") => template.header = Header::File(file.to_lowercase()),
            "LOCATION" => template.header = Header::Place,
            other => template.unsupported.push(format!("HEADER {other}")),
        },
        "BODY" => template.body = words,
        "FOOTER" => template.footer = Some(words).filter(|words| !words.is_empty()),
        "BUTTONS" => {
            for button in parts(part.buttons.as_deref()) {
                let kind = upper(button.kind.as_deref());
                template.unsupported.extend((!BUTTONS.contains(&kind.as_str())).then(|| kind.clone()));
                template.buttons.push(Button { kind, text: text(button.text.as_deref()).unwrap_or_default(), url: text(button.url.as_deref()) });
            }
        }
        "CAROUSEL" => {
            for card in parts(part.cards.as_deref()) {
                let texts = parts(card.components.as_deref()).iter().filter_map(|part| filled(part.text.as_deref())).collect::<Vec<_>>();
                template.cards.push(texts.join(" "));
            }
        }
        other => template.unsupported.push(other.to_owned()),
    }
}

fn upper(raw: Option<&RawValue>) -> String {
    text(raw).unwrap_or_default().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_leniently() {
        let page = read(include_str!("../samples/templates.json")).unwrap();
        assert_eq!(page.after.as_deref(), Some("QVFI"));
        let [visit, carousel, odd] = &page.templates[..] else { panic!("{:?}", page.templates) };
        assert_eq!((visit.name.as_str(), visit.language.as_str(), visit.is_approved()), ("visit_reminder", "en_GB", true));
        assert_eq!(visit.header, Header::File("image".into()));
        assert_eq!(visit.slots().iter().map(|slot| slot.name.as_str()).collect::<Vec<_>>(), ["first_name", "time", "Change"]);
        assert_eq!((carousel.cards.len(), carousel.reason.as_str()), (2, "PROMOTIONAL"));
        assert_eq!(odd.unsupported, ["OTP", "LIMITED_TIME_OFFER"]);
        assert_eq!(odd.header, Header::Place);
        assert!(read("{}").is_none() && read("<html>").is_none() && read(r#"{"error":{"code":190}}"#).is_none());
        assert_eq!(read(r#"{"data":[],"paging":{"cursors":{"after":"x"}}}"#).unwrap().after, None);
    }
}
