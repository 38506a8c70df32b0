//! Words about what is made of parts: templates, places, cards, questions.

use crate::domain::template::Place;

/// Opens the emoji.
pub const EMOJI: &str = "Emoji";
/// Finds emoji.
pub const SEARCH_EMOJI: &str = "Search emoji";
/// None match.
pub const NO_EMOJI: &str = "No emoji is called that.";
/// Chooses the skin tone of emoji.
pub const TONE: &str = "Skin tone";
/// What is offered while somebody types, spoken.
pub const COMPLETE: &str = "Suggestions: arrows choose, Enter takes";
/// One of the skin tones, spoken.
#[must_use]
pub fn tone(tone: usize) -> &'static str {
    ["No skin tone", "Light", "Medium light", "Medium", "Medium dark", "Dark"].get(tone).copied().unwrap_or_default()
}

/// Opens the list of what can be sent beside words and files.
pub const MORE_TO_SEND: &str = "Send something else";
/// Opens the list of templates.
pub const TEMPLATE: &str = "Template";
/// Opens it where nothing else can be sent.
pub const CHOOSE_TEMPLATE: &str = "Choose a template";
/// Finds templates.
pub const SEARCH_TEMPLATES: &str = "Search by name or words";
/// None match.
pub const NO_TEMPLATES: &str = "No template matches.";
/// There are none at all.
pub const NO_TEMPLATES_YET: &str = "There are no templates for this number yet. Make one in WhatsApp Manager, then ask again.";
/// Asks Meta for the list again.
pub const ASK_AGAIN: &str = "Ask WhatsApp again";
/// While that runs.
pub const ASKING: &str = "Asking WhatsApp…";
/// A template with parts that are not made here.
pub const CANNOT_FILL: &str = "Can be looked at here, not sent";
/// How the customer will see it.
pub const PREVIEW: &str = "Preview";
/// Back to the list.
pub const OTHER_TEMPLATE: &str = "Another template";
/// A file for a template.
pub const HEADER_FILE: &str = "File above the text";
/// Sends what was made.
pub const SEND_IT: &str = "Send";
/// A place.
pub const PLACE: &str = "Place";
/// Where it is.
pub const COORDINATES: &str = "Latitude, longitude";
/// An example of coordinates.
pub const COORDINATES_HINT: &str = "For example 59.9139, 10.7522. Any map shows them.";
/// They cannot be read.
pub const NO_COORDINATES: &str = "Write latitude and longitude as two numbers, for example 59.9139, 10.7522.";
/// Fills in where the agent is.
pub const MY_POSITION: &str = "Use my position";
/// The browser does not say.
pub const NO_POSITION: &str = "The browser does not say where you are. Allow it, or write the numbers.";
/// What a place or person is called.
pub const CALLED: &str = "Name";
/// Of a place.
pub const ADDRESS: &str = "Address";
/// A contact card.
pub const CARD: &str = "Contact card";
/// Its number.
pub const PHONE: &str = "Phone number, with country code";
/// Whether the card offers to write to it.
pub const IS_ON_WHATSAPP: &str = "This number is on WhatsApp";
/// Where they work.
pub const COMPANY: &str = "Company";
/// A card with nothing on it.
pub const NO_CARD: &str = "Write a name, and a number or an e-mail address.";
/// A question with answers to tap.
pub const QUESTION: &str = "Question with answers";
/// A list of choices.
pub const LIST: &str = "List of choices";
/// A link as a button.
pub const LINK: &str = "Link as a button";
/// The words above the buttons.
pub const TEXT: &str = "Text";
/// Below.
pub const FOOTER: &str = "Small line below (may stay empty)";
/// Up to three.
pub const ANSWERS: &str = "Answers, one a line: up to 3, 20 characters each";
/// Up to ten.
pub const CHOICES: &str = "Choices, one a line: up to 10. What stands after a semicolon is shown below, smaller.";
/// What opens the list.
pub const LIST_BUTTON: &str = "Button that opens the list";
/// What opens the link.
pub const LINK_BUTTON: &str = "Button";
/// Where it leads.
pub const URL: &str = "Address, with https://";

/// Why a template cannot be chosen, in Meta's word for its state.
#[must_use]
pub fn template_status(status: &str) -> String {
    match status {
        "PENDING" | "IN_APPEAL" => "WhatsApp is still checking it".to_owned(),
        "REJECTED" => "WhatsApp refused it".to_owned(),
        "PAUSED" => "Paused: too many customers complained".to_owned(),
        "DISABLED" => "Switched off by WhatsApp".to_owned(),
        "ARCHIVED" | "DELETED" | "PENDING_DELETION" => "Deleted".to_owned(),
        "LIMIT_EXCEEDED" => "Over the number of templates".to_owned(),
        other => other.to_owned(),
    }
}

/// A template's language and kind.
#[must_use]
pub fn template_about(language: &str, category: &str) -> String {
    let kind = match category {
        "MARKETING" => "marketing",
        "UTILITY" => "service",
        "AUTHENTICATION" => "sign-in code",
        other => other,
    };
    [language, kind].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// A reason of Meta's, readable.
#[must_use]
pub fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(" ({})", reason.to_lowercase().replace('_', " ")) }
}

/// What is to be filled in.
#[must_use]
pub fn slot(place: &Place, name: &str) -> String {
    let readable = name.replace('_', " ");
    match place {
        Place::Header => format!("Heading: {readable}"),
        Place::Body => readable,
        Place::Button(_) => format!("Button “{name}”: end of its address, or its code"),
    }
}

/// When the list came.
#[must_use]
pub fn fetched_on(time: &str) -> String {
    format!("As of {time}")
}

/// What is made, and for whom.
#[must_use]
pub fn for_whom(what: &str, name: &str) -> String {
    format!("{what} for {name}")
}

/// Escape was pressed in a form that was begun.
pub const NOT_THROWN_AWAY: &str = "Not sent yet. Cancel throws away what you filled in.";
/// The session ended while a form was open.
pub const SIGN_IN_ELSEWHERE: &str = "You are signed out. Sign in again in another tab, then send here.";
/// Asking for the list of templates brought nothing new.
pub const NOTHING_NEW: &str = "WhatsApp has not answered yet. The list below is the last one.";

/// A form that did not go although its window was closed.
#[must_use]
pub fn not_sent(what: &str, why: &str) -> String {
    format!("{what}: not sent. {why}")
}

/// The same to somebody else.
pub const FORWARD: &str = "Forward";
/// Looks for somebody.
pub const FIND_CONVERSATION: &str = "Name, number or words";

/// The button that sends it.
#[must_use]
pub fn forward_to(name: &str) -> String {
    format!("Forward to {name}")
}

/// It is on its way.
#[must_use]
pub fn forwarded_to(name: &str) -> String {
    format!("Forwarded to {name}.")
}
