//! Passwords: argon2id with OWASP's parameters, hashed off the async threads, at most two at a time.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::OnceLock;
use tokio::sync::Semaphore;

/// Each hash takes 19 MiB and some tens of milliseconds: more at once would starve everything else.
static RUNNING: Semaphore = Semaphore::const_new(2);

/// The least number of characters.
pub const MIN_CHARS: usize = 10;

fn hasher() -> Argon2<'static> {
    // invariant: these are valid parameters (19 MiB, 2 passes, 1 lane).
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None).expect("valid parameters"))
}

fn hash_now(password: &str) -> String {
    let mut salt = [0; 16];
    // invariant: the operating system's random source works.
    getrandom::fill(&mut salt).expect("the system gives random bytes");
    let salt = SaltString::encode_b64(&salt).expect("16 bytes make a salt");
    // invariant: hashing fails only for absurd lengths, which callers refuse.
    hasher().hash_password(password.as_bytes(), &salt).expect("passwords hash").to_string()
}

/// The PHC text of a password.
pub async fn hash(password: String) -> String {
    run(move || hash_now(&password)).await
}

/// Whether the password is the hashed one. Without a hash (no such agent) it takes the same time and says no.
pub async fn verify(password: String, hash: Option<String>) -> bool {
    run(move || known_and(hash, |hash| hasher().verify_password(password.as_bytes(), hash).is_ok())).await
}

/// Checks against the hash, or against one that costs as much where there is none: how long it takes must not tell who exists.
fn known_and(hash: Option<String>, check: impl FnOnce(&PasswordHash) -> bool) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let known = hash.is_some();
    // Made whoever is asked for: the first unknown name must not take longer than the others.
    let nobody = NOBODY.get_or_init(|| hash_now("nobody"));
    let hash = hash.unwrap_or_else(|| nobody.clone());
    let right = PasswordHash::new(&hash).is_ok_and(|parsed| check(&parsed));
    right && known
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    // invariant: the semaphore is never closed, and hashing does not panic.
    let _permit = RUNNING.acquire().await.expect("never closed");
    tokio::task::spawn_blocking(work).await.expect("hashing does not panic")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn verifies_only_the_right_password_of_a_known_agent() {
        let hash = hash("correct horse".into()).await;
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse".into(), Some(hash.clone())).await);
        assert!(!verify("wrong horse".into(), Some(hash)).await);
        assert!(!verify("nobody".into(), None).await);
    }

    /// E7: an unknown name costs one check with the same parameters, and is refused even if that check says yes.
    #[test]
    fn e7_an_unknown_name_takes_as_long() {
        let cost = |hash: Option<String>| {
            let mut checks = Vec::new();
            let answer = known_and(hash, |hash| {
                checks.push((hash.algorithm.to_string(), hash.version, hash.params.to_string(), hash.hash.map(|it| it.len())));
                true
            });
            (answer, checks)
        };
        let (known, checks) = cost(Some(hash_now("correct horse")));
        let (unknown, same) = cost(None);
        assert!(known && !unknown);
        assert_eq!(checks.len(), 1);
        assert_eq!(same, checks);
    }
}
