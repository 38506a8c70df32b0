//! A template that was sent, as the customer saw it, with the values that were filled in (`meta-api` section 12).

use crate::domain::template::{Chosen, Values, on_one_line};
use serde::{Deserialize, Serialize};

/// What was sent. A file above the text is the message's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Meta's name of it.
    pub name: String,
    /// E.g. `en_US`.
    pub language: String,
    /// The line above.
    pub header: Option<String>,
    /// The kind of file above: `image`, `video` or `document`.
    pub file: Option<String>,
    /// What that file is called, if it is a document.
    #[serde(default)]
    pub file_name: Option<String>,
    /// The text, filled.
    pub body: String,
    /// The small line below.
    pub footer: Option<String>,
    /// The buttons' labels.
    pub buttons: Vec<String>,
    /// The values, as Meta takes them.
    pub components: Vec<Component>,
}

/// The values of one part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// `header`, `body` or `button`.
    pub part: String,
    /// Which button, from 0.
    pub index: Option<usize>,
    /// Of a button: `url` or `copy_code`; of a header that is a place: `location`, whose parameters are coordinates, name and address.
    pub kind: String,
    /// In order.
    pub parameters: Vec<Parameter>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// The variable's name, where the template has names in place of numbers.
    pub name: Option<String>,
    /// The value.
    pub text: String,
}

impl Template {
    /// Whether it is this template, filled with these values.
    #[must_use]
    pub fn is(&self, chosen: &Chosen) -> bool {
        let Values { header, body, buttons } = &chosen.values;
        let asked = header.iter().chain(body).chain(buttons).map(|value| on_one_line(value));
        let sent = self.components.iter().flat_map(|part| &part.parameters).map(|parameter| parameter.text.clone());
        self.name == chosen.name && self.language == chosen.language && sent.eq(asked)
    }
}
