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
    static NOBODY: OnceLock<String> = OnceLock::new();
    run(move || {
        let known = hash.is_some();
        // Made whoever is asked for: the first unknown name must not take longer than the others.
        let nobody = NOBODY.get_or_init(|| hash_now("nobody"));
        let hash = hash.unwrap_or_else(|| nobody.clone());
        let right = PasswordHash::new(&hash).is_ok_and(|parsed| hasher().verify_password(password.as_bytes(), &parsed).is_ok());
        right && known
    })
    .await
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

    /// E7: how long the answer takes does not tell who exists. The least of some tries, because a busy machine only ever adds to them.
    #[tokio::test]
    async fn e7_an_unknown_name_takes_as_long() {
        let hash = hash("correct horse".into()).await;
        let mut least = [f64::MAX; 2];
        for _ in 0..8 {
            for (least, hash) in least.iter_mut().zip([Some(hash.clone()), None]) {
                let began = std::time::Instant::now();
                assert!(!verify("wrong horse".into(), hash).await);
                *least = least.min(began.elapsed().as_secs_f64());
            }
        }
        let ratio = least[0] / least[1];
        assert!((0.8..1.25).contains(&ratio), "{least:?}");
    }
}
