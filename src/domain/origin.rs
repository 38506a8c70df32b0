//! Where a message came from before the customer sent it (`meta-api` sections 4.11 and 4.12).

use serde::{Deserialize, Serialize};

/// Where a message came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Somebody else wrote it: it was forwarded.
    pub forwarded: bool,
    /// It is another version of the message that it answers.
    #[serde(default)]
    pub edited: bool,
    /// It was written in a group, where it cannot be answered from here.
    #[serde(default)]
    pub group: bool,
    /// Meta's own agent holds the conversation.
    #[serde(default)]
    pub held: bool,
    /// It was forwarded many times.
    pub often: bool,
    /// The ad or post that the customer tapped.
    pub referral: Option<Referral>,
    /// The product it asks about, by the shop's own id.
    pub product: Option<String>,
}

/// An ad or post that led into the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Whether it was paid for.
    pub is_ad: bool,
    /// Its headline.
    pub headline: Option<String>,
    /// Its words.
    pub body: Option<String>,
    /// Where it can be seen; http or https.
    pub url: Option<String>,
}
