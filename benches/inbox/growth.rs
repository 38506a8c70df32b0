//! The same figures with ten thousand, a hundred thousand and a million stored messages: nothing may slope.

use super::inbox::Inbox;
use super::ingest::run;
use super::line::{Maker, get, times};
use super::machine::memory_mb;
use super::report::{Goal, Report, about, quantile};
use std::time::Instant;

/// So many messages are sent one by one at each size: enough that a single wait of the disk does not make the figure.
const SAMPLE: u32 = 10_000;

/// All figures of growth.
pub async fn say(report: &mut Report) {
    about("growth on SQLite");
    let mut inbox = Inbox::new().await;
    inbox.start().await;
    let cookie = format!("Cookie: {}", inbox.cookie().await);
    let mut maker = Maker::new(20_000);
    let mut stored = 0_u32;
    for size in [10_000, 100_000, 1_000_000] {
        let began = Instant::now();
        while stored < size - SAMPLE {
            let chunk = (size - SAMPLE - stored).min(100_000);
            run(&inbox, (0..chunk / 100).map(|_| maker.webhook(&inbox, 100).0).collect(), f64::from(chunk)).await;
            stored += chunk;
        }
        let filled = began.elapsed().as_secs_f64();
        let ingest = run(&inbox, (0..SAMPLE).map(|_| maker.webhook(&inbox, 1).0).collect(), f64::from(SAMPLE)).await;
        stored += SAMPLE;
        let at = format!("{size} messages");
        report.say(&format!("{at}: seconds to get there"), filled, "s", Goal::None);
        report.say(&format!("{at}: 1 message a request, applied"), ingest.applied_per_s, "events/s", Goal::None);
        report.say(&format!("{at}: 1 message a request, answer, p99"), quantile(&ingest.times, 0.99), "ms", Goal::None);
        for (what, path) in [
            ("page with the list", "/whatsapp/inbox/"),
            ("page with a thread", "/whatsapp/inbox/447710000100/"),
            ("REST list of chats", "/whatsapp/api/chats/?limit=50"),
        ] {
            times(&inbox.base, &get(path, &cookie), 100).await.say(report, &format!("{at}: {what}"), Goal::None);
        }
        report.say(&format!("{at}: memory"), memory_mb(inbox.pid()), "MB", Goal::None);
        inbox.terminate().await;
        report.say(
            &format!("{at}: database"),
            f64::from(u32::try_from(std::fs::metadata(inbox.folder.join("inbox.db")).unwrap().len() / 1_000_000).unwrap()),
            "MB",
            Goal::None,
        );
        let took = inbox.start().await;
        report.say(&format!("{at}: process start to /healthz"), took.as_secs_f64() * 1000.0, "ms", Goal::AtMost(300.0));
    }
}
