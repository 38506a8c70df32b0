//! Graph API errors (`meta-api` section 14): read leniently, decided by code.

use crate::domain::failure::Failure;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::inbound::scalar::{filled, integer, object, parse};

/// What an error means for the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Meta did not take it and may do so later.
    Retry,
    /// The pair rate: only this recipient must wait, for 4^n seconds.
    RetryPair,
    /// It will never be taken.
    Permanent,
    /// The customer-service window is closed; a template may still go.
    WindowClosed,
    /// The token or the account no longer works.
    AuthBroken,
    /// Meta may or may not have it.
    Unknown,
}

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    error: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct ErrorWire {
    #[serde(default)]
    code: Option<Box<RawValue>>,
    #[serde(default)]
    message: Option<Box<RawValue>>,
    #[serde(default)]
    error_user_msg: Option<Box<RawValue>>,
    #[serde(default)]
    error_data: Option<Box<RawValue>>,
    #[serde(default)]
    fbtrace_id: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct ErrorData {
    #[serde(default)]
    details: Option<Box<RawValue>>,
}

/// A parsed Graph error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphError {
    /// Code and Meta's words.
    pub failure: Failure,
    /// Meta's id for its support.
    pub trace: Option<String>,
}

/// Reads an error body; `None` for HTML, nothing, or JSON without a code.
#[must_use]
pub fn read(body: &str) -> Option<GraphError> {
    let wire: Wire = parse(body)?;
    let error: ErrorWire = object(wire.error.as_deref())?;
    // `error_data` is sometimes a plain string.
    let details =
        object::<ErrorData>(error.error_data.as_deref()).and_then(|data| filled(data.details.as_deref())).or_else(|| filled(error.error_data.as_deref()));
    let text = details.or_else(|| filled(error.error_user_msg.as_deref())).or_else(|| filled(error.message.as_deref())).unwrap_or_default();
    Some(GraphError { failure: Failure { code: integer(error.code.as_deref())?, text }, trace: filled(error.fbtrace_id.as_deref()) })
}

/// Decides by code alone; the HTTP status says nothing more.
#[must_use]
pub fn class(code: i64) -> Class {
    match code {
        2 | 4 | 80_007 | 130_429 | 131_016 | 131_057 | 133_004 => Class::Retry,
        131_056 => Class::RetryPair,
        1 | 131_000 => Class::Unknown,
        131_047 => Class::WindowClosed,
        0 | 3 | 10 | 33 | 190 | 200..=299 | 368 | 131_005 | 131_031 | 131_042 | 131_045 => Class::AuthBroken,
        _ => Class::Permanent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C2 and C4: which codes are tried again, which are final, which stay unknown.
    #[test]
    fn c2_c4_codes_decide() {
        let table = [
            (Class::Retry, &[2, 4, 80_007, 130_429, 131_016, 131_057, 133_004][..]),
            (Class::RetryPair, &[131_056]),
            (Class::Unknown, &[1, 131_000]),
            (Class::WindowClosed, &[131_047]),
            (Class::AuthBroken, &[0, 190, 10, 200, 131_031]),
            (Class::Permanent, &[100, 131_026, 132_001, 999_999]),
        ];
        for (expected, codes) in table {
            for code in codes {
                assert_eq!(class(*code), expected, "{code}");
            }
        }
    }

    #[test]
    fn reads_every_shape_of_error() {
        let error = read(r#"{"error":{"message":"(#131047) Re-engagement","code":131047,"error_data":{"details":"24 hours"},"fbtrace_id":"A1"}}"#).unwrap();
        assert_eq!((error.failure.code, error.failure.text.as_str(), error.trace.as_deref()), (131_047, "24 hours", Some("A1")));
        assert_eq!(read(r#"{"error":{"message":"m","code":"100","error_data":"plain"}}"#).unwrap().failure.text, "plain");
        for body in ["", "<html>Bad gateway</html>", "{}", r#"{"error":{"message":"no code"}}"#, "[1]"] {
            assert_eq!(read(body), None, "{body}");
        }
    }
}
