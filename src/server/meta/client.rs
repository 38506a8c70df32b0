//! The way to the Graph API. Never retries, never follows a redirect: what happens after a failure is decided elsewhere.

use super::error::{self, GraphError};
use super::inbound::scalar::{filled, list, object};
use super::inbound::template;
use crate::server::secret::Secret;
use futures_util::Stream;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method, RequestBuilder, Response, StatusCode, Url};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::time::Duration;

/// How long a request may take before its outcome counts as unknown.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// How long giving Meta a file may take.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(10);

/// What is asked for of a template.
const TEMPLATE_FIELDS: &str = "id,name,language,status,category,parameter_format,components,rejected_reason";

/// A client for one Graph API.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
}

/// Why a request did not succeed.
#[derive(Debug)]
pub enum SendError {
    /// No byte of it left: no connection, name or handshake.
    NotSent,
    /// Meta answered with an error of its own.
    Graph {
        /// What Meta said.
        error: GraphError,
        /// `Retry-After`, in milliseconds.
        retry_after_ms: Option<i64>,
    },
    /// 429 without a code.
    Busy {
        /// `Retry-After`, in milliseconds.
        retry_after_ms: Option<i64>,
    },
    /// Something after the first byte: whether Meta has it cannot be known.
    Unknown(String),
}

#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    messages: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct SentMessage {
    #[serde(default)]
    id: Option<Box<RawValue>>,
}

/// What the phone number endpoint says (`meta-api` section 13.1).
#[derive(Debug, Deserialize)]
pub struct PhoneNumber {
    /// As Meta displays it.
    pub display_phone_number: String,
    /// The name customers see.
    #[serde(default)]
    pub verified_name: String,
}

/// Where a file lies (`meta-api` section 11.1).
#[derive(Debug, Default, Deserialize)]
struct Located {
    #[serde(default)]
    url: Option<Box<RawValue>>,
}

/// A file that is given to Meta.
pub struct File<'a> {
    /// Its type.
    pub mime: &'a str,
    /// Its name; the ending must fit the type.
    pub name: String,
    /// Its bytes.
    pub size: u64,
}

/// A person, as Meta is told whom to block.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum User<'a> {
    /// `+` and their `wa_id`.
    User(String),
    /// Their business-scoped user id.
    UserId(&'a str),
}

#[derive(Serialize)]
struct Blocking<'a> {
    messaging_product: &'static str,
    block_users: [&'a User<'a>; 1],
}

