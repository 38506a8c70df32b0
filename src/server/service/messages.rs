//! Sending, and settling what failed or is unknown.

use super::audit;
use super::conversations::unknown;
use super::outgoing::{Attached, Outgoing};
use super::team;
use crate::domain::access::Action;
use crate::domain::audit::Act;
use crate::domain::content::contacts::MOST_CARDS;
use crate::domain::content::text::{Refusal, check};
use crate::domain::content::{Change, Content, Document};
use crate::domain::delivery::Delivery;
use crate::domain::id::{AccountId, ClientId, ConversationId, MessageId, Wamid};
use crate::domain::message::{Direction, Message};
use crate::domain::time::Instant;
use crate::protocol::command::{Made, Settle};
use crate::protocol::details::{Details, Report};
use crate::protocol::draft::Kind;
use crate::protocol::error::Code;
use crate::protocol::event::Event;
use crate::server::caller::Caller;
use crate::server::clock::new_id;
use crate::server::error::{Error, Result, refuse};
use crate::server::media::kind;
use crate::server::outbox::publish;
use crate::server::state::App;
use crate::server::store::conversations::State;
use crate::server::store::messages::New;
use crate::server::store::{Tx, accounts, conversations, draft_files, drafts, events, json, media, messages, outbox, statuses};

/// Queues a message. The same client id again answers the same message and sends nothing.
pub async fn send(app: &App, caller: &Caller, command: Outgoing) -> Result<Message> {
    caller.may(Action::Reply)?;
    // No engine and no phone can hold NUL.
    let command = Outgoing { body: command.body.replace('\0', ""), ..command };
    check_client_id(command.client_id.as_str())?;
    let now = app.clock.now();
    let (kind, author) = caller.author();
    let mut tx = app.store.write().await?;
    let command = with_own_file(&mut tx, command).await?;
    // What a template says is looked up below: what it lacks is nothing for those who may not send it, and of what was queued once
    // nothing is asked again.
    let content = if matches!(command.made, Some(Made::Template(_))) { None } else { Some(sendable(&command)?) };
    let state = conversations::lock(&mut tx, &command.conversation_id).await?.filter(|row| caller.may_on(Action::Reply, &row.account_id));
    if let Some(sent) = messages::find_by_client(&mut tx, kind, &author, &command.client_id).await? {
        return same_as(&mut tx, sent, &command, content.as_ref()).await;
    }
    let state = state.ok_or_else(unknown)?;
    if state.contact_id != command.contact_id || state.account_id != command.account_id {
        return Err(mismatch());
    }
    let content = match (&command.made, content) {
        (Some(Made::Template(chosen)), _) => without_nul(Content::Template(super::templates::filled(&mut tx, &command, chosen).await?))?,
        (_, Some(content)) => content,
        (_, None) => sendable(&command)?,
    };
    check_can_send(&mut tx, &state, &content, now).await?;
    if let Some(seen) = command.seen
        && let Some(answer) = messages::answered_since(&mut tx, &state.id, seen, (kind, &author)).await?
    {
        return Err(answered_meanwhile(answer));
    }
    let reply_to = quoted(&mut tx, &state.id, command.reply_to.as_ref()).await?;
    if let Some(agent) = &caller.agent {
        drafts::drop_sent(&mut tx, &agent.id, Kind::Message, &command.conversation_id, &command.client_id).await?;
        draft_files::drop(&mut tx, &agent.id, &command.client_id).await?;
    }
    let media_id = command.file.as_ref().map(|file| file.media.id.clone());
    let new = New { client_id: Some(command.client_id.clone()), media_id, ..outbound(caller, &state, &content, reply_to, now) };
    let message = queue(&mut tx, state, new, now).await?;
    let Some(message) = message else {
        // Another request with the same client id was faster.
        drop(tx);
        let mut tx = app.store.read().await?;
        let sent = messages::find_by_client(&mut tx, kind, &author, &command.client_id).await?;
        let sent = sent.ok_or_else(unknown)?;
        return same_as(&mut tx, sent, &command, Some(&content)).await;
    };
    super::team::claim(&mut tx, caller, &command.conversation_id, now).await?;
    audit::keep(&mut tx, caller, Act::Sent, Some(&command.conversation_id), content.message_type(), now).await?;
    tx.commit().await?;
    app.wake.outbox.notify_one();
    Ok(message)
}

