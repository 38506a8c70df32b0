//! What was just done with conversations can be taken back: a line says what it was, until something else is done or it is closed.
//! What somebody else has changed since stays as they left it.

use super::{answer, tools};
use crate::api;
use crate::domain::conversation::{Conversation, Status};
use crate::protocol::command::Handle;
use crate::ui::browser::task;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// A conversation before and after.
#[derive(Clone)]
pub struct Step {
    before: Conversation,
    after: Conversation,
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
    pub fn new(before: Conversation, after: Conversation) -> Option<Self> {
        let step = Self { before, after };
        (!step.back().is_empty()).then_some(step)
    }

    /// What leads back.
    fn back(&self) -> Vec<Handle> {
        let (before, after) = (&self.before, &self.after);
        let mut back = Vec::new();
        if before.label != after.label {
            let name = |label: &crate::domain::label::Label| (Some(&label.id) == before.label.as_ref()).then(|| label.name.clone());
            back.push(Handle::Label(tools::team().with_untracked(|team| team.labels.iter().find_map(name)).unwrap_or_default()));
        }
        if before.assignee != after.assignee {
            back.push(Handle::Assign(before.assignee.clone()));
        }
        if before.status != after.status {
            back.push(match before.status {
                Status::Open => Handle::Reopen,
                Status::Snoozed(until) => Handle::Snooze(until),
                Status::Resolved => Handle::Resolve,
            });
        }
        back
    }

    /// Whether it is still as it was left.
    fn stands(&self, inbox: Inbox) -> bool {
        let now = inbox.row(&self.after.id).map(|row| row.get_untracked());
        now.is_none_or(|now| (&now.label, &now.assignee, now.status) == (&self.after.label, &self.after.assignee, self.after.status))
    }
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
        for step in steps {
            if !step.stands(inbox) {
                kept += 1;
                continue;
            }
            for what in step.back() {
                if let Err(error) = api::team::handle_conversation(step.after.id.clone(), what).await {
                    answer::say(error.message);
                }
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
