//! `X-Hub-Signature-256`: HMAC-SHA256 of the raw body under the app secret (`meta-api` section 2.2).

use crate::server::secret::Secret;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The header. `X-Hub-Signature` (SHA-1) may come as well and is ignored.
pub const HEADER: &str = "x-hub-signature-256";

/// Why a delivery is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No app secret is configured: nothing can be verified.
    NoSecret,
    /// The header is missing.
    Missing,
    /// The header came more than once.
    Doubled,
    /// The header is not `sha256=` and 64 lower-case hexadecimal digits.
    Malformed,
    /// Somebody else signed it, or the body was changed on the way.
    Wrong,
}

/// Verifies the raw bytes against any of the app secrets (two, while one is being replaced).
///
/// # Errors
/// Why it is refused.
pub fn verify<'a>(secrets: &[Secret], body: &[u8], headers: impl IntoIterator<Item = &'a [u8]>) -> Result<(), Refusal> {
    if secrets.is_empty() {
        return Err(Refusal::NoSecret);
    }
    let mut headers = headers.into_iter();
    let header = headers.next().ok_or(Refusal::Missing)?;
    if headers.next().is_some() {
        return Err(Refusal::Doubled);
    }
    let digits = header.strip_prefix(b"sha256=").ok_or(Refusal::Malformed)?;
    if digits.len() != 64 || digits.iter().any(u8::is_ascii_uppercase) {
        return Err(Refusal::Malformed);
    }
    let claimed = hex::decode(digits).map_err(|_| Refusal::Malformed)?;
    // `verify_slice` compares in constant time.
    let right = secrets.iter().any(|secret| mac(secret, body).verify_slice(&claimed).is_ok());
    if right { Ok(()) } else { Err(Refusal::Wrong) }
}

/// Signs a body as Meta does; the sandbox and the tests post with it.
#[must_use]
pub fn sign(secret: &Secret, body: &[u8]) -> String {
    format!("sha256={}", hex::encode(mac(secret, body).finalize().into_bytes()))
}

fn mac(secret: &Secret, body: &[u8]) -> Hmac<Sha256> {
    // invariant: HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("any key length");
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B14: everything but one right header is refused.
    #[test]
    fn b14_only_one_right_header_passes() {
        let secrets = [Secret::new("new"), Secret::new("old")];
        let body = br#"{"text":"\u00e9\/"}"#;
        let right = sign(&secrets[0], body);
        let old = sign(&secrets[1], body);
        let check = |headers: &[&str]| verify(&secrets, body, headers.iter().map(|header| header.as_bytes()));
        assert_eq!(check(&[&right]), Ok(()));
        assert_eq!(check(&[&old]), Ok(()), "both secrets count while one is being replaced");
        assert_eq!(check(&[]), Err(Refusal::Missing));
        assert_eq!(check(&[&right, &right]), Err(Refusal::Doubled));
        assert_eq!(check(&[&right.to_uppercase()]), Err(Refusal::Malformed));
        assert_eq!(check(&[&right.replace("sha256=", "sha256=A")]), Err(Refusal::Malformed));
        assert_eq!(check(&[right.trim_start_matches("sha256=")]), Err(Refusal::Malformed));
        assert_eq!(check(&["sha1=0000"]), Err(Refusal::Malformed));
        assert_eq!(check(&[&sign(&Secret::new("other"), body)]), Err(Refusal::Wrong));
        assert_eq!(check(&[&sign(&Secret::new(""), body)]), Err(Refusal::Wrong));
        assert_eq!(verify(&[], body, [right.as_bytes()]), Err(Refusal::NoSecret));
    }

    /// RFC 4231, test case 2.
    #[test]
    fn signs_as_the_standard_says() {
        let signed = sign(&Secret::new("Jefe"), b"what do ya want for nothing?");
        assert_eq!(signed, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