/// What a caller has sent in a conversation with this client id, if they have; with these words below it, as the same id again means the same.
pub async fn find_sent(app: &App, caller: &Caller, conversation: &ConversationId, client_id: &ClientId, body: &str) -> Result<Option<Message>> {
    let (kind, author) = caller.author();
    let sent = messages::find_by_client(&mut app.store.read().await?, kind, &author, client_id).await?;
    let Some(sent) = sent.filter(|sent| sent.conversation_id == *conversation) else { return Ok(None) };
    if sent.content.body().unwrap_or_default() == body.replace("\r\n", "\n") { Ok(Some(sent)) } else { Err(reused()) }
}

fn reused() -> Error {
    refuse(Code::ClientIdReused, "This client id was used for another message. Use a new one for each message.")
}

/// What was begun for one person is not sent to another.
pub fn mismatch() -> Error {
    refuse(Code::RecipientMismatch, "This conversation is with somebody else than when you began to write. Check the name at the top, then send again.")
}

/// Queues a message, and after it, as one of their own, the words that it cannot carry; the first of the two.
pub async fn send_whole(app: &App, caller: &Caller, command: Outgoing) -> Result<Message> {
    let (command, words) = command.split();
    if let Some(words) = &words {
        // Both or neither.
        check_client_id(words.client_id.as_str())?;
        sendable(words)?;
    }
    let sent = send(app, caller, command).await?;
    if let Some(words) = words {
        send(app, caller, words).await?;
    }
    Ok(sent)
}

/// Of a file, only the id is taken at its word: what it is, the database says.
async fn with_own_file(tx: &mut Tx, command: Outgoing) -> Result<Outgoing> {
    let Some(file) = &command.file else { return Ok(command) };
    let missing = || refuse(Code::UnknownMessage, "The file is no longer here: attach it again.");
    let id = file.media.id.clone();
    let stored = media::find_stored(tx, &id).await?.filter(|stored| stored.account_id == command.account_id).ok_or_else(missing)?;
    let media = media::load(tx, std::slice::from_ref(&id)).await?.remove(&id).ok_or_else(missing)?;
    let name = Some(kind::name_of(stored.name, &media.mime));
    Ok(Outgoing { file: Some(Attached { media, name }), ..command })
}

/// What is sent, if WhatsApp takes it.
fn sendable(command: &Outgoing) -> Result<Content> {
    let content = command.content().map_err(|refusal| refuse(Code::Invalid, refusal.sentence()))?;
    match &content {
        Content::Location(place) if !place.is_on_earth() => {
            return Err(refuse(Code::Invalid, "The latitude must be from -90 to 90 degrees, the longitude from -180 to 180."));
        }
        Content::Contacts(contacts) if !contacts.can_be_sent() => {
            return Err(refuse(Code::Invalid, format!("A contact card needs a name, a number or an e-mail address; at most {MOST_CARDS} go at once.")));
        }
        Content::Interactive(question) => question.check().map_err(|unfit| refuse(Code::Invalid, unfit.0))?,
        _ => {}
    }
    if let Content::Text(text) = &content {
        check(&text.body).map_err(|refusal| match refusal {
            Refusal::Empty => refuse(Code::Invalid, "There is nothing to send: write something first."),
            Refusal::TooLong(by) => refuse(Code::Invalid, format!("The text is {by} characters too long. WhatsApp takes 4096: shorten it or send it in two.")),
        })?;
    } else if (content.body().is_none() || command.made.is_some()) && !command.body.trim().is_empty() {
        return Err(refuse(Code::Invalid, "WhatsApp shows no words below this: send them as a message of their own."));
    }
    without_nul(content)
}

/// No engine keeps NUL, wherever it stands.
fn without_nul(content: Content) -> Result<Content> {
    // A backslash that somebody typed is two in JSON.
    if json(&content).replace("\\\\", "").contains("\\u0000") {
        return Err(refuse(Code::Invalid, "There is a character in it that WhatsApp does not take. Type it anew."));
    }
    Ok(content)
}

/// A client id is minted by pages and programs: short, printable, without blanks.
pub(super) fn check_client_id(id: &str) -> Result<()> {
    let fine = !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_graphic());
    if fine { Ok(()) } else { Err(refuse(Code::Invalid, "`client_id` must be 1 to 64 printable ASCII characters without blanks.")) }
}

