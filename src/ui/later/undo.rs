//! What was just done with conversations can be taken back: a line says what it was, until something else is done or it is closed.
//! What somebody else has changed since stays as they left it.

use super::{answer, pins, tools};
use crate::api;
use crate::domain::conversation::{Conversation, Status};
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::label::Label;
use crate::domain::pin::Pin;
use crate::protocol::command::Handle;
use crate::protocol::error::Code;
use crate::ui::browser::task;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// What was done with a conversation, and what leads back.
#[derive(Clone)]
pub struct Step {
    id: ConversationId,
    back: Back,
}

/// What leads back.
#[derive(Clone)]
enum Back {
    /// From what was done, by the other.
    Handle { done: Handle, back: Handle },
    /// Put on again, or taken off.
    Pin(Pin, bool),
    /// It was read up to this message.
    Read(MessageId),
    /// So many messages were not read.
    Unread(i64),
}

/// What can be taken back.
#[derive(Clone, Default)]
struct Done {
    said: String,
    steps: Vec<Step>,
}

thread_local! {
    static DONE: ArcRwSignal<Done> = ArcRwSignal::new(Done::default());
}

fn done() -> ArcRwSignal<Done> {
    DONE.with(Clone::clone)
}

impl Step {
    /// One that can be taken back; `None`: nothing has changed that can be.
    #[must_use]
    pub fn new(before: &Conversation, after: Conversation, done: Handle) -> Option<Self> {
        let has_changed = match done {
            Handle::Label(_) => before.label != after.label,
            Handle::Assign(_) => before.assignee != after.assignee,
            Handle::Resolve | Handle::Reopen | Handle::Snooze(_) => before.status != after.status,
            Handle::MarkUnread | Handle::UnreadAgain(_) => false,
        };
        let back = basis(before, &done).filter(|_| has_changed)?;
        Some(Self { id: after.id, back: Back::Handle { done, back } })
    }

    /// It counts as read, which it did not.
    #[must_use]
    pub fn read(id: ConversationId, unread: i64) -> Self {
        Self { id, back: Back::Unread(unread) }
    }

    /// Something that an agent put on it, or took off.
    #[must_use]
    pub fn pin(id: ConversationId, pin: Pin, back: bool) -> Self {
        Self { id, back: Back::Pin(pin, back) }
    }

    /// It was marked as unread; none: it is not.
    #[must_use]
    pub fn unread(row: Conversation) -> Option<Self> {
        let last = row.last.filter(|_| row.unread > 0)?;
        Some(Self { id: row.id, back: Back::Read(last.id) })
    }
}

/// What leaves a conversation as it is, of what this changes.
#[must_use]
pub fn basis(row: &Conversation, what: &Handle) -> Option<Handle> {
    Some(match what {
        Handle::Label(_) => {
            let name = |label: &Label| (Some(&label.id) == row.label.as_ref()).then(|| label.name.clone());
            Handle::Label(tools::team().with_untracked(|team| team.labels.iter().find_map(name)).unwrap_or_default())
        }
        Handle::Assign(_) => Handle::Assign(row.assignee.clone()),
        Handle::Resolve | Handle::Reopen | Handle::Snooze(_) => match row.status {
            Status::Open => Handle::Reopen,
            Status::Snoozed(until) => Handle::Snooze(until),
            Status::Resolved => Handle::Resolve,
        },
        Handle::MarkUnread | Handle::UnreadAgain(_) => return None,
    })
}

/// Offers to take this back, in place of what was offered before.
pub fn offer(said: String, steps: Vec<Step>) {
    if !steps.is_empty() {
        done().set(Done { said, steps });
    }
}

fn take_back(inbox: Inbox) {
    let Done { steps, .. } = done().get_untracked();
    done().set(Done::default());
    task::spawn(async move {
        let mut kept = 0;
        for Step { id, back } in steps {
            let done = match back {
                Back::Handle { done, back } => api::team::handle_conversation(id, back, Some(done)).await.map(drop),
                Back::Unread(unread) => api::team::handle_conversation(id, Handle::UnreadAgain(unread), None).await.map(drop),
                Back::Read(message) => api::conversations::mark_read(message).await,
                Back::Pin(pin, on) => {
                    pins::set(inbox, id, pin, on).await;
                    Ok(())
                }
            };
            match done {
                Ok(()) => {}
                Err(error) if error.code == Code::NotPossible => kept += 1,
                Err(error) => answer::say(error.message),
            }
        }
        if kept > 0 {
            answer::say(words::changed_meanwhile(kept));
        }
    });
}

/// The line.
pub fn draw(inbox: Inbox) -> AnyView {
    view! {
        <When is=|| done().with(|done| !done.steps.is_empty())>
            <div class="undo" role="status">
                <span>{|| done().with(|done| done.said.clone())}</span>
                <button type="button" class="link" on:click=move |_| take_back(inbox)>{words::UNDO}</button>
                <button type="button" class="link" on:click=|_| done().set(Done::default())>{words::CLOSE}</button>
            </div>
        </When>
    }
    .into_any()
}
