//! What Meta tells a business about its account, its number and its templates, as far as somebody must see to it.

use serde::{Deserialize, Serialize};

/// One thing that Meta told. What it tells of the same subject later takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What it is about.
    pub about: About,
    /// Its name: a template's, a number, the display name that was asked for.
    pub name: String,
    /// Meta's word for what happened (`meta-api` section 9).
    pub event: String,
    /// Meta's reason, in its own words; may be empty.
    pub detail: String,
}

/// What Meta tells about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A template.
    Template,
    /// A number's quality.
    Number,
    /// The name that customers see.
    DisplayName,
    /// The business account.
    Account,
    /// Whatever Meta sends an alert for.
    Alert,
    /// Meta's look at the business account.
    Review,
    /// What customers think of a template.
    Quality,
    /// What a template counts as, and costs.
    Category,
    /// Somebody asked for, or changed, the number's PIN.
    Security,
}

impl Warning {
    /// Whether somebody must see to it.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        match self.about {
            About::Template => matches!(self.event.as_str(), "REJECTED" | "PAUSED" | "DISABLED" | "FLAGGED" | "LIMIT_EXCEEDED" | "LOCKED"),
            About::Number => matches!(self.event.as_str(), "FLAGGED" | "DOWNGRADE"),
            About::DisplayName | About::Review => self.event == "REJECTED",
            About::Account => !matches!(self.event.as_str(), "REINSTATE" | "ACCOUNT_RECONNECTED"),
            About::Quality => self.event == "RED",
            About::Category => !self.detail.is_empty(),
            About::Alert | About::Security => true,
        }
    }

    /// Whether it takes back something bad that was told of the same subject.
    #[must_use]
    pub fn takes_back(&self) -> bool {
        match self.about {
            About::Template => matches!(self.event.as_str(), "APPROVED" | "REINSTATED" | "DELETED" | "ARCHIVED" | "PENDING"),
            About::Number => matches!(self.event.as_str(), "UNFLAGGED" | "UPGRADE"),
            About::DisplayName | About::Review => self.event == "APPROVED",
            About::Account => !self.is_bad(),
            About::Quality => matches!(self.event.as_str(), "GREEN" | "YELLOW"),
            About::Alert | About::Security | About::Category => false,
        }
    }
}
