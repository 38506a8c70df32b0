//! One message. Each kind of content has a file of its own; to add one, its arm in [`body`].

pub mod answer;
pub mod audio;
pub mod contacts;
pub mod document;
pub mod file;
pub mod image;
pub mod location;
pub mod order;
pub mod origin;
pub mod sticker;
pub mod system;
pub mod text;
pub mod unknown;
pub mod video;

use crate::domain::content::{Content, Document};
use crate::domain::delivery::Delivery;
use crate::domain::media::{Media, State};
use crate::domain::message::{Direction, Message, Quote};
use crate::protocol::command::Settle;
use crate::protocol::error::{ApiError, Code};
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::tick::Tick;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::{Bubble, Inbox};
use crate::ui::state::model::{Entry, Handover, needs_a_person};
use crate::ui::words;
use leptos::prelude::*;

/// A bubble with time and ticks in its last line; what failed says why and what can be done.
#[component]
pub fn BubbleView(bubble: ArcRwSignal<Bubble>) -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let bubble = RwSignal::from(bubble);
    let (key, side) = bubble.with_untracked(|bubble| (bubble.entry.key().to_owned(), side(bubble.entry.message.direction)));
    // Drawn anew only when they change, not with every tick: a long text stays unfolded.
    let said = Memo::new(move |_| {
        bubble.with(|bubble| {
            let message = &bubble.entry.message;
            (message.quote.clone(), message.content.clone(), message.media.clone(), message.origin.clone())
        })
    });
    let first = move || bubble.with(|bubble| bubble.first);
    let author = move || bubble.with(|bubble| bubble.entry.message.author.clone().filter(|_| bubble.first)).unwrap_or_default();
    let reactions = move || bubble.with(|bubble| bubble.entry.message.reactions.join(" "));
    let delivery = move || bubble.with(|bubble| bubble.entry.shown_delivery());
    let state = move || delivery().map(Delivery::as_str);
    let at = move || bubble.with(|bubble| bubble.entry.message.sort_at);
    let time = move || inbox.zone.with_value(|zone| words::time(&zone.local(at())));
    let full = move || inbox.zone.with_value(|zone| words::full_time(at(), zone));
    view! {
        <article class="bubble" data-key=key data-side=side data-first=move || first().then_some("") data-state=state>
            {(side != "event").then(|| view! { <button class="bubble__more" tabindex="-1" aria-label=words::MORE title=words::MORE><Icon glyph=Glyph::Down/></button> }.into_any())}
            <When is=move || !author().is_empty()>
                <div class="bubble__by">{author}</div>
            </When>
            {move || said.with(|(quote, ..)| quote.clone().map(|quote| view! { <QuoteView quote=quote/> }.into_any()))}
            {move || said.with(|(.., origin)| origin.clone().map(origin::body))}
            <div class="bubble__body">
                {move || said.with(|(_, content, media, _)| body(inbox, content.clone(), media.clone()))}
                <span class="bubble__meta">
                    <time datetime=move || at().rfc3339() title=full>{time}</time>
                    <Tick state=delivery/>
                </span>
            </div>
            <When is=move || !reactions().is_empty()>
                <span class="bubble__reactions">{reactions}</span>
            </When>
            {move || bubble.with(|bubble| trouble(inbox, &bubble.entry))}
        </article>
    }
}

fn side(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "in",
        Direction::Outbound => "out",
        Direction::Event => "event",
    }
}

/// The content by its kind.
fn body(inbox: Inbox, content: Content, media: Option<Media>) -> AnyView {
    // A file that is not what it was sent as can only be saved.
    let wanted = match content {
        Content::Image(_) | Content::Sticker(_) => "image/",
        Content::Video(_) => "video/",
        Content::Audio(_) => "audio/",
        _ => "",
    };
    let is_as_sent = |media: &Media| wanted.is_empty() || (media.mime.starts_with(wanted) && media.mime != "audio/amr");
    let is_shown = |media: &Media| media.state != State::Ready || is_as_sent(media);
    if media.as_ref().is_some_and(|media| !is_shown(media)) {
        return document::body(inbox, Document { name: None, caption: content.body().map(str::to_owned) }, media);
    }
    match content {
        Content::Text(text) => view! { <text::TextBody text=text/> }.into_any(),
        Content::Image(image) => image::body(inbox, image, media),
        Content::Video(video) => video::body(inbox, video, media),
        Content::Audio(audio) => audio::body(inbox, audio, media),
        Content::Document(document) => document::body(inbox, document, media),
        Content::Sticker(_) => sticker::body(inbox, media),
        Content::Location(location) => location::body(location),
        Content::Contacts(contacts) => contacts::body(contacts),
        Content::Answer(answer) => answer::body(answer),
        Content::Order(order) => order::body(order),
        // It is on another bubble.
        Content::Reaction(_) => ().into_any(),
        Content::System(system) => system::body(&system),
        Content::Unknown(unknown) => view! { <unknown::UnknownBody unknown=unknown/> }.into_any(),
    }
}

