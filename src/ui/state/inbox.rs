//! The reactive shell around the reducer: one signal for each row and each bubble, touched only by what changed.

mod fetching;
mod later;
pub mod recent;
mod sending;
mod shown;

pub use later::{BUSY, PRESSED};
pub use shown::{Bubble, Connection, Line, Motion, Pane, Returned};

use super::draft;
use super::model::{Changes, Entry, Handover, Model, is_grouped};
use crate::domain::account::Account;
use crate::domain::agent::Agent;
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::domain::message::{Direction, Message};
use crate::domain::time::{Instant, Zone};
use crate::protocol::address::segment_of;
use crate::protocol::command::SendText;
use crate::protocol::event::Event;
use crate::protocol::form::FormNote;
use crate::protocol::json::Packed;
use crate::protocol::snapshot::Open;
use crate::protocol::team::Team;
use crate::protocol::view::First;
use crate::ui::browser::{document, task};
use leptos::prelude::*;
use std::collections::HashMap;

/// So many rows are kept while only the top of the list is looked at.
const MOST_ROWS: usize = 200;

/// A handle on the page's state; cheap to copy.
#[derive(Clone, Copy)]
pub struct Inbox {
    model: StoredValue<Model>,
    rows: StoredValue<HashMap<ConversationId, ArcRwSignal<Conversation>>>,
    bubbles: StoredValue<HashMap<String, ArcRwSignal<Bubble>>>,
    /// Events that came while a thread was being fetched.
    waiting: StoredValue<Option<Vec<(i64, Event)>>>,
    /// Messages on their way to the server, in order.
    outgoing: StoredValue<Vec<SendText>>,
    /// What a refused form brought back, until a composer has taken it.
    note: StoredValue<Option<(ConversationId, FormNote)>>,
    /// Whether a composer has taken over what was typed before the page listened.
    pub taken_over: StoredValue<bool>,
    clock_offset: StoredValue<i64>,
    /// Who is signed in.
    pub agent: StoredValue<Agent>,
    /// The numbers they may see.
    pub accounts: StoredValue<Vec<Account>>,
    /// The agent's time zone.
    pub zone: StoredValue<Zone>,
    /// Which build made this page.
    pub build: StoredValue<String>,
    /// What the list shows, as the query of its address; empty: everything.
    pub query: RwSignal<String>,
    /// Its people and labels.
    pub team: RwSignal<Packed<Team>>,
    /// The list.
    pub order: RwSignal<Vec<ConversationId>>,
    /// Whether it shows its top (rows far below are then let go), and which of its rows is the first that is on the page.
    pub list_at: RwSignal<(bool, usize)>,
    /// Whether the list goes on.
    pub has_more: RwSignal<bool>,
    /// How many conversations have unread messages.
    pub unread: RwSignal<usize>,
    /// The thread's column.
    pub pane: RwSignal<Pane>,
    /// The open thread's lines.
    pub lines: RwSignal<Vec<Line>>,
    /// Whether older messages exist.
    pub has_older: RwSignal<bool>,
    /// What moved last.
    pub motion: RwSignal<(u64, Motion)>,
    /// The server's time, to some seconds.
    pub now: RwSignal<Instant>,
    /// The line.
    pub connection: RwSignal<Connection>,
    /// Whether a newer version serves.
    pub outdated: RwSignal<bool>,
    /// Text to put into the composer: an edited message comes back.
    pub returned: RwSignal<Option<Returned>>,
    /// Tries the line at once.
    pub hurry: RwSignal<u64>,
    /// Whether the code of what the first page does without is here.
    pub is_later: RwSignal<bool>,
    /// Whether it did not come.
    pub lacks_later: RwSignal<bool>,
    /// The message that what is typed will answer, by its id; empty: none.
    pub replying: RwSignal<String>,
    /// Whether what is typed goes without a preview of its links.
    pub plain: RwSignal<bool>,
    /// Whether Enter sends, or breaks the line.
    pub enter_sends: RwSignal<bool>,
}

impl Inbox {
    /// The state of a first paint.
    #[must_use]
    pub fn new(first: &First) -> Self {
        let snapshot = &first.snapshot;
        let inbox = Self {
            model: StoredValue::new(Model::new(snapshot)),
            rows: StoredValue::new(HashMap::new()),
            bubbles: StoredValue::new(HashMap::new()),
            waiting: StoredValue::new(None),
            outgoing: StoredValue::new(Vec::new()),
            // A refusal belongs to the thread it was meant for, whatever is opened next.
            note: StoredValue::new(match &snapshot.open {
                Open::Thread(thread) => Some((thread.conversation.id.clone(), first.note.clone())),
                Open::Nothing | Open::NotFound => None,
            }),
            list_at: RwSignal::new((true, 0)),
            taken_over: StoredValue::new(false),
            clock_offset: StoredValue::new(0),
            agent: StoredValue::new(snapshot.agent.clone()),
            accounts: StoredValue::new(snapshot.accounts.clone()),
            zone: StoredValue::new(snapshot.zone.clone()),
            build: StoredValue::new(snapshot.build.clone()),
            query: RwSignal::new(snapshot.query.clone()),
            team: RwSignal::new(snapshot.team.clone()),
            order: RwSignal::new(Vec::new()),
            has_more: RwSignal::new(false),
            unread: RwSignal::new(0),
            pane: RwSignal::new(Pane::Nothing),
            lines: RwSignal::new(Vec::new()),
            has_older: RwSignal::new(false),
            motion: RwSignal::new((0, Motion::Opened)),
            now: RwSignal::new(snapshot.now),
            connection: RwSignal::new(Connection::Live),
            outdated: RwSignal::new(false),
            returned: RwSignal::new(None),
            hurry: RwSignal::new(0),
            is_later: RwSignal::new(false),
            lacks_later: RwSignal::new(false),
            replying: RwSignal::new(String::new()),
            plain: RwSignal::new(false),
            enter_sends: RwSignal::new(true),
        };
        inbox.show(&snapshot.open);
        inbox
    }

