//! Secrets: values that never print, tokens that are stored only as hashes, account tokens sealed at rest.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use std::path::Path;
use subtle::ConstantTimeEq;

/// A value that does not print, and that cannot be compared but in constant time: there is no `==` (B15).
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps it.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Compares in constant time.
    #[must_use]
    pub fn matches(&self, candidate: &str) -> bool {
        self.0.as_bytes().ct_eq(candidate.as_bytes()).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// 256 random bits as URL-safe text: session cookies, API keys, set-up links.
#[must_use]
pub fn new_token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// What is stored of a token. It has 256 random bits, so one round of SHA-256 cannot be turned back.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // invariant: the operating system's random source works, or nothing here is safe.
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// Seals account tokens with XChaCha20-Poly1305.
#[derive(Clone)]
pub struct Sealer(XChaCha20Poly1305);

/// The form of a sealed value: version of the form, then nonce and ciphertext in base64.
const FORM: &str = "v1:";

impl Sealer {
    /// From 32 bytes in base64, as in `INBOX_SECRET_KEY`.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        let key = STANDARD.decode(text.trim()).ok()?;
        Some(Self(XChaCha20Poly1305::new_from_slice(&key).ok()?))
    }

    /// From the key file, which is made (mode 0600) if it is not there.
    ///
    /// # Errors
    /// The file cannot be read or written, or holds something else.
    pub fn from_file(path: &Path) -> std::io::Result<Self> {
        if !path.exists() {
            write_private(path, &STANDARD.encode(random::<32>()))?;
        }
        let text = std::fs::read_to_string(path)?;
        Self::from_base64(&text).ok_or_else(|| std::io::Error::other(format!("{} does not hold 32 bytes in base64", path.display())))
    }

    /// Seals a value.
    #[must_use]
    pub fn seal(&self, plain: &str) -> String {
        let nonce = random::<24>();
        // invariant: encryption fails only for texts of 256 GB.
        let sealed = self.0.encrypt(XNonce::from_slice(&nonce), plain.as_bytes()).expect("short texts encrypt");
        FORM.to_owned() + &STANDARD.encode([nonce.as_slice(), &sealed].concat())
    }

    /// Opens a sealed value; `None` if it was sealed with another key.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<Secret> {
        let bytes = STANDARD.decode(sealed.strip_prefix(FORM)?).ok()?;
        let (nonce, body) = bytes.split_at_checked(24)?;
        let plain = self.0.decrypt(XNonce::from_slice(nonce), body).ok()?;
        String::from_utf8(plain).ok().map(Secret::new)
    }
}

/// Writes a file that only its owner can read.
///
/// # Errors
/// It exists already, or cannot be written.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E15: what is stored does not contain the token, and only the same key opens it.
    #[test]
    fn e15_tokens_are_sealed() {
        let key = |byte: u8| Sealer::from_base64(&STANDARD.encode([byte; 32])).unwrap();
        let sealed = key(1).seal("EAAG-token");
        assert!(!sealed.contains("EAAG"));
        assert_eq!(key(1).open(&sealed).unwrap().expose(), "EAAG-token");
        assert!(key(2).open(&sealed).is_none());
        assert_ne!(sealed, key(1).seal("EAAG-token"), "every sealing has its own nonce");
        assert!(Sealer::from_base64("c2hvcnQ=").is_none());
    }

    #[test]
    fn secrets_do_not_print() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
        assert!(Secret::new("a").matches("a") && !Secret::new("a").matches("ab"));
    }
}
