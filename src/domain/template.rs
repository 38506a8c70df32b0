//! A message template: what Meta has approved, what is open in it, and what a customer sees once it is filled (`meta-api` section 12).

use super::content::template::{Component, Parameter};
use super::content::text::units;
use super::content::{self, Location};
use serde::{Deserialize, Serialize};

/// The longest filled body, in UTF-16 units, where the template has other parts, too; and where it has none.
const BODY_LIMIT: (usize, usize) = (1024, 32_768);

/// A template as Meta has it. Its key is (business account, name, language): names repeat across languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// `[a-z0-9_]`, at most 512.
    pub name: String,
    /// E.g. `en_US`.
    pub language: String,
    /// Meta's word: `MARKETING`, `UTILITY`, `AUTHENTICATION`.
    pub category: String,
    /// Meta's word; only `APPROVED` can be sent.
    pub status: String,
    /// Why it was refused or paused, in Meta's words; empty: not said.
    pub reason: String,
    /// Above the body.
    pub header: Header,
    /// With its variables as `{{1}}` or `{{first_name}}`.
    pub body: String,
    /// Small, below.
    pub footer: Option<String>,
    /// In order.
    pub buttons: Vec<Button>,
    /// The cards of a carousel, a line for each; such a template can be looked at, not sent.
    pub cards: Vec<String>,
    /// Parts that this version cannot fill, by Meta's names.
    pub unsupported: Vec<String>,
}

/// What stands above the body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// Nothing.
    #[default]
    None,
    /// A line, with at most one variable.
    Text(String),
    /// A file that is chosen at sending: `image`, `video` or `document`.
    File(String),
    /// A place that is named at sending.
    Place,
}

/// What is open in a place above the body, in this order.
const PLACE: [&str; 3] = ["latitude, longitude", "name of the place", "address"];

/// A button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Meta's word: `QUICK_REPLY`, `URL`, `PHONE_NUMBER`, `COPY_CODE`…
    pub kind: String,
    /// Its label.
    pub text: String,
    /// Where it leads; may end in a variable.
    pub url: Option<String>,
}

/// Where a variable stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the header's line.
    Header,
    /// In the body.
    Body,
    /// At the end of this button's address, or its code.
    Button(usize),
}

/// Something to fill in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Where.
    pub place: Place,
    /// `1`, `first_name`, or a button's label.
    pub name: String,
}

/// What is filled in, part by part, each in the order of its slots.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// Of the header's line.
    #[serde(default)]
    pub header: Vec<String>,
    /// Of the body.
    #[serde(default)]
    pub body: Vec<String>,
    /// Of the buttons that want one.
    #[serde(default)]
    pub buttons: Vec<String>,
}

/// A template that was chosen, with what is filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// What is filled in.
    #[serde(default)]
    pub values: Values,
}

/// Why a template cannot be sent as it was filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is not approved.
    Status,
    /// It has parts that this version cannot fill.
    Unsupported,
    /// These are empty or missing, by name.
    Missing(Vec<String>),
    /// The place is not two numbers on the earth.
    NoPlace,
    /// More values than it has variables.
    TooMany,
    /// The filled body is so many characters too long.
    TooLong(usize),
}

impl Unfit {
    /// What an agent is told.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Status => "WhatsApp does not send this template now. Choose another one.".to_owned(),
            Self::Unsupported => "This template has parts that cannot be filled here. Choose another one.".to_owned(),
            Self::Missing(names) => format!("Fill in {}.", names.join(", ")),
            Self::NoPlace => "Write the place as latitude and longitude, for example 59.9139, 10.7522.".to_owned(),
            Self::TooMany => "There are more values than the template has variables.".to_owned(),
            Self::TooLong(by) => format!("The filled text is {by} characters too long for WhatsApp. Shorten a value."),
        }
    }
}

impl Template {
    /// Whether all of these words are in its name, kind or text, or in what is said of it.
    #[must_use]
    pub fn has_words(&self, words: &str, about: &str) -> bool {
        let text = format!("{} {about} {} {}", self.name, self.category, self.body).to_lowercase();
        words.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }

