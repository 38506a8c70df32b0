//! Finding: which conversations a list shows, which messages have the words, and how many each view has.

mod asked;

use super::audit;
use crate::domain::access::Action;
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::message::Direction;
use crate::domain::search::{Filter, View};
use crate::domain::time::Instant;
use crate::protocol::error::Code;
use crate::protocol::search::{Counts, Hit, Hits, MOST_IN_THREAD};
use crate::protocol::snapshot::{ListPage, cursor};
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::indexing;
use crate::server::search::{Question, snippet};
use crate::server::state::App;
use crate::server::store::conversations::Part;
use crate::server::store::messages::read_content;
use crate::server::store::search::Place;
use crate::server::store::{Tx, accounts, agents, conversations, labels, search};
use asked::{Asked, asked};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// So many conversations are looked up by their names at once.
const NAMED: usize = if cfg!(test) { 3 } else { 200 };
/// So many messages lead to their threads: the newest.
const LOOKED_AT: i64 = 1000;
/// Of a part of the list with so few conversations, their own messages are gone through: a common word has far more elsewhere.
const FEW: i64 = if cfg!(test) { 2 } else { 1000 };
/// So often the database is asked for one page of messages, of which the caller may see few.
const ROUNDS: usize = 10;
/// Counts stop here: then it is "99+".
const COUNTED: i64 = 100;
/// Above every message and every place.
const TOP: i64 = i64::MAX;

/// A filter with its label's name as the label has it.
pub(super) async fn named(tx: &mut Tx, filter: Filter) -> Result<Filter> {
    let label = if filter.label.is_empty() { None } else { labels::find_by_name(tx, &filter.label).await? };
    Ok(Filter { label: label.map_or(filter.label, |label| label.name), ..filter })
}

/// Looking for words costs more than other requests: nobody slows the others down with it.
pub(super) fn charge(app: &App, caller: &Caller) -> Result<()> {
    let why = "Too many searches in a short time. Wait half a minute, then try again. What you typed is kept.";
    if app.throttle.allows_search(caller) { Ok(()) } else { Err(refuse(Code::TooManyAttempts, why)) }
}

/// With more than so many not indexed, whoever searches is told: fewer are a moment's.
const BEHIND: i64 = 500;

/// How long a search may take; the longest of a million messages takes a tenth of a second.
pub(super) const LONGEST: Duration = Duration::from_secs(3);

/// Where what is asked for has few conversations, looks only in those.
async fn keep_to_few(tx: &mut Tx, caller: &Caller, asked: &mut Asked) -> Result<()> {
    if asked.of.is_none() {
        let ids = conversations::ids_of_few(tx, &asked.part, caller.limits().as_deref(), FEW).await?;
        asked.of = ids.map(|ids| ids.into_iter().collect());
    }
    Ok(())
}

/// A page of the list that a filter asks for, below a place.
pub(super) async fn list_in(app: &App, tx: &mut Tx, caller: &Caller, filter: &Filter, below: Place, limit: i64) -> Result<ListPage> {
    let now = app.clock.now();
    let Some(mut asked) = asked(app, tx, caller, filter, now).await? else { return Ok(ListPage::default()) };
    if asked.question.has_words() {
        charge(app, caller)?;
        audit::searched(app, caller, &filter.q);
        tx.hurry(LONGEST).await?;
        keep_to_few(tx, caller, &mut asked).await?;
        return found_in(app, tx, caller, &asked, below, limit).await;
    }
    let me = caller.agent.as_ref().map(|agent| &agent.id);
    let fits = |row: &Conversation| caller.may_on(Action::Read, &row.account_id) && asked.shows(row, me, now);
    walk(tx, &asked.part, (below.sort_at, below.sort_n), limit, fits).await
}

/// So many rows are told apart at once: more than a page keeps beside its list.
const TOLD: usize = 500;