    /// Puts the whole model on the page.
    fn show(self, open: &Open) {
        self.show_rows();
        self.show_list();
        self.show_lines();
        let pane = match open {
            Open::Nothing => Pane::Nothing,
            Open::NotFound => Pane::NotFound,
            Open::Thread(thread) => Pane::Thread(thread.conversation.id.clone()),
        };
        self.pane.maybe_update(|shown| replace(shown, pane));
    }

    /// Gives every row its signal and forgets those that are no more.
    fn show_rows(self) {
        self.model.with_value(|model| {
            for (id, row) in &model.rows {
                self.set_row(id, row);
            }
        });
        self.forget_rows();
    }

    fn set_row(self, id: &ConversationId, row: &Conversation) {
        self.rows.update_value(|rows| match rows.get(id) {
            Some(signal) => signal.maybe_update(|shown| replace(shown, row.clone())),
            None => drop(rows.insert(id.clone(), ArcRwSignal::new(row.clone()))),
        });
    }

    fn show_list(self) {
        if later::is_held() {
            return;
        }
        let (order, has_more, unread) = self.model.with_value(|model| (model.order.clone(), model.next.is_some(), model.unread.len()));
        self.order.maybe_update(|shown| replace(shown, order));
        self.has_more.maybe_update(|shown| replace(shown, has_more));
        self.unread.maybe_update(|shown| replace(shown, unread));
    }

    /// Lays the thread out: days, divider, bubbles and their groups.
    fn show_lines(self) {
        let zone = self.zone.get_value();
        let mut lines = Vec::new();
        let mut has_older = false;
        self.model.with_value(|model| {
            let Some(thread) = &model.thread else { return };
            has_older = thread.before.is_some();
            let mut before: Option<&Message> = None;
            for entry in &thread.entries {
                let day = zone.local(entry.message.sort_at).day;
                let new_day = before.is_none_or(|before| zone.local(before.sort_at).day != day);
                if new_day {
                    lines.push(Line::Day(day, entry.message.sort_at));
                }
                let divided = thread.divider.as_ref().filter(|(key, _)| key == entry.key());
                if let Some((_, count)) = divided {
                    lines.push(Line::Divider(*count));
                }
                let first = new_day || divided.is_some() || before.is_none_or(|before| !is_grouped(before, &entry.message));
                self.set_bubble(Bubble { entry: entry.clone(), first });
                lines.push(Line::Bubble(entry.key().to_owned()));
                before = Some(&entry.message);
            }
        });
        self.bubbles.update_value(|bubbles| {
            let mut before = std::mem::take(bubbles);
            let key = |line: &Line| if let Line::Bubble(key) = line { before.remove_entry(key) } else { None };
            *bubbles = lines.iter().filter_map(key).collect();
        });
        self.lines.maybe_update(|shown| replace(shown, lines));
        self.has_older.maybe_update(|shown| replace(shown, has_older));
    }

    fn set_bubble(self, bubble: Bubble) {
        let key = bubble.entry.key().to_owned();
        self.bubbles.update_value(|bubbles| match bubbles.get(&key) {
            Some(signal) => signal.maybe_update(|shown| replace(shown, bubble)),
            None => drop(bubbles.insert(key, ArcRwSignal::new(bubble))),
        });
    }

    fn show_team(self) {
        let team = self.model.with_value(|model| model.team.clone());
        self.team.maybe_update(|shown| replace(shown, team));
    }

    /// A row's signal.
    #[must_use]
    pub fn row(self, id: &ConversationId) -> Option<ArcRwSignal<Conversation>> {
        self.rows.with_value(|rows| rows.get(id).cloned())
    }

    /// A line of the thread.
    #[must_use]
    pub fn line(self, key: &str) -> Option<Line> {
        self.lines.with_untracked(|lines| lines.iter().find(|line| line.key() == key).cloned())
    }

    /// A bubble's signal.
    #[must_use]
    pub fn bubble(self, key: &str) -> Option<ArcRwSignal<Bubble>> {
        self.bubbles.with_value(|bubbles| bubbles.get(key).cloned())
    }

    /// Where the page is in the log.
    #[must_use]
    pub fn place(self) -> (String, i64) {
        self.model.with_value(|model| (model.epoch.clone(), model.seq))
    }

