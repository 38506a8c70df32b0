//! Sending from code: what the Django app's `send_text`, `send_location`, `upload_media` and `send_media` did. A message goes the way of all
//! others: into the thread, through the outbox, once.
//!
//! ```no_run
//! use std::path::Path;
//! use whatsapp_inbox::server::config::Config;
//! use whatsapp_inbox::server::send::{Sender, To, send_location, send_media, send_text, upload_media};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let sender = Sender::open(&Config::from_env()?, "Order desk").await?;
//! let zoe = To::phone("447700900123");
//! let sent = send_text(&sender, &zoe, "Your order is ready").await?;
//! println!("{}", sender.settled(&sent).await?.as_str());
//!
//! // From a certain number, as an answer to a certain message.
//! let answer = To { account: Some("account-id"), reply_to: Some("wamid.HBgM…"), ..zoe };
//! send_location(&sender, &answer, "59.9139", "10.7522", Some("Corner bakery"), None).await?;
//! let file = upload_media(&sender, &zoe, Path::new("invoice.pdf")).await?;
//! send_media(&sender, &zoe, file, Some("Your invoice")).await?;
//! # Ok(())
//! # }
//! ```

use super::caller::Caller;
use super::config::Config;
use super::error::{Result as Served, refuse};
use super::opening;
use super::outbox::{self, Outcome};
use super::service::outgoing::{Attached, Outgoing};
use super::service::{media, messages};
use super::state::App;
use crate::domain::access::Principal;
use crate::domain::content::Location;
use crate::domain::content::location::Degrees;
use crate::domain::delivery::Delivery;
use crate::domain::id::AccountId;
use crate::domain::message::Message;
use crate::protocol::command::Made;
use crate::protocol::error::{ApiError, Code};
use std::path::Path;
use std::time::{Duration, Instant as Moment};
use tokio::io::AsyncReadExt;

/// How long [`Sender::settled`] waits for Meta.
const PATIENCE: Duration = Duration::from_mins(1);
/// A file is read in pieces of so many bytes.
const PIECE: usize = 64 * 1024;

/// A program that sends; it may run beside a serving process.
pub struct Sender {
    app: App,
    caller: Caller,
}

/// To whom.
#[derive(Clone, Copy, Debug)]
pub struct To<'a> {
    /// The number in digits, a business-scoped user id, or our id of the conversation. Whoever never wrote has none.
    pub phone: &'a str,
    /// Our id of the number it leaves from; none: of the newest conversation.
    pub account: Option<&'a str>,
    /// The message it answers: a wamid or our id.
    pub reply_to: Option<&'a str>,
}

impl<'a> To<'a> {
    /// To this number, from wherever the newest conversation is.
    #[must_use]
    pub fn phone(phone: &'a str) -> Self {
        Self { phone, account: None, reply_to: None }
    }
}

impl Sender {
    /// Opens the database of these settings; what it sends is signed with `name`.
    ///
    /// # Errors
    /// A sentence that names the setting and what is wrong.
    pub async fn open(config: &Config, name: &str) -> Result<Self, String> {
        let store = opening::store(config).await?;
        Ok(Self::of(opening::app(config.clone(), store, String::new()).await?, name))
    }

    /// The same within a running process.
    #[must_use]
    pub fn of(app: App, name: &str) -> Self {
        let caller = Caller { principal: Principal::ApiKey { id: name.to_owned() }, name: name.to_owned(), ..Caller::nobody() };
        Self { app, caller }
    }

    async fn addressed(&self, to: &To<'_>) -> Served<Outgoing> {
        let account = to.account.map(AccountId::from);
        messages::addressed(&self.app, &self.caller, to.phone, account.as_ref(), to.reply_to).await
    }

    async fn queue(&self, command: Outgoing) -> Result<Message, ApiError> {
        messages::send_whole(&self.app, &self.caller, command).await.map_err(ApiError::from)
    }

    /// Works on the outbox until this message has left or failed, or a minute has passed; what became of it by then. A serving process
    /// beside does the same: each message is claimed by one of them.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn settled(&self, message: &Message) -> Result<Delivery, ApiError> {
        let began = Moment::now();
        loop {
            let worked = outbox::step(&self.app).await.map_err(|error| ApiError::from(super::error::Error::from(error)))?;
            let delivery = messages::find(&self.app, &self.caller, &message.id).await?.delivery.unwrap_or(Delivery::Queued);
            if !matches!(delivery, Delivery::Queued | Delivery::Sending) || began.elapsed() > PATIENCE {
                return Ok(delivery);
            }
            if matches!(worked, Outcome::Idle(_)) {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Queues a text.
///
/// # Errors
/// No such conversation, a closed window, a text that WhatsApp does not take.
pub async fn send_text(sender: &Sender, to: &To<'_>, body: &str) -> Result<Message, ApiError> {
    sender.queue(Outgoing { body: body.to_owned(), ..sender.addressed(to).await? }).await
}

/// Queues a place, in decimal degrees.
///
/// # Errors
/// As [`send_text`]; degrees that are none.
pub async fn send_location(
    sender: &Sender,
    to: &To<'_>,
    latitude: &str,
    longitude: &str,
    name: Option<&str>,
    address: Option<&str>,
) -> Result<Message, ApiError> {
    let place = Degrees::parse(latitude, 90).zip(Degrees::parse(longitude, 180));
    let (latitude, longitude) =
        place.ok_or_else(|| ApiError::new(Code::Invalid, "The latitude must be a number from -90 to 90, the longitude one from -180 to 180."))?;
    let place = Location { latitude, longitude, name: name.map(str::to_owned), address: address.map(str::to_owned) };
    sender.queue(Outgoing { made: Some(Made::Location(place)), ..sender.addressed(to).await? }).await
}

/// Keeps a file that is to be sent: its type is told by its content, its name by its path.
///
/// # Errors
/// It cannot be read, or WhatsApp does not take it.
pub async fn upload_media(sender: &Sender, to: &To<'_>, path: &Path) -> Result<Attached, ApiError> {
    let unreadable = |error: std::io::Error| ApiError::new(Code::Invalid, format!("{} cannot be read: {error}.", path.display()));
    let account = sender.addressed(to).await?.account_id;
    let mut file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut spool = sender.app.blobs.spool().await.map_err(media::failed)?;
    let mut piece = vec![0; PIECE];
    loop {
        let read = file.read(&mut piece).await.map_err(unreadable)?;
        if read == 0 {
            break;
        }
        spool.write(&piece[..read]).await.map_err(media::failed)?;
        if spool.size() > super::media::MOST_BYTES {
            return Err(refuse(Code::Invalid, crate::domain::media::Unsendable::Size.sentence()).into());
        }
    }
    let name = path.file_name().and_then(|name| name.to_str());
    media::attach(&sender.app, &sender.caller, &account, name, spool).await.map_err(ApiError::from)
}

/// Queues such a file, with words below it where its kind has any; else they follow as a message of their own.
///
/// # Errors
/// As [`send_text`].
pub async fn send_media(sender: &Sender, to: &To<'_>, file: Attached, caption: Option<&str>) -> Result<Message, ApiError> {
    let body = caption.unwrap_or_default().to_owned();
    sender.queue(Outgoing { file: Some(file), body, ..sender.addressed(to).await? }).await
}
