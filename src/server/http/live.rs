//! The socket at `/whatsapp/live`: everything after the reader's place in the log, filtered by the gate; and the same by polling.
//!
//! A socket holds no queue: it has a place in the log and reads on from there. A reader too slow to keep up gets a resync.

use super::origin::is_our_origin;
use super::refusal::Refusal;
use super::session::by_session;
use crate::domain::access::{Action, Principal};
use crate::domain::id::AccountId;
use crate::protocol::aside::{Aside, Notice};
use crate::protocol::error::{ApiError, Code};
use crate::protocol::live::{Frame, Greeting, Hello, PING, PROTOCOL};
use crate::server::bus::{Entry, Slice};
use crate::server::caller::Caller;
use crate::server::error;
use crate::server::state::App;
use crate::server::store::json;
use crate::server::trouble;
use axum::Extension;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often a quiet socket says where it is.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// A socket not heard of for so long is gone: pages ping every 20 seconds.
const SILENCE: Duration = Duration::from_secs(70);
/// A reader that has not taken what it is behind for so long is slow.
const SLOW: Duration = Duration::from_millis(500);
/// How long one frame may take at all: a socket must close within five seconds of its sign-out, also one that takes nothing.
const STUCK: Duration = Duration::from_secs(4);
/// How much a slow reader may be behind: events and bytes.
const BEHIND: (usize, usize) = (256, 1_000_000);
/// The most a replay may have.
const REPLAY_BYTES: usize = 5_000_000;

/// Where a reader is.
#[derive(Debug, Deserialize)]
pub struct Place {
    #[serde(default)]
    epoch: String,
    #[serde(default)]
    after: i64,
}

/// Upgrades to a socket: for a signed-in person, from our own page.
pub async fn upgrade(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Query(place): Query<Place>,
    headers: HeaderMap,
    socket: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    if let Err(error) = permitted(&caller) {
        return error.into_response();
    }
    if !is_our_origin(&app, &headers) {
        return Refusal(ApiError::new(Code::CrossOrigin, "The socket opens only from the inbox's own page.")).into_response();
    }
    let socket = match socket {
        Ok(socket) => socket,
        Err(rejection) => return rejection.into_response(),
    };
    // Messages from pages are single words; the defaults would cost 128 KiB a socket.
    let socket = socket.read_buffer_size(1024).write_buffer_size(0).max_write_buffer_size(8 * 1024 * 1024).max_message_size(1024).max_frame_size(1024);
    socket.on_upgrade(move |socket| async move {
        let reader = Reader { caller, position: place.after, heard: Instant::now(), checked: app.bus.last_access_change(), app };
        reader.serve(socket, &place.epoch).await;
    })
}

fn permitted(caller: &Caller) -> Result<(), Refusal> {
    caller.may(Action::Read).map_err(Refusal::from)?;
    match caller.principal {
        Principal::Agent { .. } => Ok(()),
        _ => Err(Refusal(ApiError::new(Code::Forbidden, "Live events are for signed-in people."))),
    }
}

struct Reader {
    app: App,
    caller: Caller,
    position: i64,
    heard: Instant,
    /// The change of access that the session was last checked after.
    checked: i64,
}

/// Why a socket ends.
enum End {
    /// It is gone, or not worth keeping.
    Gone,
    /// Its session is over.
    SignedOut,
    /// The process stops: come back soon.
    Stopping,
}

impl Reader {
    async fn serve(mut self, mut socket: WebSocket, epoch: &str) {
        self.app.metrics.sockets.inc();
        // Subscribed before anything is said or read: nothing can fall in between.
        let (head, notices) = (self.app.bus.subscribe(), self.app.trouble.subscribe());
        let end = match self.greet(&mut socket, epoch).await {
            Ok(()) => self.follow(&mut socket, head, notices).await,
            Err(end) => end,
        };
        let close = |code, reason: &'static str| Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }));
        // Whether the reader still hears it is its own affair.
        let farewell = async {
            match end {
                End::Gone => {}
                End::SignedOut => {
                    let _ = send(&mut socket, &Frame::SignedOut).await;
                    let _ = socket.send(close(4401, "signed out")).await;
                }
                End::Stopping => drop(socket.send(close(1012, "restarting")).await),
            }
        };
        let _ = tokio::time::timeout(STUCK, farewell).await;
        self.app.metrics.sockets.dec();
    }

    async fn greet(&mut self, socket: &mut WebSocket, epoch: &str) -> Result<(), End> {
        send_text(socket, hello(&self.app).into()).await?;
        send(socket, &said(&self.app, &self.caller)).await?;
        // Who may see what may be another than when the page was last told.
        let is_same = epoch == self.app.bus.epoch() && self.position >= self.app.bus.last_access_change();
        if is_same { Ok(()) } else { self.resync(socket).await }
    }

    async fn resync(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        self.position = self.app.bus.head();
        self.app.metrics.resyncs.inc();
        send(socket, &Frame::Resync { epoch: self.app.bus.epoch().to_owned() }).await?;
        Ok(())
    }

    async fn follow(&mut self, socket: &mut WebSocket, mut head: watch::Receiver<i64>, mut notices: watch::Receiver<Arc<Vec<Notice>>>) -> End {
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        loop {
            head.mark_unchanged();
            if let Err(end) = self.catch_up(socket).await {
                return end;
            }
            let result = tokio::select! {
                _ = head.changed() => Ok(()),
                _ = notices.changed() => send(socket, &said(&self.app, &self.caller)).await,
                message = socket.recv() => self.hear(socket, message).await,
                _ = heartbeat.tick() => self.beat(socket).await,
                () = self.app.stopping.cancelled() => Err(End::Stopping),
            };
            if let Err(end) = result {
                return end;
            }
        }
    }