    /// The client id of the form without JavaScript.
    #[must_use]
    pub fn form_client_id(self) -> String {
        self.model.with_value(|model| model.thread.as_ref().map(|thread| thread.form_client_id.clone())).unwrap_or_default()
    }

    /// What a refused form of this conversation brought back, for its first composer.
    #[must_use]
    pub fn take_note(self, of: &ConversationId) -> FormNote {
        let note = self.note.try_update_value(Option::take).flatten();
        note.filter(|(id, _)| id == of).map(|(_, note)| note).unwrap_or_default()
    }

    /// What names a conversation's page: its customer, unless they may have several with numbers of ours.
    #[must_use]
    pub fn segment(self, row: &Conversation) -> String {
        let is_alone = self.accounts.with_value(|accounts| accounts.len() < 2);
        if is_alone { row.segment() } else { row.id.as_str() }.to_owned()
    }

    /// The open conversation, if one is.
    #[must_use]
    pub fn open_id(self) -> Option<ConversationId> {
        match self.pane.get_untracked() {
            Pane::Thread(id) => Some(id),
            _ => None,
        }
    }

    /// Takes in an event of the stream.
    pub fn apply(self, seq: i64, event: Event) {
        recent::remember(seq, &event);
        self.waiting.update_value(|waiting| {
            if let Some(waiting) = waiting {
                waiting.push((seq, event.clone()));
            }
        });
        let confirmed = match &event {
            Event::MessageStored { message, .. } => message.client_id.clone().map(|client_id| (message.conversation_id.clone(), client_id)),
            _ => None,
        };
        let arrived = match &event {
            Event::MessageStored { message, .. } => usize::from(message.direction == Direction::Inbound),
            _ => 0,
        };
        // The first message of somebody whose page was opened before they wrote.
        let begins = self.pane.with_untracked(|pane| *pane == Pane::NotFound)
            && event.conversation().is_some_and(|row| segment_of(&document::path()).is_some_and(|segment| row.segment() == segment));
        if let Event::ContactsJoined { conversation, gone: Some(gone) } = &event {
            draft::move_to(gone, &conversation.id);
            Self::move_files(gone, conversation);
        }
        // A number that was connected since: what names a page is another from now on.
        let is_new_number =
            event.conversation().is_some_and(|row| self.accounts.with_value(|accounts| accounts.iter().all(|account| account.id != row.account_id)));
        if is_new_number {
            task::spawn(async move {
                let _ = self.resync().await;
            });
        }
        let mut changes = Changes::default();
        self.model.update_value(|model| changes = model.apply(seq, event));
        if let Some((conversation, client_id)) = confirmed {
            draft::drop_unsent(&conversation, &client_id);
        }
        self.show_changes(&changes, Motion::Arrived(arrived));
        self.admit();
        if changes.joined || begins {
            // The open thread was joined with another, or is there only now: show it, from the server.
            self.show_path(document::path());
        }
    }

    fn show_changes(self, changes: &Changes, motion: Motion) {
        self.model.with_value(|model| {
            for id in &changes.rows {
                if let Some(row) = model.rows.get(id) {
                    self.set_row(id, row);
                }
            }
        });
        if changes.team {
            self.show_team();
        }
        if changes.order && self.is_at_top() {
            let mut trimmed = false;
            self.model.update_value(|model| trimmed = model.trim(MOST_ROWS));
            if trimmed {
                self.show_rows();
            }
        }
        if changes.order || changes.unread {
            self.show_list();
        }
        if changes.keys {
            self.show_lines();
            self.motion.update(|(count, last)| (*count, *last) = (*count + 1, motion));
        } else if !changes.bubbles.is_empty() {
            self.refresh_bubbles(changes);
            // A bubble may have grown or shrunk under the eye.
            self.motion.update(|(count, last)| (*count, *last) = (*count + 1, Motion::Arrived(0)));
        }
    }

    fn refresh_bubbles(self, changes: &Changes) {
        self.model.with_value(|model| {
            let Some(thread) = &model.thread else { return };
            for entry in thread.entries.iter().filter(|entry| changes.bubbles.iter().any(|key| key == entry.key())) {
                let first = self.bubble(entry.key()).is_none_or(|bubble| bubble.with_untracked(|bubble| bubble.first));
                self.set_bubble(Bubble { entry: entry.clone(), first });
            }
        });
    }

    /// Everything up to here has been said, or is not for this agent.
    pub fn advance(self, seq: i64) {
        self.model.update_value(|model| model.seq = model.seq.max(seq));
    }

    /// The server's clock.
    pub fn set_clock(self, now: Instant) {
        self.clock_offset.set_value(now.0 - document::clock_ms());
        self.tick();
    }

    /// Lets the page's time go on.
    pub fn tick(self) {
        self.now.set(self.server_now());
    }

    fn server_now(self) -> Instant {
        Instant(document::clock_ms() + self.clock_offset.get_value())
    }
}

/// Replaces a value; whether it was another one.
pub fn replace<T: PartialEq>(shown: &mut T, value: T) -> bool {
    let changed = *shown != value;
    if changed {
        *shown = value;
    }
    changed
}
