//! Slows down guesses: sign-in attempts per e-mail and per address.

use crate::server::state::App;
use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;

/// Attempts per e-mail: a burst, then one every six seconds.
const PER_NAME: (u32, u32) = (10, 10);
/// Attempts per address: an office shares one.
const PER_ADDRESS: (u32, u32) = (60, 30);

/// Counts attempts in this process.
pub struct Throttle {
    names: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Throttle {
    fn default() -> Self {
        // invariant: the constants are not zero.
        let quota = |(burst, per_minute): (u32, u32)| {
            let number = |value| NonZeroU32::new(value).expect("not zero");
            Quota::per_minute(number(per_minute)).allow_burst(number(burst))
        };
        Self { names: RateLimiter::keyed(quota(PER_NAME)), addresses: RateLimiter::keyed(quota(PER_ADDRESS)) }
    }
}

impl Throttle {
    /// Whether an attempt may be made now.
    #[must_use]
    pub fn allows(&self, name: &str, address: IpAddr) -> bool {
        if self.names.len() > 10_000 || self.addresses.len() > 10_000 {
            self.names.retain_recent();
            self.addresses.retain_recent();
        }
        let name = crate::server::secret::token_hash(&name.trim().to_lowercase());
        self.addresses.check_key(&address).is_ok() && self.names.check_key(&name).is_ok()
    }
}

/// Where a request comes from: the peer, or what a trusted proxy says.
#[must_use]
pub fn address(app: &App, headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    if !app.config.trusted_proxies.contains(&peer) {
        return peer;
    }
    // The nearest hop that is not one of our own proxies.
    let hops = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let outside = hops.rsplit(',').filter_map(|hop| hop.trim().parse().ok()).find(|hop| !app.config.trusted_proxies.contains(hop));
    outside.unwrap_or(peer)
}
