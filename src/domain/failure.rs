//! Why something did not work at Meta: a code, and the sentence that says what to do.

use serde::{Deserialize, Serialize};

/// One error of Meta's, or of the way to Meta.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Meta's error code (`meta-api` section 14); or one of [`own`].
    pub code: i64,
    /// Meta's own words, shown where we have no sentence for the code.
    pub text: String,
}

impl Failure {
    /// What happened and what to do, for a tired agent. Unknown codes show Meta's own text.
    #[must_use]
    pub fn sentence(&self) -> String {
        match known(self.code) {
            Some(sentence) => sentence.to_owned(),
            None if self.text.trim().is_empty() => format!("WhatsApp refused it (error {}).", self.code),
            None => format!("WhatsApp refused it: {} (error {}).", self.text.trim(), self.code),
        }
    }
}

/// Our sentence for a code of Meta's, if we have one.
fn known(code: i64) -> Option<&'static str> {
    Some(match code {
        own::GAVE_UP => "WhatsApp could not be reached for some time. Send it again.",
        own::FILE_GONE => "WhatsApp no longer has this file. Ask the customer to send it again.",
        own::FILE_TOO_LARGE => "The file is larger than 100 MB. Ask the customer for a smaller one.",
        own::FILE_BROKEN => "The file arrived damaged each time. Try again, or ask the customer to send it again.",
        own::FILE_NOT_HAD => "The file could not be fetched from WhatsApp.",
        own::FILE_ELSEWHERE => "The file does not lie at WhatsApp, so it was not fetched.",
        131_052 => "WhatsApp could not pass this file on. Ask the customer to send it again.",
        0 | 190 => "The connection to WhatsApp is no longer allowed: an admin must renew the access token.",
        3 | 10 | 200..=299 | 131_005 => "WhatsApp says this app may not send from this number. An admin must check its permissions.",
        2 | 131_016 | 133_004 => "WhatsApp was not available for a while. Send it again.",
        4 | 80_007 | 130_429 => "Too many messages were sent at once. Wait a minute, then send it again.",
        33 => "WhatsApp no longer knows this number of ours. An admin must connect it again.",
        100 | 131_008 | 131_009 => "WhatsApp did not accept the form of this message.",
        368 | 131_031 => "WhatsApp has blocked this account. An admin must look at it in Meta's Business Manager.",
        130_472 => "WhatsApp holds back marketing messages to this person for now. Sending again will not help.",
        130_497 => "WhatsApp does not deliver business messages to this country.",
        131_021 => "This is our own number: a message cannot be sent to itself.",
        131_026 => "It cannot be delivered: the number is not on WhatsApp, has an old app, or has blocked us.",
        131_030 => "This number is not on the list of test numbers. An admin must add it in Meta's dashboard.",
        131_037 => "WhatsApp has not approved our display name yet. An admin must look at it.",
        131_042 => "WhatsApp asks for a payment method. An admin must look at it in Meta's Business Manager.",
        131_045 => "Our number is not registered with WhatsApp. An admin must register it.",
        131_047 => "More than 24 hours have passed since the customer wrote. Only a template can reach them now.",
        131_048 => "WhatsApp limits this number because people reported it as spam. Try again in some hours.",
        131_049 => "WhatsApp chose not to deliver this. Try again tomorrow.",
        131_050 => "This person has opted out of marketing messages.",
        131_053 => "WhatsApp could not read this file. Try to send it as a document.",
        131_056 => "Too many messages to this one person in a short time. Wait a minute, then send it again.",
        131_057 => "WhatsApp is working on this number. Try again in a few minutes.",
        132_000..=132_018 => "WhatsApp did not accept the template or its values.",
        137_000 => "The customer's WhatsApp identity has changed. Make sure it is still the same person.",
        _ => return None,
    })
}

/// The failure codes of our own, outside Meta's range.
pub mod own {
    /// Tried as often as is sensible, and never got through.
    pub const GAVE_UP: i64 = -1;
    /// WhatsApp no longer has the file.
    pub const FILE_GONE: i64 = -2;
    /// The file is larger than what is kept.
    pub const FILE_TOO_LARGE: i64 = -3;
    /// The file did not arrive as it was sent, however often it was fetched.
    pub const FILE_BROKEN: i64 = -4;
    /// WhatsApp could not be reached for the file, or gave no answer that can be read.
    pub const FILE_NOT_HAD: i64 = -6;
    /// The address of the file is not one of WhatsApp's.
    pub const FILE_ELSEWHERE: i64 = -5;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_codes_show_metas_text() {
        let failure = Failure { code: 999_999, text: " Something new ".into() };
        assert_eq!(failure.sentence(), "WhatsApp refused it: Something new (error 999999).");
        assert!(Failure { code: 131_047, text: String::new() }.sentence().contains("24 hours"));
    }
}
