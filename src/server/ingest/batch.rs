//! One transaction over a batch of deliveries: read, resolve, write, append events. The same set of deliveries in any order,
//! with any duplicates, gives the same rows.

mod element;
mod reports;

use super::compose::{self, Written};
use super::contact::{self, Resolved};
use crate::domain::contact::Identity;
use crate::domain::content::{Change, Content};
use crate::domain::delivery::Delivery;
use crate::domain::id::{AccountId, ContactId, ConversationId, MediaId, MessageId, Wamid};
use crate::domain::message::Direction;
use crate::domain::origin::Origin;
use crate::domain::time::{DAY_MS, Instant};
use crate::protocol::event::Event;
use crate::server::clock::new_id;
use crate::server::meta;
use crate::server::meta::inbound::{self, Element, Kind};
use crate::server::meta::to_domain;
use crate::server::store::book::{self, Preference};
use crate::server::store::conversations::{self, State};
use crate::server::store::deliveries::{self, Pending, Settled};
use crate::server::store::messages::{self, Added, New};
use crate::server::store::statuses::{self, FreeEntry, Reaction, Status};
use crate::server::store::{Result, Tx, accounts, events, json, media, templates, warnings};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An entry for a thread, with what its message says about the sender.
#[derive(Debug)]
pub struct Inbound {
    /// The account it came in on.
    pub account_id: AccountId,
    /// Every identity of the sender that this element carries.
    pub identities: Vec<Identity>,
    /// The sender's profile name.
    pub profile_name: Option<String>,
    /// Meta's id, or one made from its bytes.
    pub wamid: String,
    /// Meta's timestamp.
    pub at: Instant,
    /// Inbound, or a quiet event.
    pub direction: Direction,
    /// What it says.
    pub content: Content,
    /// Where the customer had it from.
    pub origin: Option<Origin>,
    /// The file that belongs to it.
    pub media: Option<media::New>,
    /// Its JSON, where the content could not be read.
    pub raw: Option<String>,
    /// The wamid it answers.
    pub reply_to: Option<String>,
    /// Whether it comes now, and somebody may wait for an answer. What came before, or went to others, makes no unread and opens no window.
    pub live: bool,
    /// Who wrote it, of what the business wrote elsewhere.
    pub author: Option<&'static str>,
    /// What became of it, likewise.
    pub delivery: Option<Delivery>,
}

/// The longest that Meta lets write for nothing, with a day to spare.
const FREE_MS: i64 = 4 * DAY_MS;

/// Fields that say that the templates of a business account are not what they were (`meta-api` section 9).
const CHANGE_TEMPLATES: [&str; 4] =
    ["message_template_status_update", "message_template_quality_update", "message_template_components_update", "template_category_update"];

/// Everything in a batch that has a place.
#[derive(Debug, Default)]
pub struct Batch {
    inbound: Vec<Inbound>,
    statuses: Statuses,
    reactions: Reactions,
    /// Business accounts whose templates have changed.
    stale: BTreeSet<String>,
    /// Until when the customers of these messages can be written to for nothing.
    free: BTreeMap<(AccountId, String), Instant>,
    /// What Meta tells of accounts, numbers and templates, by what it is about.
    warnings: BTreeMap<String, warnings::Row>,
    /// What customers said about marketing, by who said it: the newest.
    preferences: BTreeMap<Identity, Preference>,
}

type Statuses = BTreeMap<(AccountId, String, String, String), Status>;
type Reactions = BTreeMap<(AccountId, String, String), Reaction>;

/// Reads deliveries; what each settles as.
#[must_use]
pub fn read(pending: &[Pending], accounts: &[accounts::Stored]) -> (Batch, Vec<Settled>) {
    let mut batch = Batch::default();
    let settled = pending.iter().map(|delivery| batch.take(delivery, accounts)).collect();
    (batch, settled)
}