/// The message that this client id was used for, if it is the same one. A file that was handed over twice is one file by its content.
async fn same_as(tx: &mut Tx, sent: Message, command: &Outgoing, content: Option<&Content>) -> Result<Message> {
    let same_file = match (&sent.media, &command.file) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            let one = media::find_stored(tx, &one.id).await?;
            let other = media::find_stored(tx, &other.media.id).await?;
            one.zip(other).is_some_and(|(one, other)| one.hash == other.hash)
        }
        _ => false,
    };
    let same_words = match (&sent.content, &command.made) {
        // The template itself may be another by now.
        (Content::Template(sent), Some(Made::Template(chosen))) => sent.is(chosen),
        (sent, _) => Some(sent) == content,
    };
    let same = same_file && same_words && sent.conversation_id == command.conversation_id;
    if same { Ok(sent) } else { Err(reused()) }
}

/// Whether the number still sends, and WhatsApp takes this from it now.
pub(super) async fn check_can_send(tx: &mut Tx, state: &State, content: &Content, now: Instant) -> Result<()> {
    if accounts::is_removed(tx, &state.account_id).await? {
        return Err(refuse(Code::NotPossible, "The number that this customer wrote to was removed: nothing can be sent from it. Your text is kept."));
    }
    if matches!(content, Content::Template(_)) || conversations::load_one(tx, &state.id).await?.window(now).is_open() {
        return Ok(());
    }
    Err(refuse(Code::WindowClosed, "The customer has not written in the last 24 hours: WhatsApp takes only templates now. Your text is kept."))
}

/// The wamid of the message to answer, which must be in the same thread and known to Meta.
async fn quoted(tx: &mut Tx, conversation: &ConversationId, reply_to: Option<&MessageId>) -> Result<Option<Wamid>> {
    let Some(id) = reply_to else { return Ok(None) };
    let original = messages::find(tx, id).await?.filter(|message| message.conversation_id == *conversation);
    let wamid = original.and_then(|message| message.wamid);
    wamid.map(Some).ok_or_else(|| refuse(Code::UnknownMessage, "The message you are answering is not in this conversation, or not sent yet."))
}

/// An entry of a thread that somebody of the team, or (nobody) the house itself, writes now.
pub(super) fn entry(by: Option<&Caller>, state: &State, direction: Direction, content: &Content, now: Instant) -> New {
    let author = by.map(Caller::author);
    New {
        author_kind: author.as_ref().map(|(kind, _)| *kind),
        author_id: author.map(|(_, id)| id),
        author_name: by.map(|caller| caller.name.clone()),
        ..New::of(state, direction, content, now)
    }
}

pub(super) fn outbound(caller: &Caller, state: &State, content: &Content, reply_to: Option<Wamid>, now: Instant) -> New {
    New { delivery: Some(Delivery::Queued.as_str()), reply_to, ..entry(Some(caller), state, Direction::Outbound, content, now) }
}

/// C8: what the colleague wrote stands beside what the writer was about to send.
fn answered_meanwhile((who, said, kind): (String, String, String)) -> Error {
    let said = if said.is_empty() { format!("a message of the kind {kind}") } else { format!("“{said}”") };
    refuse(Code::AnsweredMeanwhile, format!("{who} has answered since you began to write: {said}. Read it; if yours is still right, try again."))
}

/// Stores a message with its place in the outbox and its event; `None` if its client id or retry is taken.
async fn queue(tx: &mut Tx, mut state: State, new: New, now: Instant) -> Result<Option<Message>> {
    let Some(added) = messages::add(tx, std::slice::from_ref(&new)).await?.into_iter().next() else { return Ok(None) };
    state.advance(&added.id, added.sort_at, added.n);
    // Ours sorts behind whatever is there: nobody has written since.
    let _ = state.answer(added.sort_at);
    conversations::update(tx, &[&state]).await?;
    outbox::add(tx, &added.id, &added.account_id, &added.conversation_id, added.n, now).await?;
    publish(tx, &added.id, now).await?;
    Ok(Some(messages::load_one(tx, &added.id).await?))
}

