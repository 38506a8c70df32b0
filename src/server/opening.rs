//! From the settings to what runs: the database, the key, the files. Each error is a sentence for an operator, which names the setting.

use super::clock::SystemClock;
use super::config::Config;
use super::media::blob::Blobs;
use super::secret::Sealer;
use super::state::App;
use super::store::{self, Store};
use std::sync::Arc;

/// The database of the settings, brought up to date.
///
/// # Errors
/// It cannot be opened.
pub async fn store(config: &Config) -> Result<Store, String> {
    Store::open(&config.database_url).await.map_err(|error| match error {
        store::Error::Migrate(error) => format!("The database could not be brought up to date: {error}. Is it from a newer version?"),
        other => format!("DATABASE_URL: the database cannot be opened: {other}"),
    })
}

/// What opens and seals the tokens in it.
///
/// # Errors
/// There is no key, where one must be given.
pub fn sealer(config: &Config, store: &Store) -> Result<Sealer, String> {
    match &config.secret_key {
        // invariant: the settings were checked when they were read.
        Some(key) => Ok(Sealer::from_base64(key.expose()).expect("a checked key")),
        None if store.is_shared() => {
            Err("INBOX_SECRET_KEY must be given with PostgreSQL, the same for every process; `openssl rand -base64 32` makes one.".to_owned())
        }
        None => Sealer::from_file(&config.key_file()).map_err(|error| format!("The key file cannot be used: {error}")),
    }
}

/// Everything together, over a database that is open.
///
/// # Errors
/// See above; or the files lie where this process may not write.
pub async fn app(config: Config, store: Store, build: String) -> Result<App, String> {
    let sealer = sealer(&config, &store)?;
    let blobs = Blobs::open(&config.media_url, &config.data_folder())
        .map_err(|error| format!("MEDIA_URL: {error}. It must name a folder this process may write to, or s3://bucket."))?;
    App::new(store, Arc::new(SystemClock), config, sealer, blobs, build).await.map_err(|error| error.to_string())
}