/// Applies what was read and settles its deliveries.
pub async fn apply(tx: &mut Tx, batch: Batch, settled: &[Settled], now: Instant) -> Result<()> {
    let resolved = contact::resolve(tx, &batch.inbound).await?;
    let Batch { inbound, statuses, reactions, stale, free, warnings, preferences } = batch;
    book::prefer(tx, &preferences.into_values().collect::<Vec<_>>()).await?;
    if !warnings.is_empty() {
        warnings::put(tx, &warnings.into_values().collect::<Vec<_>>()).await?;
    }
    let free: Vec<FreeEntry> = free.into_iter().map(|((account_id, wamid), until)| FreeEntry { account_id, wamid, until }).collect();
    statuses::put_free(tx, &free).await?;
    for waba in &stale {
        templates::hasten(tx, waba, now).await?;
    }
    let written = store_messages(tx, &inbound, &resolved, now).await?;
    let (revived, filled) = revive(tx, &inbound, &written).await?;
    let filled_keys: Vec<messages::Key> = filled.iter().map(|(_, key)| key.clone()).collect();
    let (touched, gone, freed, back) = reports::store(tx, statuses, reactions, &written.added, filled_keys).await?;
    let touched = touched
        .into_iter()
        .chain(revived.iter().map(|(message, _)| message.clone()))
        .chain(filled.into_iter().map(|(id, _)| id))
        .chain(written.lines.iter().cloned())
        .collect();
    for (_, kept) in &resolved.joined {
        conversations::recount(tx, kept).await?;
    }
    let mut recounted: BTreeSet<ConversationId> = revived.iter().chain(&gone).map(|(_, conversation)| conversation.clone()).chain(back).collect();
    for id in &recounted {
        conversations::recount(tx, id).await?;
    }
    recounted.extend(freed);
    deliveries::settle(tx, settled, now).await?;
    events::begin(tx).await?;
    let mut events = compose::events(tx, &written, touched, &recounted).await?;
    for (message_id, conversation) in gone {
        let conversation = conversations::load_one(tx, &conversation).await?;
        events.push(Event::MessageDiscarded { conversation, message_id });
    }
    events::append(tx, &events, now).await
}

impl Batch {
    /// The entries that were read.
    #[cfg(any(test, fuzzing))]
    pub fn inbound(&self) -> &[Inbound] {
        &self.inbound
    }

    /// Whether lists of templates are to be fetched.
    #[must_use]
    pub fn changes_templates(&self) -> bool {
        !self.stale.is_empty()
    }

    /// Whether there are files to fetch.
    #[must_use]
    pub fn has_files(&self) -> bool {
        self.inbound.iter().any(|entry| entry.media.is_some())
    }

    /// Sorts a delivery's elements; what has nowhere to go is named in the settlement.
    fn take(&mut self, delivery: &Pending, accounts: &[accounts::Stored]) -> Settled {
        let mut reasons = BTreeSet::new();
        match inbound::read(&delivery.body) {
            Err(unreadable) => {
                reasons.insert(unreadable.0.to_owned());
            }
            Ok(elements) => {
                for element in elements {
                    // Another business's news, or a trial sent from Meta's dashboard, is nobody's concern here.
                    if let Kind::Other(field) = &element.kind
                        && accounts.iter().any(|account| account.waba_id == element.waba_id)
                    {
                        self.take_warning(field, &element, delivery.received_at);
                    }
                    match element.kind {
                        Kind::Other(field) if field == "user_preferences" => {
                            self.take_preferences(&element.waba_id, &element.raw, accounts, delivery.received_at);
                        }
                        Kind::Other(field) if CHANGE_TEMPLATES.contains(&field.as_str()) => drop(self.stale.insert(element.waba_id)),
                        Kind::Other(field) if meta::warning::FIELDS.contains(&field.as_str()) => {}
                        // It stays as it came: a later version may read it.
                        Kind::Other(field) => drop(reasons.insert(format!("`{field}` cannot be shown yet"))),
                        _ => match accounts.iter().find(|account| account.phone_number_id == element.phone_number_id && !account.is_removed()) {
                            Some(account) => reasons.extend(self.take_element(&element, account, delivery.received_at).err().map(str::to_owned)),
                            None => {
                                reasons.insert(format!("no account has the phone number id {:?}", element.phone_number_id));
                            }
                        },
                    }
                }
            }
        }
        let reason = (!reasons.is_empty()).then(|| reasons.into_iter().collect::<Vec<_>>().join("; "));
        Settled { n: delivery.n, state: if reason.is_some() { "kept" } else { "applied" }, reason }
    }

    /// Who is named by two ids has said it under both: either may be how they are known.
    fn take_preferences(&mut self, waba_id: &str, change: &str, accounts: &[accounts::Stored], received_at: Instant) {
        let Some(account) = accounts.iter().find(|account| account.waba_id == waba_id) else { return };
        for said in meta::preference::read(change) {
            let (at, stops) = (to_domain::instant(said.seconds, received_at), i64::from(said.stops));
            for identity in element::identities_of((said.wa_id, said.user_id), account) {
                if self.preferences.get(&identity).is_none_or(|kept| (at, stops) > (kept.at, kept.stops)) {
                    let row = Preference { scope: identity.scope.clone(), kind: identity.kind.as_str(), value: identity.value.clone(), at, stops };
                    self.preferences.insert(identity, row);
                }
            }
        }
    }

