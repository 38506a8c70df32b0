//! The process: webhooks in, pages and sockets out, replies to Meta.
//!
//! Layers, outermost first: `http` → `service` / `ingest` / `outbox` → `store`, `meta`, `bus`. `meta` and `store` know nothing
//! of each other; `service` and `ingest` join them. Nothing here names `ui`: `main` hands over the page.

pub mod bus;
pub mod caller;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod http;
pub mod indexing;
pub mod ingest;
pub mod media;
pub mod meta;
pub mod metrics;
pub mod opening;
pub mod outbox;
pub mod pace;
pub mod password;
pub mod phone;
pub mod presence;
pub mod reading;
pub mod receipts;
pub mod sandbox;
pub mod search;
pub mod secret;
pub mod send;
pub mod service;
pub mod snooze;
pub mod state;
pub mod store;
pub mod sweep;
pub mod telemetry;
pub mod templates;
pub mod trouble;
pub mod zone;

#[cfg(test)]
pub mod trial;
