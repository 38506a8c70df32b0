//! One message. Each kind of content has a file of its own; to add one, its arm in [`body`].

pub mod answer;
pub mod audio;
pub mod call;
pub mod change;
pub mod contacts;
pub mod document;
pub mod file;
pub mod image;
pub mod interactive;
pub mod location;
pub mod order;
pub mod origin;
pub mod sticker;
pub mod system;
pub mod template;
pub mod text;
pub mod unknown;
pub mod video;

use crate::domain::content::{Content, Document, Text};
use crate::domain::conversation::Conversation;
use crate::domain::delivery::Delivery;
use crate::domain::media::{Media, State};
use crate::domain::message::{Direction, Quote};
use crate::protocol::address;
use crate::protocol::error::Code;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::tick::Tick;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::{Bubble, Inbox};
use crate::ui::state::model::{Entry, Handover};
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
    let author = move || {
        let author = bubble.with(|bubble| bubble.entry.message.author.clone().filter(|_| bubble.first || side == "event")).unwrap_or_default();
        if side == "note" { words::note_by(&author) } else { author }
    };
    let reactions = move || bubble.with(|bubble| words::reactions(&bubble.entry.message.reactions));
    let delivery = move || bubble.with(|bubble| bubble.entry.shown_delivery());
    let state = move || delivery().map(Delivery::as_str);
    let at = move || bubble.with(|bubble| bubble.entry.message.sort_at);
    let time = move || inbox.zone.with_value(|zone| words::time(&zone.local(at())));
    let full = move || inbox.zone.with_value(|zone| words::full_time(at(), zone));
    view! {
        <article class="bubble" data-key=key data-side=side data-first=move || first().then_some("") data-state=state>
            {(side != "event").then(|| view! { <button class="bubble__more" tabindex="-1" aria-label=words::MORE title=words::MORE><Icon glyph=Glyph::DOWN/></button> }.into_any())}
            <When is=move || !author().is_empty()>
                <div class="bubble__by">{author}</div>
            </When>
            {(side == "event").then_some(" ")}
            {move || said.with(|(quote, ..)| quote.clone().map(|quote| self::quote(inbox, bubble, quote)))}
            {move || said.with(|(.., origin)| origin.clone().map(origin::body))}
            <div class="bubble__body">
                {move || said.with(|(_, content, media, _)| body(inbox, content.clone(), media.clone()))}
                <span class="bubble__meta">
                    <time datetime=move || at().rfc3339() title=full>{time}</time>
                    <Tick state=delivery/>
                </span>
            </div>
            <When is=move || !reactions().is_empty()>
                <button class="bubble__reactions">{reactions}</button>
            </When>
            {move || bubble.with(|bubble| trouble(inbox, &bubble.entry))}
        </article>
    }
}

fn side(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "in",
        Direction::Outbound => "out",
        Direction::Note => "note",
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
        Content::Template(template) => template::body(inbox, template, media),
        Content::Interactive(interactive) => interactive::body(interactive),
        // It is on another bubble.
        Content::Reaction(_) => ().into_any(),
        Content::Call(call) => call::body(&call),
        Content::System(system) => system::body(&system),
        Content::Change(change) => change::body(inbox, &change),
        Content::Note(note) => view! { <text::TextBody text=Text::new(note.body)/> }.into_any(),
        Content::Unknown(unknown) => view! { <unknown::UnknownBody unknown=unknown/> }.into_any(),
    }
}

/// What is answered: whose it is, its kind, its first words; a click leads to it.
fn quote(inbox: Inbox, bubble: RwSignal<Bubble>, quote: Quote) -> AnyView {
    let Some(original) = quote.original else {
        return view! { <blockquote class="quote" data-state="missing">{words::NO_ORIGINAL}</blockquote> }.into_any();
    };
    let whose = if original.direction == Direction::Outbound {
        words::US.to_owned()
    } else {
        let row = bubble.with_untracked(|bubble| inbox.row(&bubble.entry.message.conversation_id));
        row.map(|row| row.with_untracked(Conversation::display_name)).unwrap_or_default()
    };
    let side = side(original.direction);
    let said = words::quoted(&original.kind, &original.preview);
    let picture = original.picture.map(|id| view! { <img src=address::thumbnail(id.as_str()) alt=""/> }.into_any());
    view! { <button class="quote" data-id=original.id.0 data-side=side data-kind=original.kind>{picture}<b><bdi>{whose}</bdi></b><bdi>{said}</bdi></button> }
        .into_any()
}

/// The words go back into the composer.
const EDIT: (&str, &str) = ("edit", words::EDIT);

/// WhatsApp could not read a file (`meta-api` section 14).
const UNREADABLE: i64 = 131_053;
/// It takes any file as a document.
const AS_DOCUMENT: (&str, &str) = ("send-as-document", words::SEND_AS_DOCUMENT);

/// Why a message needs a person, and what that person can do: `later/act` hears it.
fn trouble(inbox: Inbox, entry: &Entry) -> Option<AnyView> {
    let message = &entry.message;
    if let Handover::Refused(error) = &entry.handover {
        let why = if error.code == Code::ClientIdReused { words::FIRST_VERSION_ARRIVED } else { &error.message };
        return Some(why_and(why, &[("hand-over", words::TRY_AGAIN), EDIT, ("take-back", words::DELETE)]));
    }
    match message.delivery {
        _ if message.revoked => Some(why_and(words::TAKEN_BACK, &[])),
        Some(Delivery::Failed | Delivery::Unknown) if message.retried => Some(why_and(words::WAS_RETRIED, &[])),
        Some(Delivery::Failed) => {
            let why = message.failure.as_ref().map(|failure| inbox.sentence(failure)).unwrap_or_default();
            let (again, discard) = (("send-again", words::SEND_AGAIN), ("discard", words::DELETE));
            Some(match (&message.content, message.failure.as_ref().map(|failure| failure.code)) {
                // Only words can go back into the composer.
                (Content::Text(_), _) => why_and(&why, &[again, EDIT, discard]),
                (Content::Image(_) | Content::Video(_) | Content::Audio(_), Some(UNREADABLE)) => why_and(&why, &[AS_DOCUMENT, again, discard]),
                _ => why_and(&why, &[again, discard]),
            })
        }
        Some(Delivery::Unknown) => Some(why_and(words::OUTCOME_UNKNOWN, &[("mark-as-sent", words::MARK_AS_SENT), ("send-again", words::SEND_AGAIN)])),
        _ => None,
    }
}

fn why_and(why: &str, acts: &[(&'static str, &'static str)]) -> AnyView {
    let role = (!acts.is_empty()).then_some("alert");
    view! {
        <div class="why" role=role>
            <span>{why.to_owned()}</span>
            {acts.iter().map(|(act, name)| self::act(act, name)).collect::<Vec<_>>()}
        </div>
    }
    .into_any()
}

/// A button that does something with the message it stands on: `later/act` hears it.
fn act(act: &'static str, name: &'static str) -> AnyView {
    view! { <button class="link" data-act=act>{name}</button> }.into_any()
}
