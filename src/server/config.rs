//! Settings, from the environment or `.env`. A wrong one says which it is, what is wrong and shows an example.

use super::secret::Secret;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the data is.
    pub database_url: String,
    /// Where the bytes of files lie: a folder, or `s3://bucket/prefix`.
    pub media_url: String,
    /// The public origin, `https://inbox.example`; `None`: loopback only.
    pub base_url: Option<String>,
    /// Where the page is served.
    pub addr: SocketAddr,
    /// The account used when none is named.
    pub account: Option<AccountSettings>,
    /// Verifies webhook signatures. Two, separated by a comma, while one is being replaced.
    pub app_secrets: Vec<Secret>,
    /// For the webhook handshake.
    pub verify_token: Option<Secret>,
    /// Where the Graph API is.
    pub graph_url: String,
    /// Its version.
    pub graph_version: String,
    /// 32 bytes in base64; `None`: kept in a file.
    pub secret_key: Option<Secret>,
    /// Where the sandbox listens.
    pub sandbox_addr: SocketAddr,
    /// Peers whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpAddr>,
    /// Lets a program read `/metrics`; without it only admins may.
    pub metrics_token: Option<Secret>,
    /// How long applied raw deliveries are kept.
    pub raw_retention_days: i64,
}

/// The account in the settings.
#[derive(Clone, Debug)]
pub struct AccountSettings {
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// The WhatsApp business account.
    pub waba_id: String,
    /// Its token.
    pub token: Secret,
}

/// A setting that cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// Which variable.
    pub variable: &'static str,
    /// What is wrong with it.
    pub problem: String,
    /// What it could look like.
    pub example: &'static str,
}

impl std::fmt::Display for SettingsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}. For example: {}={}", self.variable, self.problem, self.variable, self.example)
    }
}

impl std::error::Error for SettingsError {}

impl Config {
    /// Reads `.env` and the environment.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn from_env() -> Result<Self, SettingsError> {
        let _ = dotenvy::dotenv();
        Self::from(|name| std::env::var(name).ok())
    }

    /// Reads settings from `get`; empty ones count as unset.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn from(get: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let get = |name: &str| get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        Ok(Self {
            database_url: database_url(get("DATABASE_URL"))?,
            media_url: media_url(get("MEDIA_URL"), get("DATABASE_URL"))?,
            base_url: base_url(get("BASE_URL"))?,
            addr: address("LEPTOS_SITE_ADDR", get("LEPTOS_SITE_ADDR"), "127.0.0.1:3000")?,
            account: account(&get)?,
            app_secrets: get("WHATSAPP_APP_SECRET")
                .map(|list| list.split(',').map(str::trim).filter(|one| !one.is_empty()).map(Secret::new).collect())
                .unwrap_or_default(),
            verify_token: get("WHATSAPP_VERIFY_TOKEN").map(Secret::new),
            graph_url: graph_url(get("WHATSAPP_GRAPH_URL"))?,
            graph_version: graph_version(get("WHATSAPP_GRAPH_VERSION"))?,
            secret_key: secret_key(get("INBOX_SECRET_KEY"))?,
            sandbox_addr: address("SANDBOX_ADDR", get("SANDBOX_ADDR"), "127.0.0.1:4000")?,
            trusted_proxies: proxies(get("TRUSTED_PROXIES"))?,
            metrics_token: get("METRICS_TOKEN").map(Secret::new),
            raw_retention_days: retention(get("RAW_RETENTION_DAYS"))?,
        })
    }

    /// The file that keeps the sealing key when `INBOX_SECRET_KEY` is not set: beside the database.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        beside(&self.database_url, "secret.key")
    }

    /// Where everything lies that is in no database: beside the SQLite file, else in `data/`.
    #[must_use]
    pub fn data_folder(&self) -> PathBuf {
        let file = if self.database_url.starts_with("sqlite:") { self.key_file() } else { PathBuf::from("data/secret.key") };
        file.parent().map_or_else(|| PathBuf::from("."), PathBuf::from)
    }

    /// Whether pages are served over https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

fn error(variable: &'static str, problem: impl Into<String>, example: &'static str) -> SettingsError {
    SettingsError { variable, problem: problem.into(), example }
}

fn database_url(value: Option<String>) -> Result<String, SettingsError> {
    let value = value.unwrap_or_else(|| "sqlite:data/inbox.db".to_owned());
    let known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| value.starts_with(scheme));
    if known && !value.contains(":memory:") {
        Ok(value)
    } else {
        // The value may hold a password: it is not repeated.
        Err(error("DATABASE_URL", "must begin with sqlite: (a file) or postgres:", "sqlite:data/inbox.db"))
    }
}

/// A file or folder beside a SQLite database.
fn beside(database_url: &str, name: &str) -> PathBuf {
    let path = database_url.trim_start_matches("sqlite:").trim_start_matches("//");
    PathBuf::from(path.split('?').next().unwrap_or(path)).with_file_name(name)
}

fn media_url(value: Option<String>, database: Option<String>) -> Result<String, SettingsError> {
    match value {
        Some(value) if value.contains("://") && !value.starts_with("s3://") => {
            Err(error("MEDIA_URL", format!("is neither a folder nor s3://bucket: `{value}`"), "data/media"))
        }
        Some(value) => Ok(value),
        None => {
            let database = database.filter(|url| url.starts_with("sqlite:")).unwrap_or_else(|| "sqlite:data/inbox.db".to_owned());
            Ok(beside(&database, "media").to_string_lossy().into_owned())
        }
    }
}

