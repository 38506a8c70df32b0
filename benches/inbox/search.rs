//! A hundred thousand conversations with a million messages: lists, threads, counts and searches, as the server answers them over one line.

use super::inbox::{BINARY, Inbox, until};
use super::line::{call, get, times};
use super::postgres::{Postgres, url};
use super::report::{Goal, Report, about};
use serde_json::json;
use std::time::Instant;
use whatsapp_inbox::protocol::address::encode;

const CONVERSATIONS: &str = "100000";
const MESSAGES: &str = "1000000";
/// The messages of whoever says most.
const LONGEST: &str = "/whatsapp/api/chats/447700000000/messages/";
/// So often each page is asked for.
const PAGES: usize = 500;
/// So often each search, each by a program of its own: one that searched as often as all of them would be slowed down.
const SEARCHES: usize = 100;

/// On SQLite.
pub async fn on_sqlite(report: &mut Report) {
    about("finding, among 100,000 conversations and 1,000,000 messages on SQLite");
    let mut inbox = Inbox::new().await;
    measure(report, &mut inbox, [Goal::AtMost(5.0), Goal::AtMost(50.0)]).await;
}

/// On PostgreSQL, of which nothing is promised but that it is told.
pub async fn on_postgres(report: &mut Report) {
    let Some(postgres) = Postgres::start() else { return };
    about("finding, among 100,000 conversations and 1,000,000 messages on PostgreSQL");
    let folder = std::env::temp_dir().join(format!("inbox-bench-{}", std::process::id()));
    let mut inbox = Inbox::on(folder, &url(&postgres.addr())).await;
    measure(report, &mut inbox, [Goal::None, Goal::None]).await;
}

/// All figures of finding, with the goals of pages and of searches.
async fn measure(report: &mut Report, inbox: &mut Inbox, [page, search]: [Goal; 2]) {
    inbox.start().await;
    // Whoever looks is there before the data: a share of it is theirs.
    let cookie = format!("Cookie: {}", inbox.cookie().await);
    inbox.terminate().await;
    let began = Instant::now();
    let made = tokio::process::Command::new(BINARY)
        .args(["make-data", "--conversations", CONVERSATIONS, "--messages", MESSAGES])
        .env("DATABASE_URL", &inbox.settings["DATABASE_URL"])
        .current_dir(&inbox.folder)
        .status();
    assert!(made.await.unwrap().success());
    report.say("made", began.elapsed().as_secs_f64(), "s", Goal::None);
    inbox.start().await;
    let began = Instant::now();
    until("everything is indexed", 900, || async { inbox.metric("inbox_search_unindexed").await == 0.0 }).await;
    report.say("indexed", began.elapsed().as_secs_f64(), "s", Goal::None);
    pages_and_searches(report, inbox, page, search).await;
    views(report, inbox, &cookie, page, search).await;
    inbox.terminate().await;
}

