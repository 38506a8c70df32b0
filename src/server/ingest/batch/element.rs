//! One element of a delivery: what it is, whose thread it belongs to, and whether somebody waits for an answer.

use super::{Batch, Inbound};
use crate::domain::contact::{Identity, IdentityKind};
use crate::domain::content::system::{Change, System};
use crate::domain::content::{self, Content};
use crate::domain::delivery::Delivery;
use crate::domain::id::MediaId;
use crate::domain::message::Direction;
use crate::domain::origin::Origin;
use crate::domain::time::Instant;
use crate::server::clock::new_id;
use crate::server::meta::inbound::{self, Element, Kind};
use crate::server::meta::to_domain::{self, Meaning};
use crate::server::secret::token_hash;
use crate::server::store::statuses::Reaction;
use crate::server::store::{accounts, json, media, reactions};

/// Who wrote what was written on the phone.
const PHONE_APP: &str = "Phone app";
/// Who wrote while Meta's own agent held the conversation.
const AGENT: &str = "Business agent";

impl Batch {
    /// Takes in a message, a call or a status; a sentence if it belongs to nobody.
    pub(super) fn take_element(&mut self, element: &Element, account: &accounts::Stored, received_at: Instant) -> std::result::Result<(), &'static str> {
        if element.kind == Kind::Status {
            let status = inbound::status::read(&element.raw).ok_or("a status without id or word")?;
            self.take_status(status, account, received_at);
            return Ok(());
        }
        if element.kind == Kind::Call {
            return self.take_call(element, account, received_at);
        }
        if element.kind == Kind::Handover {
            return self.take_handover(element, account, received_at);
        }
        let message = inbound::message::read(&element.raw, &element.contacts).ok_or("a message that is not an object")?;
        let is_ours = is_ours(element, &message);
        let identities = if is_ours { identities_of(recipient(element, &message), account) } else { identities(&message, account) };
        // The user id comes with every message of today; the number may be left out of some.
        let sender = identities.last().map(|identity| identity.value.clone()).ok_or("a message without a sender")?;
        let at = to_domain::instant(message.timestamp, received_at);
        // An element without an id gets one made from its bytes, so that a replay knows it again.
        let wamid = message.id.clone().unwrap_or_else(|| format!("raw.{}", &token_hash(&element.raw)[..40]));
        match to_domain::meaning(&message) {
            Meaning::Nothing => {}
            Meaning::Reaction { target, emoji } => {
                // A business has one reaction on a message, wherever it was put there.
                let sender = if is_ours { reactions::OURS.to_owned() } else { sender };
                self.take_reaction(Reaction { account_id: account.id.clone(), target, sender, emoji, at, wamid });
            }
            Meaning::Entry(direction, content) => {
                let mut origin = to_domain::origin::read(&message);
                if element.kind == Kind::Standby {
                    origin.get_or_insert_default().held = true;
                }
                let is_about_product = origin.as_ref().is_some_and(|origin| origin.product.is_some());
                let media = to_domain::media::file(&message).map(|file| new_media(file, account, received_at));
                let raw = matches!(content, Content::Unknown(_)).then(|| element.raw.replace("\\u0000", ""));
                let went_out = is_ours && direction == Direction::Inbound;
                let author = if element.kind == Kind::HeldEcho { AGENT } else { PHONE_APP };
                if went_out {
                    self.take_past(&message, &wamid, sender, account, received_at);
                }
                self.inbound.push(Inbound {
                    account_id: account.id.clone(),
                    identities,
                    profile_name: message.profile_name,
                    wamid,
                    at,
                    direction: if went_out { Direction::Outbound } else { direction },
                    content,
                    origin,
                    media,
                    raw,
                    // Of a question about a product, Meta makes an id up.
                    reply_to: message.reply_to.filter(|_| !is_about_product),
                    live: element.kind == Kind::Message,
                    author: went_out.then_some(author),
                    delivery: went_out.then_some(Delivery::Sent),
                });
            }
        }
        Ok(())
    }

    /// Of one sender's reactions on one message the newest counts.
    fn take_reaction(&mut self, reaction: Reaction) {
        let key = (reaction.account_id.clone(), reaction.target.clone(), reaction.sender.clone());
        let newer = self.reactions.get(&key).is_none_or(|kept| (reaction.at, &reaction.wamid) > (kept.at, &kept.wamid));
        if newer {
            self.reactions.insert(key, reaction);
        }
    }

    /// What became of a message of the past is a report like any other: it may come by other ways, too.
    fn take_past(&mut self, message: &inbound::message::Message, wamid: &str, recipient: String, account: &accounts::Stored, received_at: Instant) {
        if let Some(status) = message.past_status.as_deref().map(past) {
            let (wamid, timestamp) = (wamid.to_owned(), message.timestamp);
            self.take_status(
                inbound::status::Status { wamid, status, timestamp, recipient, callback: None, failure: None, free_until: None },
                account,
                received_at,
            );
        }
    }

    /// A call that is over is an entry; one of the customer's asks for an answer.
    fn take_call(&mut self, element: &Element, account: &accounts::Stored, received_at: Instant) -> std::result::Result<(), &'static str> {
        let call = inbound::call::read(&element.raw).ok_or("a call without id or customer")?;
        if !call.is_over {
            return Ok(());
        }
        self.inbound.push(Inbound {
            account_id: account.id.clone(),
            identities: identities_of((call.wa_id, call.user_id), account),
            profile_name: None,
            wamid: call.id,
            at: to_domain::instant(call.timestamp, received_at),
            direction: if call.by_us { Direction::Event } else { Direction::Inbound },
            content: Content::Call(content::Call { by_us: call.by_us, seconds: call.seconds }),
            origin: None,
            media: None,
            raw: None,
            reply_to: None,
            live: true,
            author: None,
            delivery: None,
        });
        Ok(())
    }

    /// Who answers from now on is a quiet line. Meta gives it no id: its bytes name it.
    fn take_handover(&mut self, element: &Element, account: &accounts::Stored, received_at: Instant) -> std::result::Result<(), &'static str> {
        let handover = inbound::handover::read(&element.raw).ok_or("a handover without a customer")?;
        if !handover.to_agent && !handover.to_team {
            return Ok(());
        }
        self.inbound.push(Inbound {
            account_id: account.id.clone(),
            identities: identities_of((handover.wa_id, handover.user_id), account),
            profile_name: None,
            wamid: format!("raw.{}", &token_hash(&element.raw)[..40]),
            at: to_domain::instant(handover.timestamp, received_at),
            direction: Direction::Event,
            content: Content::System(System { change: if handover.to_agent { Change::ToAgent } else { Change::ToTeam }, before: None, after: None }),
            origin: handover.to_agent.then(|| Origin { held: true, ..Origin::default() }),
            media: None,
            raw: None,
            reply_to: None,
            live: false,
            author: None,
            delivery: None,
        });
        Ok(())
    }
}

