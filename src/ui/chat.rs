//! Conversations on the page: the list, the thread, its bubbles and the composer.

pub mod bubble;
pub mod composer;
pub mod list;
pub mod row;
pub mod rows;
pub mod thread;
