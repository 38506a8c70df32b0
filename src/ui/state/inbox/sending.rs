//! What the agent does with messages: send, try again, take back, settle, read.

use super::{Changes, Entry, Handover, Inbox, Motion, Pane, Returned};
use crate::api;
use crate::domain::content::{Content, Text};
use crate::domain::delivery::Delivery;
use crate::domain::id::ConversationId;
use crate::domain::message::{Direction, Message};
use crate::domain::time::Instant;
use crate::protocol::command::SendText;
use crate::protocol::error::Code;
use crate::ui::browser::task;
use crate::ui::later;
use crate::ui::state::draft::{self, Unsent};
use crate::ui::state::model::provisional_id;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::HashSet;

/// What of a thread was looked at.
struct Looked {
    of: ConversationId,
    /// Running numbers of messages. Neither the last place nor the newest message would do: what a customer wrote before our last answer
    /// may come after it, and stand anywhere.
    seen: HashSet<i64>,
}

impl Looked {
    fn is_beyond(&self, before: &Self) -> bool {
        before.of != self.of || !self.seen.is_subset(&before.seen)
    }

    /// Whoever scrolls up again has seen what is below all the same.
    fn keep(mut self) {
        let before = LOOKED.take().filter(|before| before.of == self.of);
        self.seen.extend(before.into_iter().flat_map(|before| before.seen));
        LOOKED.set(Some(self));
    }
}

thread_local! {
    /// What of the open one was, since it was opened.
    static LOOKED: RefCell<Option<Looked>> = const { RefCell::new(None) };
}

impl Inbox {
    pub(super) fn provisional(self, command: &SendText, at: Instant) -> Message {
        Message {
            id: provisional_id(&command.client_id),
            n: i64::MAX,
            conversation_id: command.conversation_id.clone(),
            account_id: command.account_id.clone(),
            direction: Direction::Outbound,
            author: Some(self.agent.with_value(|agent| agent.name.clone())),
            by_program: false,
            client_id: Some(command.client_id.clone()),
            wamid: None,
            content: Content::Text(Text { body: command.body.clone(), plain: command.plain }),
            origin: None,
            sort_at: at,
            delivery: Some(Delivery::Queued),
            failure: None,
            quote: command.reply_to.as_ref().and_then(|id| self.find(id.as_str())).and_then(|original| (later::here()?.quote)(original)),
            media: None,
            reactions: Vec::new(),
            reacted: String::new(),
            retried: false,
            revoked: false,
        }
    }

    /// Sends a text: on the page at once, then to the server. It is kept in the browser until the server has it.
    pub fn send(self, command: SendText) {
        let at = self.model.with_value(|model| model.thread.as_ref().map(|thread| thread.next_sort_at(self.server_now()))).unwrap_or_else(|| self.server_now());
        draft::keep_unsent(Unsent { command: command.clone(), at });
        let message = self.provisional(&command, at);
        let mut changes = Changes::default();
        self.model.update_value(|model| changes = model.queue(message, Handover::Pending));
        self.show_changes(&changes, Motion::Sent);
        self.hand_over(command);
    }

    /// One after the other for each conversation: on a bad line the second must not overtake the first.
    fn hand_over(self, command: SendText) {
        let conversation = command.conversation_id.clone();
        let idle = self.outgoing.try_update_value(|outgoing| {
            let idle = !outgoing.iter().any(|other| other.conversation_id == conversation);
            outgoing.push(command);
            idle
        });
        if idle != Some(true) {
            return;
        }
        task::spawn(async move {
            while let Some(command) = self.outgoing.with_value(|outgoing| outgoing.iter().find(|command| command.conversation_id == conversation).cloned()) {
                let client_id = command.client_id.clone();
                let result = api::messages::queue_text(command).await;
                if result.is_ok() {
                    draft::drop_unsent(&conversation, &client_id);
                }
                let mut changes = Changes::default();
                self.model.update_value(|model| changes = model.handed_over(&client_id, result));
                self.show_changes(&changes, Motion::Arrived(0));
                self.outgoing.update_value(|outgoing| {
                    // The first: another version of it may wait behind.
                    if let Some(at) = outgoing.iter().position(|sent| sent.client_id == client_id) {
                        outgoing.remove(at);
                    }
                });
            }
        });
    }

