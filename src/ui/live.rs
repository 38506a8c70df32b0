//! The line to the server: connect, resume from the page's own place, decode, apply; back off when it breaks. Where a proxy lets no
//! socket through, the same frames are asked for every two seconds.

use crate::domain::time::Instant;
use crate::protocol::error::Code;
use crate::protocol::live::{Frame, Hello, PING, PROTOCOL};
use crate::ui::browser::{document, line, storage, task, upload};
use crate::ui::state::draft;
use crate::ui::state::inbox::{Connection, Inbox};
use futures_util::future::{Either, select};
use leptos::prelude::*;
use std::pin::pin;

/// How often the page asks whether the line still stands.
const PING_MS: i64 = 20_000;
/// How long the answer may take.
const PONG_MS: i64 = 5_000;
/// The first wait after a break, and the longest.
const BACKOFF_MS: (i64, i64) = (500, 30_000);
/// A line that stood for so long starts its waits anew.
const STABLE_MS: i64 = 10_000;
/// How often the page asks where no socket opens.
const POLL_MS: i64 = 2_000;
/// How long it asks before a socket is tried again.
const POLLING_MS: i64 = 60_000;
/// So many sockets that never opened, while the server answers, mean that something in between refuses them.
const REFUSED: u32 = 2;

/// Keeps the page live until it is left.
pub async fn run(inbox: Inbox) {
    let mut wait = BACKOFF_MS.0;
    let mut refused = 0;
    let mut lost_since: Option<Instant> = None;
    loop {
        let began = document::clock_ms();
        let end = if refused >= REFUSED { poll(inbox, &mut lost_since).await } else { follow(inbox, &mut lost_since).await };
        refused = match end {
            End::SignedOut => {
                inbox.connection.set(Connection::SignedOut);
                return;
            }
            End::Refused => refused + 1,
            End::TrySocket => {
                refused = REFUSED - 1;
                continue;
            }
            End::Broken => 0,
        };
        if refused >= REFUSED {
            continue;
        }
        if document::clock_ms() - began > STABLE_MS {
            wait = BACKOFF_MS.0;
        }
        inbox.tick();
        let since = *lost_since.get_or_insert_with(|| inbox.now.get_untracked());
        // Full jitter: after a restart not everybody comes at once.
        let pause = 200 + document::jitter(wait);
        inbox.connection.set(Connection::Lost { since, retry_at_ms: document::clock_ms() + pause });
        pause_or_hurry(inbox, pause).await;
        wait = (wait * 2).min(BACKOFF_MS.1);
    }
}

/// Waits, unless the agent, the network or a wake from sleep asks to try now.
async fn pause_or_hurry(inbox: Inbox, pause: i64) {
    let asked = inbox.hurry.get_untracked();
    let until = document::clock_ms() + pause;
    while document::clock_ms() < until && inbox.hurry.get_untracked() == asked {
        task::sleep((until - document::clock_ms()).clamp(1, 500)).await;
        // The banner counts down.
        inbox.tick();
    }
}

/// Why a line ended.
enum End {
    /// It stood, or nothing can be reached at all.
    Broken,
    /// It never opened, although the server answers.
    Refused,
    /// It has been asked for long enough: perhaps a socket opens now.
    TrySocket,
    /// The session is over.
    SignedOut,
}

/// One connection, from hello to its end.
async fn follow(inbox: Inbox, lost_since: &mut Option<Instant>) -> End {
    let (epoch, seq) = inbox.place();
    let Some((mut sender, mut receiver)) = line::open(&format!("/whatsapp/live?epoch={epoch}&after={seq}")) else { return End::Broken };
    let mut asked = inbox.hurry.get_untracked();
    let mut deadline = PONG_MS * 2;
    let (mut waiting, mut greeted) = (true, false);
    loop {
        let frame = match select(pin!(receiver.next()), pin!(quiet(inbox, asked, deadline))).await {
            Either::Left((Some(frame), _)) => frame,
            Either::Left((None, _)) => return why_ended(inbox, greeted).await,
            // Quiet for long, or woken: ask whether the line still stands. Asked already: it does not.
            // A line that has not opened yet is given up when somebody hurries: it may never open.
            Either::Right(_) if waiting && (!greeted || asked == inbox.hurry.get_untracked()) => return why_ended(inbox, greeted).await,
            Either::Right(_) => {
                asked = inbox.hurry.get_untracked();
                if !sender.send(PING).await {
                    return End::Broken;
                }
                (waiting, deadline) = (true, PONG_MS);
                continue;
            }
        };
        (waiting, deadline, greeted) = (false, PING_MS, true);
        if let Some(end) = take(inbox, &frame, lost_since).await {
            return end;
        }
    }
}

