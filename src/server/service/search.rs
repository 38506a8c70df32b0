//! Finding: which conversations a list shows, which messages have the words, and how many each view has.

use crate::domain::access::Action;
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::id::{AccountId, AgentId, ConversationId, LabelId, MessageId};
use crate::domain::message::Direction;
use crate::domain::search::{Filter, View};
use crate::domain::time::{DAY_MS, Instant};
use crate::domain::window::CLOSING_MS;
use crate::protocol::error::Code;
use crate::protocol::search::{Count, Hit, Hits};
use crate::protocol::snapshot::{ListPage, cursor};
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::search::{Question, mark, marks_of_author, snippet, words};
use crate::server::state::App;
use crate::server::store::conversations::Part;
use crate::server::store::messages::read_content;
use crate::server::store::{Tx, accounts, agents, conversations, labels, search};
use crate::server::zone;
use std::collections::{BTreeSet, HashMap};

/// Conversations found by a name on one page, and messages in one thread: so many at most.
pub(super) const MOST: i64 = 200;
/// So many messages are looked at for them.
const LOOKED_AT: i64 = 1000;
/// So often the database is asked for one page of messages, of which the caller may see few.
const ROUNDS: usize = 10;
/// Counts stop here: then it is "99+".
const COUNTED: i64 = 100;
/// The shortest ending of one of our numbers that tells it from others.
const LEAST_DIGITS: usize = 6;
/// Above every message and every place.
const TOP: i64 = i64::MAX;

/// A filter as the database is asked for it; none: nothing can match.
struct Asked {
    part: Part,
    views: Vec<View>,
    question: Question,
    times: (Instant, Instant),
    /// Only what these customers wrote.
    of: Option<BTreeSet<ConversationId>>,
}

impl Asked {
    /// Whether a row is of the part of the list that was asked for, as far as it can be told by itself.
    fn shows(&self, row: &Conversation, me: Option<&AgentId>, now: Instant) -> bool {
        self.of.as_ref().is_none_or(|ids| ids.contains(&row.id)) && is_part(row, &self.part) && self.views.iter().all(|view| view.shows(row, me, now))
    }
}

/// Puts together what the address says and what the operators in its words say.
async fn asked(app: &App, tx: &mut Tx, caller: &Caller, filter: &Filter, now: Instant) -> Result<Option<Asked>> {
    let question = Question::read(&filter.q);
    // Signs alone, of which no word is kept.
    if question == Question::default() && !filter.q.trim().is_empty() {
        return Ok(None);
    }
    let day = |text: &Option<String>| text.as_deref().and_then(|text| zone::midnight(&caller.time_zone, text));
    let times = (day(&question.after).map_or(Instant(i64::MIN), |at| at.plus(DAY_MS)), day(&question.before).unwrap_or(Instant(i64::MAX)));
    let mut asked = Asked { part: Part::default(), views: vec![filter.view], question, times, of: None };
    let can_be = take_views(&mut asked, caller, now)
        && take_labels(tx, &mut asked, filter).await?
        && take_account(tx, &mut asked, caller, filter).await?
        && take_agent(tx, &mut asked, filter).await?;
    if !can_be {
        return Ok(None);
    }
    take_author(app, tx, &mut asked, caller).await?;
    Ok(Some(asked))
}

/// Views, also by `is:`; whether they can be met together.
fn take_views(asked: &mut Asked, caller: &Caller, now: Instant) -> bool {
    let Asked { part, views, question, .. } = asked;
    for word in &question.is {
        match View::ALL.into_iter().find(|view| view.as_str() == word) {
            Some(view) => views.push(view),
            None if word == "open" => part.status = Some("open"),
            None => return false,
        }
    }
    views.iter().all(|view| {
        let before = part.status;
        narrow(part, *view, caller, now);
        // Otherwise two that exclude one another.
        before.is_none() || part.status == before
    })
}

/// The label of the address, and `label:a,b -label:c`; whether a conversation can have it.
async fn take_labels(tx: &mut Tx, asked: &mut Asked, filter: &Filter) -> Result<bool> {
    let (question, part) = (&asked.question, &mut asked.part);
    let mut may_have: Option<BTreeSet<LabelId>> = None;
    let of_address = Some(vec![filter.label.clone()]).filter(|_| !filter.label.is_empty());
    for names in of_address.iter().chain(&question.labels) {
        let mut some = BTreeSet::new();
        for name in names {
            some.extend(labels::find_by_name(tx, name).await?.map(|label| label.id));
        }
        may_have = Some(may_have.map_or_else(|| some.clone(), |before| before.intersection(&some).cloned().collect()));
    }
    for name in &question.no_labels {
        part.no_labels.extend(labels::find_by_name(tx, name).await?.map(|label| label.id));
    }
    let Some(labels) = may_have else { return Ok(true) };
    let mut labels = labels.into_iter().filter(|label| !part.no_labels.contains(label)).collect::<Vec<_>>();
    match labels.len() {
        0 => return Ok(false),
        1 => part.label = labels.pop(),
        _ => part.labels = labels,
    }
    Ok(true)
}

