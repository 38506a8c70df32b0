//! A socket to the server, as text frames.

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use gloo_net::http::Request;
use gloo_net::websocket::Message;
use gloo_net::websocket::futures::WebSocket;

/// The writing half.
pub struct Sender(SplitSink<WebSocket, Message>);
/// The reading half.
pub struct Receiver(SplitStream<WebSocket>);

/// Opens a socket to a path of this server; `None` if the address is refused outright.
#[must_use]
pub fn open(path: &str) -> Option<(Sender, Receiver)> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    let socket = WebSocket::open(&format!("{scheme}://{}{path}", location.host().ok()?)).ok()?;
    let (sender, receiver) = socket.split();
    Some((Sender(sender), Receiver(receiver)))
}

/// What asking gave.
pub enum Answer {
    /// Frames as text, in order.
    Frames(Vec<String>),
    /// The session is over.
    SignedOut,
    /// The server cannot be reached, or did not say anything that can be read.
    Nothing,
}

/// Asks once for what a socket would have brought.
pub async fn ask(path: &str) -> Answer {
    let Ok(response) = Request::get(path).send().await else { return Answer::Nothing };
    match response.status() {
        200 => {
            // A body that was cut off on its way lacks its last line's end.
            let Some(body) = response.text().await.ok().filter(|body| body.ends_with('\n')) else { return Answer::Nothing };
            Answer::Frames(body.lines().map(str::to_owned).collect())
        }
        401 => Answer::SignedOut,
        _ => Answer::Nothing,
    }
}

/// Fetches a text of this server.
pub async fn text(path: &str) -> Option<String> {
    let response = Request::get(path).send().await.ok().filter(gloo_net::http::Response::ok)?;
    response.text().await.ok()
}

impl Sender {
    /// Sends a word; whether the socket still took it.
    pub async fn send(&mut self, word: &str) -> bool {
        self.0.send(Message::Text(word.to_owned())).await.is_ok()
    }
}

impl Receiver {
    /// The next frame; `None` once the line is broken.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return Some(text),
                Ok(Message::Bytes(_)) => {}
                Err(_) => return None,
            }
        }
    }
}
