//! `send …`: a message from the command line, beside a running server or without one.

use super::{Done, SendCommand, Whom};
use crate::domain::delivery::Delivery;
use crate::server::config::Config;
use crate::server::send::{Sender, To, send_location, send_media, send_text, upload_media};

fn to(whom: &Whom) -> To<'_> {
    To { phone: &whom.phone, account: whom.account.as_deref(), reply_to: whom.reply_to.as_deref() }
}

/// See the command of this name.
pub async fn send(config: &Config, command: SendCommand) -> Done {
    let sender = Sender::open(config, "Command line").await?;
    let sent = match &command {
        SendCommand::Text { whom, body } => send_text(&sender, &to(whom), body).await,
        SendCommand::Location { whom, latitude, longitude, name, address } => {
            send_location(&sender, &to(whom), latitude, longitude, name.as_deref(), address.as_deref()).await
        }
        SendCommand::Media { whom, file, caption } => match upload_media(&sender, &to(whom), file).await {
            Ok(file) => send_media(&sender, &to(whom), file, caption.as_deref()).await,
            Err(error) => Err(error),
        },
    };
    let sent = sent.map_err(|error| error.message)?;
    let delivery = sender.settled(&sent).await.map_err(|error| error.message)?;
    println!("{} {}", sent.id, delivery.as_str());
    match delivery {
        Delivery::Failed => Err("WhatsApp refused the message: the inbox shows why.".to_owned()),
        Delivery::Unknown => Err("Whether the message was sent is not known: look at it in the inbox before you send it again.".to_owned()),
        Delivery::Queued | Delivery::Sending => Err("WhatsApp has not taken the message yet. It waits, and a running inbox sends it.".to_owned()),
        _ => Ok(()),
    }
}
