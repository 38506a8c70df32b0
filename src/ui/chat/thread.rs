//! The open conversation: header, messages, composer.

use super::bubble::BubbleView;
use super::composer::Composer;
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::domain::window::Window;
use crate::protocol::address;
use crate::ui::browser::{document, scroll, task};
use crate::ui::kit::avatar::Avatar;
use crate::ui::kit::each::Each;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::kit::when::When;
use crate::ui::state::inbox::{Inbox, Line, Motion, Pane};
use crate::ui::words;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

/// What is looked at for so long counts as read.
const LOOK_MS: i64 = 500;
/// How far down a thread opens at its first unread message.
const DIVIDER_AT: f64 = 0.3;

/// The column beside the list.
#[component]
pub fn ThreadPane() -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    view! {
        <main class="thread">
            {move || match inbox.pane.get() {
                Pane::Thread(id) => view! { <Thread id=id/> }.into_any(),
                Pane::Nothing => view! { <Empty title=words::NOTHING_OPEN why=words::NOTHING_OPEN_WHY.to_owned()/> }.into_any(),
                Pane::NotFound => view! { <Empty title=words::NOT_FOUND why=words::NOT_FOUND_WHY.to_owned()/> }.into_any(),
                Pane::Loading(known) => view! { <Loading known=known/> }.into_any(),
                Pane::Failed(why) => view! { <Empty title=words::NOT_LOADED why=why retry=true/> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Empty(title: &'static str, why: String, #[prop(optional)] retry: bool) -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    view! {
        <div class="empty">
            <b>{title}</b>
            <p>{why}</p>
            {retry.then(|| view! { <button class="button" on:click=move |_| inbox.retry_failed()>{words::TRY_AGAIN}</button> }.into_any())}
            <a class="button empty__back" href=address::INBOX>{words::BACK}</a>
        </div>
    }
}

/// Whom it will be with, if that is known; nothing to type into yet.
#[component]
fn Loading(known: Option<ConversationId>) -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let row = known.and_then(|id| inbox.row(&id));
    view! {
        {row.map(|row| view! { <Header row=row/> }.into_any())}
        <div class="thread__body" aria-busy="true"></div>
    }
}

#[component]
fn Thread(id: ConversationId) -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    inbox.row(&id).map(|row| {
        view! {
            <Header row=row.clone()/>
            <Strip row=row.clone()/>
            <Log/>
            {move || inbox.later().map(|code| (code.over)(inbox))}
            {move || inbox.later().map(|code| (code.above)(inbox))}
            <Composer row=row/>
        }
    })
}

/// Whom it is with, and back to the list on a phone.
#[component]
fn Header(row: ArcRwSignal<Conversation>) -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let row_for = row.clone();
    let name = Memo::new(move |_| row_for.with(Conversation::display_name));
    let contact = row.with_untracked(|row| row.id.0.clone());
    let detail = Memo::new(move |_| {
        row.with(|row| {
            let address = row.wa_id.as_deref().map(crate::domain::contact::display_phone).or_else(|| row.user_id.clone()).unwrap_or_default();
            let account =
                inbox.accounts.with_value(|accounts| accounts.iter().find(|account| account.id == row.account_id).map(|account| account.name.clone()));
            account.map_or_else(|| address.clone(), |account| format!("{address} · {account}"))
        })
    });
    view! {
        <header class="bar thread__bar">
            <a class="thread__back" href=move || inbox.query.with(|query| address::INBOX.to_owned() + query) aria-label=words::BACK title=words::BACK>
                <Icon glyph=Glyph::BACK/>
            </a>
            <Avatar name=name id=contact small=true/>
            <div class="thread__title">
                <h2><bdi>{move || name.get()}</bdi></h2>
                <small>{move || detail.get()}</small>
            </div>
            {move || inbox.later().map(|code| (code.tools)(inbox))}
        </header>
    }
}

/// Only when the window is about to close.
#[component]
fn Strip(row: ArcRwSignal<Conversation>) -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let left = Memo::new(move |_| match row.with(|row| row.window(inbox.now.get())) {
        Window::Closing { left_ms } => words::left(left_ms),
        _ => String::new(),
    });
    view! {
        <When is=move || left.with(|left| !left.is_empty())>
            <div class="strip">
                <Icon glyph=Glyph::CLOCK/>
                <span><b>{move || left.get()}</b>{words::CLOSING}</span>
            </div>
        </When>
    }
}

/// How the thread is scrolled.
#[derive(Clone, Copy)]
struct Scroller {
    inbox: Inbox,
    node: NodeRef<html::Div>,
    /// Whether the end is in view.
    at_end: RwSignal<bool>,
    /// How many came while it was not.
    fresh: RwSignal<usize>,
    anchor: StoredValue<Option<scroll::Anchor>>,
    loading: StoredValue<bool>,
    looking: StoredValue<bool>,
}

impl Scroller {
    fn new(inbox: Inbox) -> Self {
        Self {
            inbox,
            node: NodeRef::new(),
            at_end: RwSignal::new(true),
            fresh: RwSignal::new(0),
            anchor: StoredValue::new(None),
            loading: StoredValue::new(false),
            looking: StoredValue::new(false),
        }
    }

