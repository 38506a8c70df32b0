//! Slows down guesses (sign-in attempts per e-mail and per address, wrong signatures per address) and floods (requests of one caller).

use super::refusal::Refusal;
use crate::domain::access::Principal;
use crate::protocol::error::{ApiError, Code};
use crate::server::caller::Caller;
use crate::server::state::App;
use axum::Extension;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Extensions, HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;

/// Attempts per e-mail: a burst, then one every six seconds.
const PER_NAME: (u32, u32) = (10, 10);
/// Attempts per address: an office shares one.
const PER_ADDRESS: (u32, u32) = (60, 30);

/// Webhooks with a wrong signature, per address; those with a right one are never counted.
const UNSIGNED: (u32, u32) = (100, 600);
/// Requests of somebody unknown, per address.
const OF_NOBODY: (u32, u32) = (2000, 60 * 200);
/// Requests of one session or one key: far more than a page or a program in its senses makes.
const OF_CALLER: (u32, u32) = (2000, 60 * 200);

/// Searches of one caller: each letter asks for conversations, for messages and for contacts.
const SEARCHES: (u32, u32) = (200, 60 * 10);
/// Files of one caller.
const UPLOADS: (u32, u32) = (100, 60 * 2);

/// Counts attempts in this process.
pub struct Throttle {
    names: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    unsigned: DefaultKeyedRateLimiter<IpAddr>,
    nobodies: DefaultKeyedRateLimiter<IpAddr>,
    callers: DefaultKeyedRateLimiter<String>,
    searches: DefaultKeyedRateLimiter<String>,
    uploads: DefaultKeyedRateLimiter<String>,
}

impl Default for Throttle {
    fn default() -> Self {
        // invariant: the constants are not zero.
        let quota = |(burst, per_minute): (u32, u32)| {
            let number = |value| NonZeroU32::new(value).expect("not zero");
            Quota::per_minute(number(per_minute)).allow_burst(number(burst))
        };
        Self {
            names: RateLimiter::keyed(quota(PER_NAME)),
            addresses: RateLimiter::keyed(quota(PER_ADDRESS)),
            unsigned: RateLimiter::keyed(quota(UNSIGNED)),
            nobodies: RateLimiter::keyed(quota(OF_NOBODY)),
            callers: RateLimiter::keyed(quota(OF_CALLER)),
            searches: RateLimiter::keyed(quota(SEARCHES)),
            uploads: RateLimiter::keyed(quota(UPLOADS)),
        }
    }
}

impl Throttle {
    /// Whether an attempt may be made now.
    #[must_use]
    pub fn allows(&self, name: &str, address: IpAddr) -> bool {
        forget(&self.names);
        forget(&self.addresses);
        let name = crate::server::secret::token_hash(&name.trim().to_lowercase());
        self.addresses.check_key(&address).is_ok() && self.names.check_key(&name).is_ok()
    }
}

impl Throttle {
    /// Whether one more wrong signature from there is worth an answer and a line in the log.
    #[must_use]
    pub fn allows_unsigned(&self, address: IpAddr) -> bool {
        forget(&self.unsigned);
        self.unsigned.check_key(&address).is_ok()
    }

    /// Whether this caller may make one more request now.
    #[must_use]
    pub fn allows_request(&self, caller: &Caller, address: IpAddr) -> bool {
        let name = match &caller.principal {
            Principal::Nobody => {
                forget(&self.nobodies);
                return self.nobodies.check_key(&address).is_ok();
            }
            Principal::Agent { .. } => caller.session.clone().unwrap_or_default(),
            Principal::ApiKey { id } => id.clone(),
        };
        forget(&self.callers);
        self.callers.check_key(&name).is_ok()
    }
}

impl Throttle {
    /// Whether this caller may look for words once more; whatever else they do is not counted with it.
    #[must_use]
    pub fn allows_search(&self, caller: &Caller) -> bool {
        forget(&self.searches);
        self.searches.check_key(&caller.author().1).is_ok()
    }

    /// Whether this caller may hand over one more file.
    #[must_use]
    fn allows_upload(&self, caller: &Caller, address: IpAddr) -> bool {
        forget(&self.uploads);
        let name = if caller.principal == Principal::Nobody { address.to_string() } else { caller.author().1 };
        self.uploads.check_key(&name).is_ok()
    }
}

fn is_upload(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    request.method() == Method::POST && kind.starts_with("multipart/")
}

/// Forgets who has not been heard of lately, once there are many.
fn forget<K: std::hash::Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>) {
    if limiter.len() > 10_000 {
        limiter.retain_recent();
    }
}

/// Refuses callers who ask too much.
pub async fn check(State(app): State<App>, Extension(caller): Extension<Caller>, request: Request, next: Next) -> Response {
    let address = address(&app, request.headers(), request.extensions());
    if !app.throttle.allows_request(&caller, address) {
        return Refusal(ApiError::new(Code::TooManyAttempts, "Too many requests. Wait some seconds, then try again.")).into_response();
    }
    if is_upload(&request) && !app.throttle.allows_upload(&caller, address) {
        let why = "Too many files in a short time. Wait half a minute, then try again. What you typed is kept.";
        return Refusal(ApiError::new(Code::TooManyAttempts, why)).into_response();
    }
    next.run(request).await
}

/// Where a request comes from: the peer, or what a trusted proxy says.
#[must_use]
pub fn address(app: &App, headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    outside(peer, &app.config.trusted_proxies, headers)
}

fn outside(peer: IpAddr, proxies: &[IpAddr], headers: &HeaderMap) -> IpAddr {
    if !proxies.contains(&peer) {
        return peer;
    }
    // The nearest hop that is not one of our own proxies.
    // Proxies may add a line of their own: the last one is the nearest, the first may be the client's invention.
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    let outside = hops.filter_map(|hop| hop.trim().parse().ok()).find(|hop| !proxies.contains(hop));
    outside.unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E14: who counts is whoever stands before our own proxies; what others write into the header is their invention.
    #[test]
    fn e14_an_address_is_told_by_trusted_proxies_alone() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        let of = |peer: &str, lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            outside(ip(peer), &proxies, &headers).to_string()
        };
        assert_eq!(of("203.0.113.9", &["198.51.100.7"]), "203.0.113.9", "nobody's word but a proxy's counts");
        assert_eq!(of("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(of("10.0.0.1", &["1.2.3.4, 198.51.100.7, 10.0.0.2"]), "198.51.100.7", "the nearest that is not ours");
        assert_eq!(of("10.0.0.1", &["1.2.3.4", "198.51.100.7"]), "198.51.100.7", "the last line is the nearest");
        assert_eq!(of("10.0.0.1", &[]), "10.0.0.1");
    }
}