/// Which of these conversations, at most [`TOLD`], belong into a list.
pub async fn fitting(app: &App, caller: &Caller, filter: &Filter, ids: &[ConversationId]) -> Result<Vec<ConversationId>> {
    caller.may(Action::Read)?;
    let now = app.clock.now();
    let ids = &ids[..ids.len().min(TOLD)];
    let has_words = Question::read(&filter.q).has_words();
    if has_words {
        charge(app, caller)?;
        // What was said a moment ago is in the log, and soon in the index.
        if !indexing::catch_up(app).await? {
            return Err(refuse(Code::Unavailable, "The newest messages cannot be searched yet. They can be in a moment."));
        }
    }
    let mut tx = app.store.read().await?;
    let Some(mut asked) = asked(app, &mut tx, caller, filter, now).await? else { return Ok(Vec::new()) };
    if asked.question.has_words() {
        tx.hurry(LONGEST).await?;
        asked.of = Some(ids.iter().filter(|id| asked.of.as_ref().is_none_or(|of| of.contains(id))).cloned().collect());
        let page = found_in(app, &mut tx, caller, &asked, Place::top(), i64::try_from(TOLD).unwrap_or(0)).await?;
        return Ok(page.conversations.into_iter().map(|row| row.id).collect());
    }
    let me = caller.agent.as_ref().map(|agent| &agent.id);
    let rows = conversations::load(&mut tx, ids).await?;
    let fits = |row: &Conversation| caller.may_on(Action::Read, &row.account_id) && asked.shows(row, me, now);
    Ok(rows.into_iter().filter(fits).map(|row| row.id).collect())
}

/// Walks a part of the list until enough rows fit.
async fn walk(tx: &mut Tx, part: &Part, mut below: (Instant, i64), limit: i64, fits: impl Fn(&Conversation) -> bool) -> Result<ListPage> {
    let wanted = usize::try_from(limit).unwrap_or(0);
    let mut page = ListPage::default();
    loop {
        let rows = conversations::list_part(tx, part, below, limit + 1).await?;
        let more = rows.len() > wanted;
        for row in rows {
            if page.conversations.len() == wanted {
                page.next = page.conversations.last().map(Conversation::position).map(cursor);
                return Ok(page);
            }
            below = row.position();
            if fits(&row) {
                page.conversations.push(row);
            }
        }
        if !more {
            return Ok(page);
        }
    }
}

/// Conversations whose name, number or messages have the words, below a place. Of messages, the newest [`LOOKED_AT`] lead to their threads.
async fn found_in(app: &App, tx: &mut Tx, caller: &Caller, asked: &Asked, mut below: Place, limit: i64) -> Result<ListPage> {
    let (me, now) = (caller.agent.as_ref().map(|agent| &agent.id), app.clock.now());
    // Before anything was said, what the team knows of somebody from other numbers is not theirs who look after some.
    let is_known = |row: &Conversation| {
        row.last.is_some()
            || caller.limits().is_none()
            || asked.question.is_met_by(&format!("{} {}", row.display_name(), row.wa_id.as_deref().unwrap_or_default()))
    };
    let fits = |row: &Conversation| is_known(row) && caller.may_on(Action::Read, &row.account_id) && asked.shows(row, me, now);
    let limit = usize::try_from(limit).unwrap_or(0);
    let threads = search::find_threads(&app.store, tx, &asked.question, &scope(caller, asked, TOP), LOOKED_AT).await?;
    let (mut rows, mut rest): (Vec<Conversation>, _) = (Vec::new(), None);
    for _ in 0..ROUNDS {
        let (mut places, last) = named_below(app, tx, caller, asked, &below).await?;
        places.extend(threads.iter().filter(|place| **place < below && last.as_ref().is_none_or(|last| *place >= last)).cloned());
        places.sort_by(|one, other| other.cmp(one));
        places.dedup();
        // Rows cost more than places: no more are read than are shown, and one that says whether there are more.
        for places in places.chunks(limit + 1) {
            let some = conversations::load(tx, places.iter().map(|place| &place.id)).await?;
            rows.extend(some.into_iter().filter(|row| fits(row)));
            if rows.len() > limit {
                break;
            }
        }
        rest.clone_from(&last);
        match last {
            Some(last) if rows.len() <= limit => below = last,
            _ => break,
        }
    }
    rows.sort_by_cached_key(|row| std::cmp::Reverse(Place::of(row)));
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = if has_more { rows.last().map(Place::of) } else { rest };
    Ok(ListPage { next: next.map(|place| place.cursor()), conversations: rows })
}

