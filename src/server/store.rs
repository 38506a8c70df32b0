//! The database: one SQL text for SQLite and PostgreSQL, uniqueness by constraint, one log of events.
//!
//! Imports: `domain`, `protocol` (events), the drivers. Knows nothing of Meta or HTTP.
//!
//! To add a table: 1. both migrations (a new file, same name), 2. a file here with its `statements!`,
//! 3. its line in [`statements`], 4. its story in `conformance`.

pub mod accounts;
pub mod agents;
pub mod audit;
pub mod backend;
pub mod beside;
pub mod book;
pub mod contacts;
pub mod conversations;
pub mod deliveries;
pub mod dialect;
pub mod disk;
pub mod draft_files;
pub mod drafts;
pub mod error;
pub mod events;
pub mod imports;
pub mod labels;
pub mod media;
pub mod mentions;
pub mod messages;
pub mod outbox;
pub mod pins;
pub mod reactions;
pub mod receipts;
pub mod replies;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod statuses;
pub mod templates;
pub mod value;
pub mod views;
pub mod wake;
pub mod warnings;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod plans;

pub use backend::{Lock, Store, Tx};
pub(crate) use dialect::{Sql, over_rows, statements};
pub use error::{Error, Result};
pub use value::Value;
pub(crate) use value::args;

/// A batch of rows as the JSON array that [`dialect::over_rows`] statements read.
#[must_use]
pub fn json<T: serde::Serialize>(rows: &T) -> String {
    // invariant: rows are plain structs of texts and numbers, which always serialise.
    serde_json::to_string(rows).expect("rows serialise")
}

/// Every statement there is, by file and name.
#[must_use]
pub fn all_statements() -> Vec<(&'static str, &'static str, Sql)> {
    [
        ("accounts", accounts::STATEMENTS),
        ("agents", agents::STATEMENTS),
        ("audit", audit::STATEMENTS),
        ("beside", beside::STATEMENTS),
        ("book", book::STATEMENTS),
        ("contacts", contacts::STATEMENTS),
        ("conversations", conversations::STATEMENTS),
        ("conversations/state", conversations::state::STATEMENTS),
        ("deliveries", deliveries::STATEMENTS),
        ("draft_files", draft_files::STATEMENTS),
        ("drafts", drafts::STATEMENTS),
        ("events", events::STATEMENTS),
        ("imports", imports::STATEMENTS),
        ("labels", labels::STATEMENTS),
        ("media", media::STATEMENTS),
        ("mentions", mentions::STATEMENTS),
        ("messages", messages::STATEMENTS),
        ("messages/discarded", messages::discarded::STATEMENTS),
        ("outbox", outbox::STATEMENTS),
        ("pins", pins::STATEMENTS),
        ("reactions", reactions::STATEMENTS),
        ("receipts", receipts::STATEMENTS),
        ("replies", replies::STATEMENTS),
        ("search", search::STATEMENTS),
        ("search/finding", search::finding::STATEMENTS),
        ("sessions", sessions::STATEMENTS),
        ("settings", settings::STATEMENTS),
        ("statuses", statuses::STATEMENTS),
        ("templates", templates::STATEMENTS),
        ("views", views::STATEMENTS),
        ("warnings", warnings::STATEMENTS),
    ]
    .into_iter()
    .flat_map(|(file, list)| list.iter().map(move |(name, sql)| (file, *name, *sql)))
    .collect()
}