/// Lists, threads and searches, as programs get them.
async fn pages_and_searches(report: &mut Report, inbox: &Inbox, page: Goal, search: Goal) {
    let next = async |cursor: &str| {
        let page = inbox.get(&format!("/whatsapp/api/chats/?limit=200{cursor}")).await;
        page["next"].as_str().map(|next| format!("&cursor={next}")).unwrap_or_default()
    };
    let mut deep = String::new();
    for _ in 0..200 {
        deep = next(&deep).await;
    }
    let mut far = String::new();
    for _ in 0..50 {
        let page = inbox.get(&format!("{LONGEST}?limit=200{far}")).await;
        far = format!("&before={}", page["next"].as_str().expect("it is longer than that"));
    }
    for (what, path, goal) in [
        ("list page", "/whatsapp/api/chats/?limit=50".to_owned(), page),
        ("deep list page", format!("/whatsapp/api/chats/?limit=50{deep}"), page),
        ("thread page", "/whatsapp/api/chats/447700000007/messages/?limit=50".to_owned(), page),
        ("page of a thread of 20,000 messages", format!("{LONGEST}?limit=50"), page),
        ("page of that thread, 10,000 messages up", format!("{LONGEST}?limit=50{far}"), page),
        ("view: unassigned", "/whatsapp/api/chats/?limit=50&view=unassigned".to_owned(), page),
        ("view: unread", "/whatsapp/api/chats/?limit=50&view=unread".to_owned(), page),
        ("view: unanswered", "/whatsapp/api/chats/?limit=50&view=unanswered".to_owned(), page),
        ("view: closing soon", "/whatsapp/api/chats/?limit=50&view=closing".to_owned(), page),
        ("view: failed", "/whatsapp/api/chats/?limit=50&view=failed".to_owned(), page),
        ("view: snoozed", "/whatsapp/api/chats/?limit=50&view=snoozed".to_owned(), page),
        ("list of one number", "/whatsapp/api/chats/?limit=50&account_id=made-account-2".to_owned(), page),
        ("list of a label", "/whatsapp/api/chats/?limit=50&label=VIP".to_owned(), page),
        ("list of a number that nobody wrote to", "/whatsapp/api/chats/?limit=50&account_id=none".to_owned(), page),
        ("view: resolved", "/whatsapp/api/chats/?limit=50&view=resolved".to_owned(), page),
        ("search: a rare word", "/whatsapp/api/search/?q=quokka".to_owned(), search),
        ("search: a common word", "/whatsapp/api/search/?q=parcel".to_owned(), search),
        ("search: a beginning", "/whatsapp/api/search/?q=deliv".to_owned(), search),
        ("search: a number", format!("/whatsapp/api/search/?q={}", encode("07700 000 123")), search),
        ("search: CJK", format!("/whatsapp/api/search/?q={}", encode("届き")), search),
        ("search: two common words", "/whatsapp/api/search/?q=address+building".to_owned(), search),
        ("search: a common word in a label", format!("/whatsapp/api/search/?q={}", encode("parcel label:VIP")), search),
        ("search: a common word in a label's unread", format!("/whatsapp/api/search/?q={}", encode("parcel label:VIP is:unread")), search),
        ("search: a common word in what waits", format!("/whatsapp/api/search/?q={}", encode("parcel is:unanswered")), search),
        ("search: a rare word in what is open", format!("/whatsapp/api/search/?q={}", encode("quokka is:open")), search),
        ("search: a common word that no photo has, before a day", format!("/whatsapp/api/search/?q={}", encode("parcel has:image before:2030-01-01")), search),
        ("conversations by a common word", "/whatsapp/api/chats/?q=parcel".to_owned(), search),
        ("conversations by a name", format!("/whatsapp/api/chats/?q={}", encode("angstrom 1600")), search),
    ] {
        let (_, printed) = inbox.run(&["api-key", "add", what], "").await;
        let key = format!("X-API-Key: {}", printed.trim().lines().last().unwrap());
        let samples = if path.contains("q=") { SEARCHES } else { PAGES };
        times(&inbox.base, &get(&path, &key), samples).await.say(report, what, goal);
    }
}

/// What only people have, of whom nothing is slowed down but searches.
async fn views(report: &mut Report, inbox: &Inbox, cookie: &str, page: Goal, search: Goal) {
    let page_of = |view: &str| get(&format!("/whatsapp/inbox/?view={view}"), cookie);
    let mine = json!({"cursor": "9999999999999.9", "filter": {"view": "mine", "label": "", "q": ""}}).to_string();
    for (what, request, goal) in [
        ("view: mine", call("/whatsapp/fn/conversations/list", cookie, &mine), page),
        ("all nine views' counts", call("/whatsapp/fn/search/counts", cookie, "{}"), search),
        ("page of a view", page_of("unanswered"), Goal::None),
    ] {
        times(&inbox.base, &request, PAGES).await.say(report, what, goal);
    }
}
