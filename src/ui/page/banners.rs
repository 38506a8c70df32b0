//! What everybody, or an admin, must know: lines across the page that stay until their reason is gone.

use crate::domain::account::Account;
use crate::domain::failure::Failure;
use crate::protocol::address;
use crate::protocol::snapshot::Notice;
use crate::ui::browser::document;
use crate::ui::kit::banner::Banner;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::{Connection, Inbox};
use crate::ui::words;
use leptos::prelude::*;

/// How long a break may last before it is shown.
const PATIENCE_MS: i64 = 2000;

/// All of them.
#[component]
pub fn Banners() -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let sign_in = move || {
        inbox.pane.track();
        format!("{}?next={}", address::SIGN_IN, address::encode(&document::path()))
    };
    view! {
        {move || inbox.notices.get().into_iter().map(|notice| view! { <Notified notice/> }.into_any()).collect::<Vec<_>>()}
        <Disconnected/>
        <When is=move || inbox.connection.get() == Connection::SignedOut>
            <Banner kind="bad" text=words::SIGNED_OUT>
                <a class="link" href=sign_in rel="external">{words::SIGN_IN_AGAIN}</a>
            </Banner>
        </When>
        <When is=move || inbox.lacks_later.get()>
            <Banner kind="warn" text=words::PART_MISSING>
                <button class="link" on:click=move |_| inbox.want_later()>{words::TRY_AGAIN}</button>
            </Banner>
        </When>
        <When is=move || inbox.outdated.get()>
            <Banner kind="warn" text=words::NEW_VERSION>
                <button class="link" on:click=move |_| document::reload()>{words::RELOAD}</button>
            </Banner>
        </When>
    }
}

/// The line is broken.
#[component]
fn Disconnected() -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    // Empty while there is nothing to say; counts down with the page's clock.
    let text = Memo::new(move |_| match inbox.connection.get() {
        Connection::Lost { since, retry_at_ms } if inbox.now.get().since(since) > PATIENCE_MS => {
            let left = (retry_at_ms - document::clock_ms() + 999) / 1000;
            words::disconnected(&words::time(&inbox.zone.with_value(|zone| zone.local(since))), left.max(0))
        }
        _ => String::new(),
    });
    view! {
        <When is=move || text.with(|text| !text.is_empty())>
            <Banner kind="warn" text=text>
                <button class="link" on:click=move |_| inbox.hurry.update(|count| *count += 1)>{words::TRY_NOW}</button>
            </Banner>
        </When>
    }
}

/// Something that the server knows to be wrong.
#[component]
fn Notified(notice: Notice) -> impl IntoView {
    match notice {
        Notice::NoAppSecret => view! { <Banner kind="bad" text=words::NO_APP_SECRET/> }.into_any(),
        Notice::NoAccount => view! { <Banner kind="bad" text=words::NO_ACCOUNT/> }.into_any(),
        Notice::NotStoring => view! { <Banner kind="bad" text=words::NOT_STORING/> }.into_any(),
        Notice::NotApplying => view! { <Banner kind="bad" text=words::NOT_APPLYING/> }.into_any(),
        Notice::AccountStopped { account, failure, waiting } => view! { <Stopped account failure waiting/> }.into_any(),
    }
}

/// A number that WhatsApp refuses. An admin who has mended it lets its messages go: `later/act` hears that.
#[component]
fn Stopped(account: Account, failure: Failure, waiting: i64) -> impl IntoView {
    let inbox = expect_context::<Inbox>();
    let is_admin = inbox.agent.with_value(|agent| agent.role == crate::domain::agent::Role::Admin);
    let text = words::account_stopped(&account.name, &failure.sentence(), waiting);
    let resume = is_admin.then(|| view! { <button class="link" data-act="resume" data-id=account.id.0>{words::SEND_NOW}</button> }.into_any());
    view! { <Banner kind="bad" text>{resume}</Banner> }
}