/// Whether the business wrote it: echoes, and of the past what the customer of the thread did not write.
fn is_ours(element: &Element, message: &inbound::message::Message) -> bool {
    let by_customer = |thread: &String| message.wa_id.as_ref() == Some(thread) || message.user_id.as_ref() == Some(thread);
    match element.kind {
        Kind::Echo | Kind::HeldEcho => true,
        Kind::Past => element.thread.as_ref().map_or(message.to != (None, None), |thread| !by_customer(thread)),
        _ => false,
    }
}

/// Whom the business wrote to: number and user id.
fn recipient(element: &Element, message: &inbound::message::Message) -> (Option<String>, Option<String>) {
    element.thread.clone().map_or_else(|| message.to.clone(), |thread| inbound::message::sorted(Some(thread), None))
}

/// Meta's word for what became of a message of the past, as statuses have it.
fn past(status: &str) -> String {
    let word = status.to_lowercase();
    if word == "error" { "failed".to_owned() } else { word }
}

/// Under which ids somebody is known that Meta names so.
pub(super) fn identities_of((wa_id, user_id): (Option<String>, Option<String>), account: &accounts::Stored) -> Vec<Identity> {
    let wa_id = wa_id.map(|value| Identity { scope: String::new(), kind: IdentityKind::WaId, value });
    let user_id = user_id.map(|value| Identity { scope: account.scope().to_owned(), kind: IdentityKind::UserId, value });
    wa_id.into_iter().chain(user_id).collect()
}

/// Under which ids Meta says the sender is known; of several of a kind, the one of today first.
fn identities(message: &inbound::message::Message, account: &accounts::Stored) -> Vec<Identity> {
    let said = to_domain::system::read(message);
    let wa_id = |value: String| Identity { scope: String::new(), kind: IdentityKind::WaId, value };
    let user_id = |value: String| Identity { scope: account.scope().to_owned(), kind: IdentityKind::UserId, value };
    let wa_ids = if said.wa_ids.is_empty() { message.wa_id.clone().into_iter().collect() } else { said.wa_ids };
    let user_ids = if said.user_ids.is_empty() { message.user_id.clone().into_iter().collect() } else { said.user_ids };
    wa_ids.into_iter().map(wa_id).chain(user_ids.into_iter().map(user_id)).collect()
}

fn new_media(file: to_domain::media::File, account: &accounts::Stored, now: Instant) -> media::New {
    media::New {
        id: MediaId(new_id()),
        account_id: account.id.clone(),
        state: if file.failure.is_some() { "failed" } else { "fetching" },
        meta_id: file.meta_id,
        url: file.url,
        mime: file.mime,
        name: file.name,
        announced_hash: file.hash,
        failure: file.failure.as_ref().map(json),
        created_at: now,
    }
}
