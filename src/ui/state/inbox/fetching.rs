//! What the page asks the server for: a fresh snapshot, a thread, further pages. Events that come meanwhile are not lost.
//! Nothing of it is wanted for the first page: it is asked for through `later::Code` and fetched with it.

use super::later::{fetch as fetched, next_fetch};
use super::{BUSY, Changes, Connection, Handover, Inbox, Model, Motion, Pane, recent, replace};
use crate::api;
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::search::Filter;
use crate::protocol::address::{self, filter_of, segment_of};
use crate::protocol::error::{ApiError, Code};
use crate::protocol::snapshot::{ListPage, Stretch, cursor_below};
use crate::ui::browser::{document, history, task};
use crate::ui::state::draft::{self, Unsent};
use crate::ui::state::model::OpenThread;
use crate::ui::words;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};

thread_local! {
    /// Counts fetches of lists: an answer to an older one is dropped.
    static LISTED: Cell<u64> = const { Cell::new(0) };
    /// Counts lists that were shown: what comes for the end of an older one is dropped.
    static SHOWN: Cell<u64> = const { Cell::new(0) };
    /// What lies below the screen, until it is drawn, and the cursor that leads there.
    static BELOW: RefCell<Option<(String, ListPage)>> = const { RefCell::new(None) };
}

/// About as many rows as a screen shows: they are drawn first, then the others of their page.
const SCREEN: usize = 20;
/// The others come so much later: not between a keystroke and what it shows, nor in the way of the next one.
const REST_MS: i64 = 150;

/// Cuts a page off below the screen; the rest, and the cursor that leads there.
fn below_screen(page: &mut ListPage) -> Option<(String, ListPage)> {
    let last = page.conversations.get(SCREEN - 1).map(|row| cursor_below(row.position(), &row.id))?;
    let rest = ListPage { conversations: page.conversations.split_off(SCREEN), next: page.next.replace(last.clone()) };
    Some((last, rest))
}

impl Inbox {
    /// Everything anew from the server: the page was away too long, or the database is another.
    pub async fn fetch_snapshot(self) -> Result<(), ApiError> {
        let (fetch, listed) = (self.begin_fetch(), LISTED.get());
        let result = api::conversations::load_snapshot(segment_of(&document::path()), filter_of(&document::path())).await;
        // If another thread was asked for meanwhile, that answer decides about the thread; the list is from here in any case.
        let decides = fetched() == fetch;
        let snapshot = match result {
            Ok(snapshot) => snapshot,
            Err(error) => {
                if decides {
                    self.waiting.set_value(None);
                }
                return Err(error);
            }
        };
        self.model.update_value(|model| {
            let before = model.thread.take();
            let is_same_log = model.epoch == snapshot.epoch;
            let muted = std::mem::take(&mut model.muted);
            *model = Model::new(&snapshot);
            model.muted = muted;
            recent::take_in(model, is_same_log);
            if !decides {
                model.thread = before;
            } else if let (Some(thread), Some(before)) = (&mut model.thread, before)
                && thread.conversation_id == before.conversation_id
            {
                thread.divider = before.divider;
            }
        });
        SHOWN.set(SHOWN.get() + 1);
        BELOW.set(None);
        self.hold(BUSY, false);
        self.set_clock(snapshot.now);
        self.show_team();
        self.query.maybe_update(|shown| replace(shown, snapshot.query.clone()));
        let had = self.accounts.with_value(Vec::len);
        self.accounts.set_value(snapshot.accounts.clone());
        if had != snapshot.accounts.len() {
            // Rows know their addresses by what is asked for.
            self.query.update(|_| ());
        }
        if decides {
            self.end_fetch();
            self.show(&snapshot.open);
            self.settle_address();
            self.motion.update(|(count, last)| (*count, *last) = (*count + 1, Motion::Arrived(0)));
        } else {
            self.show_rows();
            self.show_list();
        }
        self.admit();
        // Another list was asked for meanwhile, and may have been here already.
        if LISTED.get() == listed { Ok(()) } else { self.fetch_list(filter_of(&document::path())).await }
    }

