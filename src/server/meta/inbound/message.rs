//! One element of `messages[]` (`meta-api` section 4): the head every kind shares, and the bodies that are read.

use super::scalar::{filled, id, integer, list, object, parse, text};
use super::status::first_failure;
use crate::domain::failure::Failure;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The fields of an inbound message that this version reads.
#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    id: Option<Box<RawValue>>,
    #[serde(default)]
    from: Option<Box<RawValue>>,
    #[serde(default)]
    from_user_id: Option<Box<RawValue>>,
    #[serde(default)]
    to: Option<Box<RawValue>>,
    #[serde(default)]
    to_user_id: Option<Box<RawValue>>,
    #[serde(default)]
    recipient: Option<Box<RawValue>>,
    #[serde(default)]
    group_id: Option<Box<RawValue>>,
    #[serde(default)]
    edit: Option<Box<RawValue>>,
    #[serde(default)]
    revoke: Option<Box<RawValue>>,
    #[serde(default)]
    history_context: Option<Box<RawValue>>,
    #[serde(default)]
    message: Option<Box<RawValue>>,
    #[serde(default)]
    timestamp: Option<Box<RawValue>>,
    #[serde(default, rename = "type")]
    kind: Option<Box<RawValue>>,
    #[serde(default)]
    context: Option<Box<RawValue>>,
    #[serde(default)]
    text: Option<Box<RawValue>>,
    #[serde(default)]
    reaction: Option<Box<RawValue>>,
    #[serde(default)]
    unsupported: Option<Box<RawValue>>,
    #[serde(default)]
    location: Option<Box<RawValue>>,
    #[serde(default)]
    contacts: Option<Box<RawValue>>,
    #[serde(default)]
    interactive: Option<Box<RawValue>>,
    #[serde(default)]
    button: Option<Box<RawValue>>,
    #[serde(default)]
    order: Option<Box<RawValue>>,
    #[serde(default)]
    image: Option<Box<RawValue>>,
    #[serde(default)]
    video: Option<Box<RawValue>>,
    #[serde(default)]
    audio: Option<Box<RawValue>>,
    #[serde(default)]
    voice: Option<Box<RawValue>>,
    #[serde(default)]
    document: Option<Box<RawValue>>,
    #[serde(default)]
    sticker: Option<Box<RawValue>>,
    #[serde(default)]
    errors: Option<Box<RawValue>>,
    #[serde(default)]
    referral: Option<Box<RawValue>>,
    #[serde(default)]
    system: Option<Box<RawValue>>,
}

impl Wire {
    /// What it is by the one part it has, where Meta does not say (`meta-api` section 17.4).
    fn only_part(&self) -> Option<String> {
        let parts = [
            ("text", &self.text),
            ("reaction", &self.reaction),
            ("location", &self.location),
            ("contacts", &self.contacts),
            ("interactive", &self.interactive),
            ("button", &self.button),
            ("order", &self.order),
            ("image", &self.image),
            ("video", &self.video),
            ("audio", &self.audio),
            ("voice", &self.voice),
            ("document", &self.document),
            ("sticker", &self.sticker),
            ("system", &self.system),
            ("edit", &self.edit),
            ("revoke", &self.revoke),
            ("unsupported", &self.unsupported),
        ];
        let mut there = parts.into_iter().filter(|(_, part)| part.is_some()).map(|(kind, _)| kind.to_owned());
        there.next().filter(|_| there.next().is_none())
    }

    /// The object of a kind that is a file.
    fn file(&mut self, kind: Option<&str>) -> Option<Box<RawValue>> {
        match kind? {
            "image" => self.image.take(),
            "video" => self.video.take(),
            "audio" => self.audio.take(),
            "voice" => self.voice.take(),
            "document" => self.document.take(),
            "sticker" => self.sticker.take(),
            _ => None,
        }
    }
}

/// A message's head and the parts of its body that are read, as plain texts.
#[derive(Debug, Default)]
pub struct Message {
    /// `wamid.…`
    pub id: Option<String>,
    /// Sender's number, digits.
    pub wa_id: Option<String>,
    /// Sender's business-scoped user id.
    pub user_id: Option<String>,
    /// Whom it is for, of what the business wrote: number and user id.
    pub to: (Option<String>, Option<String>),
    /// Whether it was written in a group.
    pub in_group: bool,
    /// Whether it is another version of the message it answers.
    pub edited: bool,
    /// `history_context.status`: what became of it.
    pub past_status: Option<String>,
    /// Unix seconds.
    pub timestamp: Option<i64>,
    /// Meta's `type`.
    pub kind: Option<String>,
    /// `context.id`: the message it answers.
    pub reply_to: Option<String>,
    /// `text.body`
    pub body: Option<String>,
    /// `reaction`: target and emoji; no emoji removes.
    pub reaction: Option<(String, String)>,
    /// `unsupported.type`: what it was.
    pub unsupported: Option<String>,
    /// Profile name of the sender, from `contacts[]`.
    pub profile_name: Option<String>,
    /// `location`, as it came.
    pub location: Option<Box<RawValue>>,
    /// The message's own `contacts`: cards.
    pub cards: Option<Box<RawValue>>,
    /// `interactive`
    pub interactive: Option<Box<RawValue>>,
    /// `button`
    pub button: Option<Box<RawValue>>,
    /// `order`
    pub order: Option<Box<RawValue>>,
    /// `image`, `video`, `audio`, `voice`, `document` or `sticker`
    pub file: Option<Box<RawValue>>,
    /// The first of `errors`: why something of it is missing.
    pub failure: Option<Failure>,
    /// `context`, as it came.
    pub context: Option<Box<RawValue>>,
    /// `referral`
    pub referral: Option<Box<RawValue>>,
    /// `system`
    pub system: Option<Box<RawValue>>,
}