/// Settles a message that failed, whose outcome is unknown, or whose file did not come; the message as it is afterwards (of *send again*, the new one).
pub async fn settle(app: &App, caller: &Caller, id: &MessageId, how: Settle) -> Result<Message> {
    caller.may(Action::Reply)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    let message = messages::find(&mut tx, id).await?.filter(|message| caller.may_on(Action::Reply, &message.account_id));
    let message = message.ok_or_else(|| refuse(Code::UnknownMessage, "There is no such message."))?;
    if how == Settle::FetchFile {
        super::media::fetch_again(&mut tx, &message, now).await?;
        tx.commit().await?;
        app.wake.media.notify_one();
        return Ok(message);
    }
    let state = conversations::lock(&mut tx, &message.conversation_id).await?.ok_or_else(unknown)?;
    // What was read before the locks may have moved on.
    outbox::lock(&mut tx, std::slice::from_ref(id)).await?;
    messages::lock(&mut tx, id).await?;
    let message = messages::load_one(&mut tx, id).await?;
    if how != Settle::Delete && messages::is_deleted(&mut tx, id).await? {
        return Err(deleted());
    }
    let changed = match (how, message.delivery) {
        (Settle::MarkAsSent, Some(Delivery::Unknown)) => mark_as_sent(&mut tx, message, now).await?,
        (Settle::SendAgain, Some(Delivery::Unknown | Delivery::Failed)) => {
            let content = message.content.clone();
            send_again(&mut tx, caller, state, message, content, now).await?
        }
        (Settle::SendAsDocument, Some(Delivery::Failed)) => {
            let content = as_document(&mut tx, &message).await?;
            send_again(&mut tx, caller, state, message, content, now).await?
        }
        (Settle::Discard, Some(Delivery::Failed)) => discard(&mut tx, message, now).await?,
        // What is on its way cannot be held back, and its outcome must be seen.
        (Settle::Delete, None | Some(Delivery::Accepted | Delivery::Sent | Delivery::Delivered | Delivery::Read | Delivery::Played | Delivery::Failed))
            if message.direction != Direction::Event =>
        {
            delete(&mut tx, caller, &state, message, now).await?
        }
        _ => return Err(refuse(Code::NotPossible, "The message has moved on meanwhile: look at its state now.")),
    };
    let (act, subject) = if how == Settle::Delete { (Act::Deleted, changed.content.message_type()) } else { (Act::Settled, how.as_str()) };
    audit::keep(&mut tx, caller, act, Some(&changed.conversation_id), subject, now).await?;
    tx.commit().await?;
    app.wake.outbox.notify_one();
    Ok(changed)
}

async fn mark_as_sent(tx: &mut Tx, message: Message, now: Instant) -> Result<Message> {
    messages::set_local(tx, &message.id, Delivery::Accepted, None, now).await?;
    outbox::drop_all(tx, std::slice::from_ref(&message.id)).await?;
    publish(tx, &message.id, now).await?;
    Ok(messages::load_one(tx, &message.id).await?)
}

/// What was a photo, a film or a recording, as a document.
async fn as_document(tx: &mut Tx, message: &Message) -> Result<Content> {
    let kind = if matches!(message.content, Content::Image(_) | Content::Video(_) | Content::Audio(_)) { message.media.as_ref() } else { None };
    let id = &kind.ok_or_else(|| refuse(Code::NotPossible, "Only photos, films and recordings can be sent as documents."))?.id;
    let stored = media::find_stored(tx, id).await?.ok_or_else(|| refuse(Code::NotPossible, "The file is no longer here."))?;
    Ok(Content::Document(Document { name: Some(kind::name_of(stored.name, &stored.mime)), caption: message.content.body().map(str::to_owned) }))
}

async fn send_again(tx: &mut Tx, caller: &Caller, state: State, message: Message, content: Content, now: Instant) -> Result<Message> {
    // A second click finds the first one's message.
    if let Some(again) = messages::find_by_retry(tx, &message.id).await? {
        return Ok(again);
    }
    check_can_send(tx, &state, &content, now).await?;
    if let Content::Template(sent) = &content {
        super::templates::check_wanted(tx, &state.account_id, &state.contact_id, &sent.name, &sent.language).await?;
    }
    let reply_to = message.quote.as_ref().map(|quote| quote.wamid.clone());
    let media_id = message.media.as_ref().map(|media| media.id.clone());
    let new = New { retry_of: Some(message.id.clone()), media_id, ..outbound(caller, &state, &content, reply_to, now) };
    outbox::drop_all(tx, std::slice::from_ref(&message.id)).await?;
    let again = queue(tx, state, new, now).await?.ok_or_else(|| refuse(Code::NotPossible, "It was sent again already."))?;
    // The old bubble loses its buttons.
    publish(tx, &message.id, now).await?;
    Ok(again)
}

async fn discard(tx: &mut Tx, message: Message, now: Instant) -> Result<Message> {
    if messages::discard(tx, &message.id).await? {
        conversations::recount(tx, &message.conversation_id).await?;
        events::begin(tx).await?;
        let conversation = conversations::load_one(tx, &message.conversation_id).await?;
        events::append(tx, &[Event::MessageDiscarded { conversation, message_id: message.id.clone() }], now).await?;
    }
    Ok(message)
}

