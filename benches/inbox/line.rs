//! One kept-alive HTTP connection, written by hand so that generating load costs little, and webhooks made beforehand.

use super::inbox::Inbox;
use super::machine::Pace;
use super::report::{Goal, Report, quantile};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use whatsapp_inbox::server::meta::signature::{HEADER, sign};

/// A connection.
pub struct Line {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Line {
    pub async fn open(base: &str) -> Self {
        let stream = TcpStream::connect(base.trim_start_matches("http://")).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, heard: vec![0; 256 * 1024] }
    }

    /// Sends a request and reads its answer; status and body.
    pub async fn ask(&mut self, request: &[u8]) -> (u16, String) {
        self.stream.write_all(request).await.unwrap();
        let mut length = 0;
        loop {
            length += self.stream.read(&mut self.heard[length..]).await.unwrap();
            assert!(length > 0, "the server hung up");
            let text = &self.heard[..length];
            let Some(end) = text.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&text[..end]).to_lowercase();
            let is_whole = match head.lines().find_map(|line| line.strip_prefix("content-length: ")) {
                Some(bytes) => length >= end + 4 + bytes.trim().parse::<usize>().unwrap(),
                None => !head.contains("transfer-encoding: chunked") || text.ends_with(b"0\r\n\r\n"),
            };
            if is_whole {
                return (head[9..12].parse().unwrap(), String::from_utf8_lossy(&text[end + 4..]).into_owned());
            }
            if length == self.heard.len() {
                self.heard.resize(length * 2, 0);
            }
        }
    }
}

/// Makes webhooks: each message of another id, of so many customers in turn.
pub struct Maker {
    count: u64,
    customers: u64,
}

impl Maker {
    pub fn new(customers: u64) -> Self {
        Self { count: 0, customers }
    }

    /// A whole request with so many messages, and the wamid of the last.
    pub fn webhook(&mut self, inbox: &Inbox, messages: u64) -> (Vec<u8>, String) {
        let second = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs().to_string();
        let mut wamid = String::new();
        let elements: Vec<_> = (0..messages)
            .map(|_| {
                self.count += 1;
                wamid = format!("wamid.HBgMbench{:012}", self.count);
                let from = format!("4477{:08}", 10_000_000 + self.count % self.customers);
                json!({"from": from, "id": wamid, "timestamp": second, "type": "text", "text": {"body": "Hello, do you have this in blue, and could it be here by Friday?"}})
            })
            .collect();
        let identity = inbox.sandbox.identity();
        let value = json!({"messaging_product": "whatsapp", "metadata": {"display_phone_number": identity.phone, "phone_number_id": identity.phone_number_id},
            "contacts": [], "messages": elements});
        let body =
            json!({"object": "whatsapp_business_account", "entry": [{"id": identity.waba_id, "changes": [{"field": "messages", "value": value}]}]}).to_string();
        let signature = sign(&inbox.app_secret(), body.as_bytes());
        let request = format!(
            "POST /whatsapp/webhook/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{HEADER}: {signature}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        (request.into_bytes(), wamid)
    }
}

/// A request for an address as somebody.
pub fn get(path: &str, header: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}\r\n\r\n").into_bytes()
}

/// A question of a page's.
pub fn call(path: &str, header: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{header}"
    );
    format!("{head}\r\n\r\n{body}").into_bytes()
}

/// Milliseconds of answers, sorted.
pub struct Times {
    pub all: Vec<f64>,
    /// Those before and after which the machine ran as fast as it can.
    pub unslowed: Vec<f64>,
}

impl Times {
    /// Their middle and their end. The goal is the server's: it holds for what the machine did not slow down itself, if that is most of it.
    pub fn say(&self, report: &mut Report, what: &str, goal: Goal) {
        report.say(&format!("{what}, p50"), quantile(&self.all, 0.5), "ms", Goal::None);
        report.say(&format!("{what}, p99"), quantile(&self.all, 0.99), "ms", Goal::None);
        let (unslowed, all) = (self.unslowed.len(), self.all.len());
        if unslowed * 2 > all {
            report.say(&format!("{what}, p99 of the {unslowed} of {all} at the machine's own speed"), quantile(&self.unslowed, 0.99), "ms", goal);
        } else {
            let unknown = if let Goal::AtMost(most) = goal { Goal::Unknown(most) } else { Goal::None };
            report.say(&format!("{what}, p99, of which too few ({unslowed} of {all}) at the machine's own speed"), quantile(&self.all, 0.99), "ms", unknown);
        }
    }
}

/// So many answers to a request, one after the other.
pub async fn times(base: &str, request: &[u8], samples: usize) -> Times {
    let pace = Pace::measure();
    let mut line = Line::open(base).await;
    let mut times = Times { all: Vec::new(), unslowed: Vec::new() };
    while times.all.len() < samples {
        let was_held = pace.is_held();
        let began = std::time::Instant::now();
        let (status, text) = line.ask(request).await;
        let took = began.elapsed().as_secs_f64() * 1000.0;
        assert_eq!(status, 200, "{text}");
        times.all.push(took);
        if was_held && pace.is_held() {
            times.unslowed.push(took);
        }
    }
    times.all.sort_by(f64::total_cmp);
    times.unslowed.sort_by(f64::total_cmp);
    times
}
