//! Notes: what the team says among itself in a thread. Only outbound messages have a place in the outbox, so a note cannot leave.

use super::audit;
use super::conversations::unknown;
use super::messages::{check_client_id, entry};
use crate::domain::access::Action;
use crate::domain::audit::Act;
use crate::domain::content::{Content, Note};
use crate::domain::id::{AgentId, ClientId, ConversationId, MessageId};
use crate::domain::letter::is_cjk;
use crate::domain::message::{Direction, Message};
use crate::protocol::draft::Kind;
use crate::protocol::error::Code;
use crate::protocol::event::Event;
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::state::App;
use crate::server::store::messages::New;
use crate::server::store::{Tx, accounts, agents, conversations, drafts, events, mentions, messages};

/// How long a note may be, in characters.
const MOST_CHARS: usize = 10_000;

/// Adds a note. The same client id again answers the same note.
pub async fn add(app: &App, caller: &Caller, id: &ConversationId, client_id: &ClientId, body: &str) -> Result<Message> {
    caller.may(Action::Handle)?;
    check_client_id(client_id.as_str())?;
    let body = body.replace('\0', "").trim().to_owned();
    if body.is_empty() || body.chars().count() > MOST_CHARS {
        return Err(refuse(Code::Invalid, format!("A note has 1 to {MOST_CHARS} characters.")));
    }
    let now = app.clock.now();
    let (kind, author) = caller.author();
    let mut tx = app.store.write().await?;
    let state = conversations::lock(&mut tx, id).await?.filter(|row| caller.may_on(Action::Handle, &row.account_id)).ok_or_else(unknown)?;
    if let Some(known) = messages::find_by_client(&mut tx, kind, &author, client_id).await? {
        let is_same = known.conversation_id == *id && known.content.body() == Some(&body);
        return if is_same { Ok(known) } else { Err(refuse(Code::ClientIdReused, "This client id was used for another message. Use a new one for each.")) };
    }
    if let Some(agent) = &caller.agent {
        drafts::drop_sent(&mut tx, &agent.id, Kind::Note, id, client_id).await?;
    }
    let named = called(&mut tx, &body).await?;
    let note = Content::Note(Note { body, mentions: named.clone() });
    let new = New { client_id: Some(client_id.clone()), ..entry(Some(caller), &state, Direction::Note, &note, now) };
    messages::add(&mut tx, std::slice::from_ref(&new)).await?;
    audit::keep(&mut tx, caller, Act::Noted, Some(id), "", now).await?;
    // Whoever calls themselves need not be told.
    for agent in named.iter().filter(|agent| agent.0 != author) {
        // Nor whoever may not read it.
        let limits = accounts::list_limits(&mut tx, agent.as_str()).await?;
        if limits.is_empty() || limits.contains(&state.account_id) {
            mentions::add(&mut tx, agent, &new.id, now).await?;
        }
    }
    events::begin(&mut tx).await?;
    let conversation = conversations::load_one(&mut tx, id).await?;
    let message = messages::load_one(&mut tx, &new.id).await?;
    events::append(&mut tx, &[Event::MessageStored { conversation, message: message.clone() }], now).await?;
    tx.commit().await?;
    app.wake.notices.notify_one();
    Ok(message)
}

/// The caller has seen that they were called in this note.
pub async fn see_mention(app: &App, caller: &Caller, id: &MessageId) -> Result<()> {
    let me = caller.may(Action::Handle)?.agent.as_ref().ok_or_else(|| refuse(Code::Forbidden, "Only people are called by name."))?;
    let mut tx = app.store.write().await?;
    mentions::drop(&mut tx, &me.id, id).await?;
    tx.commit().await?;
    app.wake.notices.notify_one();
    Ok(())
}

/// Who is called by name: `@Mira`, in any case; of `@Jonas Dahl`, not whoever is called Jonas alone, also once Jonas Dahl has left. An address of
/// e-mail calls nobody.
async fn called(tx: &mut Tx, body: &str) -> Result<Vec<AgentId>> {
    let words = body.to_lowercase();
    let agents: Vec<_> = agents::list(tx).await?.into_iter().map(|agent| (agent.name.to_lowercase(), agent)).collect();
    // Beside a sign that is a word of its own, a name begins and ends.
    let goes_on = |c: char| c.is_alphanumeric() && !is_cjk(c);
    let mut called = Vec::new();
    for (at, _) in words.match_indices('@').filter(|(at, _)| !words[..*at].ends_with(goes_on)) {
        let rest = &words[at + 1..];
        let is_called = |name: &str| rest.strip_prefix(name).is_some_and(|after| !after.starts_with(goes_on));
        let longest = agents.iter().filter(|(name, _)| is_called(name)).map(|(name, _)| name.len()).max();
        let named = agents.iter().filter(|(name, agent)| Some(name.len()) == longest && is_called(name) && agent.disabled_at.is_none());
        called.extend(named.map(|(_, agent)| agent.id.clone()));
    }
    called.sort();
    called.dedup();
    Ok(called)
}