    /// Of one subject the newest counts; of two of the same second, the greater text.
    fn take_warning(&mut self, field: &str, element: &Element, received_at: Instant) {
        let Some((key, warning)) = meta::warning::read(&element.waba_id, field, &element.raw) else { return };
        let (at, is_bad, warning) = (to_domain::instant(element.time, received_at), i64::from(warning.is_bad()), json(&warning));
        let row = warnings::Row { key, at, is_bad, warning };
        let newer = self.warnings.get(&row.key).is_none_or(|kept| (row.at, &row.warning) > (kept.at, &kept.warning));
        if newer {
            self.warnings.insert(row.key.clone(), row);
        }
    }

    fn take_status(&mut self, status: inbound::status::Status, account: &accounts::Stored, received_at: Instant) {
        let row = Status {
            account_id: account.id.clone(),
            wamid: status.wamid,
            recipient: status.recipient,
            status: status.status,
            at: to_domain::instant(status.timestamp, received_at),
            failure: status.failure.as_ref().map(json),
            callback: status.callback,
        };
        let until = status.free_until.map(|seconds| Instant(seconds.saturating_mul(1000)));
        // Three days, as Meta says; what is far off is no such thing.
        if let Some(until) = until.filter(|until| (0..=FREE_MS).contains(&until.since(row.at))) {
            let kept = self.free.entry((row.account_id.clone(), row.wamid.clone())).or_insert(until);
            *kept = (*kept).max(until);
        }
        let key = (row.account_id.clone(), row.wamid.clone(), row.recipient.clone(), row.status.clone());
        let earlier = self.statuses.get(&key).is_none_or(|kept| (row.at, &row.failure) < (kept.at, &kept.failure));
        if earlier {
            self.statuses.insert(key, row);
        }
    }
}

/// Adds the entries that are new and moves their conversations' counters and places.
async fn store_messages<'a>(tx: &mut Tx, inbound: &'a [Inbound], resolved: &'a Resolved, now: Instant) -> Result<Written<'a>> {
    let states = lock_conversations(tx, inbound, resolved, now).await?;
    let new: Vec<New> = inbound.iter().zip(&resolved.owners).map(|(entry, owner)| new_message(entry, &states[&key(entry, owner)].id, now)).collect();
    let entry_of: HashMap<&MessageId, &Inbound> = new.iter().map(|message| &message.id).zip(inbound).collect();
    let mut added: Vec<(Added, &Inbound)> =
        messages::add(tx, &new).await?.into_iter().filter_map(|added| entry_of.get(&added.id).map(|entry| (added, *entry))).collect();
    added.sort_by_key(|(message, _)| message.n);
    media::add(tx, &added.iter().filter_map(|(_, entry)| entry.media.as_ref()).collect::<Vec<_>>()).await?;
    let mut states: BTreeMap<ConversationId, State> = states.into_values().map(|state| (state.id.clone(), state)).collect();
    let (mut unsure, mut reopened) = (BTreeSet::new(), BTreeSet::new());
    for (message, entry) in &added {
        if let Some(state) = states.get_mut(&message.conversation_id) {
            state.advance(&message.id, message.sort_at, message.n);
            match message.direction.as_str() {
                "inbound" if entry.live => {
                    if state.status != "open" {
                        reopened.insert(state.id.clone());
                    }
                    state.receive(message.sort_at);
                }
                "outbound" if state.answer(message.sort_at) => drop(unsure.insert(state.id.clone())),
                _ => {}
            }
        }
    }
    for state in states.values_mut().filter(|state| unsure.contains(&state.id)) {
        state.waiting_since = conversations::find_waiting(tx, state).await?;
    }
    let changed: BTreeSet<&ConversationId> = added.iter().map(|(message, _)| &message.conversation_id).collect();
    let updates: Vec<&State> = states.values().filter(|state| changed.contains(&state.id)).collect();
    conversations::update(tx, &updates).await?;
    let lines: Vec<New> = reopened.iter().filter_map(|id| states.get(id)).map(|state| reopened_line(state, resolved, now)).collect();
    let lines = messages::add(tx, &lines).await?.into_iter().map(|line| line.id).collect();
    Ok(Written { resolved, added, states, lines })
}

/// The quiet line of what a customer opens again by writing.
fn reopened_line(state: &State, resolved: &Resolved, now: Instant) -> New {
    let author_name = resolved.contacts.get(&state.contact_id).map(|contact| contact.shown_name().to_owned());
    New { author_name, ..New::of(state, Direction::Event, &Content::Change(Change::Reopened), now) }
}