/// One of the business's numbers, also by `number:`; whether the caller may see it.
async fn take_account(tx: &mut Tx, asked: &mut Asked, caller: &Caller, filter: &Filter) -> Result<bool> {
    let mut wanted = Some(AccountId(filter.account.clone())).filter(|_| !filter.account.is_empty());
    if let Some(number) = asked.question.number.clone()
        && let Some(account) = accounts::list(tx).await?.into_iter().find(|account| is_called(account, &number) && caller.may_on(Action::Read, &account.id))
    {
        asked.question = Question::read_of_number(&filter.q);
        if wanted.as_ref().is_some_and(|wanted| *wanted != account.id) {
            return Ok(false);
        }
        wanted = Some(account.id);
    }
    if wanted.as_ref().is_some_and(|account| !caller.may_on(Action::Read, account)) {
        return Ok(false);
    }
    let only = caller.limits().filter(|limits| limits.len() == 1).and_then(|mut limits| limits.pop());
    asked.part.account = wanted.or(only);
    Ok(true)
}

/// Whether one of the business's numbers has this name, or is this number in any writing.
fn is_called(account: &accounts::Stored, written: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = digits(written).trim_start_matches('0').to_owned();
    account.name.to_lowercase() == written.to_lowercase() || (number.len() >= LEAST_DIGITS && digits(&account.phone).ends_with(&number))
}

/// Somebody's, also by `agent:`; whether there is such a person.
async fn take_agent(tx: &mut Tx, asked: &mut Asked, filter: &Filter) -> Result<bool> {
    let mut wanted: Vec<AgentId> = asked.part.assignee.take().into_iter().collect();
    wanted.extend(Some(AgentId(filter.agent.clone())).filter(|_| !filter.agent.is_empty()));
    if let Some(name) = &asked.question.agent {
        let name = name.to_lowercase();
        let found = agents::list(tx).await?.into_iter().find(|agent| agent.name.to_lowercase().starts_with(&name) || agent.email.starts_with(&name));
        let Some(agent) = found else { return Ok(false) };
        wanted.push(agent.id);
    }
    wanted.dedup();
    asked.part.assignee = wanted.pop();
    Ok(wanted.is_empty())
}

/// Who wrote it: the caller, somebody of the team (as they were called then), or else a customer of this name or number.
async fn take_author(app: &App, tx: &mut Tx, asked: &mut Asked, caller: &Caller) -> Result<()> {
    let question = &mut asked.question;
    if question.is_from_me {
        question.marks.extend(marks_of_author(&caller.name));
    }
    let Some(name) = &question.from else { return Ok(()) };
    let names: Vec<Vec<String>> = agents::list(tx).await?.iter().map(|agent| words(&agent.name)).collect();
    let begun = words(name);
    let whole = |own: &Vec<String>| begun.iter().map(|begun| own.iter().find(|word| word.starts_with(begun.as_str())).cloned()).collect::<Option<Vec<_>>>();
    if let Some(words) = names.iter().find_map(whole).filter(|words| !words.is_empty()) {
        question.marks.extend(marks_of_author(&words.join(" ")));
        return Ok(());
    }
    let scope = search::Scope { accounts: caller.limits(), ..search::Scope::default() };
    let found = search::find_conversations(&app.store, tx, &Question::read(name), &scope, (Instant(TOP), TOP), MOST).await?;
    asked.of = Some(found.into_iter().map(|place| place.id).collect());
    question.marks.push(mark("from", "customer"));
    Ok(())
}

/// What of a view the database can look for.
fn narrow(part: &mut Part, view: View, caller: &Caller, now: Instant) {
    match view {
        View::All => {}
        // An agent's own; a program has none.
        View::Mine => (part.status, part.assignee) = (Some("open"), Some(caller.agent.as_ref().map_or_else(|| AgentId::from("-"), |agent| agent.id.clone()))),
        View::Unassigned => (part.status, part.is_unassigned) = (Some("open"), true),
        View::Unread => part.is_unread = true,
        View::Unanswered => (part.status, part.is_unanswered) = (Some("open"), true),
        View::Closing => {
            let began = now.plus(-DAY_MS);
            (part.status, part.since, part.wrote) = (Some("open"), Some(began), Some((began, began.plus(CLOSING_MS))));
        }
        View::Failed => part.has_failed = true,
        View::Snoozed => part.status = Some("snoozed"),
        View::Resolved => part.status = Some("resolved"),
    }
}

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

