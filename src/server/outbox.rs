//! Sends queued messages. [`step`] claims one, sends it, records what became of it; several workers step at once,
//! each on another conversation.
//!
//! A message is handed to Meta at most once per click: what is claimed and not recorded becomes *unknown*, never queued again.

mod letter;
mod publish;

use super::clock::jitter;
use super::meta::client::SendError;
use super::meta::error::{Class, class};
use super::pace::Wait;
use super::secret::token_hash;
use super::state::App;
use super::store::outbox::{self, Claimed};
use super::store::{Error, Result, Tx, accounts, conversations, events, media, messages, statuses};
use crate::domain::content::Content;
use crate::domain::delivery::Delivery;
use crate::domain::failure::{Failure, own};
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::time::Instant;
use crate::protocol::event::Event;
use letter::Letter;
pub use publish::{publish, publish_answers};
use std::time::Duration;

/// How many messages may be on their way at once.
const WORKERS: usize = 8;
/// A claim not recorded by then belongs to a process that died; longer than any request may take.
const LEASE_MS: i64 = 60_000;
/// The same for a message whose file is handed over first.
const FILE_LEASE_MS: i64 = 720_000;
/// How long an unknown outcome holds up the messages behind it.
const HOLD_MS: i64 = 60_000;
/// How often a message is handed to a Meta that will not take it to this recipient yet, before it counts as failed: over some four minutes.
const TRIES: i64 = 5;
/// How often it is tried while no connection can be had at all: over some ten minutes.
const TRIES_UNSENT: i64 = 12;
/// The longest wait between two tries, unless Meta asks for more.
const MAX_WAIT_MS: i64 = 120_000;

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is due; the next message is, at this instant, if any waits.
    Idle(Option<Instant>),
    /// A message was recorded with this state.
    Recorded(Delivery),
}

/// Claims the next due message, sends it and records the outcome.
pub async fn step(app: &App) -> Result<Outcome> {
    lapse(app).await?;
    let Some((claimed, letter)) = claim(app).await? else {
        let mut tx = app.store.read().await?;
        return Ok(Outcome::Idle(outbox::next_due(&mut tx, app.clock.now()).await?));
    };
    let result = match letter {
        Err(fate) => Err(fate),
        Ok(letter) => letter::hand_over(app, &letter, claimed.tries).await,
    };
    record(app, &claimed, result).await.map(Outcome::Recorded)
}

/// What a failed attempt means.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// Try again after so many milliseconds.
    Again(i64),
    /// Meta is too busy for this number: everything of it waits so many milliseconds.
    Slow(i64),
    /// Meta refuses the number or this token (its hash): everything of it waits until that is mended.
    Stop(Failure, String),
    /// It will not be sent.
    Failed(Failure),
    /// Nobody knows.
    Unknown,
}

async fn claim(app: &App) -> Result<Option<(Claimed, std::result::Result<Letter, Fate>)>> {
    loop {
        let now = app.clock.now();
        // Most steps find nothing: look before taking the one writer.
        let mut tx = app.store.read().await?;
        if !outbox::is_due(&mut tx, now).await? {
            return Ok(None);
        }
        drop(tx);
        let mut tx = app.store.write().await?;
        let Some(claimed) = outbox::take_due(&mut tx, now).await? else { return Ok(None) };
        let may_go = app.pace.take(&claimed.account_id, &claimed.conversation_id);
        let letter = match may_go {
            Ok(()) => Some(take(app, &mut tx, &claimed, now).await?),
            Err(Wait::Pair(ms)) => outbox::wait(&mut tx, &claimed.message_id, now.plus(ms)).await.map(|()| None)?,
            Err(Wait::Number(ms)) => accounts::rest(&mut tx, &claimed.account_id, now.plus(ms)).await.map(|()| None)?,
        };
        tx.commit().await?;
        if let Some(letter) = letter {
            return Ok(Some((claimed, letter)));
        }
    }
}

async fn take(app: &App, tx: &mut Tx, claimed: &Claimed, now: Instant) -> Result<std::result::Result<Letter, Fate>> {
    let letter = letter::write(app, tx, claimed).await?;
    let lease = if letter.as_ref().is_ok_and(|letter| letter.file.is_some()) { FILE_LEASE_MS } else { LEASE_MS };
    outbox::claim(tx, &claimed.message_id, now.plus(lease)).await?;
    messages::set_local(tx, &claimed.message_id, Delivery::Sending, None, now).await?;
    publish(tx, &claimed.message_id, now).await?;
    Ok(letter)
}

