//! Words about where a message comes from, and what WhatsApp says about who sent it.

use crate::domain::contact::display_phone;
use crate::domain::content::system::Change;
use crate::domain::content::{Call, System};

/// What WhatsApp says about the customer.
#[must_use]
pub fn system(system: &System) -> String {
    let System { change, before, after } = system;
    let shown = |id: &Option<String>| id.as_deref().map(|id| if *change == Change::Number { display_phone(id) } else { id.to_owned() });
    match (change, shown(before), shown(after)) {
        (Change::Number, Some(before), Some(after)) => format!("The customer's number changed from {before} to {after}. Answers go to the new one."),
        (Change::Number, ..) => "The customer's number changed. Answers go to the new one.".to_owned(),
        (Change::UserId, ..) => "WhatsApp gave the customer a new user id. Answers go to the same person.".to_owned(),
        (Change::ToAgent, ..) => "Meta's business agent answers this customer now.".to_owned(),
        (Change::ToTeam, ..) => "The conversation came back to the team.".to_owned(),
        (Change::Revoked, ..) => "This message was deleted for everybody.".to_owned(),
        (Change::Identity, ..) => {
            "The customer's security code changed: they may use a new phone, or somebody else uses the number. Make sure before you share anything private."
                .to_owned()
        }
    }
}

/// A call.
#[must_use]
pub fn call(call: &Call) -> String {
    match (call.by_us, call.seconds) {
        (false, None) => "Missed call".to_owned(),
        (true, None) => "We called; nobody answered".to_owned(),
        (_, Some(seconds)) => format!("{}, {}", if call.by_us { "We called" } else { "Call" }, super::clock(seconds)),
    }
}

/// Another version of the message that is quoted.
pub const EDITED: &str = "Edited. The first version is above.";
/// A message that others have read, too.
pub const IN_GROUP: &str = "In a group. What you write here goes to this person alone.";
/// Meta's own agent answers.
pub const HELD: &str = "Meta's business agent holds this conversation. It is yours as soon as you write.";

/// A message that somebody else wrote.
#[must_use]
pub fn forwarded(often: bool) -> &'static str {
    if often { "Forwarded many times" } else { "Forwarded" }
}

/// A message about a product.
#[must_use]
pub fn about_product(id: &str) -> String {
    format!("About the product {id}")
}

/// What led into the chat.
#[must_use]
pub fn referral(is_ad: bool) -> &'static str {
    if is_ad { "Came from this ad" } else { "Came from this post" }
}