fn base_url(value: Option<String>) -> Result<Option<String>, SettingsError> {
    let Some(value) = value else { return Ok(None) };
    let origin = value.trim_end_matches('/');
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(Some(origin.to_ascii_lowercase())),
        _ => Err(error("BASE_URL", format!("is not an origin: `{value}` (scheme and host, no path)"), "https://inbox.example.com")),
    }
}

fn address(variable: &'static str, value: Option<String>, default: &'static str) -> Result<SocketAddr, SettingsError> {
    let value = value.unwrap_or_else(|| default.to_owned());
    value.parse().map_err(|_| error(variable, format!("is not an address with a port: `{value}`"), default))
}

fn account(get: &impl Fn(&str) -> Option<String>) -> Result<Option<AccountSettings>, SettingsError> {
    let [token, phone_number_id, waba_id] = ["WHATSAPP_ACCESS_TOKEN", "WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_WABA_ID"].map(get);
    if token.is_none() && phone_number_id.is_none() && waba_id.is_none() {
        return Ok(None);
    }
    let digits = |variable, value: Option<String>, example| match value {
        Some(value) if value.bytes().all(|b| b.is_ascii_digit()) => Ok(value),
        Some(value) => Err(error(variable, format!("must be the number's id, digits only, not `{value}`"), example)),
        None => Err(error(variable, "is missing, although another part of the account is set", example)),
    };
    Ok(Some(AccountSettings {
        token: token.map(Secret::new).ok_or_else(|| error("WHATSAPP_ACCESS_TOKEN", "is missing, although another part of the account is set", "EAAG…"))?,
        phone_number_id: digits("WHATSAPP_PHONE_NUMBER_ID", phone_number_id, "106540352242922")?,
        waba_id: digits("WHATSAPP_WABA_ID", waba_id, "102290129340398")?,
    }))
}

fn graph_url(value: Option<String>) -> Result<String, SettingsError> {
    let value = value.unwrap_or_else(|| "https://graph.facebook.com".to_owned());
    let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|host| value.starts_with(host));
    if value.starts_with("https://") || loopback {
        Ok(value.trim_end_matches('/').to_owned())
    } else {
        Err(error(
            "WHATSAPP_GRAPH_URL",
            format!("must be https (or http on this machine), because the token travels there: `{value}`"),
            "https://graph.facebook.com",
        ))
    }
}

fn graph_version(value: Option<String>) -> Result<String, SettingsError> {
    let value = value.unwrap_or_else(|| "v26.0".to_owned());
    let number = value.strip_prefix('v').and_then(|rest| rest.parse::<f32>().ok());
    if number.is_some_and(|number| number >= 1.0) { Ok(value) } else { Err(error("WHATSAPP_GRAPH_VERSION", format!("is not a version: `{value}`"), "v26.0")) }
}

fn secret_key(value: Option<String>) -> Result<Option<Secret>, SettingsError> {
    match value {
        Some(value) if super::secret::Sealer::from_base64(&value).is_none() => {
            Err(error("INBOX_SECRET_KEY", "is not 32 bytes in base64; `openssl rand -base64 32` makes one", "q83v…"))
        }
        other => Ok(other.map(Secret::new)),
    }
}

fn proxies(value: Option<String>) -> Result<Vec<IpAddr>, SettingsError> {
    let value = value.unwrap_or_default();
    value
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().map_err(|_| error("TRUSTED_PROXIES", format!("holds `{part}`, which is not an IP address"), "10.0.0.5,10.0.0.6")))
        .collect()
}

fn retention(value: Option<String>) -> Result<i64, SettingsError> {
    let Some(value) = value else { return Ok(30) };
    match value.parse() {
        Ok(days) if (1..=3650).contains(&days) => Ok(days),
        _ => Err(error("RAW_RETENTION_DAYS", format!("must be a number of days from 1 to 3650, not `{value}`"), "30")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, SettingsError> {
        Config::from(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn everything_has_a_default() {
        let config = read(&[("WHATSAPP_APP_SECRET", " ")]).unwrap();
        assert_eq!(config.database_url, "sqlite:data/inbox.db");
        assert_eq!(config.media_url, "data/media");
        assert_eq!(config.key_file(), PathBuf::from("data/secret.key"));
        assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
        assert!(config.account.is_none() && config.app_secrets.is_empty());
    }

    #[test]
    fn an_error_names_the_variable_the_problem_and_an_example() {
        let table = [
            (vec![("DATABASE_URL", "mysql://x:secret@y")], "DATABASE_URL"),
            (vec![("MEDIA_URL", "gs://bucket")], "MEDIA_URL"),
            (vec![("BASE_URL", "inbox.example/app")], "BASE_URL"),
            (vec![("LEPTOS_SITE_ADDR", "3000")], "LEPTOS_SITE_ADDR"),
            (vec![("WHATSAPP_ACCESS_TOKEN", "t")], "WHATSAPP_PHONE_NUMBER_ID"),
            (vec![("WHATSAPP_GRAPH_URL", "http://graph.example")], "WHATSAPP_GRAPH_URL"),
            (vec![("WHATSAPP_GRAPH_VERSION", "26")], "WHATSAPP_GRAPH_VERSION"),
            (vec![("INBOX_SECRET_KEY", "short")], "INBOX_SECRET_KEY"),
            (vec![("SANDBOX_ADDR", "x")], "SANDBOX_ADDR"),
            (vec![("TRUSTED_PROXIES", "10.0.0.1, proxy")], "TRUSTED_PROXIES"),
            (vec![("RAW_RETENTION_DAYS", "0")], "RAW_RETENTION_DAYS"),
        ];
        for (pairs, variable) in table {
            let error = read(&pairs).unwrap_err();
            assert_eq!(error.variable, variable);
            let text = error.to_string();
            assert!(text.contains("For example: ") && !text.contains("secret@"), "{text}");
        }
    }
}
