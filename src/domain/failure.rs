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
        own::PAUSED => "An admin has paused it.",
        own::REMOVED => "The number was removed.",
        131_052 => "WhatsApp could not pass this file on. Ask the customer to send it again.",
        1 | 131_000 => "Something went wrong at WhatsApp. Look whether it arrived before you send it again.",
        0 | 190 => "The connection to WhatsApp is no longer allowed: an admin must renew the access token.",
        3 | 10 | 200..=299 | 131_005 => "WhatsApp says this app may not send from this number. An admin must check its permissions.",
        2 | 131_016 | 133_004 => "WhatsApp was not available for a while. Send it again.",
        2_494_100 => "WhatsApp is working on this business account. Try again in a few minutes.",
        4 | 80_007 | 130_429 => "Too many messages were sent at once. Wait a minute, then send it again.",
        33 => "WhatsApp no longer knows this number of ours. An admin must connect it again.",
        100 | 131_008 | 131_009 => "WhatsApp did not accept the form of this message.",
        368 | 131_031 => "WhatsApp has blocked this account. An admin must look at it in Meta's Business Manager.",
        130_472 => "WhatsApp holds back marketing messages to this person for now. Sending again will not help.",
        130_501 | 131_020 | 131_041 | 131_201..=131_215 => "WhatsApp did not accept this for a group.",
        130_497 => "WhatsApp does not deliver business messages to this country.",
        131_021 => "This is our own number: a message cannot be sent to itself.",
        131_026 => "It cannot be delivered: the number is not on WhatsApp, has an old app, or has blocked us.",
        131_030 => "This number is not on the list of test numbers. An admin must add it in Meta's dashboard.",
        131_035 => "WhatsApp did not keep this, because the number is set to store nothing.",
        131_037 => "WhatsApp has not approved our display name yet. An admin must look at it.",
        131_042 | 131_044 => "WhatsApp asks for a payment method. An admin must look at it in Meta's Business Manager.",
        131_045 => "Our number is not registered with WhatsApp. An admin must register it.",
        131_047 => "More than 24 hours have passed since the customer wrote. Only a template can reach them now.",
        131_048 => "WhatsApp limits this number because people reported it as spam. Try again in some hours.",
        131_049 => "WhatsApp chose not to deliver this. Try again tomorrow.",
        131_050 => "This person has opted out of marketing messages.",
        131_051 | 131_060 => "WhatsApp does not pass this kind of message on. Ask the customer what it was.",
        131_053 => "WhatsApp could not read this file. Save it anew in a usual format, or send another one.",
        131_055 | 131_063 => "This number may not send marketing templates this way. An admin must look at it in Meta's Business Manager.",
        131_056 => "Too many messages to this one person in a short time. Wait a minute, then send it again.",
        131_057 => "WhatsApp is working on this number. Try again in a few minutes.",
        131_059 => "The list had changed meanwhile. Load it again.",
        131_062 => "This template needs the customer's phone number, which WhatsApp does not tell us. Ask them for it.",
        131_064 => "WhatsApp limits this number because of how its templates are classified. Try again tomorrow.",
        132_000..=132_069 => template(code),
        133_000..=133_016 => "Our number is not properly registered with WhatsApp. An admin must register it again.",
        134_011 => "WhatsApp's terms for payments are not accepted yet. An admin must accept them.",
        135_000 => "WhatsApp did not accept this message and does not say why.",
        138_000..=138_018 => "WhatsApp did not accept the call.",
        139_000..=139_004 => "WhatsApp did not accept the form behind this button.",
        139_100..=139_103 => "WhatsApp could not block or unblock this person. They must have written within 24 hours.",
        147_001..=147_005 => "WhatsApp did not accept the user name.",
        2_388_000..=2_388_999 => "WhatsApp did not accept the template. An admin must look at it in Meta's Business Manager.",
        2_593_107..=2_593_109 => "The chats from before were not passed on: that was declined on the phone, or asked for too late.",
        137_000 => "The customer's WhatsApp identity has changed. Make sure it is still the same person.",
        _ => return None,
    })
}

/// The same for a template.
fn template(code: i64) -> &'static str {
    match code {
        132_000 => "The template wants another number of values than were filled in. Open it again and fill in each of them.",
        132_001 => "This template does not exist in this language, or WhatsApp has not approved it. Choose another one.",
        132_005 => "With its values, the template is too long. Shorten them.",
        132_007 => "WhatsApp finds that this template breaks its rules. Choose another one.",
        132_008 | 132_012 | 132_018 => "WhatsApp did not accept a value of the template. Look at its form: links, line breaks and many spaces are not taken.",
        132_015 => "WhatsApp has paused this template, because customers did not want it. Choose another one.",
        132_016 => "WhatsApp has switched this template off for good. Choose another one.",
        132_068 => "WhatsApp has blocked the form behind this button. An admin must look at it.",
        132_069 => "The form behind this button was sent too often. Try again in an hour.",
        _ => "WhatsApp did not accept the template or its values.",
    }
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
    /// Nobody refused it: an admin lets nothing go out from this number for now.
    pub const PAUSED: i64 = -7;
    /// An admin has removed this number; what was said with it can still be read.
    pub const REMOVED: i64 = -8;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code of `meta-api` section 14 has a sentence of its own; what an agent does next is in it.
    #[test]
    fn each_code_that_is_documented_says_what_to_do() {
        let documented = [
            0, 190, 3, 10, 200, 299, 131_005, 1, 2, 4, 80_007, 33, 100, 368, 130_429, 130_472, 130_497, 130_501, 131_000, 131_008, 131_009, 131_016, 131_021,
            131_026, 131_030, 131_031, 131_035, 131_037, 131_042, 131_044, 131_045, 131_047, 131_048, 131_049, 131_050, 131_051, 131_060, 131_052, 131_053,
            131_055, 131_056, 131_057, 131_059, 131_062, 131_063, 131_064, 132_000, 132_001, 132_005, 132_007, 132_008, 132_012, 132_018, 132_015, 132_016,
            132_068, 132_069, 133_000, 133_005, 133_006, 133_008, 133_009, 133_010, 133_015, 133_016, 133_004, 134_011, 135_000, 137_000, 138_000, 138_018,
            139_000, 139_004, 139_100, 139_103, 131_020, 131_041, 131_201, 131_215, 147_001, 147_005, 2_388_023, 2_593_107, 2_593_109, 2_494_100,
        ];
        let nameless: Vec<i64> = documented.into_iter().filter(|code| known(*code).is_none()).collect();
        assert_eq!(nameless, Vec::<i64>::new());
        let says = |code, words: &str| assert!(known(code).unwrap().contains(words), "{code}: {}", known(code).unwrap());
        for (code, words) in [(132_015, "paused"), (132_016, "for good"), (132_001, "approved"), (133_004, "again"), (133_010, "register"), (131_016, "again")]
        {
            says(code, words);
        }
    }

    #[test]
    fn unknown_codes_show_metas_text() {
        let failure = Failure { code: 999_999, text: " Something new ".into() };
        assert_eq!(failure.sentence(), "WhatsApp refused it: Something new (error 999999).");
        assert!(Failure { code: 131_047, text: String::new() }.sentence().contains("24 hours"));
    }
}
