//! Durable ingest: from a posted webhook to its 200, and to the rows and events it makes.

use super::inbox::{Inbox, METRICS_TOKEN, until};
use super::line::{Line, Maker, get};
use super::machine::{cpu_s, memory_mb};
use super::postgres::{Postgres, url};
use super::report::{Goal, Report, about, quantile};
use super::shim::{Shim, put_before};
use sqlx::{Connection, PgConnection};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Connections that post at once.
const LINES: usize = 64;

/// What a run gave.
pub struct Run {
    pub accepted_per_s: f64,
    pub applied_per_s: f64,
    /// Milliseconds, sorted.
    pub times: Vec<f64>,
    pub cpu_us_per_event: f64,
}

/// Posts these requests over [`LINES`] connections, as fast as they are answered; waits until everything is applied.
pub async fn run(inbox: &Inbox, requests: Vec<Vec<u8>>, events: f64) -> Run {
    let requests = Rc::new(RefCell::new(requests.into_iter()));
    let times = Rc::new(RefCell::new(Vec::new()));
    let mut lines = Vec::new();
    for _ in 0..LINES {
        lines.push(Line::open(&inbox.base).await);
    }
    let cpu = cpu_s(inbox.pid());
    let began = Instant::now();
    let posters = lines.into_iter().map(|mut line| {
        let (requests, times) = (requests.clone(), times.clone());
        async move {
            loop {
                let Some(request) = requests.borrow_mut().next() else { return };
                let posted = Instant::now();
                assert_eq!(line.ask(&request).await.0, 200);
                times.borrow_mut().push(posted.elapsed().as_secs_f64() * 1000.0);
            }
        }
    });
    futures_util::future::join_all(posters).await;
    let accepted = began.elapsed().as_secs_f64();
    applied(inbox).await;
    let all = began.elapsed().as_secs_f64();
    let mut times = times.take();
    times.sort_by(f64::total_cmp);
    Run { accepted_per_s: events / accepted, applied_per_s: events / all, times, cpu_us_per_event: (cpu_s(inbox.pid()) - cpu) * 1e6 / events }
}

/// Resolves when nothing waits to be applied.
pub async fn applied(inbox: &Inbox) {
    measured(inbox, "inbox_unapplied", 0.0).await;
}

