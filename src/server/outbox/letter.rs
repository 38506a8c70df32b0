//! What is handed to Meta: a message with what it takes to send it.

use super::{Fate, fate};
use crate::domain::content::Content;
use crate::domain::failure::Failure;
use crate::domain::id::MessageId;
use crate::server::media::kind;
use crate::server::meta::client::{File, SendError};
use crate::server::meta::outbound::{Message, Recipient};
use crate::server::secret::Secret;
use crate::server::state::App;
use crate::server::store::media::{self, Stored};
use crate::server::store::outbox::Claimed;
use crate::server::store::{Result, Tx, accounts, conversations, messages};

/// A message with what it takes to send it.
pub struct Letter {
    pub(super) id: MessageId,
    pub(super) phone_number_id: String,
    pub(super) token: Secret,
    pub(super) recipient: Recipient,
    pub(super) content: Content,
    pub(super) file: Option<Stored>,
    pub(super) reply_to: Option<String>,
    /// How often in a row Meta was too busy for this number.
    pub(super) strikes: i64,
}

/// Gives Meta the file, if there is one, and then the message; the message's wamid.
pub(super) async fn hand_over(app: &App, letter: &Letter, tries: i64) -> std::result::Result<String, Fate> {
    let file = match &letter.file {
        Some(file) => Some(upload(app, letter, file).await.map_err(|error| fate(&error, letter, tries))?),
        None => None,
    };
    let message = Message::new(letter.recipient.clone(), &letter.content, file, letter.reply_to.as_deref(), &letter.id);
    let message = message.map_err(|_| Fate::Failed(Failure { code: 100, text: "this cannot be sent".to_owned() }))?;
    let sent = app.meta.send(&letter.phone_number_id, &letter.token, &message).await;
    app.metrics.sent(&sent);
    sent.map_err(|error| fate(&error, letter, tries))
}

/// Meta's id of the file. Whatever goes wrong here, no message has been sent.
async fn upload(app: &App, letter: &Letter, file: &Stored) -> std::result::Result<String, SendError> {
    let bytes = app.blobs.read(&file.hash, None).await.map_err(|error| {
        tracing::error!(%error, media = %file.id, "a file that is to be sent cannot be read");
        SendError::NotSent
    })?;
    let name = kind::named(file.name.as_deref().unwrap_or("file"), &file.mime);
    let about = File { mime: &file.mime, name, size: u64::try_from(file.size).unwrap_or(0) };
    match app.meta.upload(&letter.phone_number_id, &letter.token, about, bytes).await {
        Err(SendError::Unknown(_)) => Err(SendError::NotSent),
        other => other,
    }
}

/// Writes the letter of a claimed message, or says why there cannot be one.
pub(super) async fn write(app: &App, tx: &mut Tx, claimed: &Claimed) -> Result<std::result::Result<Letter, Fate>> {
    let refused = |code, text: &str| Ok(Err(Fate::Failed(Failure { code, text: text.to_owned() })));
    let message = messages::load_one(tx, &claimed.message_id).await?;
    let conversation = conversations::load_one(tx, &message.conversation_id).await?;
    let Some(account) = accounts::list(tx).await?.into_iter().find(|account| account.id == claimed.account_id) else {
        return refused(33, "the account is gone");
    };
    let Some(token) = app.token(&account) else {
        return Ok(Err(Fate::Stop(Failure { code: 190, text: "no usable token".to_owned() }, String::new())));
    };
    let recipient = match (conversation.wa_id, conversation.user_id) {
        (Some(wa_id), _) => Recipient::WaId(wa_id),
        (None, Some(user_id)) => Recipient::UserId(user_id),
        (None, None) => return refused(131_026, "the contact has no address"),
    };
    let file = match &message.media {
        Some(file) => media::find_stored(tx, &file.id).await?,
        None => None,
    };
    Ok(Ok(Letter {
        id: message.id,
        phone_number_id: account.phone_number_id,
        token,
        recipient,
        content: message.content,
        file,
        reply_to: message.quote.map(|quote| quote.wamid.0),
        strikes: account.strikes,
    }))
}