    /// After the page has changed: stay, follow, or go where it opens.
    fn settle(self, motion: &Motion) {
        let Some(log) = self.node.try_get_untracked().flatten() else { return };
        match motion {
            Motion::Opened => match scroll::find(&log, ".new") {
                Some(divider) => scroll::to_child(&log, &divider, DIVIDER_AT),
                None => scroll::to_end(&log),
            },
            Motion::Sent => scroll::to_end(&log),
            Motion::Arrived(_) | Motion::Prepended if self.at_end.get_untracked() => scroll::to_end(&log),
            Motion::Arrived(count) => {
                self.hold(&log);
                self.fresh.update(|fresh| *fresh += count);
            }
            Motion::Prepended => self.hold(&log),
            Motion::Found => {}
        }
        self.observe();
    }

    fn hold(self, log: &scroll::Scrollable) {
        self.anchor.with_value(|anchor| {
            if let Some(anchor) = anchor {
                scroll::restore(log, anchor);
            }
        });
    }

    /// Notes where the eye is, fetches what comes next, counts what is seen as read.
    fn observe(self) {
        let Some(log) = self.node.try_get_untracked().flatten() else { return };
        let at_end = scroll::is_at_end(&log);
        self.at_end.maybe_update(|shown| {
            let changed = *shown != at_end;
            *shown = at_end;
            changed
        });
        if at_end && self.fresh.get_untracked() > 0 {
            self.fresh.set(0);
        }
        self.anchor.set_value(scroll::anchor(&log));
        if scroll::is_near_start(&log) && self.inbox.has_older.get_untracked() && !self.loading.get_value() {
            self.load_older();
        }
        self.look();
    }

    fn load_older(self) {
        self.loading.set_value(true);
        task::spawn(async move {
            if self.inbox.load_older().await {
                if let Some(log) = self.node.try_get_untracked().flatten() {
                    self.anchor.set_value(scroll::anchor(&log));
                }
                self.inbox.show_older(Motion::Prepended);
            }
            self.loading.try_set_value(false);
        });
    }

    /// A person who looks for half a second has read what is in view.
    fn look(self) {
        if self.looking.get_value() || !document::is_watched() {
            return;
        }
        self.looking.set_value(true);
        let opened = self.inbox.open_id();
        task::spawn(async move {
            task::sleep(LOOK_MS).await;
            if self.looking.try_set_value(false).is_some() || !document::is_watched() || self.inbox.open_id() != opened {
                return;
            }
            let Some(code) = self.inbox.fetch_later().await else { return };
            let Some(log) = self.node.try_get_untracked().flatten() else { return };
            if let Some(key) = scroll::last_in_view(&log) {
                (code.mark_read)(self.inbox, &key);
            }
        });
    }

    fn to_end(self) {
        if let Some(log) = self.node.get_untracked() {
            scroll::to_end(&log);
        }
    }
}

/// The messages.
#[component]
fn Log() -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let scroller = Scroller::new(inbox);
    Effect::new(move |before: Option<u64>| {
        let (count, motion) = inbox.motion.get();
        let motion = if before.is_some() { motion } else { Motion::Opened };
        task::spawn(async move {
            leptos::task::tick().await;
            scroller.settle(&motion);
        });
        count
    });
    for handle in [
        window_event_listener(ev::focus, move |_| scroller.look()),
        window_event_listener(ev::resize, move |_| {
            let stay = if scroller.at_end.get_untracked() { Motion::Sent } else { Motion::Prepended };
            scroller.settle(&stay);
        }),
    ] {
        on_cleanup(move || handle.remove());
    }
    let keys = Signal::derive(move || inbox.lines.with(|lines| lines.iter().map(Line::key).collect::<Vec<_>>()));
    let to_end_by_key = move |event: ev::KeyboardEvent| {
        if event.key() == "End" {
            event.prevent_default();
            scroller.to_end();
        }
    };
    view! {
        <div class="thread__body">
            <div class="log" role="log" aria-label=words::MESSAGES tabindex="0" node_ref=scroller.node on:scroll=move |_| scroller.observe() on:keydown=to_end_by_key>
                <div class="log__lines">
                    <When is=move || inbox.has_older.get()>
                        <span class="quiet">{words::LOADING_OLDER}</span>
                    </When>
                    <Each keys=keys draw=std::sync::Arc::new(move |key| inbox.line(&key).map(|line| view! { <LineView line=line/> }).into_any())/>
                </div>
            </div>
            <When is=move || !scroller.at_end.get()>
                <button class="jump" on:click=move |_| scroller.to_end() aria-label=move || words::jump(scroller.fresh.get()) title=move || words::jump(scroller.fresh.get())>
                    <Icon glyph=Glyph::DOWN/>
                    <When is=move || { scroller.fresh.get() > 0 }>
                        <span class="badge" aria-hidden="true">{move || words::count(scroller.fresh.get())}</span>
                    </When>
                </button>
            </When>
        </div>
    }
}

#[component]
fn LineView(line: Line) -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    match line {
        Line::Day(_, at) => {
            let text = Memo::new(move |_| {
                let now = inbox.now.get();
                inbox.zone.with_value(|zone| words::day(&zone.local(at), &zone.local(now)))
            });
            view! { <span class="day">{move || text.get()}</span> }.into_any()
        }
        Line::Divider(count) => view! { <div class="new">{words::new_messages(count)}</div> }.into_any(),
        Line::Bubble(key) => inbox.bubble(&key).map(|bubble| view! { <BubbleView bubble=bubble/> }).into_any(),
    }
}
