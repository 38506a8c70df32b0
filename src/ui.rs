//! The page: the same on the server, which renders it first, and in the browser, which hydrates it.
//!
//! Imports `domain`, `protocol`, `api`. `kit` and `browser` know nothing of conversations; web-sys lives only in `browser`.
//! State: a pure reducer (`state/model`) inside a reactive shell (`state/inbox`); no effect writes a signal but at the edges.
//!
//! To add a component: its file where it belongs, its style in `style/<same name>.css`, its words in `words`.

pub mod browser;
pub mod chat;
pub mod kit;
pub mod later;
pub mod live;
pub mod page;
pub mod state;
pub mod words;