    /// Whether Meta sends it.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.status == "APPROVED"
    }

    /// Whether this version can fill all of its parts.
    #[must_use]
    pub fn can_be_filled(&self) -> bool {
        self.unsupported.is_empty() && self.cards.is_empty()
    }

    /// Everything to fill in, in the order of the page: header, body, buttons; in the body as Meta counts, numbers first.
    #[must_use]
    pub fn slots(&self) -> Vec<Slot> {
        let line = if let Header::Text(line) = &self.header { line.as_str() } else { "" };
        let of = |place: Place, text: &str| names(text).into_iter().map(move |name| Slot { place: place.clone(), name }).collect::<Vec<_>>();
        let mut slots = of(Place::Header, line);
        if self.header == Header::Place {
            slots.extend(PLACE.map(|name| Slot { place: Place::Header, name: name.to_owned() }));
        }
        slots.extend(of(Place::Body, &self.body));
        for (index, button) in self.buttons.iter().enumerate() {
            let is_open = button.kind == "COPY_CODE" || button.url.as_deref().is_some_and(|url| !names(url).is_empty());
            slots.extend(is_open.then(|| Slot { place: Place::Button(index), name: button.text.clone() }));
        }
        slots
    }

    /// One of its texts with these values (by slot) put in; what has no value yet stays as it is.
    #[must_use]
    pub fn filled(&self, place: &Place, text: &str, values: &[String]) -> String {
        let slots = self.slots();
        let value = |name: &str| {
            let named = slots.iter().zip(values).find(|(slot, _)| slot.place == *place && (slot.name == name || matches!(place, Place::Button(_))));
            named.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        let (mut filled, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, left)) = after.split_once("}}") else { break };
            filled.push_str(before);
            // What is put in is not looked at again.
            match value(name) {
                Some(value) => filled.push_str(value),
                None => filled.extend(["{{", name, "}}"]),
            }
            rest = left;
        }
        filled + rest
    }

    /// Values by part as values by slot, with nothing where one is missing.
    ///
    /// # Errors
    /// A part has more values than variables.
    pub fn in_slots(&self, values: &Values) -> Result<Vec<String>, Unfit> {
        let Values { header, body, buttons } = values;
        let mut left = [header.iter(), body.iter(), buttons.iter()];
        let part = |place: &Place| match place {
            Place::Header => 0,
            Place::Body => 1,
            Place::Button(_) => 2,
        };
        let filled = self.slots().iter().map(|slot| left[part(&slot.place)].next().cloned().unwrap_or_default()).collect();
        if left.iter().any(|left| left.len() > 0) { Err(Unfit::TooMany) } else { Ok(filled) }
    }

    /// The same the other way round.
    #[must_use]
    pub fn by_part(&self, filled: &[String]) -> Values {
        let mut values = Values::default();
        for (slot, value) in self.slots().iter().zip(filled) {
            let part = match slot.place {
                Place::Header => &mut values.header,
                Place::Body => &mut values.body,
                Place::Button(_) => &mut values.buttons,
            };
            part.push(value.clone());
        }
        values
    }

    /// What is sent, as the customer will see it, with the values of [`Self::slots`] in order.
    ///
    /// # Errors
    /// See [`Unfit`].
    pub fn fill(&self, values: &[String]) -> Result<content::Template, Unfit> {
        if !self.is_approved() {
            return Err(Unfit::Status);
        }
        if !self.can_be_filled() {
            return Err(Unfit::Unsupported);
        }
        let slots = self.slots();
        let values: Vec<String> = values.iter().map(|value| on_one_line(value)).collect();
        let missing = slots.iter().enumerate().filter(|(at, _)| values.get(*at).is_none_or(String::is_empty));
        let missing: Vec<String> = missing.map(|(_, slot)| slot.name.clone()).collect();
        if !missing.is_empty() {
            return Err(Unfit::Missing(missing));
        }
        let body = self.filled(&Place::Body, &self.body, &values);
        let is_alone = self.header == Header::None && self.footer.is_none() && self.buttons.is_empty();
        let over = units(&body).saturating_sub(if is_alone { BODY_LIMIT.1 } else { BODY_LIMIT.0 });
        if over > 0 {
            return Err(Unfit::TooLong(over));
        }
        let (header, file) = match &self.header {
            Header::Text(line) => (Some(self.filled(&Place::Header, line, &values)), None),
            Header::File(kind) => (None, Some(kind.clone())),
            Header::Place if Location::read_coordinates(&values[0]).is_none() => return Err(Unfit::NoPlace),
            Header::Place => (Some(values[1..PLACE.len()].join(", ")), None),
            Header::None => (None, None),
        };
        Ok(content::Template {
            name: self.name.clone(),
            language: self.language.clone(),
            header,
            file,
            file_name: None,
            body,
            footer: self.footer.clone(),
            buttons: self.buttons.iter().map(|button| button.text.clone()).collect(),
            components: self.components(&slots, &values),
        })
    }

    fn components(&self, slots: &[Slot], values: &[String]) -> Vec<Component> {
        let mut components: Vec<Component> = Vec::new();
        for (slot, value) in slots.iter().zip(values) {
            let (part, index, kind) = match slot.place {
                Place::Header if self.header == Header::Place => ("header", None, "location"),
                Place::Header => ("header", None, ""),
                Place::Body => ("body", None, ""),
                Place::Button(at) => ("button", Some(at), if self.buttons[at].kind == "COPY_CODE" { "copy_code" } else { "url" }),
            };
            // Numbers are known by their place, names by themselves.
            let has_name = kind.is_empty() && slot.name.parse::<u32>().is_err();
            let name = has_name.then(|| slot.name.clone());
            let parameter = Parameter { name, text: value.clone() };
            match components.last_mut().filter(|last| last.part == part && last.index == index) {
                Some(last) => last.parameters.push(parameter),
                None => components.push(Component { part: part.to_owned(), index, kind: kind.to_owned(), parameters: vec![parameter] }),
            }
        }
        components
    }
}

