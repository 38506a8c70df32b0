//! What the inbox is about, as plain data and pure functions.
//!
//! Imports: serde and the standard library. No input or output, no SQL, no Leptos; everything here compiles for the browser too.
//!
//! To add a message kind: 1. `content/<kind>.rs` with its struct, 2. one line in [`content::Content`],
//! 3. its reading in `server/meta/to_domain`, 4. its bubble in `ui/chat/bubble/<kind>.rs`.

pub mod access;
pub mod account;
pub mod agent;
pub mod audit;
pub mod contact;
pub mod content;
pub mod conversation;
pub mod delivery;
pub mod failure;
pub mod id;
pub mod label;
pub mod letter;
pub mod markup;
pub mod media;
pub mod message;
pub mod origin;
pub mod pin;
pub mod reply;
pub mod search;
pub mod template;
pub mod time;
pub mod warning;
pub mod window;
