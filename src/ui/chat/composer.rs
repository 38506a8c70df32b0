//! Where agents write. A draft belongs to one conversation and owns its message's client id; it is kept in the browser at every
//! key stroke and given up only when the message is on its way.

use crate::domain::content::text::{LIMIT, check, units};
use crate::domain::conversation::Conversation;
use crate::domain::id::{ClientId, ConversationId, MessageId};
use crate::protocol::address;
use crate::protocol::draft::Kind;
use crate::protocol::snapshot::cursor;
use crate::ui::browser::document;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::when::When;
use crate::ui::later;
use crate::ui::state::draft::{self, Draft};
use crate::ui::state::inbox::{Inbox, Returned};
use crate::ui::words;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

/// From so many characters on the counter is shown.
const COUNT_FROM: usize = 3500;

/// The state of one composer.
#[derive(Clone, Copy)]
struct Writing {
    inbox: Inbox,
    id: StoredValue<ConversationId>,
    row: StoredValue<ArcRwSignal<Conversation>>,
    draft: StoredValue<Option<Draft>>,
    text: RwSignal<String>,
    node: NodeRef<html::Textarea>,
}

impl Writing {
    fn put(self, text: &str) {
        if let Some(node) = self.node.get_untracked() {
            node.set_value(text);
        }
        self.text.set(text.to_owned());
    }

    /// Keeps what is typed, bound to whom it is typed for.
    fn typed(self, body: String) {
        let id = self.id.get_value();
        self.draft.update_value(|draft| {
            if body.is_empty() && self.reply_to().is_none() {
                *draft = None;
            } else {
                let begin =
                    || self.row.with_value(|row| row.with_untracked(|row| draft::begin(row.id.clone(), row.contact_id.clone(), row.account_id.clone())));
                let draft = draft.get_or_insert_with(|| Draft { seen: self.inbox.newest_seen(), ..begin() });
                draft.body.clone_from(&body);
                draft.reply_to = self.reply_to();
                draft.plain = self.inbox.plain.get_untracked();
            }
            draft::save(&id, draft.as_ref());
        });
        self.text.set(body);
    }

    fn reply_to(self) -> Option<MessageId> {
        Some(self.inbox.replying.get_untracked()).filter(|id| !id.is_empty()).map(MessageId)
    }

    /// The kept draft, with the message it answers.
    fn load(self) -> Option<Draft> {
        let draft = draft::load(&self.id.get_value());
        self.inbox.replying.set(draft.as_ref().and_then(|draft| draft.reply_to.clone()).map(|id| id.0).unwrap_or_default());
        self.inbox.plain.set(draft.as_ref().is_some_and(|draft| draft.plain));
        self.draft.set_value(draft.clone());
        draft
    }

    /// Takes in the kept draft: after a reload, or what another tab has typed or sent.
    fn restore(self) {
        let draft = self.load();
        self.put(draft.as_ref().map_or("", |draft| draft.body.as_str()));
    }

    /// At first: what was typed before the page listened is newer than what was kept.
    fn take_over(self) {
        let first = !self.inbox.taken_over.get_value();
        self.inbox.taken_over.set_value(true);
        let typed = self.node.get_untracked().map(|node| node.value()).filter(|typed| first && !typed.is_empty());
        match typed {
            Some(typed) => {
                self.load();
                self.typed(typed);
            }
            None => self.restore(),
        }
    }

    fn send(self) {
        // The node has the truth: a key stroke may not have been seen yet.
        if let Some(node) = self.node.get_untracked() {
            self.typed(node.value());
        }
        let Some(draft) = self.draft.get_value().filter(|draft| check(&draft.body).is_ok()) else { return };
        if self.is_closed() {
            return;
        }
        let id = self.id.get_value();
        self.draft.set_value(None);
        draft::save(&id, None);
        self.put("");
        self.inbox.replying.set(String::new());
        self.inbox.plain.set(false);
        self.inbox.send(draft);
    }

    /// Gives the draft the client id of a message that may have arrived.
    fn rename(self, client_id: ClientId) {
        self.draft.update_value(|draft| {
            if let Some(draft) = draft {
                draft.client_id = client_id;
            }
            draft::save(&self.id.get_value(), draft.as_ref());
        });
    }

    /// Sends an over-long text as several messages. Their client ids follow from the draft's: two clicks are still one sending.
    fn send_in_parts(self) {
        let Some(draft) = self.draft.get_value().filter(|_| !self.is_closed()) else { return };
        let Some(code) = later::here() else { return };
        let id = self.id.get_value();
        self.draft.set_value(None);
        draft::save(&id, None);
        self.put("");
        self.inbox.replying.set(String::new());
        let plain = self.inbox.plain.get_untracked();
        self.inbox.plain.set(false);
        for (index, body) in (code.parts)(&draft.body).into_iter().enumerate() {
            let reply_to = draft.reply_to.clone().filter(|_| index == 0);
            self.inbox.send(Draft { client_id: ClientId(format!("{}-{index}", draft.client_id)), body, reply_to, plain, ..draft.clone() });
        }
        document::focus("composer");
    }

    fn is_closed(self) -> bool {
        let now = self.inbox.now.get();
        self.row.with_value(|row| row.with(|row| !row.window(now).is_open()))
    }
}