/// Why a file could not be had.
#[derive(Debug)]
pub enum FileError {
    /// Its address is not one of Meta's: nothing was asked of it.
    Elsewhere,
    /// Meta does not have it, or no longer.
    Gone,
    /// Meta answered with an error of its own.
    Graph(GraphError),
    /// It did not come, or not whole.
    Broken(&'static str),
}

impl Client {
    /// A client for `base` (scheme and host) and `version` (`v26.0`).
    #[must_use]
    pub fn new(base: &str, version: &str) -> Self {
        let http = builder()
            .user_agent(concat!("whatsapp-inbox/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(10))
            .timeout(TIMEOUT)
            .build();
        // invariant: the options are constant and valid.
        Self { http: http.expect("a valid client"), base: format!("{base}/{version}") }
    }

    /// Sends a message; its wamid.
    ///
    /// # Errors
    /// See [`SendError`].
    pub async fn send(&self, phone_number_id: &str, token: &Secret, message: &impl Serialize) -> Result<String, SendError> {
        let body = self.post(phone_number_id, token, message).await?;
        let sent: Option<Sent> = serde_json::from_str(&body).ok();
        let first = sent.map(|sent| list(sent.messages.as_deref())).unwrap_or_default().into_iter().next();
        first
            .and_then(|message| object::<SentMessage>(Some(&message)))
            .and_then(|message| filled(message.id.as_deref()))
            .ok_or_else(|| SendError::Unknown("the answer has no message id".to_owned()))
    }

    /// Posts to the messages endpoint; the answer's body.
    ///
    /// # Errors
    /// See [`SendError`].
    pub async fn post(&self, phone_number_id: &str, token: &Secret, message: &impl Serialize) -> Result<String, SendError> {
        let url = format!("{}/{phone_number_id}/messages", self.base);
        answer(self.http.post(url).bearer_auth(token.expose()).json(message)).await
    }

    /// Gives Meta a file; its id there, good for thirty days (`meta-api` section 11.2). The type of the part counts, and the name's ending.
    ///
    /// # Errors
    /// See [`SendError`].
    pub async fn upload<S, E>(&self, phone_number_id: &str, token: &Secret, file: File<'_>, bytes: S) -> Result<String, SendError>
    where
        S: Stream<Item = Result<bytes::Bytes, E>> + Send + 'static,
        E: std::error::Error + Send + Sync + 'static,
    {
        let File { mime, name, size } = file;
        let part = Part::stream_with_length(Body::wrap_stream(bytes), size).file_name(name).mime_str(mime).map_err(|error| fault(&error))?;
        let form = Form::new().text("messaging_product", "whatsapp").text("type", mime.to_owned()).part("file", part);
        let request = self.http.post(format!("{}/{phone_number_id}/media", self.base)).bearer_auth(token.expose()).timeout(UPLOAD_TIMEOUT).multipart(form);
        let body = answer(request).await?;
        let uploaded: Option<SentMessage> = serde_json::from_str(&body).ok();
        uploaded.and_then(|file| filled(file.id.as_deref())).ok_or_else(|| SendError::Unknown("the answer has no id".to_owned()))
    }

    /// Asks Meta where a file lies, for five minutes.
    ///
    /// # Errors
    /// See [`FileError`].
    pub async fn locate(&self, phone_number_id: &str, token: &Secret, media_id: &str) -> Result<String, FileError> {
        let mut url = self.base_url();
        // Meta's ids are opaque: one with a slash in it must not lead elsewhere.
        url.path_segments_mut().map_err(|()| FileError::Elsewhere)?.push(media_id);
        url.query_pairs_mut().append_pair("phone_number_id", phone_number_id);
        let response = self.http.get(url).bearer_auth(token.expose()).send().await.map_err(|_| FileError::Broken("Meta could not be reached"))?;
        let status = response.status();
        let body = response.text().await.map_err(|_| FileError::Broken("the connection broke"))?;
        if let Some(error) = error::read(&body) {
            return Err(FileError::Graph(error));
        }
        if status == StatusCode::NOT_FOUND {
            return Err(FileError::Gone);
        }
        let located: Option<Located> = serde_json::from_str(&body).ok();
        located.and_then(|located| filled(located.url.as_deref())).ok_or(FileError::Broken("Meta gave no address"))
    }

    /// Begins to fetch a file from an address of Meta's, and from no other; no redirect is followed.
    ///
    /// # Errors
    /// See [`FileError`].
    pub async fn download(&self, token: &Secret, url: &str) -> Result<Response, FileError> {
        let url = Url::parse(url).map_err(|_| FileError::Elsewhere)?;
        if !self.is_of_meta(&url) {
            return Err(FileError::Elsewhere);
        }
        // The whole may take long; each part of it may not, which is for the reader to see to.
        let request = self.http.get(url).bearer_auth(token.expose()).timeout(Duration::from_mins(30));
        let response = tokio::time::timeout(TIMEOUT, request.send()).await.map_err(|_| FileError::Broken("no answer in time"))?;
        let response = response.map_err(|_| FileError::Broken("the connection broke"))?;
        match response.status() {
            StatusCode::OK => Ok(response),
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(FileError::Gone),
            _ => Err(FileError::Broken("Meta refused the file")),
        }
    }

    /// A page of the templates of a business account. The address of the next page is made here: Meta's own may hold the token.
    ///
    /// # Errors
    /// See [`SendError`].
    pub async fn templates(&self, waba_id: &str, token: &Secret, after: Option<&str>) -> Result<template::Page, SendError> {
        let mut url = self.base_url();
        url.path_segments_mut().map_err(|()| SendError::NotSent)?.extend([waba_id, "message_templates"]);
        url.query_pairs_mut().append_pair("fields", TEMPLATE_FIELDS).append_pair("limit", "100");
        if let Some(after) = after {
            url.query_pairs_mut().append_pair("after", after);
        }
        let body = answer(self.http.get(url).bearer_auth(token.expose())).await?;
        template::read(&body).ok_or_else(|| SendError::Unknown("the answer is not a list of templates".to_owned()))
    }

    fn base_url(&self) -> Url {
        // invariant: the settings were read as an address.
        Url::parse(&self.base).expect("the Graph API's address")
    }

    /// Whether the token may go there (`meta-api` section 11.1): Meta's hosts over https, and where the settings say the Graph API is.
    fn is_of_meta(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let is_host = host == "graph.facebook.com" || [".fbsbx.com", ".fbcdn.net"].iter().any(|suffix| host.ends_with(suffix));
        (url.scheme() == "https" && is_host && url.port().is_none()) || url.origin() == self.base_url().origin()
    }

    /// Blocks a person, or lets them write again (`meta-api` section 13.3).
    ///
    /// # Errors
    /// See [`SendError`]. What Meta says of this person counts, not the error around it, which is of the whole list.
    pub async fn block(&self, phone_number_id: &str, token: &Secret, user: &User<'_>, blocks: bool) -> Result<(), SendError> {
        let method = if blocks { Method::POST } else { Method::DELETE };
        let request = self.http.request(method, format!("{}/{phone_number_id}/block_users", self.base)).bearer_auth(token.expose());
        let response = request.json(&Blocking { messaging_product: "whatsapp", block_users: [user] }).send().await.map_err(|error| fault(&error))?;
        let is_good = response.status() == StatusCode::OK;
        let body = response.text().await.map_err(|error| fault(&error))?;
        let own = serde_json::from_str::<Value>(&body)
            .ok()
            .and_then(|body| body.pointer("/block_users/failed_users/0/errors/0").map(|error| json!({"error": error})));
        match own.and_then(|own| error::read(&own.to_string())).or_else(|| error::read(&body)) {
            Some(error) => Err(SendError::Graph { error, retry_after_ms: None }),
            None if is_good => Ok(()),
            None => Err(SendError::Unknown("Meta's answer cannot be read".to_owned())),
        }
    }

    /// Asks Meta what a number is called.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub async fn phone_number(&self, phone_number_id: &str, token: &Secret) -> Result<PhoneNumber, String> {
        let url = format!("{}/{phone_number_id}?fields=id,display_phone_number,verified_name", self.base);
        let response = self.http.get(url).bearer_auth(token.expose()).send().await;
        let body = match response {
            Ok(response) => response.text().await.unwrap_or_default(),
            Err(_) => return Err(format!("{} cannot be reached.", self.base)),
        };
        serde_json::from_str(&body).map_err(|_| match error::read(&body) {
            Some(error) => error.failure.sentence(),
            None => "The answer is not one of the Graph API.".to_owned(),
        })
    }
}

/// A builder of HTTP clients over rustls with *ring*, which builds faster than the default provider. No proxy is read from the
/// environment: the token must go where the settings say.
#[expect(clippy::disallowed_methods, reason = "the one place that makes clients")]
pub fn builder() -> reqwest::ClientBuilder {
    // It may be installed already; any one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy()
}

/// Sends a request; the body of a good answer.
async fn answer(request: RequestBuilder) -> Result<String, SendError> {
    let response = request.send().await.map_err(|error| fault(&error))?;
    let status = response.status();
    let retry_after_ms = retry_after(&response);
    let body = response.text().await.map_err(|error| fault(&error))?;
    if status == StatusCode::OK {
        return Ok(body);
    }
    Err(match error::read(&body) {
        Some(error) => SendError::Graph { error, retry_after_ms },
        None if status == StatusCode::TOO_MANY_REQUESTS => SendError::Busy { retry_after_ms },
        None => SendError::Unknown(format!("HTTP {} without an error of Meta's", status.as_u16())),
    })
}

fn retry_after(response: &reqwest::Response) -> Option<i64> {
    let seconds: i64 = response.headers().get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    Some(seconds.clamp(0, 3600) * 1000)
}

/// Sorts a transport error; its text never holds the address or the token.
fn fault(error: &reqwest::Error) -> SendError {
    if error.is_connect() || error.is_builder() {
        SendError::NotSent
    } else if error.is_timeout() {
        SendError::Unknown("no answer in time".to_owned())
    } else {
        SendError::Unknown("the connection broke".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E5: the token goes to Meta, and to nobody whose address only looks like it.
    #[test]
    fn e5_only_metas_addresses_are_asked() {
        let client = Client::new("https://graph.facebook.com", "v26.0");
        let asks = |url: &str| Url::parse(url).is_ok_and(|url| client.is_of_meta(&url));
        for good in ["https://lookaside.fbsbx.com/whatsapp/1", "https://scontent.xx.fbcdn.net/a?b=c", "https://graph.facebook.com/v26.0/1"] {
            assert!(asks(good), "{good}");
        }
        for bad in [
            "http://lookaside.fbsbx.com/1",
            "https://lookaside.fbsbx.com.evil.example/1",
            "https://evilfbsbx.com/1",
            "https://fbsbx.com@evil.example/1",
            "https://evil.example/#.fbsbx.com",
            "https://lookaside.fbsbx.com:8443/1",
            "https://127.0.0.1/1",
            "https://2130706433/1",
            "https://[::ffff:127.0.0.1]/1",
            "https://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "//lookaside.fbsbx.com/1",
            "",
        ] {
            assert!(!asks(bad), "{bad}");
        }
        let sandbox = Client::new("http://127.0.0.1:4000", "v26.0");
        let asks = |url: &str| sandbox.is_of_meta(&Url::parse(url).unwrap());
        assert!(asks("http://127.0.0.1:4000/media/1"));
        assert!(!asks("http://127.0.0.1:4001/media/1") && !asks("http://localhost:4000/media/1"));
    }
}
