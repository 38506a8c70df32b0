//! The HTML document around the page.

use super::audit::AuditPage;
use super::contacts::ContactsPage;
use super::import::ImportContacts;
use super::inbox::{Given, InboxPage};
use super::invitation::Invitation;
use super::labels::LabelsPage;
use super::numbers::NumbersPage;
use super::people::PeoplePage;
use super::profile::ProfilePage;
use super::rail::Rail;
use super::replies::RepliesPage;
use super::script::{ON_ITS_WAY, SAMPLE, TIME_ZONE};
use super::set_up::SetUp;
use super::sign_in::SignIn;
use crate::protocol::address;
use crate::protocol::error::ApiError;
use crate::protocol::view::View;
use crate::ui::browser::document::PAGE;
use crate::ui::words;
use leptos::config::LeptosOptions;
use leptos::hydration::AutoReload;
use leptos::prelude::*;

/// The whole document. The inbox loads this build's files by address and hydrates; the forms only fetch them ahead.
#[must_use]
pub fn document(nonce: &str, build: &str, options: LeptosOptions, page: View) -> AnyView {
    let file = |kind: &str| format!("/pkg/whatsapp-inbox.{kind}?v={build}");
    let start = format!("import start, {{ hydrate }} from {js:?}; start({{ module_or_path: {wasm:?} }}).then(hydrate);", js = file("js"), wasm = file("wasm"));
    let is_beside = matches!(
        page,
        View::Labels(_) | View::Contacts(_) | View::Replies(_) | View::People(_) | View::Profile(_) | View::Numbers(_) | View::Audit(_) | View::Import(_)
    );
    let takes_over = matches!(page, View::Inbox(_));
    let (title, script, body) = match page {
        View::Inbox(first) => {
            let title = words::title(first.snapshot.unread.len());
            let agent = first.snapshot.agent.clone();
            provide_context(Given { json: serde_json::to_string(&first).unwrap_or_default(), first: *first });
            let page = view! {
                <a class="skip" href="#composer" rel="external">{words::SKIP}</a>
                <div class="shell">
                    <Rail agent=agent/>
                    <div id=PAGE class="page"><InboxPage/></div>
                </div>
            };
            (title, start, page.into_any())
        }
        View::SignIn { note, next } => (words::SIGN_IN.to_owned(), TIME_ZONE.to_owned(), view! { <SignIn note next/> }.into_any()),
        View::SetUp { note, token } => (words::SET_UP.to_owned(), TIME_ZONE.to_owned(), view! { <SetUp note token/> }.into_any()),
        View::Labels(page) => (words::LABELS.to_owned(), SAMPLE.to_owned(), view! { <LabelsPage page/> }.into_any()),
        View::Contacts(page) => (words::CONTACTS.to_owned(), String::new(), view! { <ContactsPage page/> }.into_any()),
        View::Import(page) => (words::IMPORT.to_owned(), ON_ITS_WAY.to_owned(), view! { <ImportContacts page/> }.into_any()),
        View::Replies(page) => (words::REPLIES.to_owned(), String::new(), view! { <RepliesPage page/> }.into_any()),
        View::People(page) => (words::PEOPLE.to_owned(), String::new(), view! { <PeoplePage page/> }.into_any()),
        View::Numbers(page) => (words::NUMBERS.to_owned(), String::new(), view! { <NumbersPage page/> }.into_any()),
        View::Audit(page) => (words::AUDIT.to_owned(), String::new(), view! { <AuditPage page/> }.into_any()),
        View::Profile(page) => (words::YOU.to_owned(), SAMPLE.to_owned(), view! { <ProfilePage page/> }.into_any()),
        View::Invitation { note, token } => (words::INVITED.to_owned(), TIME_ZONE.to_owned(), view! { <Invitation note token/> }.into_any()),
        View::Refused { error, kept } => (words::INBOX.to_owned(), String::new(), view! { <Refused error kept/> }.into_any()),
    };
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#f6f7f9" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#191d22" media="(prefers-color-scheme: dark)"/>
                <title>{title}</title>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=file("css")/>
                {is_beside.then(|| view! { <link rel="stylesheet" href=file("pages.css")/> })}
                {takes_over.then(|| view! {
                    <link rel="modulepreload" href=file("js")/>
                    <link rel="preload" href=file("wasm") r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
                })}
                {(!takes_over).then(|| view! { <link rel="prefetch" href=file("js")/><link rel="prefetch" href=file("wasm")/> })}
                <script type="module" nonce=nonce.to_owned()>{script}</script>
                <AutoReload options=options/>
            </head>
            <body>{body}</body>
        </html>
    }
    .into_any()
}

/// A page that cannot be shown, and why.
#[component]
fn Refused(error: ApiError, kept: String) -> impl IntoView {
    view! {
        <main class="card">
            <h1>{words::INBOX}</h1>
            <p class="refusal" role="alert">{error.message}</p>
            {(!kept.is_empty()).then(|| view! { <p>{words::KEPT}</p><p class="words">{kept}</p> })}
            <a class="button" href=address::INBOX>{words::BACK}</a>
        </main>
    }
}