    /// Sends what lies between the reader's place and the head.
    async fn catch_up(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        loop {
            // Boxed, like the look at the session: the database's futures are large, and every idle socket would hold room for them.
            let entries = match Box::pin(self.app.bus.after(&self.app.store, self.position)).await {
                Ok(Slice::Entries(entries)) => entries,
                Ok(Slice::Resync) => return self.resync(socket).await,
                // The database is away: the page comes back with its place.
                Err(_) => return Err(End::Gone),
            };
            if entries.is_empty() {
                return Ok(());
            }
            let mut bytes: usize = entries.iter().map(|entry| entry.frame.len()).sum();
            if bytes > REPLAY_BYTES {
                return self.resync(socket).await;
            }
            let began = Instant::now();
            for (index, entry) in entries.iter().enumerate() {
                // Whatever is still to be sent: a session that ended meanwhile gets none of it.
                let ended = self.app.clock.now() >= self.caller.valid_until;
                if ended || self.app.bus.last_access_change() > self.checked {
                    Box::pin(self.check_session(socket)).await?;
                }
                if self.may_see(entry) {
                    send_text(socket, entry.frame.clone()).await?;
                }
                self.position = entry.seq;
                bytes -= entry.frame.len();
                let behind = (entries.len() - index - 1, bytes);
                if began.elapsed() > SLOW && (behind.0 > BEHIND.0 || behind.1 > BEHIND.1) {
                    return self.resync(socket).await;
                }
            }
        }
    }

    fn may_see(&self, entry: &Entry) -> bool {
        may_see(&self.caller, entry)
    }

    async fn hear(&mut self, socket: &mut WebSocket, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        self.heard = Instant::now();
        match message {
            Some(Ok(Message::Text(word))) if word.as_str() == PING => self.say_position(socket).await,
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Text(_) | Message::Binary(_))) => Ok(()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Gone),
        }
    }

    async fn beat(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        if self.heard.elapsed() > SILENCE {
            return Err(End::Gone);
        }
        Box::pin(self.check_session(socket)).await?;
        self.say_position(socket).await
    }

    async fn say_position(&self, socket: &mut WebSocket) -> Result<(), End> {
        send(socket, &Frame::Position { seq: self.position, now: self.app.clock.now() }).await
    }

    /// Is the session still valid, and may the agent still see the same?
    async fn check_session(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        self.checked = self.app.bus.last_access_change();
        let Some(session) = self.caller.session.clone() else { return Err(End::SignedOut) };
        let caller = by_session(&self.app, &session).await.map_err(|_| End::Gone)?;
        if caller.principal == Principal::Nobody {
            return Err(End::SignedOut);
        }
        let changed = caller.principal != self.caller.principal;
        self.caller = caller;
        if changed { self.resync(socket).await } else { Ok(()) }
    }
}

fn hello(app: &App) -> String {
    json(&Hello { frame: Greeting::Hello, build: app.build.clone(), protocol: PROTOCOL, epoch: app.bus.epoch().to_owned(), seq: app.bus.head() })
}

/// What is wrong, as far as it concerns this caller.
fn said(app: &App, caller: &Caller) -> Frame {
    Frame::Aside { text: json(&Aside::Notices(trouble::visible(caller, &app.trouble.notices()))) }
}

fn may_see(caller: &Caller, entry: &Entry) -> bool {
    match entry.account_id.as_deref() {
        Some(account) => caller.may_on(Action::Read, &AccountId::from(account)),
        None => entry.is_for_all && caller.may(Action::Read).is_ok(),
    }
}

async fn send(socket: &mut WebSocket, frame: &Frame) -> Result<(), End> {
    send_text(socket, json(frame).into()).await
}

async fn send_text(socket: &mut WebSocket, text: Utf8Bytes) -> Result<(), End> {
    match tokio::time::timeout(STUCK, socket.send(Message::Text(text))).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(End::Gone),
    }
}

/// `GET /whatsapp/live/events?epoch=&after=`: the same frames, one a line, for lines that let no socket through.
pub async fn poll(State(app): State<App>, Extension(caller): Extension<Caller>, Query(place): Query<Place>) -> Result<Response, Refusal> {
    permitted(&caller)?;
    let slice = app.bus.after(&app.store, place.after).await.map_err(error::Error::from)?;
    let (frames, seq) = match slice {
        Slice::Entries(entries)
            if place.epoch == app.bus.epoch()
                && place.after >= app.bus.last_access_change()
                && entries.iter().map(|entry| entry.frame.len()).sum::<usize>() <= REPLAY_BYTES =>
        {
            let frames = entries.iter().filter(|entry| may_see(&caller, entry)).map(|entry| entry.frame.to_string()).collect();
            (frames, entries.last().map_or(place.after, |entry| entry.seq))
        }
        _ => (vec![json(&Frame::Resync { epoch: app.bus.epoch().to_owned() })], app.bus.head()),
    };
    let mut frames = [vec![hello(&app)], frames].concat();
    frames.push(json(&said(&app, &caller)));
    frames.push(json(&Frame::Position { seq, now: app.clock.now() }));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], frames.join("\n") + "\n").into_response())
}
