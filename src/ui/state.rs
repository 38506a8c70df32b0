//! The page's state: a pure reducer and its reactive shell.

pub mod draft;
pub mod inbox;
pub mod model;