/// `edit` and `revoke`.
#[derive(Deserialize)]
struct Changed {
    #[serde(default)]
    original_message_id: Option<Box<RawValue>>,
    #[serde(default)]
    message: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Past {
    #[serde(default)]
    status: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Context {
    #[serde(default)]
    id: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    body: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Reaction {
    #[serde(default)]
    message_id: Option<Box<RawValue>>,
    #[serde(default)]
    emoji: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Unsupported {
    #[serde(default, rename = "type")]
    kind: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct ContactWire {
    #[serde(default)]
    profile: Option<Box<RawValue>>,
    #[serde(default)]
    wa_id: Option<Box<RawValue>>,
    #[serde(default)]
    user_id: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Profile {
    #[serde(default)]
    name: Option<Box<RawValue>>,
}

/// Whether an id in a phone slot is really a business-scoped user id: `CC.` and more (`meta-api` section 3.1).
fn is_user_id(id: &str) -> bool {
    id.len() > 3 && id.as_bytes()[..2].iter().all(u8::is_ascii_uppercase) && id.as_bytes()[2] == b'.'
}

/// Puts ids into their slots, whatever slot they came in.
pub fn sorted(phone: Option<String>, user: Option<String>) -> (Option<String>, Option<String>) {
    match phone {
        Some(id) if is_user_id(&id) => (None, user.or(Some(id))),
        phone => (phone, user),
    }
}

/// Reads a message with the contacts of its change; `None` if it is not an object with each field once.
#[must_use]
pub fn read(raw: &str, contacts: &[Contact]) -> Option<Message> {
    let wire: Wire = parse(raw)?;
    let kind = filled(wire.kind.as_deref()).or_else(|| wire.only_part());
    if let Some(mut message) = unfold(&wire, kind.as_deref()) {
        match_contact(&mut message, contacts);
        return Some(message);
    }
    let mut message = plain(wire, kind);
    match_contact(&mut message, contacts);
    Some(message)
}

/// A message that holds no other.
fn plain(mut wire: Wire, kind: Option<String>) -> Message {
    let (wa_id, user_id) = sorted(id(wire.from.as_deref()), id(wire.from_user_id.as_deref()));
    Message {
        id: id(wire.id.as_deref()),
        wa_id,
        user_id,
        to: recipient(&wire),
        in_group: filled(wire.group_id.as_deref()).is_some(),
        edited: false,
        past_status: object::<Past>(wire.history_context.as_deref()).and_then(|past| filled(past.status.as_deref())),
        timestamp: integer(wire.timestamp.as_deref()),
        file: wire.file(kind.as_deref()),
        failure: first_failure(wire.errors.as_deref()),
        reply_to: match kind.as_deref() {
            Some("revoke") => object::<Changed>(wire.revoke.as_deref()).and_then(|revoke| id(revoke.original_message_id.as_deref())),
            _ => object::<Context>(wire.context.as_deref()).and_then(|context| id(context.id.as_deref())),
        },
        body: object::<Body>(wire.text.as_deref()).and_then(|body| text(body.body.as_deref())),
        reaction: object::<Reaction>(wire.reaction.as_deref())
            .and_then(|reaction| Some((id(reaction.message_id.as_deref())?, text(reaction.emoji.as_deref()).unwrap_or_default()))),
        unsupported: object::<Unsupported>(wire.unsupported.as_deref()).and_then(|unsupported| filled(unsupported.kind.as_deref())),
        profile_name: None,
        location: wire.location,
        cards: wire.contacts,
        interactive: wire.interactive,
        button: wire.button,
        order: wire.order,
        context: wire.context,
        referral: wire.referral,
        system: wire.system,
        kind,
    }
}

/// Whom it is for, whatever slot that came in.
fn recipient(wire: &Wire) -> (Option<String>, Option<String>) {
    let user_id = id(wire.to_user_id.as_deref()).or_else(|| id(wire.recipient.as_deref()));
    let (phone, user_id) = sorted(id(wire.to.as_deref()), user_id);
    (phone.map(|phone| phone.trim_start_matches('+').to_owned()), user_id)
}

/// A message within another: an edit holds the new version, what Meta's agent wrote its own words. The head is the outer one's.
fn unfold(wire: &Wire, kind: Option<&str>) -> Option<Message> {
    let edit = object::<Changed>(wire.edit.as_deref()).filter(|_| kind == Some("edit"));
    let inner = match (&edit, kind) {
        (Some(edit), _) => edit.message.as_deref()?,
        (None, None) => wire.message.as_deref()?,
        _ => return None,
    };
    let inner: Wire = parse(inner.get())?;
    let kind = filled(inner.kind.as_deref());
    // Nothing is in there but words or a file: whatever else is, is not looked into.
    let inner = plain(inner, kind);
    let (wa_id, user_id) = sorted(id(wire.from.as_deref()), id(wire.from_user_id.as_deref()));
    let to = recipient(wire);
    Some(Message {
        id: id(wire.id.as_deref()),
        wa_id,
        user_id,
        to: if to == (None, None) { inner.to.clone() } else { to },
        timestamp: integer(wire.timestamp.as_deref()),
        in_group: filled(wire.group_id.as_deref()).is_some(),
        edited: edit.is_some(),
        reply_to: edit.map_or(inner.reply_to.clone(), |edit| id(edit.original_message_id.as_deref())),
        ..inner
    })
}

/// Finds the sender among `contacts[]`: by id, not by place. A lone contact also names a sender without ids.
fn match_contact(message: &mut Message, contacts: &[Contact]) {
    let anonymous = message.wa_id.is_none() && message.user_id.is_none();
    // System messages have no contacts of their own, and never let one stand in for them.
    let lone = contacts.len() == 1 && message.kind.as_deref() != Some("system");
    for contact in contacts {
        let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        let matches = same(&contact.wa_id, &message.wa_id) || same(&contact.user_id, &message.user_id);
        if matches || (anonymous && lone) {
            message.wa_id = message.wa_id.take().or_else(|| contact.wa_id.clone());
            message.user_id = message.user_id.take().or_else(|| contact.user_id.clone());
        }
        if matches || lone {
            message.profile_name.clone_from(&contact.name);
        }
        if matches {
            return;
        }
    }
}

/// One element of `contacts[]`, read once for all messages of its change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    wa_id: Option<String>,
    user_id: Option<String>,
    name: Option<String>,
}

/// How much of a profile name is kept, in characters.
const MAX_NAME: usize = 200;

/// Reads `contacts[]`; what is not a contact is left out.
#[must_use]
pub fn contacts(raw: Option<&RawValue>) -> Vec<Contact> {
    let read = |raw: Box<RawValue>| {
        let contact = object::<ContactWire>(Some(&raw))?;
        let (wa_id, user_id) = sorted(id(contact.wa_id.as_deref()), id(contact.user_id.as_deref()));
        let name = object::<Profile>(contact.profile.as_deref()).and_then(|profile| filled(profile.name.as_deref()));
        Some(Contact { wa_id, user_id, name: name.map(|name| name.chars().take(MAX_NAME).collect()) })
    };
    list(raw).into_iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contacts(json: &str) -> Vec<Contact> {
        super::contacts(serde_json::from_str::<Box<RawValue>>(json).ok().as_deref())
    }

    #[test]
    fn the_sender_is_found_by_id_not_by_place() {
        let people = contacts(r#"[{"wa_id":"1","profile":{"name":"A"}},{"wa_id":"2","user_id":"US.2","profile":{"name":"B"}}]"#);
        let message = read(r#"{"id":"w","from":"2","timestamp":"7","type":"text","text":{"body":"hi\u0000"}}"#, &people).unwrap();
        assert_eq!((message.wa_id.as_deref(), message.user_id.as_deref()), (Some("2"), Some("US.2")));
        assert_eq!(message.profile_name.as_deref(), Some("B"));
        assert_eq!(message.body.as_deref(), Some("hi"));
    }

    #[test]
    fn a_sender_without_a_number_is_still_somebody() {
        let lone = contacts(r#"[{"user_id":"US.9","profile":{"name":"N"}}]"#);
        let message = read(r#"{"id":"w","type":"text"}"#, &lone).unwrap();
        assert_eq!((message.wa_id, message.user_id.as_deref()), (None, Some("US.9")));
        let in_phone_slot = read(r#"{"id":"w","from":"BR.123abc","type":"text"}"#, &[]).unwrap();
        assert_eq!((in_phone_slot.wa_id, in_phone_slot.user_id.as_deref()), (None, Some("BR.123abc")));
    }

    #[test]
    fn a_removed_reaction_has_no_emoji() {
        for body in [r#"{"message_id":"t"}"#, r#"{"message_id":"t","emoji":""}"#] {
            let message = read(&format!(r#"{{"id":"w","type":"reaction","reaction":{body}}}"#), &[]).unwrap();
            assert_eq!(message.reaction, Some(("t".into(), String::new())));
        }
    }
}
