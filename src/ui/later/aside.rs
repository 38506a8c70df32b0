//! What is said beside the log, as it stands: banners for what the server knows to be wrong.

use super::notify;
use crate::domain::account::Account;
use crate::domain::agent::Role;
use crate::domain::failure::{Failure, own};
use crate::protocol::address;
use crate::protocol::aside::{Aside, Notice};
use crate::protocol::json;
use crate::ui::kit::banner::Banner;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

thread_local! {
    /// What is wrong, as far as it concerns the agent.
    static NOTICES: ArcRwSignal<Vec<Notice>> = ArcRwSignal::new(Vec::new());
}

/// Takes in what is said now. What a newer server says, this page does not know.
pub fn hear(text: &str) {
    match json::read(text.as_bytes()) {
        Some(Aside::Notices(notices)) => NOTICES.with(Clone::clone).maybe_update(|shown| {
            let changed = *shown != notices;
            notify::calls(shown, &notices);
            *shown = notices;
            changed
        }),
        None => {}
    }
}

/// The banners.
pub fn draw(inbox: Inbox) -> AnyView {
    let notices = NOTICES.with(Clone::clone);
    (move || notices.get().into_iter().map(|notice| notified(inbox, notice)).collect::<Vec<_>>()).into_any()
}

fn notified(inbox: Inbox, notice: Notice) -> AnyView {
    match notice {
        Notice::NoAppSecret => view! { <Banner kind="bad" text=words::NO_APP_SECRET/> }.into_any(),
        Notice::NoAccount => {
            let connect = is_admin(inbox).then(|| view! { <a class="link" href=address::NUMBERS>{words::CONNECT_NUMBER}</a> }.into_any());
            view! { <Banner kind="bad" text=words::NO_ACCOUNT>{connect}</Banner> }.into_any()
        }
        Notice::NotStoring => view! { <Banner kind="bad" text=words::NOT_STORING/> }.into_any(),
        Notice::NotApplying => view! { <Banner kind="bad" text=words::NOT_APPLYING/> }.into_any(),
        Notice::Told { key, at, warning } => {
            view! { <Banner kind="warn" text=words::warning(&warning)><button class="link" data-act="seen" data-id=key data-at=at.0.to_string()>{words::SEEN}</button></Banner> }
                .into_any()
        }
        Notice::AccountStopped { account, failure, waiting } => stopped(inbox, account, &failure, waiting),
        Notice::Mentioned { by, customer, conversation, message, preview, .. } => {
            let text = words::mentioned(&by, &customer, &preview);
            let href = address::message(conversation.as_str(), &message);
            view! {
                <Banner kind="warn" text>
                    <a class="link" data-act="seen-mention" data-id=message.0.clone() href=href>{words::SHOW_NOTE}</a>
                    <button class="link" data-act="seen-mention" data-id=message.0>{words::SEEN}</button>
                </Banner>
            }
            .into_any()
        }
    }
}

fn is_admin(inbox: Inbox) -> bool {
    inbox.agent.with_value(|agent| agent.role == Role::Admin)
}

/// A number that does not send. An admin who has mended or paused it lets its messages go: `later/act` hears that.
fn stopped(inbox: Inbox, account: Account, failure: &Failure, waiting: i64) -> AnyView {
    let text = words::account_stopped(&account.name, failure, waiting);
    let go_on = if failure.code == own::PAUSED { words::RESUME } else { words::SEND_NOW };
    let resume = is_admin(inbox).then(|| view! { <button class="link" data-act="resume" data-id=account.id.0>{go_on}</button> }.into_any());
    view! { <Banner kind="bad" text>{resume}</Banner> }.into_any()
}