/// Resolves when a metric is at most so much.
async fn measured(inbox: &Inbox, metric: &str, most: f64) {
    let mut line = Line::open(&inbox.base).await;
    let request = get("/metrics", &format!("Authorization: Bearer {METRICS_TOKEN}"));
    loop {
        let (status, text) = line.ask(&request).await;
        assert_eq!(status, 200, "{text}");
        let value = text.lines().find_map(|line| line.strip_prefix(metric)?.trim().parse::<f64>().ok());
        if value.is_some_and(|value| value <= most) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Posts at a steady rate, whatever the answers take; milliseconds from the moment each was due to its answer, sorted.
async fn steadily(inbox: &Inbox, requests: Vec<Vec<u8>>, per_s: f64) -> Vec<f64> {
    let lines = Rc::new(RefCell::new(Vec::new()));
    for _ in 0..LINES {
        let line = Line::open(&inbox.base).await;
        lines.borrow_mut().push(line);
    }
    let began = Instant::now();
    let mut due = Duration::ZERO;
    let posts = requests.into_iter().map(|request| {
        due += Duration::from_secs_f64(1.0 / per_s);
        let (due, lines) = (due, lines.clone());
        async move {
            tokio::time::sleep_until((began + due).into()).await;
            let line = lines.borrow_mut().pop();
            let mut line = match line {
                Some(line) => line,
                None => Line::open(&inbox.base).await,
            };
            assert_eq!(line.ask(&request).await.0, 200);
            lines.borrow_mut().push(line);
            began.elapsed().checked_sub(due).unwrap().as_secs_f64() * 1000.0
        }
    });
    let mut times = futures_util::future::join_all(posts).await;
    times.sort_by(f64::total_cmp);
    times
}

fn say(report: &mut Report, what: &str, run: &Run, goal: Goal) {
    report.say(&format!("{what}: accepted"), run.accepted_per_s, "events/s", goal);
    report.say(&format!("{what}: applied"), run.applied_per_s, "events/s", goal);
    report.say(&format!("{what}: answer, p50"), quantile(&run.times, 0.5), "ms", Goal::None);
    report.say(&format!("{what}: answer, p99"), quantile(&run.times, 0.99), "ms", Goal::None);
    report.say(&format!("{what}: processor"), run.cpu_us_per_event, "µs/event", Goal::None);
}

async fn measure(report: &mut Report, inbox: &Inbox, shim: Option<&Shim>, database: Option<&str>, goals: [Goal; 2]) {
    let engine = if database.is_some() { "PostgreSQL" } else { "SQLite" };
    let mut maker = Maker::new(2000);
    run(inbox, (0..2000).map(|_| maker.webhook(inbox, 1).0).collect(), 2000.0).await;
    let requests = (0..20_000).map(|_| maker.webhook(inbox, 1).0).collect();
    let syncs = shim.map(Shim::syncs);
    let one = run(inbox, requests, 20_000.0).await;
    say(report, &format!("{engine}, 1 message a request, {LINES} connections"), &one, goals[0]);
    if let (Some(shim), Some(before)) = (shim, syncs) {
        #[expect(clippy::cast_precision_loss, reason = "a count")]
        report.say(&format!("{engine}, 1 message a request: syncs"), (shim.syncs() - before) as f64 / 20_000.0, "/event", Goal::None);
    }
    let requests = (0..1000).map(|_| maker.webhook(inbox, 100).0).collect();
    let hundred = run(inbox, requests, 100_000.0).await;
    say(report, &format!("{engine}, 100 messages a request"), &hundred, goals[1]);
    // What the bursts above left to be written belongs to them, not to a quiet minute's answers.
    measured(inbox, "inbox_database_log_bytes", 64.0 * 1024.0 * 1024.0).await;
    if let Some(url) = database {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query("checkpoint").execute(&mut connection).await.unwrap();
    }
    let times = steadily(inbox, (0..10_000).map(|_| maker.webhook(inbox, 1).0).collect(), 1000.0).await;
    report.say(&format!("{engine}, 1,000 requests/s, 1 message each: answer, p50"), quantile(&times, 0.5), "ms", Goal::None);
    report.say(&format!("{engine}, 1,000 requests/s, 1 message each: answer, p99"), quantile(&times, 0.99), "ms", Goal::AtMost(25.0));
}

/// On SQLite.
pub async fn on_sqlite(report: &mut Report) {
    about("ingest on SQLite (durable; the load generator shares the cores)");
    let mut inbox = Inbox::new().await;
    let shim = put_before(&mut inbox);
    inbox.start().await;
    report.say("memory, idle", memory_mb(inbox.pid()), "MB", Goal::AtMost(60.0));
    measure(report, &inbox, shim.as_ref(), None, [Goal::AtLeast(5000.0), Goal::AtLeast(10_000.0)]).await;
    report.say("memory, after that", memory_mb(inbox.pid()), "MB", Goal::None);
    inbox.terminate().await;
    let took = inbox.start().await;
    report.say("process start to /healthz", took.as_secs_f64() * 1000.0, "ms", Goal::AtMost(300.0));
    until("it runs", 5, || async { inbox.health().await.is_some() }).await;
}

/// On PostgreSQL, with its syncing on.
pub async fn on_postgres(report: &mut Report) {
    let Some(postgres) = Postgres::start_durable() else { return };
    about("ingest on PostgreSQL (durable; the server shares the cores, too)");
    let folder = std::env::temp_dir().join(format!("inbox-bench-{}", std::process::id()));
    let database = url(&postgres.addr());
    let mut inbox = Inbox::on(folder, &database).await;
    inbox.start().await;
    measure(report, &inbox, None, Some(&database), [Goal::AtLeast(3000.0), Goal::None]).await;
}