    /// Hands a message over again that the server did not get: the same client id, so it cannot be sent twice. Where the server
    /// said that it was typed for somebody else, the person has now looked at the name and it is bound to this conversation.
    pub fn try_again(self, message: &Message) {
        let kept = draft::list_unsent(&message.conversation_id).into_iter().find(|unsent| Some(&unsent.command.client_id) == message.client_id.as_ref());
        let Some(client_id) = message.client_id.clone() else { return };
        let row = self.row(&message.conversation_id).map(|row| row.get_untracked());
        let mismatched = self.bubble(message.key()).is_some_and(|bubble| {
            bubble.with_untracked(|bubble| matches!(&bubble.entry.handover, Handover::Refused(error) if error.code == Code::RecipientMismatch))
        });
        let (Some(row), Some(body)) = (row, message.content.body()) else { return };
        let bound = kept.filter(|_| !mismatched).map(|unsent| unsent.command);
        let seen = self.newest_seen();
        // Whatever came meanwhile, the person has looked at the thread now.
        let anew = || SendText {
            client_id,
            conversation_id: row.id,
            contact_id: row.contact_id,
            account_id: row.account_id,
            body: body.to_owned(),
            reply_to: None,
            seen: None,
            plain: matches!(&message.content, Content::Text(text) if text.plain),
        };
        self.send(SendText { seen, ..bound.unwrap_or_else(anew) });
    }

    /// The place of the newest message on the page that the server has.
    #[must_use]
    pub fn newest_seen(self) -> Option<(Instant, i64)> {
        self.model.with_value(|model| {
            let entries = model.thread.iter().flat_map(|thread| &thread.entries);
            entries.filter(|entry| entry.handover == Handover::Done).map(|entry| entry.message.position()).max()
        })
    }

    /// Takes a message back that the server never had.
    pub fn take_back(self, message: &Message) {
        let Some(client_id) = &message.client_id else { return };
        draft::drop_unsent(&message.conversation_id, client_id);
        let mut changes = Changes::default();
        self.model.update_value(|model| changes = model.forget(client_id));
        self.show_changes(&changes, Motion::Arrived(0));
    }

    /// Puts a message's words back into the composer, under its client id if the first attempt may have arrived.
    pub fn edit(self, message: &Message, may_have_arrived: bool) {
        if let Some(body) = message.content.body() {
            let client_id = message.client_id.clone().filter(|_| may_have_arrived);
            let answered = message.quote.as_ref().and_then(|quote| quote.original.as_ref());
            self.replying.set(answered.map(|original| original.id.0.clone()).unwrap_or_default());
            self.plain.set(matches!(&message.content, Content::Text(text) if text.plain));
            self.returned.set(Some(Returned { conversation_id: message.conversation_id.clone(), body: body.to_owned(), client_id }));
        }
    }

    /// From here on, opening a thread looks at it anew.
    pub fn look_anew_when_opened(self) {
        Effect::new(move |before: Option<Option<ConversationId>>| {
            let open = self.pane.with(|pane| if let Pane::Thread(id) = pane { Some(id.clone()) } else { None });
            if before.is_none_or(|before| before != open) {
                LOOKED.set(None);
            }
            open
        });
    }

    /// A person has looked at the thread up to this bubble. What the server does not have, and lines of our own, are passed over.
    pub fn mark_read(self, key: &str) {
        let seen = self.model.with_value(|model| {
            let entries = &model.thread.as_ref()?.entries;
            let at = entries.iter().position(|entry| entry.key() == key)?;
            entries[..=at].iter().rfind(|entry| entry.handover == Handover::Done).map(|entry| entry.message.clone())
        });
        let Some(message) = seen else { return };
        let unread = self.row(&message.conversation_id).map_or(0, |row| row.with_untracked(|row| row.unread));
        // What a colleague makes unread while this page stands open is not read again by it: only by what it has not seen, or when it is opened anew.
        let is_seen = |entry: &&Entry| entry.handover == Handover::Done && Self::is_said(&entry.message) && entry.message.position() <= message.position();
        let seen: HashSet<i64> = self.model.with_value(|model| {
            let entries = model.thread.iter().flat_map(|thread| &thread.entries);
            entries.filter(is_seen).map(|entry| entry.message.n).collect()
        });
        if seen.is_empty() {
            return;
        }
        let looked = Looked { of: message.conversation_id.clone(), seen };
        let is_further = LOOKED.with_borrow(|before| before.as_ref().is_none_or(|before| looked.is_beyond(before)));
        if is_further && unread == 0 {
            // A colleague was faster.
            looked.keep();
        } else if is_further {
            task::spawn(async move {
                if api::conversations::mark_read(message.id).await.is_ok() {
                    looked.keep();
                }
            });
        }
    }
}
