//! What crosses between browser and server, and nothing else. Imports only `domain`.
//!
//! To add an event: a variant of [`event::Event`], its arm in `ui/state/model`, and whoever appends it in `server`.
//! Old kinds stay decodable for the seven days that events are kept.

pub mod address;
pub mod command;
pub mod error;
pub mod event;
pub mod form;
pub mod live;
pub mod snapshot;
pub mod view;
