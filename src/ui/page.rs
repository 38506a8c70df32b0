//! Pages: the document around them, and one file for each.

pub mod audit;
pub mod contacts;
pub mod document;
pub mod import;
pub mod inbox;
pub mod invitation;
pub mod labels;
pub mod numbers;
pub mod people;
pub mod profile;
pub mod rail;
pub mod replies;
pub mod script;
pub mod set_up;
pub mod settings;
pub mod sign_in;
