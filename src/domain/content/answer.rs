//! What a customer chose or filled in: buttons, lists, forms, permissions, payments (`meta-api` sections 4.4 and 4.7).

use serde::{Deserialize, Serialize};

/// An answer by something other than writing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// By what.
    pub by: By,
    /// What was chosen, in the words the customer saw; empty where there are none.
    pub title: String,
    /// More about it: the description of a list's row.
    pub detail: Option<String>,
    /// Names and values of what was filled in or decided.
    pub fields: Vec<(String, String)>,
}

/// How it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A button of an interactive message.
    Button,
    /// A row of a list.
    List,
    /// A quick reply of a template.
    Template,
    /// A form (flow, address).
    Form,
    /// Whether calls are allowed.
    CallPermission,
    /// A way of paying, or a payment.
    Payment,
}