    /// Another part of the list; the open thread stays as it is. An answer to what is no longer asked is dropped.
    pub async fn fetch_list(self, filter: Filter) -> Result<(), ApiError> {
        let mine = LISTED.get() + 1;
        LISTED.set(mine);
        let mut snapshot = api::conversations::load_snapshot(None, filter).await?;
        if LISTED.get() != mine || self.model.with_value(|model| model.epoch != snapshot.epoch) {
            return Ok(());
        }
        // The same list anew is on the page already, most of it.
        let is_other = self.query.get_untracked() != snapshot.query;
        let rest = if is_other { below_screen(&mut snapshot.list) } else { None };
        self.model.update_value(|model| {
            let before = std::mem::replace(model, Model::new(&snapshot));
            model.carry(before);
            recent::take_in(model, true);
        });
        // The rows first: what else asks for this query asks the server.
        self.hold(BUSY, false);
        self.show_rows();
        self.show_list();
        self.set_clock(snapshot.now);
        self.show_team();
        self.query.maybe_update(|shown| replace(shown, snapshot.query.clone()));
        self.admit();
        SHOWN.set(SHOWN.get() + 1);
        let shown = SHOWN.get();
        let has_more = rest.is_some();
        BELOW.set(rest);
        if has_more {
            task::spawn(async move {
                task::sleep(REST_MS).await;
                if SHOWN.get() == shown {
                    self.show_below();
                }
            });
        }
        Ok(())
    }

    /// Draws what lies below the screen; whether there was anything.
    fn show_below(self) -> bool {
        let Some((cursor, page)) = BELOW.take() else { return false };
        self.extend(&cursor, page);
        true
    }

    fn extend(self, cursor: &str, page: ListPage) {
        self.model.update_value(|model| model.extend(cursor, page));
        self.show_rows();
        self.show_list();
        self.admit();
    }

    fn begin_fetch(self) -> u64 {
        self.waiting.set_value(Some(Vec::new()));
        next_fetch();
        fetched()
    }

    /// What came meanwhile goes into the thread; what was never confirmed comes back.
    fn end_fetch(self) {
        let waiting = self.waiting.try_update_value(Option::take).flatten().unwrap_or_default();
        self.model.update_value(|model| model.replay(waiting));
        let thread = self.model.with_value(|model| model.thread.as_ref().map(|thread| thread.conversation_id.clone()));
        let Some(id) = thread else { return };
        for Unsent { command, at } in draft::list_unsent(&id) {
            let known = self.model.with_value(|model| {
                let mut entries = model.thread.iter().flat_map(|thread| &thread.entries);
                entries.find(|entry| entry.key() == command.client_id.as_str()).map(|entry| matches!(entry.handover, Handover::Done))
            });
            match known {
                Some(true) => draft::drop_unsent(&id, &command.client_id),
                // It was sent from this page a moment ago.
                Some(false) => {}
                None => {
                    // While it is still on its way, nobody can change it or take it back.
                    let is_leaving = self.outgoing.with_value(|outgoing| outgoing.iter().any(|sent| sent.client_id == command.client_id));
                    let error = || Handover::Refused(ApiError::new(Code::Offline, words::NOT_HANDED_OVER));
                    // It looks for what it answers: the model must be free by then.
                    let message = self.provisional(&command, at);
                    self.model.update_value(|model| drop(model.queue(message, if is_leaving { Handover::Pending } else { error() })));
                }
            }
        }
    }

    /// After the first paint: what was typed here and never confirmed comes back.
    pub fn restore_unsent(self) {
        self.end_fetch();
        self.show_lines();
    }

    /// Where there are several numbers, a customer's may come to name another thread: the address names this one alone.
    pub fn settle_address(self) {
        let (Some(row), path) = (self.open_row(), document::path()) else { return };
        let own = self.segment(&row);
        if own == row.id.as_str() && segment_of(&path).is_some_and(|segment| segment != own) {
            let fragment = Some(document::fragment()).filter(|fragment| !fragment.is_empty()).map(|fragment| format!("#{fragment}"));
            history::replace(&(address::thread(&own) + address::query_of(&path) + &fragment.unwrap_or_default()));
        }
    }

