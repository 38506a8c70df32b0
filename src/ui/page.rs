//! Pages: the document around them, and one file for each.

pub mod banners;
pub mod document;
pub mod inbox;
pub mod set_up;
pub mod sign_in;