/// Takes it out of the thread; a line there says who did that. What quotes it shows no more of it.
async fn delete(tx: &mut Tx, caller: &Caller, state: &State, message: Message, now: Instant) -> Result<Message> {
    caller.may(Action::Handle)?;
    if messages::delete(tx, &message.id).await? {
        outbox::drop_all(tx, std::slice::from_ref(&message.id)).await?;
        conversations::recount(tx, &message.conversation_id).await?;
        let conversation = team::keep_line(tx, Some(caller), state, Change::Deleted, now, false).await?;
        let wamid = message.wamid.as_ref().map(|wamid| messages::Key { account_id: message.account_id.0.clone(), wamid: wamid.0.clone() });
        let answers = messages::find_answers(tx, &wamid.iter().collect::<Vec<_>>()).await?.into_iter().map(|(id, _)| id);
        let answers = messages::load(tx, &answers.collect::<Vec<_>>()).await?.into_iter();
        let mut all: Vec<Event> = answers.map(|message| Event::MessageStored { conversation: conversation.clone(), message }).collect();
        all.push(Event::MessageDiscarded { conversation, message_id: message.id.clone() });
        events::append(tx, &all, now).await?;
    }
    Ok(message)
}

/// A message's own row, for callers that may see it.
pub async fn find(app: &App, caller: &Caller, id: &MessageId) -> Result<Message> {
    caller.may(Action::Read)?;
    let mut tx = app.store.read().await?;
    let message = messages::find(&mut tx, id).await?.filter(|message| caller.may_on(Action::Read, &message.account_id));
    let message = message.ok_or_else(|| refuse(Code::UnknownMessage, "There is no such message."))?;
    if messages::is_deleted(&mut tx, id).await? { Err(deleted()) } else { Ok(message) }
}

fn deleted() -> Error {
    refuse(Code::UnknownMessage, "This message has been deleted.")
}

/// What became of a message, step by step.
pub async fn details(app: &App, caller: &Caller, id: &MessageId) -> Result<Details> {
    let message = find(app, caller, id).await?;
    let mut tx = app.store.read().await?;
    let reports = match &message.wamid {
        Some(wamid) => statuses::list(&mut tx, &message.account_id, wamid.0.as_str()).await?,
        None => Vec::new(),
    };
    let (stored_at, local, local_at) = messages::own_steps(&mut tx, id).await?.unwrap_or((message.sort_at, None, None));
    // What is on its way has no outcome yet.
    let has_ended = |word: &String| !matches!(Delivery::parse(word), None | Some(Delivery::Queued | Delivery::Sending));
    let own = local.filter(has_ended).zip(local_at.map(Instant));
    Ok(Details { stored_at, reports: own.into_iter().chain(reports).map(|(word, at)| Report { word, at }).collect() })
}

/// Nothing yet, to whom this segment (`wa_id`, user id, our id) names, answering the message that `reply_to` (a wamid or our id) names.
pub async fn addressed(app: &App, caller: &Caller, segment: &str, account: Option<&AccountId>, reply_to: Option<&str>) -> Result<Outgoing> {
    let conversation = super::conversations::find_to_answer(app, caller, segment, account).await?;
    let reply_to = match reply_to {
        Some(id) => Some(find_in_thread(app, caller, &conversation.id, id).await?),
        None => None,
    };
    Ok(Outgoing::to(conversation, ClientId(new_id()), reply_to))
}

/// The message of a thread that a `reply_to` names: a wamid or our id.
async fn find_in_thread(app: &App, caller: &Caller, conversation: &ConversationId, reply_to: &str) -> Result<MessageId> {
    caller.may(Action::Read)?;
    let mut tx = app.store.read().await?;
    let found = if reply_to.starts_with("wamid.") {
        let row = conversations::find(&mut tx, conversation).await?.ok_or_else(unknown)?;
        messages::find_by_wamid(&mut tx, &row.account_id, reply_to).await?
    } else {
        let id = MessageId::from(reply_to);
        if messages::is_deleted(&mut tx, &id).await? { None } else { messages::find(&mut tx, &id).await? }
    };
    let found = found.filter(|message| message.conversation_id == *conversation);
    found.map(|message| message.id).ok_or_else(|| refuse(Code::UnknownMessage, "The message to answer is not in this conversation."))
}