/// Decides what a failure means: a code decides, never an HTTP status; no byte sent means try again.
fn fate(error: &SendError, letter: &Letter, tries: i64) -> Fate {
    match error {
        SendError::NotSent => again(tries, TRIES_UNSENT, 1000 << tries.clamp(0, 8), None),
        SendError::Busy { retry_after_ms } => slow(letter, *retry_after_ms),
        SendError::Unknown(_) => unknown(letter, tries),
        SendError::Graph { error, retry_after_ms } => match class(error.failure.code) {
            Class::Retry => slow(letter, *retry_after_ms),
            Class::RetryPair => again(tries, TRIES, 4000 << (2 * tries.clamp(0, 8)), *retry_after_ms),
            Class::Unknown => unknown(letter, tries),
            Class::AuthBroken => Fate::Stop(error.failure.clone(), token_hash(letter.token.expose())),
            Class::Permanent | Class::WindowClosed => Fate::Failed(error.failure.clone()),
        },
    }
}

/// Whether sending it twice is as good as sending it once: there is one emoji of ours on a message.
fn is_repeatable(content: &Content) -> bool {
    matches!(content, Content::Reaction(_))
}

fn unknown(letter: &Letter, tries: i64) -> Fate {
    if is_repeatable(&letter.content) { again(tries, TRIES, 4000 << (2 * tries.clamp(0, 8)), None) } else { Fate::Unknown }
}

fn gave_up() -> Fate {
    Fate::Failed(Failure { code: own::GAVE_UP, text: String::new() })
}

/// At least `base_ms`, at most two minutes unless Meta asks for more, and up to half as much again at random.
fn pause(base_ms: i64, retry_after_ms: Option<i64>) -> i64 {
    let wait = base_ms.min(MAX_WAIT_MS).max(retry_after_ms.unwrap_or(0));
    wait + jitter(wait / 2 + 1)
}

fn again(tries: i64, limit: i64, base_ms: i64, retry_after_ms: Option<i64>) -> Fate {
    if tries + 1 >= limit { gave_up() } else { Fate::Again(pause(base_ms, retry_after_ms)) }
}

/// A busy Meta is no fault of the message: it waits as long as it takes. If its window closes meanwhile, Meta will say so.
fn slow(letter: &Letter, retry_after_ms: Option<i64>) -> Fate {
    Fate::Slow(pause(1000 << letter.strikes.clamp(0, 8), retry_after_ms))
}

