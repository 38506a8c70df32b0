//! Messages that have the words somebody searches for. A click opens the thread there.

use super::{answer, find};
use crate::api;
use crate::domain::search::Filter;
use crate::protocol::address;
use crate::protocol::search::{FoundContact, Hit, Hits};
use crate::ui::browser::{document, history, task};
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// A letter that comes sooner than this after another one has the list to itself.
pub const QUIET_MS: i64 = 150;

/// Lets the list, and that of the next letter, be drawn first; whether this is what it is still asked for then.
async fn is_asked_for_long(inbox: Inbox, filter: &Filter) -> bool {
    task::sleep(QUIET_MS).await;
    is_still_asked(inbox, filter)
}

fn is_still_asked(inbox: Inbox, filter: &Filter) -> bool {
    inbox.query.try_with_untracked(|now| address::filter_of(now) == *filter) == Some(true)
}

/// Contacts whom no conversation leads to.
fn contacts(inbox: Inbox) -> AnyView {
    let found = ArcRwSignal::new(Vec::<FoundContact>::new());
    let asked = found.clone();
    Effect::new(move |_| {
        let filter = address::filter_of(&inbox.query.get());
        let found = asked.clone();
        found.set(Vec::new());
        if filter.q.is_empty() {
            return;
        }
        task::spawn(async move {
            if !is_asked_for_long(inbox, &filter).await {
                return;
            }
            // What was wrong, the messages say.
            let contacts = api::search::find_contacts(filter.q.clone()).await.unwrap_or_default();
            if is_still_asked(inbox, &filter) {
                found.set(contacts);
            }
        });
    });
    let one = |contact: FoundContact| {
        view! {
            <li>
                <a class="hits__one" href=contact.chat>
                    <span class="hits__head"><b><bdi>{contact.name}</bdi></b></span>
                    <span class="hits__text">{contact.address}</span>
                </a>
            </li>
        }
        .into_any()
    };
    (move || {
        let found = found.get();
        (!found.is_empty()).then(|| {
            view! {
                <section class="hits" aria-label=words::FOUND_CONTACTS>
                    <h2>{words::FOUND_CONTACTS}</h2>
                    <ul>{found.into_iter().map(one).collect::<Vec<_>>()}</ul>
                </section>
            }
            .into_any()
        })
    })
    .into_any()
}

/// What was found for which filter.
#[derive(Clone, Default)]
struct Found {
    filter: Filter,
    hits: Hits,
}

/// Below the list, while something is searched for.
pub fn draw(inbox: Inbox) -> AnyView {
    let found = ArcRwSignal::new(Found::default());
    let asked = found.clone();
    Effect::new(move |_| {
        let filter = address::filter_of(&inbox.query.get());
        let found = asked.clone();
        if filter.q.is_empty() {
            found.set(Found::default());
            return;
        }
        task::spawn(async move {
            if !is_asked_for_long(inbox, &filter).await {
                return;
            }
            let hits = match api::search::find_messages(filter.clone(), None).await {
                Ok(hits) => hits,
                // That nothing is found would be untrue.
                Err(error) => {
                    answer::say(error.message);
                    Hits::default()
                }
            };
            // An answer to what is no longer asked is dropped.
            if is_still_asked(inbox, &filter) {
                found.set(Found { filter, hits });
            }
        });
    });
    let shown = found.clone();
    (contacts(inbox), move || {
        shown.with(|found| {
            let is_behind = found.hits.is_behind && !found.filter.q.is_empty();
            (!found.hits.hits.is_empty() || found.hits.next.is_some() || is_behind).then(|| {
                let rows = found.hits.hits.iter().map(|hit| row(inbox, hit)).collect::<Vec<_>>();
                let more = found.hits.next.map(|below| more(&shown, below));
                view! {
                    <section class="hits" aria-label=words::FOUND_MESSAGES>
                        <h2>{words::FOUND_MESSAGES}</h2>
                        <ul>{rows}</ul>
                        {more}
                        {is_behind.then(|| view! { <p class="hits__why">{words::IS_BEHIND}</p> }.into_any())}
                    </section>
                }
                .into_any()
            })
        })
    })
        .into_any()
}

fn more(found: &ArcRwSignal<Found>, below: i64) -> AnyView {
    let found = found.clone();
    let load = move |_| {
        let found = found.clone();
        let filter = found.with_untracked(|found| found.filter.clone());
        task::spawn(async move {
            if let Ok(Hits { hits, next, .. }) = api::search::find_messages(filter.clone(), Some(below)).await {
                found.update(|found| {
                    if found.filter == filter {
                        found.hits.hits.extend(hits);
                        found.hits.next = next;
                    }
                });
            }
        });
    };
    view! { <button type="button" class="link" on:click=load>{words::MORE_MESSAGES}</button> }.into_any()
}

fn row(inbox: Inbox, hit: &Hit) -> AnyView {
    let id = hit.message_id.clone();
    let to = address::thread(&inbox.segment(&hit.conversation)) + &inbox.query.get_untracked();
    let (href, conversation) = (format!("{to}#{}{id}", address::MESSAGE), hit.conversation.id.clone());
    let go = move |event: ev::MouseEvent| {
        if !document::is_plain_click(&event) {
            return;
        }
        event.prevent_default();
        let (id, conversation) = (id.clone(), conversation.clone());
        if inbox.open_id().as_ref() != Some(&conversation) && history::push(&to) {
            inbox.show_path(to.clone());
        }
        let words = address::value_of(&inbox.query.get_untracked(), "q");
        task::spawn(async move {
            answer::show_when_open(inbox, conversation.clone(), id.0.clone()).await;
            find::light(inbox, &id, &words);
            find::open_at(inbox, conversation, &id, words).await;
        });
    };
    let time = inbox.zone.with_value(|zone| words::row_time(hit.at, inbox.now.get_untracked(), zone));
    let parts = hit.snippet.iter().map(|part| {
        let text = part.text.clone();
        if part.is_found { view! { <mark>{text}</mark> }.into_any() } else { view! { <span>{text}</span> }.into_any() }
    });
    let parts = parts.collect::<Vec<_>>();
    let whose = hit.author.clone().map_or_else(|| hit.conversation.display_name(), |author| words::hit_by(&hit.conversation.display_name(), &author));
    view! {
        <li>
            <a class="hits__one" href=href on:click=go>
                <span class="hits__head"><b><bdi>{whose}</bdi></b><time>{time}</time></span>
                <bdi class="hits__text">{parts}</bdi>
            </a>
        </li>
    }
    .into_any()
}