#[component]
fn QuoteView(quote: Quote) -> impl IntoView {
    match quote.original {
        Some(original) => {
            let whose = (original.direction == Direction::Outbound).then(|| view! { <b>{words::US}</b> }.into_any());
            view! { <button class="quote" data-id=original.id.0>{whose}<bdi>{words::quoted(&original.preview)}</bdi></button> }.into_any()
        }
        None => view! { <blockquote class="quote" data-state="missing">{words::NO_ORIGINAL}</blockquote> }.into_any(),
    }
}

/// Why a message needs a person, and what that person can do.
fn trouble(inbox: Inbox, entry: &Entry) -> Option<AnyView> {
    let message = entry.message.clone();
    if let Handover::Refused(error) = &entry.handover {
        return Some(not_handed_over(inbox, message, error.clone()));
    }
    let failure = message.failure.as_ref().map(crate::domain::failure::Failure::sentence);
    match message.delivery {
        Some(Delivery::Failed | Delivery::Unknown) if message.retried => Some(view! { <div class="why"><span>{words::WAS_RETRIED}</span></div> }.into_any()),
        Some(Delivery::Failed) if needs_a_person(&message) => Some(failed(inbox, message, failure.unwrap_or_default())),
        Some(Delivery::Unknown) => Some(unknown_outcome(inbox, &message)),
        _ => None,
    }
}

fn not_handed_over(inbox: Inbox, message: Message, error: ApiError) -> AnyView {
    let may_have_arrived = matches!(error.code, Code::Offline | Code::Internal | Code::Unavailable);
    let why = if error.code == Code::ClientIdReused { words::FIRST_VERSION_ARRIVED.to_owned() } else { error.message };
    let (again, edited) = (message.clone(), message.clone());
    view! {
        <div class="why" role="alert">
            <span>{why}</span>
            <button class="link" on:click=move |_| inbox.try_again(&again)>{words::TRY_AGAIN}</button>
            <button class="link" on:click=move |_| { inbox.edit(&edited, may_have_arrived); inbox.take_back(&edited) }>{words::EDIT}</button>
            <button class="link" on:click=move |_| inbox.take_back(&message)>{words::DELETE}</button>
        </div>
    }
    .into_any()
}

fn failed(inbox: Inbox, message: Message, why: String) -> AnyView {
    let (again, discarded, edited) = (message.id.clone(), message.id.clone(), message);
    view! {
        <div class="why" role="alert">
            <span>{why}</span>
            <button class="link" on:click=move |_| inbox.settle(again.clone(), Settle::SendAgain)>{words::SEND_AGAIN}</button>
            <button class="link" on:click=move |_| { inbox.edit(&edited, false); inbox.settle(edited.id.clone(), Settle::Discard) }>{words::EDIT}</button>
            <button class="link" on:click=move |_| inbox.settle(discarded.clone(), Settle::Discard)>{words::DELETE}</button>
        </div>
    }
    .into_any()
}

fn unknown_outcome(inbox: Inbox, message: &Message) -> AnyView {
    let (sent, again) = (message.id.clone(), message.id.clone());
    view! {
        <div class="why" role="alert">
            <span>{words::OUTCOME_UNKNOWN}</span>
            <button class="link" on:click=move |_| inbox.settle(sent.clone(), Settle::MarkAsSent)>{words::MARK_AS_SENT}</button>
            <button class="link" on:click=move |_| inbox.settle(again.clone(), Settle::SendAgain)>{words::SEND_AGAIN}</button>
        </div>
    }
    .into_any()
}
