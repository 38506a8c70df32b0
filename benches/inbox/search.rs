//! A hundred thousand conversations with a million messages: lists, threads, counts and searches, as the server answers them over one line.

use super::inbox::{BINARY, Inbox, until};
use super::line::{get, times};
use super::report::{Goal, Report, about, quantile};
use std::time::Instant;
use whatsapp_inbox::protocol::address::encode;

const CONVERSATIONS: &str = "100000";
const MESSAGES: &str = "1000000";
/// So often each is asked.
const SAMPLE: usize = 200;

/// All figures of finding.
pub async fn say(report: &mut Report) {
    about("finding, among 100,000 conversations and 1,000,000 messages on SQLite");
    let mut inbox = Inbox::new().await;
    inbox.start().await;
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
    let key = format!("X-API-Key: {}", inbox.key);
    let cookie = format!("Cookie: {}", inbox.cookie().await);
    let next = async |cursor: &str| {
        let page = inbox.get(&format!("/whatsapp/api/chats/?limit=200{cursor}")).await;
        page["next"].as_str().map(|next| format!("&cursor={next}")).unwrap_or_default()
    };
    let mut deep = String::new();
    for _ in 0..200 {
        deep = next(&deep).await;
    }
    for (what, path, goal) in [
        ("list page", "/whatsapp/api/chats/?limit=50".to_owned(), 5.0),
        ("deep list page", format!("/whatsapp/api/chats/?limit=50{deep}"), 5.0),
        ("thread page", "/whatsapp/api/chats/447700000007/messages/?limit=50".to_owned(), 5.0),
        ("view: unassigned", "/whatsapp/api/chats/?limit=50&view=unassigned".to_owned(), 5.0),
        ("view: unread", "/whatsapp/api/chats/?limit=50&view=unread".to_owned(), 5.0),
        ("view: unanswered", "/whatsapp/api/chats/?limit=50&view=unanswered".to_owned(), 5.0),
        ("view: closing soon", "/whatsapp/api/chats/?limit=50&view=closing".to_owned(), 5.0),
        ("view: failed", "/whatsapp/api/chats/?limit=50&view=failed".to_owned(), 5.0),
        ("view: snoozed", "/whatsapp/api/chats/?limit=50&view=snoozed".to_owned(), 5.0),
        ("view: resolved", "/whatsapp/api/chats/?limit=50&view=resolved".to_owned(), 5.0),
        ("search: a rare word", "/whatsapp/api/search/?q=quokka".to_owned(), 50.0),
        ("search: a common word", "/whatsapp/api/search/?q=parcel".to_owned(), 50.0),
        ("search: a beginning", "/whatsapp/api/search/?q=deliv".to_owned(), 50.0),
        ("search: a number", format!("/whatsapp/api/search/?q={}", encode("07700 000 123")), 50.0),
        ("search: CJK", format!("/whatsapp/api/search/?q={}", encode("届き")), 50.0),
        ("search: two common words", "/whatsapp/api/search/?q=address+building".to_owned(), 50.0),
        ("conversations by a common word", "/whatsapp/api/chats/?q=parcel".to_owned(), 50.0),
        ("conversations by a name", format!("/whatsapp/api/chats/?q={}", encode("angstrom 1600")), 50.0),
    ] {
        let times = times(&inbox.base, &get(&path, &key), SAMPLE).await;
        report.say(&format!("{what}, p50"), quantile(&times, 0.5), "ms", Goal::None);
        report.say(&format!("{what}, p99"), quantile(&times, 0.99), "ms", Goal::AtMost(goal));
    }
    let times = times(&inbox.base, &get("/whatsapp/inbox/?view=unanswered", &cookie), SAMPLE).await;
    report.say("page of a view, p99", quantile(&times, 0.99), "ms", Goal::None);
    inbox.terminate().await;
}