/// Conversations below a place that have the words in their names; and where to go on, if there are more of them.
async fn named_below(app: &App, tx: &mut Tx, caller: &Caller, asked: &Asked, below: &Place) -> Result<(Vec<Place>, Option<Place>)> {
    if !asked.question.has_names() {
        return Ok((Vec::new(), None));
    }
    // Among a few, everybody's names are not gone through.
    if let Some(few) = asked.of.as_ref().filter(|of| of.len() <= TOLD) {
        let met = met_by(tx, &asked.question, caller, few.iter().collect()).await?;
        let rows = conversations::load(tx, &met).await?;
        return Ok((rows.iter().map(Place::of).filter(|place| place < below).collect(), None));
    }
    let names = search::find_conversations(&app.store, tx, &asked.question, &scope(caller, asked, TOP), below, i64::try_from(NAMED).unwrap_or(0)).await?;
    // There may be more of them, although few of these fit.
    let last = names.last().filter(|_| names.len() >= NAMED).cloned();
    // Programs are not told what the team noted about a customer, nor who they are by that.
    if caller.agent.is_none() {
        let met = met_by(tx, &asked.question, caller, names.iter().map(|place| &place.id).collect()).await?;
        return Ok((names.into_iter().filter(|place| met.contains(&place.id)).collect(), last));
    }
    Ok((names, last))
}

/// Which of these have the words in what the caller may find them by.
async fn met_by(tx: &mut Tx, question: &Question, caller: &Caller, ids: BTreeSet<&ConversationId>) -> Result<BTreeSet<ConversationId>> {
    let named = search::names(tx, &ids).await?;
    let is_met = |named: &search::Named| question.is_met_by(&if caller.agent.is_some() { named.text() } else { named.name() });
    Ok(named.into_iter().filter(is_met).map(|named| named.id).collect())
}

/// What the caller may see of the messages.
fn scope(caller: &Caller, asked: &Asked, below: i64) -> search::Scope {
    search::Scope {
        below,
        times: asked.times,
        part: asked.part.clone(),
        of: asked.of.clone(),
        // Of one that the caller may not see, the gate lets nothing through.
        accounts: caller.limits(),
        // Programs are not told what the team says among itself.
        with_notes: caller.agent.is_some(),
    }
}

/// Messages that have the words, newest first, below a number.
pub async fn hits(app: &App, caller: &Caller, filter: &Filter, below: Option<i64>, limit: i64) -> Result<Hits> {
    caller.may(Action::Read)?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let Some(mut asked) = asked(app, &mut tx, caller, filter, now).await? else { return Ok(Hits::default()) };
    if !asked.question.has_words() {
        return Ok(Hits::default());
    }
    charge(app, caller)?;
    audit::searched(app, caller, &filter.q);
    tx.hurry(LONGEST).await?;
    keep_to_few(&mut tx, caller, &mut asked).await?;
    let me = caller.agent.as_ref().map(|agent| agent.id.clone());
    let mut hits = Hits { is_behind: indexing::behind(&mut tx).await? > BEHIND, ..Hits::default() };
    let mut below = below.unwrap_or(TOP);
    let wanted = usize::try_from(limit).unwrap_or(0);
    for _ in 0..ROUNDS {
        let found = search::find_messages(&app.store, &mut tx, &asked.question, &scope(caller, &asked, below), limit).await?;
        let more = found.len() == wanted;
        let rows = conversations::load(&mut tx, &found.iter().map(|found| found.conversation_id.clone()).collect::<Vec<_>>()).await?;
        let rows: HashMap<_, _> = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        for message in found {
            below = message.n;
            let Some(row) = rows.get(&message.conversation_id) else { continue };
            if caller.may_on(Action::Read, &row.account_id) && asked.shows(row, me.as_ref(), now) {
                hits.hits.push(hit(row.clone(), message, &asked.question));
            }
            if hits.hits.len() == wanted {
                hits.next = Some(below);
                return Ok(hits);
            }
        }
        if !more {
            return Ok(hits);
        }
        // Whoever asks for more goes on from here.
        hits.next = Some(below);
    }
    Ok(hits)
}

