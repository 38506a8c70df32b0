//! What a plain form gets back when it could not be taken: the sentence, and everything that was typed but the password.

use serde::{Deserialize, Serialize};

/// What stands before a label's id in the name of its box.
pub const LABEL_FIELD: &str = "label:";

/// What stands before a number's id in the name of its box.
pub const NUMBER_FIELD: &str = "number:";

/// A refused form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormNote {
    /// What is wrong and what to do; empty: nothing is.
    pub message: String,
    /// Names and values of the fields.
    pub fields: Vec<(String, String)>,
}

impl FormNote {
    /// What was typed into a field.
    #[must_use]
    pub fn field(&self, name: &str) -> String {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}
