//! Words about the business's numbers.

use crate::domain::failure::{Failure, own};
use crate::domain::time::LocalTime;

/// The page of numbers.
pub const NUMBERS: &str = "Numbers";
/// The form for a new one.
pub const CONNECT_NUMBER: &str = "Connect a number";
/// Where what it asks for is found.
pub const CONNECT_WHY: &str =
    "In Meta's dashboard, open your app, then WhatsApp, API Setup: both ids are there. The token is best one of a system user, which does not expire.";
/// What agents call it.
pub const NUMBER_NAME: &str = "What it is called here";
/// Where that is seen.
pub const NUMBER_NAME_WHY: &str = "Agents see it beside each conversation, for example Sales or Support.";
/// Meta's id of the number.
pub const PHONE_NUMBER_ID: &str = "Phone number ID";
/// Meta's id of the business account.
pub const WABA_ID: &str = "WhatsApp business account ID";
/// The token.
pub const ACCESS_TOKEN: &str = "Access token";
/// Where it stays.
pub const ACCESS_TOKEN_WHY: &str = "It is kept encrypted, and shown to nobody again.";
/// Asks Meta, then keeps it.
pub const CONNECT: &str = "Check and connect";
/// It sends.
pub const SENDS: &str = "Sends";
/// It does not.
pub const DOES_NOT_SEND: &str = "Does not send";
/// Customers see that their messages were read.
pub const READ_RECEIPTS: &str = "Customers see that their messages were read";
/// Customers see that an agent writes.
pub const TYPING_INDICATOR: &str = "Customers see that somebody writes";
/// Whoever answers first gets the conversation.
pub const AUTO_ASSIGN: &str = "Whoever answers first gets the conversation";
/// A field for a token in place of the one that is kept.
pub const ANOTHER_TOKEN: &str = "Another access token";
/// One is kept.
pub const TOKEN_KEPT: &str = "One is kept, encrypted. Leave this empty to keep it.";
/// There is none, or it was sealed with another key.
pub const TOKEN_MISSING: &str = "It has none that can be read: paste one.";
/// One is in the settings.
pub const TOKEN_FROM_SETTINGS: &str = "It comes from the server's settings. One that is typed here is used instead.";
/// Asks Meta.
pub const TEST_NUMBER: &str = "Test it";
/// Holds its messages back.
pub const PAUSE_SENDING: &str = "Pause sending";
/// Lets them go.
pub const RESUME: &str = "Send again";
/// Webhooks that were not read.
pub const ASTRAY: &str = "Webhooks that nobody reads";
/// What becomes of them.
pub const ASTRAY_WHY: &str = "WhatsApp sent these of late. They are kept, and read as soon as their number is connected.";

/// Which number it is to Meta.
#[must_use]
pub fn number_ids(phone_number_id: &str, waba_id: &str) -> String {
    format!("Phone number ID {phone_number_id}, business account ID {waba_id}")
}

/// Removes a number.
#[must_use]
pub fn remove_number(name: &str) -> String {
    format!("Remove {name}")
}

/// What is lost with it.
pub const REMOVE_WHY: &str = "Its access token is forgotten, what waits to be sent from it has failed, and what WhatsApp sends for it is kept unread. What was said with it can still be read, and it can be connected again.";
/// In a thread of such a number.
pub const NUMBER_REMOVED: &str = "The number that this customer wrote to was removed: you can read, but nothing is sent from it.";
/// Those that were removed.
pub const REMOVED: &str = "Removed numbers";
/// What can still be done with them.
pub const REMOVED_WHY: &str = "Their conversations can be read, not answered. Connect a number again to go on with it.";

/// Why webhooks are kept, and since when.
#[must_use]
pub fn kept_since(why: &str, at: &LocalTime) -> String {
    format!("{why} (last at {}, {})", super::time(at), super::date(at.date, true))
}

/// A number that WhatsApp refuses, or that an admin has paused.
#[must_use]
pub fn account_stopped(name: &str, failure: &Failure, waiting: i64) -> String {
    let held = match waiting {
        0 => "Messages written now wait and go out".to_owned(),
        1 => "One message waits and goes out".to_owned(),
        _ => format!("{waiting} messages wait and go out"),
    };
    let why = failure.sentence();
    if failure.code == own::PAUSED {
        return format!("{name} does not send. {why} {held} as soon as it may send again.");
    }
    format!("{name} cannot send. {why} {held} as soon as this is mended.")
}
/// It is mended.
pub const SEND_NOW: &str = "It is mended, send now";