/// The box. Without JavaScript it is a plain form.
#[component]
pub fn Composer(row: ArcRwSignal<Conversation>) -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let (id, segment) = row.with_untracked(|row| (row.id.clone(), inbox.segment(row)));
    let note = inbox.take_note(&id);
    let writing = Writing {
        inbox,
        id: StoredValue::new(id),
        row: StoredValue::new(row),
        draft: StoredValue::new(None),
        text: RwSignal::new(note.field("body")),
        node: NodeRef::new(),
    };
    watch(&writing, note.field("body"));
    let closed = Memo::new(move |_| writing.is_closed());
    let client_id = Some(note.field("client_id")).filter(|id| !id.is_empty()).unwrap_or_else(|| inbox.form_client_id());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        writing.send();
        document::focus("composer");
    };
    view! {
        <form class="composer" method="post" enctype="multipart/form-data" action=format!("{}send/", address::thread(&segment)) on:submit=submit data-closed=move || closed.get().then_some("")>
            {(!note.message.is_empty()).then(|| view! { <p class="refusal" role="alert">{note.message.clone()}</p> }.into_any())}
            <When is=move || closed.get()>
                <div class="composer__closed">
                    <p id="composer-closed">{words::CLOSED}</p>
                    {move || inbox.later().map(|code| (code.instead)(inbox))}
                </div>
            </When>
            <div class="composer__box">
                <label class="composer__attach" title=words::ATTACH>
                    <Icon glyph=Glyph::CLIP/>
                    <input type="file" id="attach" name="media_file" prop:multiple=move || inbox.is_later.get() aria-label=words::ATTACH disabled=move || closed.get() || inbox.lacks_later.get()/>
                </label>
                {move || inbox.later().map(|code| (code.beside)(inbox))}
                <Field writing=writing closed=closed typed=note.field("body")/>
                <input type="hidden" name="client_id" value=client_id/>
                <input type="hidden" name="seen" value=inbox.newest_seen().map(cursor)/>
                <button class="composer__send" aria-label=words::SEND title=words::SEND disabled=move || closed.get()>
                    <Icon glyph=Glyph::SEND/>
                </button>
            </div>
            <Hint writing=writing/>
        </form>
    }
}

#[component]
fn Field(writing: Writing, closed: Memo<bool>, typed: String) -> impl IntoView {
    let keydown = move |event: ev::KeyboardEvent| {
        // 229: a key that an input method is still composing with.
        let composing = event.is_composing() || event.key_code() == 229;
        let modified = event.ctrl_key() || event.meta_key();
        let sends = modified || (writing.inbox.enter_sends.get_untracked() && !event.shift_key());
        if event.key() == "Enter" && sends && !composing {
            event.prevent_default();
            writing.send();
        }
    };
    view! {
        <textarea
            id="composer"
            name="body"
            rows="1"
            dir="auto"
            placeholder=words::WRITE
            aria-label=words::WRITE
            aria-describedby=move || closed.get().then_some("composer-closed")
            readonly=move || closed.get()
            node_ref=writing.node
            on:input=move |event| writing.typed(event_target_value(&event))
            on:keydown=keydown
        >
            {escaped(&typed)}
        </textarea>
    }
}

/// Leptos writes the content of a textarea as it is: without this, refused text could end the element and go on as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[component]
fn Hint(writing: Writing) -> impl IntoView {
    let used = Memo::new(move |_| writing.text.with(|text| units(text)));
    let left = move || i64::try_from(LIMIT).unwrap_or(0) - i64::try_from(used.get()).unwrap_or(0);
    let state = move || match used.get() {
        used if used > LIMIT => Some("over"),
        used if used >= COUNT_FROM => Some("near"),
        _ => None,
    };
    let how = move || if writing.inbox.enter_sends.get() { words::HOW_TO_SEND } else { words::HOW_TO_SEND_BY_BUTTON };
    view! {
        <p class="composer__hint" data-state=state role="status">
            {move || if used.get() >= COUNT_FROM { words::units_left(left()) } else { how().to_owned() }}
            <When is=move || { used.get() > LIMIT && writing.inbox.is_later.get() }>
                <button type="button" class="link" on:click=move |_| writing.send_in_parts()>{words::SEND_IN_PARTS}</button>
            </When>
        </p>
    }
}

/// The edges: the kept draft after hydration, other tabs, and text that comes back from a failed message.
fn watch(writing: &Writing, refused: String) {
    let writing = *writing;
    Effect::new(move |_| {
        if refused.is_empty() {
            writing.take_over();
        } else {
            writing.put(&refused);
            writing.typed(refused.clone());
        }
    });
    Effect::new(move |_| {
        writing.inbox.replying.track();
        let plain = writing.inbox.plain.get();
        writing.draft.update_value(|draft| {
            // Kept only if it is another one: what another tab has typed meanwhile is newer than what this one last read.
            if let Some(draft) = draft.as_mut().filter(|draft| draft.reply_to != writing.reply_to() || draft.plain != plain) {
                (draft.reply_to, draft.plain) = (writing.reply_to(), plain);
                draft::save(&writing.id.get_value(), Some(draft));
            }
        });
    });
    let storage = window_event_listener(ev::storage, move |event| {
        if event.key().is_some_and(|key| key == draft::key_of(Kind::Message, &writing.id.get_value())) {
            writing.restore();
        }
    });
    on_cleanup(move || storage.remove());
    Effect::new(move |_| {
        let Some(Returned { conversation_id, body, client_id }) = writing.inbox.returned.get() else { return };
        if conversation_id == writing.id.get_value() {
            writing.inbox.returned.set(None);
            let kept = writing.text.get_untracked();
            let text = if kept.trim().is_empty() { body } else { format!("{body}\n{kept}") };
            writing.put(&text);
            writing.typed(text);
            if let Some(client_id) = client_id {
                writing.rename(client_id);
            }
            document::focus("composer");
        }
    });
}
