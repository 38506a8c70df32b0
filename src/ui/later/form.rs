//! The composer's own form, with a file: how a file leaves the page, whoever begins it.

use crate::domain::id::MessageId;
use crate::protocol::command::SendText;
use crate::protocol::error::{ApiError, Code, Refused};
use crate::protocol::snapshot::cursor;
use crate::protocol::{address, json};
use crate::ui::browser::upload;
use crate::ui::words;

/// Hands a held file over, bound to whom it is for; what is made of parts beside it, as JSON. Says how much of a hundred is on its way.
/// One that waits on the server (`is_kept`) is only named.
pub async fn post(key: &str, to: &SendText, made: &str, is_kept: bool, progress: Box<dyn Fn(u8)>) -> Result<(), ApiError> {
    let lost = || ApiError::new(Code::Offline, words::NOT_UPLOADED);
    let seen = to.seen.map(cursor).unwrap_or_default();
    let fields = [
        ("seen", seen.as_str()),
        ("client_id", to.client_id.as_str()),
        ("conversation_id", to.conversation_id.as_str()),
        ("contact_id", to.contact_id.as_str()),
        ("account_id", to.account_id.as_str()),
        ("body", to.body.as_str()),
        ("reply_to_id", to.reply_to.as_ref().map_or("", MessageId::as_str)),
        ("made", made),
        ("kept_file", if is_kept { to.client_id.as_str() } else { "" }),
    ];
    let path = format!("{}send/", address::thread(to.conversation_id.as_str()));
    match upload::post(key, &path, &fields, (!is_kept).then_some("media_file"), progress).await {
        Some((200..=299, _)) => Ok(()),
        Some((_, body)) => Err(json::read::<Refused>(body.as_bytes()).map_or_else(lost, |refusal| refusal.error)),
        None => Err(lost()),
    }
}
