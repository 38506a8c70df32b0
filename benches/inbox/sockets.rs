//! Many pages at once: how soon all of them have an event, and what they cost in memory.

use super::inbox::Inbox;
use super::line::{Line, Maker};
use super::machine::memory_mb;
use super::report::{Goal, Report, about};
use futures_util::{SinkExt, StreamExt};
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Open sockets; each counts the events it gets and notes when the last came.
struct Crowd {
    heard: Rc<Cell<usize>>,
    last: Rc<Cell<Instant>>,
    tasks: Vec<JoinHandle<()>>,
}

async fn listen(base: String, cookie: String, heard: Rc<Cell<usize>>, last: Rc<Cell<Instant>>, greeted: Rc<Cell<usize>>) {
    let mut request = format!("{}/whatsapp/live", base.replace("http", "ws")).into_client_request().unwrap();
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    request.headers_mut().insert("origin", base.parse().unwrap());
    let stream = TcpStream::connect(base.trim_start_matches("http://")).await.unwrap();
    let config = WebSocketConfig::default().read_buffer_size(2048).write_buffer_size(0);
    let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await.unwrap();
    let mut ping = tokio::time::interval(Duration::from_secs(20));
    ping.tick().await;
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            _ = ping.tick() => {
                socket.send(Message::Text("ping".into())).await.unwrap();
                continue;
            }
        };
        let Some(Ok(Message::Text(text))) = message else { return };
        if text.starts_with(r#"{"event""#) {
            heard.set(heard.get() + 1);
            last.set(Instant::now());
        } else if text.starts_with(r#"{"frame":"hello""#) {
            greeted.set(greeted.get() + 1);
        }
    }
}

impl Crowd {
    /// Opens so many, at most two hundred at once.
    async fn gather(inbox: &Inbox, cookies: &[String], count: usize) -> Self {
        let (heard, last, greeted) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(Instant::now())), Rc::new(Cell::new(0)));
        let mut tasks = Vec::new();
        for number in 1..=count {
            tasks.push(tokio::task::spawn_local(listen(
                inbox.base.clone(),
                cookies[number % cookies.len()].clone(),
                heard.clone(),
                last.clone(),
                greeted.clone(),
            )));
            while greeted.get() + 200 < number || (number == count && greeted.get() < count) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        Self { heard, last, tasks }
    }

    /// Posts a message; milliseconds from its 200 to the last socket's event.
    async fn time_one(&self, line: &mut Line, request: &[u8]) -> f64 {
        self.heard.set(0);
        assert_eq!(line.ask(request).await.0, 200);
        let accepted = Instant::now();
        while self.heard.get() < self.tasks.len() {
            tokio::time::sleep(Duration::from_millis(1)).await;
            assert!(accepted.elapsed() < Duration::from_secs(20), "{} of {} heard", self.heard.get(), self.tasks.len());
        }
        self.last.get().saturating_duration_since(accepted).as_secs_f64() * 1000.0
    }

    fn leave(self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// All figures of sockets.
pub async fn say(report: &mut Report) {
    tokio::task::LocalSet::new().run_until(measure(report)).await;
}

async fn measure(report: &mut Report) {
    about("sockets");
    let mut inbox = Inbox::new().await;
    inbox.start().await;
    // Nobody has thousands of pages open: the requests of one session are limited.
    let mut cookies = Vec::new();
    for _ in 0..20 {
        cookies.push(inbox.cookie().await);
    }
    let mut maker = Maker::new(10);
    for count in [50, 5000] {
        let crowd = Crowd::gather(&inbox, &cookies, count).await;
        let mut line = Line::open(&inbox.base).await;
        let mut times = Vec::new();
        for _ in 0..10 {
            times.push(crowd.time_one(&mut line, &maker.webhook(&inbox, 1).0).await);
        }
        times.sort_by(f64::total_cmp);
        report.say(&format!("one event to {count} sockets: accepted to the last one, median of 10"), times[5], "ms", Goal::None);
        report.say(&format!("one event to {count} sockets: accepted to the last one, worst of 10"), times[9], "ms", Goal::AtMost(250.0));
        crowd.leave();
    }
    // A fresh process: what was used and given back must not hide what a socket costs.
    inbox.terminate().await;
    inbox.start().await;
    let before = memory_mb(inbox.pid());
    let mut small = Crowd::gather(&inbox, &cookies, 1000).await;
    report.say("memory with 1,000 idle sockets", memory_mb(inbox.pid()), "MB", Goal::None);
    let rest = Crowd::gather(&inbox, &cookies, 9000).await;
    small.tasks.extend(rest.tasks);
    let full = memory_mb(inbox.pid());
    report.say("memory with 10,000 idle sockets", full, "MB", Goal::AtMost(300.0));
    report.say("memory for each socket", (full - before) / 10.0, "KB", Goal::AtMost(20.0));
    small.leave();
}
