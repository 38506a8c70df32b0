//! Small parts that know nothing of conversations.

pub mod avatar;
pub mod banner;
pub mod dot;
pub mod each;
pub mod field;
pub mod icon;
pub mod mark;
pub mod piece;
pub mod swatches;
pub mod tick;
pub mod when;