    /// Shows what the address names.
    pub fn refetch(self, path: String) {
        let Some(segment) = segment_of(&path) else { return };
        self.announce(&segment);
        let fetch = self.begin_fetch();
        task::spawn(async move {
            let result = api::conversations::load_thread(segment).await;
            if fetched() != fetch {
                return;
            }
            match result {
                Ok(thread) => {
                    let pane = Pane::Thread(thread.conversation.id.clone());
                    let mut changes = Changes::default();
                    self.model.update_value(|model| changes = model.open(thread));
                    self.end_fetch();
                    self.pane.maybe_update(|shown| replace(shown, pane));
                    self.settle_address();
                    self.show_changes(&changes, Motion::Opened);
                }
                Err(error) => self.fetch_failed(error),
            }
        });
    }

    /// Leaves the old thread at once, so that nothing more is typed into it.
    fn announce(self, segment: &str) {
        // A customer's number alone may name several.
        let known =
            self.model.with_value(|model| model.rows.values().find(|row| self.segment(row) == segment || row.id.as_str() == segment).map(|row| row.id.clone()));
        let stays = known.as_ref().is_some_and(|id| self.pane.with_untracked(|pane| *pane == Pane::Thread(id.clone())));
        if !stays {
            self.pane.set(Pane::Loading(known));
        }
    }

    fn fetch_failed(self, error: ApiError) {
        self.waiting.set_value(None);
        match error.code {
            Code::UnknownConversation => self.pane.set(Pane::NotFound),
            Code::Unauthorized => self.connection.set(Connection::SignedOut),
            _ => self.pane.set(Pane::Failed(error.message)),
        }
    }

    /// Loads the next page of the list.
    pub async fn fetch_more(self) {
        // It may be here already.
        if self.show_below() {
            return;
        }
        let Some(cursor) = self.model.with_value(|model| model.next.clone()) else { return };
        let shown = SHOWN.get();
        // Another list may go on at the same place.
        if let Ok(page) = api::conversations::list_more(cursor.clone(), filter_of(&self.query.get_untracked())).await
            && SHOWN.get() == shown
        {
            self.extend(&cursor, page);
        }
    }

    /// Loads the messages around one of the open thread, however old; what lies between them and the rest is left out.
    pub async fn fetch_around(self, id: &ConversationId, message: &str) -> Result<(), ApiError> {
        let stretch = api::conversations::list_around(id.clone(), MessageId(message.to_owned())).await?;
        self.change_thread(id, |thread| thread.take_in(stretch));
        Ok(())
    }

    /// Loads messages that are left out in the open thread, from one end of the gap or the other.
    pub async fn fill_gap(self, gap: &str, from_below: bool) -> Result<(), ApiError> {
        let asked = self.model.with_value(|model| model.thread.as_ref().and_then(|thread| Some((thread.conversation_id.clone(), thread.edges(gap)?))));
        let Some((id, (after, before))) = asked else { return Ok(()) };
        let stretch = if from_below {
            let page = api::conversations::list_older(id.clone(), before).await?;
            Stretch { messages: page.messages, before: page.before, after: None }
        } else {
            api::conversations::list_newer(id.clone(), after).await?
        };
        self.change_thread(&id, |thread| thread.fill(gap, stretch, from_below));
        Ok(())
    }

    /// What the stream brought while it was on its way is newer: of what was left out, it was not kept.
    fn change_thread(self, id: &ConversationId, change: impl FnOnce(&mut OpenThread)) {
        self.model.update_value(|model| {
            if let Some(thread) = model.thread.as_mut().filter(|thread| thread.conversation_id == *id) {
                change(thread);
                recent::take_in_again(thread);
            }
        });
    }

    /// Loads older messages of the open thread; whether any came.
    pub async fn fetch_older(self) -> bool {
        let asked = self.model.with_value(|model| model.thread.as_ref().and_then(|thread| Some((thread.conversation_id.clone(), thread.before.clone()?))));
        let Some((id, before)) = asked else { return false };
        let Ok(page) = api::conversations::list_older(id.clone(), before.clone()).await else { return false };
        self.model.try_update_value(|model| model.prepend(&id, &before, page)).unwrap_or(false)
    }
}
