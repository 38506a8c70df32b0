//! Meta's Cloud API: reading webhooks tolerantly, writing requests strictly. Knows nothing of the database.
//!
//! To add an inbound kind: its arm in [`to_domain`]. To add a request: its file under `outbound`.

pub mod client;
pub mod error;
pub mod inbound;
pub mod outbound;
pub mod preference;
pub mod signature;
pub mod to_domain;
pub mod warning;