fn hit(conversation: Conversation, message: search::Found, question: &Question) -> Hit {
    let content = read_content(&message.content);
    let text = content.as_ref().map(Content::searchable).unwrap_or_default();
    Hit {
        conversation,
        message_id: message.id,
        at: message.sort_at,
        direction: Direction::parse(&message.direction),
        message_type: message.message_type,
        author: message.author_name,
        snippet: snippet(&crate::domain::markup::plain(&text), question),
    }
}

/// Messages of one conversation that have the words, newest first, at most [`MOST_IN_THREAD`].
pub async fn in_thread(app: &App, caller: &Caller, id: &ConversationId, words: &str) -> Result<Vec<MessageId>> {
    caller.may(Action::Read)?;
    charge(app, caller)?;
    let mut tx = app.store.read().await?;
    conversations::find(&mut tx, id).await?.filter(|row| caller.may_on(Action::Read, &row.account_id)).ok_or_else(super::conversations::unknown)?;
    let filter = Filter { q: words.to_owned(), ..Filter::default() };
    // A view or a label does not tell the messages of a thread apart: who wrote them, when, and what they are does.
    let asked = asked(app, &mut tx, caller, &filter, app.clock.now()).await?;
    let Some(asked) = asked.filter(|asked| asked.of.as_ref().is_none_or(|of| of.contains(id))) else { return Ok(Vec::new()) };
    tx.hurry(LONGEST).await?;
    let most = i64::try_from(MOST_IN_THREAD).unwrap_or(0);
    Ok(search::find_in_thread(&app.store, &mut tx, &asked.question, id, &scope(caller, &asked, TOP), most).await?)
}

/// How many conversations a filter shows, up to [`COUNTED`]; of one with words it is not said: that would be a search.
pub(super) async fn count(app: &App, tx: &mut Tx, caller: &Caller, filter: &Filter) -> Result<Option<i64>> {
    if Question::read(&filter.q).has_words() {
        return Ok(None);
    }
    let Some(asked) = asked(app, tx, caller, filter, app.clock.now()).await? else { return Ok(Some(0)) };
    Ok(match &asked.of {
        // Those of some customers are few.
        Some(_) => Some(list_in(app, tx, caller, filter, Place::top(), COUNTED).await?.conversations.len().try_into().unwrap_or(0)),
        None => Some(conversations::count_part(tx, &asked.part, caller.limits().as_deref(), COUNTED).await?),
    })
}

/// So many of a kind are counted.
const MOST_COUNTS: usize = 40;

/// How many conversations each choice of the menu would show, up to [`COUNTED`], beside what else is asked for; of what words find, nothing.
pub async fn counts(app: &App, caller: &Caller, filter: &Filter) -> Result<Counts> {
    caller.may(Action::Read)?;
    let mut tx = app.store.read().await?;
    let mut counts = Counts::default();
    for view in View::ALL {
        let filter = Filter { view, ..filter.clone() };
        counts.views.extend(count(app, &mut tx, caller, &filter).await?.map(|count| (view, count)));
    }
    for label in labels::list(&mut tx).await?.into_iter().take(MOST_COUNTS) {
        let filter = Filter { label: label.name, ..filter.clone() };
        counts.labels.extend(count(app, &mut tx, caller, &filter).await?.map(|count| (label.id, count)));
    }
    for agent in agents::list(&mut tx).await?.into_iter().filter(|agent| agent.disabled_at.is_none()).take(MOST_COUNTS) {
        let filter = Filter { agent: agent.id.0.clone(), ..filter.clone() };
        counts.people.extend(count(app, &mut tx, caller, &filter).await?.map(|count| (agent.id, count)));
    }
    let numbers = accounts::list(&mut tx).await?.into_iter().filter(|account| caller.may_on(Action::Read, &account.id));
    for account in numbers.take(MOST_COUNTS) {
        let filter = Filter { account: account.id.0.clone(), ..filter.clone() };
        counts.numbers.extend(count(app, &mut tx, caller, &filter).await?.map(|count| (account.id, count)));
    }
    Ok(counts)
}