/// A page of the list that a filter asks for.
pub(super) async fn list_in(app: &App, tx: &mut Tx, caller: &Caller, filter: &Filter, below: (Instant, i64), limit: i64) -> Result<ListPage> {
    let now = app.clock.now();
    let Some(asked) = asked(app, tx, caller, filter, now).await? else { return Ok(ListPage::default()) };
    let me = caller.agent.as_ref().map(|agent| &agent.id);
    let fits = |row: &Conversation| caller.may_on(Action::Read, &row.account_id) && asked.shows(row, me, now);
    if asked.question.has_words() {
        charge(app, caller)?;
        return found_in(app, tx, caller, &asked, below, limit, fits).await;
    }
    walk(tx, &asked.part, below, limit, fits).await
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
async fn found_in(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    asked: &Asked,
    below: (Instant, i64),
    limit: i64,
    fits: impl Fn(&Conversation) -> bool,
) -> Result<ListPage> {
    let scope = scope(caller, asked, TOP);
    let mut places =
        if asked.question.has_names() { search::find_conversations(&app.store, tx, &asked.question, &scope, below, MOST).await? } else { Vec::new() };
    places.extend(search::find_threads(&app.store, tx, &asked.question, &scope, LOOKED_AT).await?);
    places.retain(|place| (place.sort_at, place.sort_n) < below);
    places.sort_by(|one, other| other.cmp(one));
    places.dedup();
    // Rows cost more than places: no more are read than are shown, and one that says whether there are more.
    let limit = usize::try_from(limit).unwrap_or(0);
    let mut rows: Vec<Conversation> = Vec::new();
    for places in places.chunks(limit.max(50)) {
        let mut some = conversations::load(tx, places.iter().map(|place| &place.id)).await?;
        some.retain(|row| fits(row));
        rows.extend(some);
        if rows.len() > limit {
            break;
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.position()));
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    Ok(ListPage { next: rows.last().filter(|_| has_more).map(Conversation::position).map(cursor), conversations: rows })
}

/// What the caller may see of the messages, as far as the database can tell.
fn scope(caller: &Caller, asked: &Asked, below: i64) -> search::Scope {
    // Of one that the caller may not see, the gate lets nothing through.
    let accounts = asked.part.account.clone().map(|account| vec![account]).or_else(|| caller.limits());
    search::Scope {
        below,
        times: asked.times,
        label: asked.part.label.clone(),
        assignee: asked.part.assignee.clone(),
        status: asked.part.status,
        accounts,
        // Programs are not told what the team says among itself.
        with_notes: caller.agent.is_some(),
    }
}

/// What the database looks for in a list, of a row that was found otherwise.
fn is_part(row: &Conversation, part: &Part) -> bool {
    (part.label.is_none() || row.label == part.label)
        && (part.labels.is_empty() || row.label.as_ref().is_some_and(|label| part.labels.contains(label)))
        && !row.label.as_ref().is_some_and(|label| part.no_labels.contains(label))
        && (part.assignee.is_none() || row.assignee == part.assignee)
        && part.account.as_ref().is_none_or(|account| row.account_id == *account)
        && part.status.is_none_or(|status| row.status.as_str() == status)
}

/// Messages that have the words, newest first, below a number.
pub async fn hits(app: &App, caller: &Caller, filter: &Filter, below: Option<i64>, limit: i64) -> Result<Hits> {
    caller.may(Action::Read)?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let Some(asked) = asked(app, &mut tx, caller, filter, now).await? else { return Ok(Hits::default()) };
    if asked.question.has_words() {
        charge(app, caller)?;
    }
    let me = caller.agent.as_ref().map(|agent| agent.id.clone());
    let mut hits = Hits::default();
    let mut below = below.unwrap_or(TOP);
    let wanted = usize::try_from(limit).unwrap_or(0);
    for _ in 0..if asked.question.has_words() { ROUNDS } else { 0 } {
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

/// Messages of one conversation that have the words, newest first, at most [`MOST`].
pub async fn in_thread(app: &App, caller: &Caller, id: &ConversationId, words: &str) -> Result<Vec<MessageId>> {
    caller.may(Action::Read)?;
    charge(app, caller)?;
    let mut tx = app.store.read().await?;
    conversations::find(&mut tx, id).await?.filter(|row| caller.may_on(Action::Read, &row.account_id)).ok_or_else(super::conversations::unknown)?;
    let question = Question::read(words);
    Ok(search::find_in_thread(&app.store, &mut tx, &question, id, caller.agent.is_some(), MOST).await?)
}

/// How many conversations a filter shows, up to [`COUNTED`]; of one with words it is not said: that would be a search.
pub(super) async fn count(app: &App, tx: &mut Tx, caller: &Caller, filter: &Filter) -> Result<Option<i64>> {
    if Question::read(&filter.q).has_words() {
        return Ok(None);
    }
    let page = list_in(app, tx, caller, filter, (Instant(TOP), TOP), COUNTED).await?;
    Ok(Some(i64::try_from(page.conversations.len()).unwrap_or(0)))
}

/// How many conversations each view shows, up to [`COUNTED`].
pub async fn counts(app: &App, caller: &Caller) -> Result<Vec<Count>> {
    caller.may(Action::Read)?;
    let mut tx = app.store.read().await?;
    let mut counts = Vec::new();
    for view in View::ALL {
        let filter = Filter { view, ..Filter::default() };
        counts.push(Count { view, count: count(app, &mut tx, caller, &filter).await?.unwrap_or(0) });
    }
    Ok(counts)
}