/// Asks for frames for a while.
async fn poll(inbox: Inbox, lost_since: &mut Option<Instant>) -> End {
    let until = document::clock_ms() + POLLING_MS;
    while document::clock_ms() < until {
        let path = events_path(inbox);
        let asked = pin!(line::ask(&path));
        let frames = match select(asked, pin!(task::sleep(PONG_MS * 2))).await {
            Either::Left((line::Answer::Frames(frames), _)) => frames,
            Either::Left((line::Answer::SignedOut, _)) => return End::SignedOut,
            Either::Left((line::Answer::Nothing, _)) | Either::Right(_) => return End::Broken,
        };
        for frame in frames {
            if let Some(end) = take(inbox, &frame, lost_since).await {
                return end;
            }
        }
        pause_or_hurry(inbox, POLL_MS).await;
    }
    End::TrySocket
}

/// Takes in one frame; why the line must end, if it must.
async fn take(inbox: Inbox, frame: &str, lost_since: &mut Option<Instant>) -> Option<End> {
    match Frame::read(frame) {
        Some(Frame::Hello(Hello { build, protocol, .. })) => {
            *lost_since = None;
            inbox.connection.set(Connection::Live);
            inbox.retry_failed();
            greet(inbox, &build, protocol);
        }
        Some(Frame::Event { seq, event }) => inbox.apply(seq, event),
        Some(Frame::Position { seq, now }) => {
            inbox.advance(seq);
            inbox.set_clock(now);
        }
        Some(Frame::Aside { text }) => Inbox::hear(text),
        // What this page cannot read, a fresh snapshot says in words it can.
        Some(Frame::Resync { .. }) | None => match select(pin!(inbox.resync()), pin!(task::sleep(PONG_MS * 3))).await {
            Either::Left((Ok(()), _)) => {}
            Either::Left((Err(error), _)) if error.code == Code::Unauthorized => return Some(End::SignedOut),
            Either::Left((Err(_), _)) | Either::Right(_) => return Some(End::Broken),
        },
        Some(Frame::SignedOut) => return Some(End::SignedOut),
    }
    None
}

/// Resolves after `ms` of quiet, or at once when somebody hurries.
async fn quiet(inbox: Inbox, asked: u64, ms: i64) {
    let until = document::clock_ms() + ms;
    while document::clock_ms() < until && inbox.hurry.get_untracked() == asked {
        task::sleep((until - document::clock_ms()).clamp(1, 250)).await;
    }
}

/// A socket that does not open may mean that the session is over, or that something refuses sockets: asking without one says which.
async fn why_ended(inbox: Inbox, greeted: bool) -> End {
    // After a sleep the browser may ask over a connection that is as dead as the socket: do not wait for that.
    let path = events_path(inbox);
    match select(pin!(line::ask(&path)), pin!(task::sleep(PONG_MS))).await {
        Either::Left((line::Answer::SignedOut, _)) => End::SignedOut,
        Either::Left((line::Answer::Frames(_), _)) if !greeted => End::Refused,
        _ => End::Broken,
    }
}

/// Where frames are asked for that a socket would have brought.
fn events_path(inbox: Inbox) -> String {
    let (epoch, seq) = inbox.place();
    format!("/whatsapp/live/events?epoch={epoch}&after={seq}")
}

/// A newer build serves: reload at once if nothing is typed, else offer it. Once for each build, whatever happens.
fn greet(inbox: Inbox, build: &str, protocol: i64) {
    let is_ours = inbox.build.with_value(|ours| ours == build);
    if is_ours && protocol == PROTOCOL {
        // The line stands again: what did not come may come now.
        if inbox.lacks_later.get_untracked() {
            inbox.want_later();
        }
        return;
    }
    let seen = storage::read("reloaded-for").is_some_and(|seen| seen == build);
    // A page that cannot read the answers must not go on; drafts are kept in the browser.
    if seen || (protocol == PROTOCOL && (draft::any() || upload::any() || document::is_unfinished())) {
        inbox.outdated.set(true);
    } else {
        storage::write("reloaded-for", build);
        document::reload();
    }
}