/// Records an outcome, however long the database is away: Meta's answer must not be lost.
async fn record(app: &App, claimed: &Claimed, result: std::result::Result<String, Fate>) -> Result<Delivery> {
    loop {
        match record_once(app, claimed, &result).await {
            Err(error) if !matches!(error, Error::Inconsistent(_)) && !app.stopping.is_cancelled() => {
                tracing::warn!(%error, message = %claimed.message_id, "an outcome waits to be recorded");
                // The database is away: it would fail again at once.
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            other => return other,
        }
    }
}

async fn record_once(app: &App, claimed: &Claimed, result: &std::result::Result<String, Fate>) -> Result<Delivery> {
    let now = app.clock.now();
    let id = &claimed.message_id;
    let own = std::slice::from_ref(id);
    let mut tx = app.store.write().await?;
    if let Ok(wamid) = result {
        lock_threads(&mut tx, claimed, wamid).await?;
    }
    outbox::lock(&mut tx, own).await?;
    // Settled meanwhile by a status, a person or the end of the lease: then only success is news.
    let stands = outbox::is_claimed(&mut tx, claimed).await?;
    let mut echoes = Vec::new();
    match result {
        Ok(wamid) => {
            echoes = messages::set_wamid(&mut tx, id, wamid).await?;
            messages::set_local(&mut tx, id, Delivery::Accepted, None, now).await?;
            outbox::drop_all(&mut tx, own).await?;
            accounts::calm(&mut tx, &claimed.account_id).await?;
        }
        Err(_) if !stands => {}
        Err(Fate::Again(wait_ms)) => {
            messages::set_local(&mut tx, id, Delivery::Queued, None, now).await?;
            outbox::retry(&mut tx, id, now.plus(*wait_ms), true).await?;
        }
        Err(Fate::Slow(wait_ms)) => {
            tracing::warn!(account = %claimed.account_id, wait_ms, "WhatsApp is too busy for this number: its messages wait");
            messages::set_local(&mut tx, id, Delivery::Queued, None, now).await?;
            outbox::retry(&mut tx, id, now, false).await?;
            accounts::slow_down(&mut tx, &claimed.account_id, now.plus(*wait_ms), now).await?;
        }
        // It was said of a token that has been replaced meanwhile.
        Err(Fate::Stop(_, refused)) if !refused.is_empty() && current_token(app, &mut tx, claimed).await?.as_ref() != Some(refused) => {
            messages::set_local(&mut tx, id, Delivery::Queued, None, now).await?;
            outbox::retry(&mut tx, id, now, false).await?;
        }
        Err(Fate::Stop(failure, token)) => {
            tracing::error!(account = %claimed.account_id, code = failure.code, "WhatsApp refuses this number: its messages wait until an admin has mended it");
            messages::set_local(&mut tx, id, Delivery::Queued, None, now).await?;
            outbox::retry(&mut tx, id, now, false).await?;
            accounts::stop(&mut tx, &claimed.account_id, failure, token).await?;
        }
        Err(Fate::Failed(failure)) => {
            tracing::warn!(message = %id, code = failure.code, "a message failed");
            messages::set_local(&mut tx, id, Delivery::Failed, Some(failure), now).await?;
            outbox::drop_all(&mut tx, own).await?;
        }
        Err(Fate::Unknown) => {
            tracing::warn!(message = %id, "whether a message was sent is not known");
            messages::set_local(&mut tx, id, Delivery::Unknown, None, now).await?;
            outbox::hold(&mut tx, id, now.plus(HOLD_MS)).await?;
        }
    }
    let delivery = told(&mut tx, claimed, result.as_ref().ok(), echoes, now).await?;
    tx.commit().await?;
    app.wake.outbox.notify_one();
    app.wake.notices.notify_one();
    Ok(delivery)
}

/// Where the phone is said to have written this, that thread: first the threads, then the outbox, as everywhere.
async fn lock_threads(tx: &mut Tx, claimed: &Claimed, wamid: &str) -> Result<()> {
    if let Some(thread) = messages::find_echo(tx, &claimed.account_id, wamid).await? {
        conversations::lock(tx, &thread).await?;
    }
    // What was reported of its price may have come before the answer.
    if let Some(until) = statuses::find_free(tx, &claimed.account_id, wamid).await? {
        conversations::lock(tx, &claimed.conversation_id).await?;
        conversations::set_free(tx, &claimed.conversation_id, until).await?;
    }
    Ok(())
}

/// Tells of the message as it is now; if it has a name, also of its answers. What the phone is said to have written was ours: it is
/// there once.
async fn told(tx: &mut Tx, claimed: &Claimed, wamid: Option<&String>, echoes: Vec<(MessageId, ConversationId)>, now: Instant) -> Result<Delivery> {
    for (_, conversation) in &echoes {
        conversations::recount(tx, conversation).await?;
    }
    let delivery = publish(tx, &claimed.message_id, now).await?;
    if let Some(wamid) = wamid {
        publish_answers(tx, &claimed.account_id, wamid, now).await?;
    }
    for (message_id, conversation) in echoes {
        let conversation = conversations::load_one(tx, &conversation).await?;
        events::append(tx, &[Event::MessageDiscarded { conversation, message_id }], now).await?;
    }
    Ok(delivery)
}

/// The hash of the token that the account has now.
async fn current_token(app: &App, tx: &mut Tx, claimed: &Claimed) -> Result<Option<String>> {
    let account = accounts::list(tx).await?.into_iter().find(|account| account.id == claimed.account_id);
    Ok(account.and_then(|account| app.token(&account)).map(|token| token_hash(token.expose())))
}

/// Claims whose lease is over become unknown: their process died between claiming and recording.
async fn lapse(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    if outbox::list_lapsed(&mut tx, now).await?.is_empty() {
        return Ok(());
    }
    drop(tx);
    // One transaction each: the log's lock is the last that a transaction takes.
    loop {
        let mut tx = app.store.write().await?;
        let Some(lapsed) = outbox::take_lapsed(&mut tx, now).await? else { return Ok(()) };
        if is_repeatable(&messages::load_one(&mut tx, &lapsed.message_id).await?.content) && lapsed.tries < TRIES {
            messages::set_local(&mut tx, &lapsed.message_id, Delivery::Queued, None, now).await?;
            outbox::retry(&mut tx, &lapsed.message_id, now, true).await?;
        } else {
            messages::set_local(&mut tx, &lapsed.message_id, Delivery::Unknown, None, now).await?;
            outbox::hold(&mut tx, &lapsed.message_id, now.plus(HOLD_MS)).await?;
        }
        publish(&mut tx, &lapsed.message_id, now).await?;
        tx.commit().await?;
    }
}

/// At the start: a number stopped for its token goes on with another one; and the leases of the process that ran before end,
/// where no other process can be at work.
pub async fn recover(app: &App) -> Result<()> {
    let mut tx = app.store.write().await?;
    for account in accounts::list(&mut tx).await?.into_iter().filter(|account| account.stopped_code.is_some()) {
        let token = app.token(&account).map(|token| token_hash(token.expose()));
        // Whoever paused it lets it go again.
        if token.is_some() && token != account.stopped_token && account.stopped_code != Some(own::PAUSED) {
            accounts::resume(&mut tx, &account.id).await?;
            media::hasten(&mut tx, &account.id).await?;
        }
    }
    if !app.store.is_shared() {
        outbox::lapse_all(&mut tx).await?;
    }
    tx.commit().await
}

/// Starts the workers; they end when the process stops, each after the message it has in hand.
pub fn start(app: &App) -> Vec<tokio::task::JoinHandle<()>> {
    (0..WORKERS).map(|_| tokio::spawn(work(app.clone()))).collect()
}

async fn work(app: App) {
    while !app.stopping.is_cancelled() {
        let due = match step(&app).await {
            Ok(Outcome::Recorded(_)) => continue,
            Ok(Outcome::Idle(due)) => due,
            Err(error) => {
                tracing::error!(%error, "the outbox waits: the database is not available");
                None
            }
        };
        let wait = due.map_or(1000, |due| due.since(app.clock.now()).clamp(10, 1000));
        // Until the next one is due; another process may have queued one, of which nobody here is woken.
        tokio::select! {
            () = app.wake.outbox.notified() => {}
            () = tokio::time::sleep(Duration::from_millis(u64::try_from(wait).unwrap_or(1000))) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::meta::error::GraphError;
    use crate::server::meta::outbound::Recipient;
    use crate::server::secret::Secret;

    fn graph(code: i64, retry_after_ms: Option<i64>) -> SendError {
        SendError::Graph { error: GraphError { failure: Failure { code, text: "t".into() }, trace: None }, retry_after_ms }
    }

    fn letter(strikes: i64) -> Letter {
        let (recipient, content) = (Recipient::WaId("44".into()), Content::Text(crate::domain::content::Text::new("hi")));
        Letter { id: "m".into(), phone_number_id: "1".into(), token: Secret::new("t"), recipient, content, file: None, reply_to: None, strikes }
    }

    /// C1: a busy Meta slows the number down, ever more, as long as Meta asks; the message itself does not fail for it.
    #[test]
    fn c1_waits_back_off_and_honour_retry_after() {
        for strikes in 0..12 {
            let Fate::Slow(wait) = fate(&graph(130_429, None), &letter(strikes), 0) else { panic!("does not wait") };
            let base = (1000 << strikes.min(8)).min(MAX_WAIT_MS);
            assert!((base..=base * 3 / 2 + 1).contains(&wait), "{strikes}: {wait}");
        }
        let Fate::Slow(wait) = fate(&graph(4, Some(90_000)), &letter(0), 0) else { panic!("does not wait") };
        assert!(wait >= 90_000);
        assert!(matches!(fate(&SendError::Busy { retry_after_ms: Some(7000) }, &letter(0), 0), Fate::Slow(7000..)));
        let Fate::Again(wait) = fate(&graph(131_056, None), &letter(0), 1) else { panic!("not tried again") };
        assert!(wait >= 16_000, "the pair rate wants 4^n seconds");
        assert_eq!(fate(&SendError::NotSent, &letter(0), TRIES_UNSENT - 1), gave_up());
    }

    #[test]
    fn what_may_have_arrived_is_unknown() {
        for error in [graph(1, None), graph(131_000, None), SendError::Unknown("reset".into())] {
            assert_eq!(fate(&error, &letter(0), 0), Fate::Unknown);
        }
        assert_eq!(fate(&graph(131_047, None), &letter(0), 0), Fate::Failed(Failure { code: 131_047, text: "t".into() }));
        assert_eq!(fate(&graph(190, None), &letter(0), 0), Fate::Stop(Failure { code: 190, text: "t".into() }, token_hash("t")));
    }
}
