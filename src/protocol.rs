//! What crosses between browser and server, and nothing else. Imports only `domain`.
//!
//! To add an event: a variant of [`event::Event`], its arm in `ui/state/model`, and whoever appends it in `server`.
//! A page that meets an event it cannot read fetches a snapshot; when frames change so that old pages cannot read them, raise
//! [`live::PROTOCOL`]: every page reads the hello.

pub mod address;
pub mod aside;
pub mod beside;
pub mod command;
pub mod details;
pub mod draft;
pub mod error;
pub mod event;
pub mod form;
pub mod json;
pub mod live;
pub mod search;
pub mod snapshot;
pub mod team;
pub mod templates;
pub mod view;
