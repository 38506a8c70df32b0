//! The browser itself. The only folder that touches web-sys; called from effects and handlers, never while rendering.

pub mod button;
pub mod clipboard;
pub mod document;
pub mod highlight;
pub mod history;
pub mod keys;
pub mod line;
pub mod notification;
pub mod player;
pub mod pointer;
pub mod position;
pub mod random;
pub mod recorder;
pub mod scroll;
pub mod storage;
pub mod swipe;
pub mod task;
pub mod typing;
pub mod upload;
