//! What became of one message: when it was written, accepted, delivered, read, or why it failed.

use super::menu;
use crate::api;
use crate::domain::content::Content;
use crate::domain::message::{Direction, Message};
use crate::domain::time::Instant;
use crate::protocol::details::Details;
use crate::ui::browser::{document, task};
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// The dialog's element.
const DIALOG: &str = "details";

/// What is shown: the message, and its history once that is here, or why it did not come.
#[derive(Clone)]
struct Shown {
    message: Message,
    history: Option<Result<Details, String>>,
}

thread_local! {
    static SHOWN: ArcRwSignal<Option<Shown>> = ArcRwSignal::new(None);
}

fn shown() -> ArcRwSignal<Option<Shown>> {
    SHOWN.with(Clone::clone)
}

/// Opens it for a message.
pub fn open(message: Message) {
    let id = message.id.clone();
    shown().set(Some(Shown { message, history: None }));
    document::show_modal(DIALOG, true);
    task::spawn(async move {
        let history = api::messages::message_details(id.clone()).await.map_err(|error| error.message);
        shown().update(|shown| {
            if let Some(shown) = shown.as_mut().filter(|shown| shown.message.id == id) {
                shown.history = Some(history);
            }
        });
    });
}

/// The dialog, closed until it is opened.
pub fn draw(inbox: Inbox) -> AnyView {
    on_cleanup(|| shown().set(None));
    view! {
        <dialog class="details" id=DIALOG aria-label=words::DETAILS on:close=|_: ev::Event| shown().set(None)>
            {move || shown().with(|shown| shown.as_ref().map(|shown| content(inbox, shown)))}
        </dialog>
    }
    .into_any()
}

fn content(inbox: Inbox, Shown { message, history }: &Shown) -> AnyView {
    let time = |at: Instant| inbox.zone.with_value(|zone| words::full_time(at, zone));
    let mut lines = Vec::new();
    if let Some(author) = &message.author {
        lines.push((words::WRITTEN_BY.to_owned(), author.clone()));
    }
    match history {
        None => lines.push((words::HISTORY.to_owned(), words::LOADING.to_owned())),
        Some(Err(why)) => lines.push((words::HISTORY.to_owned(), why.clone())),
        Some(Ok(details)) => {
            let first = if message.direction == Direction::Inbound { words::WRITTEN_AT } else { words::QUEUED_AT };
            lines.push((first.to_owned(), time(if message.direction == Direction::Inbound { message.sort_at } else { details.stored_at })));
            if message.direction == Direction::Inbound {
                lines.push((words::STORED_AT.to_owned(), time(details.stored_at)));
            }
            lines.extend(details.reports.iter().map(|report| (words::report(&report.word), time(report.at))));
        }
    }
    if let Content::Template(template) = &message.content {
        lines.push((words::TEMPLATE.to_owned(), format!("{} ({})", template.name, template.language)));
        let values = template.components.iter().flat_map(|part| &part.parameters);
        lines.extend(values.enumerate().map(|(at, value)| (words::template_value(at + 1, value.name.as_deref()), value.text.clone())));
    }
    lines.extend(menu::reactions(inbox, message).into_iter().map(|(who, emoji)| (words::reaction_of(&who), emoji)));
    if let Some(failure) = &message.failure {
        lines.push((words::FAILURE.to_owned(), failure.sentence()));
        lines.push((words::META_CODE.to_owned(), failure.code.to_string()));
    }
    if let Some(wamid) = &message.wamid {
        lines.push((words::WAMID.to_owned(), wamid.0.clone()));
    }
    let lines: Vec<AnyView> = lines.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd dir="auto">{value}</dd> }.into_any()).collect();
    view! {
        <h2>{words::DETAILS}</h2>
        <dl>{lines}</dl>
        <form method="dialog"><button class="button">{words::CLOSE}</button></form>
    }
    .into_any()
}