/// The variables of a text, each once: numbers in their order, names as they come.
fn names(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, left)) = after.split_once("}}") else { break };
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if is_name && found.iter().all(|known| known != name) {
            found.push(name.to_owned());
        }
        rest = left;
    }
    if found.iter().all(|name| name.parse::<u32>().is_ok()) {
        found.sort_by_key(|name| name.parse::<u32>().unwrap_or(0));
    }
    found
}

/// A value as Meta takes it: no line breaks, no tabs, never more than four blanks in a row.
#[must_use]
pub fn on_one_line(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Template {
        Template {
            name: "visit".into(),
            language: "en_GB".into(),
            status: "APPROVED".into(),
            header: Header::Text("Hello {{1}}".into()),
            body: "On {{2}} at {{1}}, {{2}}?".into(),
            footer: Some("Corner bakery".into()),
            buttons: vec![
                Button { kind: "QUICK_REPLY".into(), text: "Yes".into(), url: None },
                Button { kind: "URL".into(), text: "Map".into(), url: Some("https://a.example/{{1}}".into()) },
            ],
            ..Template::default()
        }
    }

    fn values(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn a_template_is_filled_as_the_customer_sees_it() {
        let slots: Vec<(Place, String)> = template().slots().into_iter().map(|slot| (slot.place, slot.name)).collect();
        assert_eq!(slots, [(Place::Header, "1".into()), (Place::Body, "1".into()), (Place::Body, "2".into()), (Place::Button(1), "Map".into())]);
        let sent = template().fill(&values(&["Ann", " ten\n o'clock ", "Monday", "shop"])).unwrap();
        assert_eq!((sent.header.as_deref(), sent.body.as_str()), (Some("Hello Ann"), "On Monday at ten o'clock, Monday?"));
        assert_eq!(
            sent.components.iter().map(|part| (part.part.as_str(), part.index, part.parameters.len())).collect::<Vec<_>>(),
            [("header", None, 1), ("body", None, 2), ("button", Some(1), 1)]
        );
    }

    #[test]
    fn names_keep_their_names_and_their_order() {
        let named = Template { body: "{{last}}, {{first}} {{last}} {{ no }} {{}} {{".into(), status: "APPROVED".into(), ..Template::default() };
        let sent = named.fill(&values(&["Duarte", "Ines"])).unwrap();
        assert_eq!(sent.body, "Duarte, Ines Duarte {{ no }} {{}} {{");
        assert_eq!(sent.components[0].parameters[1], Parameter { name: Some("first".into()), text: "Ines".into() });
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(template().fill(&values(&["Ann", "", " \t"])), Err(Unfit::Missing(values(&["1", "2", "Map"]))));
        let given = Values { header: values(&["Ann"]), body: values(&["a", "b"]), buttons: values(&["c"]) };
        let filled = template().in_slots(&given).unwrap();
        assert_eq!((filled.clone(), template().by_part(&filled)), (values(&["Ann", "a", "b", "c"]), given.clone()));
        assert_eq!(template().in_slots(&Values { header: vec![], ..given.clone() }), Ok(values(&["", "a", "b", "c"])));
        assert_eq!(template().in_slots(&Values { body: values(&["a", "b", "c"]), ..given }), Err(Unfit::TooMany));
        assert_eq!(template().fill(&values(&["a", &"b".repeat(1020), "c", "d"])), Err(Unfit::TooLong(8)));
        assert_eq!(Template { status: "PAUSED".into(), ..template() }.fill(&[]), Err(Unfit::Status));
        assert_eq!(Template { cards: values(&["a"]), ..template() }.fill(&[]), Err(Unfit::Unsupported));
    }
}
