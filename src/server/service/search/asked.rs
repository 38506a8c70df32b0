//! What is asked for, by the address and by the operators in its words, put together as the database is asked for it.
//!
//! To add an operator: what it means here, after it was read in `server/search/question`.

use crate::domain::access::Action;
use crate::domain::conversation::Conversation;
use crate::domain::id::{AccountId, AgentId, ConversationId, LabelId};
use crate::domain::search::{Filter, View};
use crate::domain::time::{DAY_MS, Instant};
use crate::domain::window::CLOSING_MS;
use crate::server::caller::Caller;
use crate::server::error::Result;
use crate::server::search::{BY, Question, mark, marks_of_author, words};
use crate::server::state::App;
use crate::server::store::conversations::Part;
use crate::server::store::search::Place;
use crate::server::store::{Tx, accounts, agents, labels, search};
use crate::server::zone;
use std::collections::BTreeSet;

/// Customers of one name whose threads are looked through: so many at most.
const MOST_NAMED: i64 = 1000;
/// The shortest ending of one of our numbers that tells it from others.
const LEAST_DIGITS: usize = 6;

/// A filter as the database is asked for it; none: nothing can match.
pub struct Asked {
    /// What a list is asked for.
    pub part: Part,
    /// Views that are to show it.
    views: Vec<View>,
    /// Words, and what messages are.
    pub question: Question,
    /// Days.
    pub times: (Instant, Instant),
    /// Only in these threads.
    pub of: Option<BTreeSet<ConversationId>>,
}

impl Asked {
    /// Whether a row is of the part of the list that was asked for, as far as it can be told by itself.
    pub fn shows(&self, row: &Conversation, me: Option<&AgentId>, now: Instant) -> bool {
        self.of.as_ref().is_none_or(|ids| ids.contains(&row.id)) && is_part(row, &self.part) && self.views.iter().all(|view| view.shows(row, me, now))
    }
}

/// Puts together what the address says and what the operators in its words say.
pub async fn asked(app: &App, tx: &mut Tx, caller: &Caller, filter: &Filter, now: Instant) -> Result<Option<Asked>> {
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
        && take_number(app, tx, &mut asked, caller, filter).await?
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

/// One of the business's numbers, also by `number:`, which may as well be a customer's; whether the caller may see it.
async fn take_number(app: &App, tx: &mut Tx, asked: &mut Asked, caller: &Caller, filter: &Filter) -> Result<bool> {
    let mut wanted = Some(AccountId(filter.account.clone())).filter(|_| !filter.account.is_empty());
    if let Some(number) = asked.question.number.clone() {
        let is_meant = |account: &accounts::Stored| is_called(account, &number) && caller.may_on(Action::Read, &account.id);
        let rest = Question::read_of_number(&filter.q);
        // Of several, one that is still connected.
        if let Some(account) = accounts::list(tx).await?.into_iter().filter(is_meant).min_by_key(accounts::Stored::is_removed) {
            if wanted.as_ref().is_some_and(|wanted| *wanted != account.id) {
                return Ok(false);
            }
            (asked.question, wanted) = (rest, Some(account.id));
        } else if rest.has_words() {
            asked.of = Some(threads_of(app, tx, caller, &number).await?);
            asked.question = rest;
        }
    }
    if wanted.as_ref().is_some_and(|account| !caller.may_on(Action::Read, account)) {
        return Ok(false);
    }
    let only = caller.limits().filter(|limits| limits.len() == 1).and_then(|mut limits| limits.pop());
    asked.part.account = wanted.or(only);
    Ok(true)
}

/// The threads of customers with this name or number.
async fn threads_of(app: &App, tx: &mut Tx, caller: &Caller, name: &str) -> Result<BTreeSet<ConversationId>> {
    let scope = search::Scope { accounts: caller.limits(), ..search::Scope::default() };
    let question = Question::read(name);
    let found = search::find_conversations(&app.store, tx, &question, &scope, &Place::top(), MOST_NAMED).await?;
    let found: BTreeSet<ConversationId> = found.into_iter().map(|place| place.id).collect();
    // Not those of whom the team noted it.
    let named = search::names(tx, &found.iter().collect()).await?;
    Ok(named.into_iter().filter(|named| question.is_met_by(&named.name())).map(|named| named.id).collect())
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

/// Who wrote it: the caller; or somebody of the team, as they were called then; or a customer. A whole name of the team's is theirs; what only
/// begins one is a customer's, if there is such a customer.
async fn take_author(app: &App, tx: &mut Tx, asked: &mut Asked, caller: &Caller) -> Result<()> {
    if asked.question.is_from_me {
        // A program has no id that another could not have.
        let me = caller.agent.as_ref().map(|me| mark(BY, me.id.as_str()));
        asked.question.marks.extend(me.map_or_else(|| marks_of_author(&caller.name).collect(), |me| vec![me]));
    }
    let Some(name) = asked.question.from.clone() else { return Ok(()) };
    let team: Vec<Vec<String>> = agents::list(tx).await?.iter().map(|agent| words(&agent.name)).collect();
    let typed = words(&name);
    let whole = |own: &&Vec<String>| !typed.is_empty() && typed.iter().all(|word| own.contains(word));
    let begun = |own: &Vec<String>| typed.iter().map(|word| own.iter().find(|own| own.starts_with(word.as_str())).cloned()).collect::<Option<Vec<_>>>();
    if team.iter().any(|own| whole(&own)) {
        asked.question.marks.extend(marks_of_author(&name));
        return Ok(());
    }
    let found = threads_of(app, tx, caller, &name).await?;
    if let Some(words) = team.iter().find_map(begun).filter(|words| found.is_empty() && !words.is_empty()) {
        asked.question.marks.extend(marks_of_author(&words.join(" ")));
        return Ok(());
    }
    let before = asked.of.take();
    asked.of = Some(found.into_iter().filter(|id| before.as_ref().is_none_or(|before| before.contains(id))).collect());
    asked.question.marks.push(mark("from", "customer"));
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

/// What the database looks for in a list, of a row that was found otherwise.
fn is_part(row: &Conversation, part: &Part) -> bool {
    (part.label.is_none() || row.label == part.label)
        && (part.labels.is_empty() || row.label.as_ref().is_some_and(|label| part.labels.contains(label)))
        && !row.label.as_ref().is_some_and(|label| part.no_labels.contains(label))
        && (part.assignee.is_none() || row.assignee == part.assignee)
        && part.account.as_ref().is_none_or(|account| row.account_id == *account)
        && part.status.is_none_or(|status| row.status.as_str() == status)
}