/// What came as a part of the past and now comes live is live, in whichever order; what came without its file has it now. The messages
/// that are live, with their conversations, and those that have files, with their names.
async fn revive(tx: &mut Tx, inbound: &[Inbound], written: &Written<'_>) -> Result<(Vec<(MessageId, ConversationId)>, Vec<(MessageId, messages::Key)>)> {
    let known = known(inbound, written);
    let again = |entry: &&&Inbound| messages::Again {
        account_id: entry.account_id.0.clone(),
        wamid: entry.wamid.clone(),
        message_type: entry.content.message_type().to_owned(),
        content: json(&entry.content),
        preview: entry.content.preview(),
        origin: entry.origin.as_ref().map(json),
        media_id: entry.media.as_ref().map(|media| media.id.clone()),
    };
    let live: Vec<messages::Again> = known.iter().filter(|entry| entry.live).map(|entry| again(&entry)).collect();
    let with_files: Vec<messages::Again> = known.iter().filter(|entry| entry.media.is_some()).map(|entry| again(&entry)).collect();
    let filled = messages::fill(tx, &with_files).await?;
    let wanted: Vec<&media::New> = known.iter().filter_map(|entry| entry.media.as_ref()).filter(|media| filled.iter().any(|(_, id)| *id == media.id)).collect();
    media::add(tx, &wanted).await?;
    let key_of = |media: &MediaId| {
        let entry = known.iter().find(|entry| entry.media.as_ref().is_some_and(|known| known.id == *media))?;
        Some(messages::Key { account_id: entry.account_id.0.clone(), wamid: entry.wamid.clone() })
    };
    let filled = filled.into_iter().filter_map(|(message, media)| Some((message, key_of(&media)?))).collect();
    Ok((messages::revive(tx, &live).await?, filled))
}

/// The entries that were stored before.
fn known<'a>(inbound: &'a [Inbound], written: &Written<'_>) -> Vec<&'a Inbound> {
    let new: BTreeSet<*const Inbound> = written.added.iter().map(|(_, entry)| std::ptr::from_ref(*entry)).collect();
    inbound.iter().filter(|entry| !new.contains(&std::ptr::from_ref(*entry))).collect()
}

fn key(entry: &Inbound, owner: &ContactId) -> conversations::Key {
    conversations::Key { account_id: entry.account_id.clone(), contact_id: owner.clone() }
}

async fn lock_conversations(tx: &mut Tx, inbound: &[Inbound], resolved: &Resolved, now: Instant) -> Result<BTreeMap<conversations::Key, State>> {
    let keys: BTreeSet<conversations::Key> = inbound.iter().zip(&resolved.owners).map(|(entry, owner)| key(entry, owner)).collect();
    let keys: Vec<conversations::Key> = keys.into_iter().collect();
    let mut states = BTreeMap::new();
    if keys.is_empty() {
        return Ok(states);
    }
    let by_key = |state: State| (conversations::Key { account_id: state.account_id.clone(), contact_id: state.contact_id.clone() }, state);
    states.extend(conversations::lock_by_key(tx, &keys).await?.into_iter().map(by_key));
    let missing: Vec<&conversations::Key> = keys.iter().filter(|key| !states.contains_key(*key)).collect();
    if !missing.is_empty() {
        conversations::add(tx, missing.iter().map(|key| (ConversationId(new_id()), *key)).collect(), now).await?;
        let missing: Vec<conversations::Key> = missing.into_iter().cloned().collect();
        states.extend(conversations::lock_by_key(tx, &missing).await?.into_iter().map(by_key));
    }
    Ok(states)
}

fn new_message(entry: &Inbound, conversation: &ConversationId, now: Instant) -> New {
    New {
        id: MessageId(new_id()),
        account_id: entry.account_id.clone(),
        conversation_id: conversation.clone(),
        direction: entry.direction.as_str(),
        author_kind: entry.author.map(|_| messages::PHONE),
        author_id: None,
        author_name: entry.author.map(str::to_owned),
        client_id: None,
        wamid: Some(Wamid(entry.wamid.clone())),
        message_type: entry.content.message_type().to_owned(),
        content: json(&entry.content),
        preview: entry.content.preview(),
        origin: entry.origin.as_ref().map(json),
        raw: entry.raw.clone(),
        sort_at: entry.at,
        created_at: now,
        delivery: entry.delivery.map(Delivery::as_str),
        reply_to: entry.reply_to.clone().map(Wamid),
        retry_of: None,
        media_id: entry.media.as_ref().map(|media| media.id.clone()),
        discarded: 0,
        live: i64::from(entry.live),
    }
}
