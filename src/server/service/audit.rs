//! The audit: who read, sent, exported and changed what, for admins. What changes something is written down in the transaction that
//! does it; what is read, beside it.

use crate::domain::access::Action;
use crate::domain::audit::Act;
use crate::domain::id::ConversationId;
use crate::domain::time::Instant;
use crate::server::caller::Caller;
use crate::server::error::Result;
use crate::server::state::App;
use crate::server::store::audit::{self, Asked, Line, New};
use crate::server::store::{self, Tx, agents, conversations};

/// How many lines a page has.
pub const PAGE: i64 = 100;
/// A name or a kind; longer ones are cut.
const SUBJECT_CHARS: usize = 120;

/// Writes down that a caller did this.
pub(super) async fn keep(tx: &mut Tx, caller: &Caller, act: Act, conversation: Option<&ConversationId>, subject: &str, now: Instant) -> store::Result<()> {
    let (actor_kind, actor_id) = caller.author();
    let subject: String = subject.chars().take(SUBJECT_CHARS).collect();
    let new = New { actor_kind, actor_id: &actor_id, actor_name: &caller.name, act: act.as_str(), conversation, subject: &subject };
    audit::add(tx, new, now).await
}

/// Writes down that a caller reads a conversation, once in a while, and beside what they wait for.
pub(super) fn opened(app: &App, caller: &Caller, id: &ConversationId) {
    let now = app.clock.now();
    if !app.reading.opens(caller.author().1, id, now) {
        return;
    }
    let (app, caller, id) = (app.clone(), caller.clone(), id.clone());
    tokio::spawn(async move {
        let kept = async {
            let mut tx = app.store.write().await?;
            keep(&mut tx, &caller, Act::Read, Some(&id), "", now).await?;
            tx.commit().await
        };
        if let Err(error) = kept.await {
            tracing::warn!(%error, conversation = %id, "it was not written down that somebody read a conversation");
        }
    });
}

/// A caller is shown conversations or messages with these words: that is written down once they are typed.
pub(super) fn searched(app: &App, caller: &Caller, words: &str) {
    let words: String = words.trim().chars().take(SUBJECT_CHARS).collect();
    app.reading.types(caller, &words, app.clock.now());
}

/// Writes down what was looked for and is not typed on; at the end, all of it.
pub async fn write_searches(app: &App, is_end: bool) {
    let now = app.clock.now();
    let searches = app.reading.take(now, is_end);
    if searches.is_empty() {
        return;
    }
    let kept = async {
        let mut tx = app.store.write().await?;
        for (caller, words) in &searches {
            keep(&mut tx, caller, Act::Searched, None, words, now).await?;
        }
        tx.commit().await
    };
    if let Err(error) = kept.await {
        tracing::warn!(%error, count = searches.len(), "it is not written down yet what was looked for");
        app.reading.put_back(searches, now);
    }
}

/// The programs that have, or had, a key: their id and name.
pub async fn programs(app: &App, caller: &Caller) -> Result<Vec<(String, String)>> {
    caller.may(Action::Administer)?;
    let keys = agents::list_keys(&mut app.store.read().await?).await?;
    Ok(keys.into_iter().map(|key| (key.id, key.name)).collect())
}

/// A page of lines, newest first, and where the next begins.
pub async fn list(app: &App, caller: &Caller, mut asked: Asked, customer: &str, below: Option<i64>) -> Result<(Vec<Line>, Option<i64>)> {
    caller.may(Action::Administer)?;
    let mut tx = app.store.read().await?;
    if !customer.is_empty() {
        asked.threads = Some(threads_of(&mut tx, caller, customer).await?);
    }
    let mut lines = audit::list(&mut tx, &asked, below.unwrap_or(i64::MAX), PAGE + 1).await?;
    let next = if i64::try_from(lines.len()).unwrap_or(0) > PAGE {
        lines.pop();
        lines.last().map(|line| line.n)
    } else {
        None
    };
    let ids: Vec<ConversationId> = lines.iter().filter_map(|line| line.conversation_id.clone().map(ConversationId)).collect();
    let rows = conversations::load(&mut tx, &ids).await?;
    // What happened in threads that they may not see is not told.
    lines.retain(|line| {
        let row = line.conversation_id.as_ref().and_then(|id| rows.iter().find(|row| row.id.0 == *id));
        // A customer who is named by a line without a thread, or whose thread is gone, may be another number's.
        row.map_or_else(|| caller.limits().is_none() || !line.is_about_customer(), |row| caller.may_on(Action::Read, &row.account_id))
    });
    Ok((lines, next))
}

/// The threads of whoever has this number, this user id, or this thread. An admin who is limited to some numbers sees the others' here no more than elsewhere.
async fn threads_of(tx: &mut Tx, caller: &Caller, customer: &str) -> Result<Vec<ConversationId>> {
    let found = if let Some(row) = conversations::find(tx, &ConversationId(customer.to_owned())).await? {
        vec![row]
    } else {
        let as_written = conversations::list_by_identity(tx, customer).await?;
        let digits: String = customer.chars().filter(char::is_ascii_digit).collect();
        if as_written.is_empty() && digits.len() >= 5 { conversations::list_by_identity(tx, &digits).await? } else { as_written }
    };
    let contacts: Vec<_> = found.iter().map(|row| &row.contact_id).collect();
    let ids = conversations::list_by_contacts(tx, &contacts).await?;
    let mut rows = conversations::load(tx, &ids).await?;
    rows.retain(|row| caller.may_on(Action::Read, &row.account_id));
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    rows.dedup_by(|one, other| one.id == other.id);
    Ok(rows.into_iter().map(|row| row.id).collect())
}
