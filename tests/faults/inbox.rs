//! One inbox as a child process, with a sandbox of WhatsApp in this one.

use reqwest::Client;
use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use whatsapp_inbox::server::clock::{SystemClock, new_id};
use whatsapp_inbox::server::demo;
use whatsapp_inbox::server::meta::client::builder;
use whatsapp_inbox::server::sandbox::Sandbox;
use whatsapp_inbox::server::secret::Secret;

pub const BINARY: &str = env!("CARGO_BIN_EXE_whatsapp-inbox");
pub const METRICS_TOKEN: &str = "metrics-token";
pub const PASSWORD: &str = "a long enough password";

/// An inbox with its own folder; may be stopped and started again.
pub struct Inbox {
    pub base: String,
    pub folder: PathBuf,
    pub sandbox: Sandbox,
    pub http: Client,
    /// What it wrote to standard error and output.
    pub log: Arc<Mutex<String>>,
    pub key: String,
    /// Settings of the child, over the usual ones.
    pub settings: HashMap<String, String>,
    /// Words before the binary: another program that runs it.
    pub wrapper: Vec<String>,
    child: Option<Child>,
}

impl Inbox {
    /// On a SQLite of its own, not yet started.
    pub async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("inbox-faults-{}", new_id()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite:{}/inbox.db", folder.display());
        Self::on(folder, &url).await
    }

    /// On this database.
    pub async fn on(folder: PathBuf, database: &str) -> Self {
        std::fs::create_dir_all(&folder).unwrap();
        let base = format!("http://{}", free_address().await);
        let graph = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let graph_url = format!("http://{}", graph.local_addr().unwrap());
        let sandbox = Sandbox::new(demo::identity(&base), Arc::new(SystemClock));
        sandbox.world().settings.pace_ms = Vec::new();
        tokio::spawn(sandbox.clone().serve(graph));
        let identity = sandbox.identity().clone();
        let settings = [
            ("DATABASE_URL", database),
            ("LEPTOS_SITE_ADDR", base.trim_start_matches("http://")),
            ("WHATSAPP_GRAPH_URL", &graph_url),
            ("WHATSAPP_ACCESS_TOKEN", identity.token.expose()),
            ("WHATSAPP_PHONE_NUMBER_ID", &identity.phone_number_id),
            ("WHATSAPP_WABA_ID", &identity.waba_id),
            ("WHATSAPP_APP_SECRET", identity.app_secret.expose()),
            ("INBOX_SECRET_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ("METRICS_TOKEN", METRICS_TOKEN),
        ];
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let http = builder().build().unwrap();
        Self { base, folder, sandbox, http, log: Arc::default(), key: String::new(), settings, wrapper: Vec::new(), child: None }
    }

    /// The secret that signs webhooks.
    pub fn app_secret(&self) -> Secret {
        self.sandbox.identity().app_secret.clone()
    }

    fn command(&self, args: &[&str]) -> Command {
        let words: Vec<&str> = self.wrapper.iter().map(String::as_str).chain([BINARY]).chain(args.iter().copied()).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env_clear().env("PATH", std::env::var("PATH").unwrap_or_default()).envs(&self.settings).current_dir(&self.folder);
        command.kill_on_drop(true).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command of the binary; whether it went well, and everything it printed.
    pub async fn run(&self, args: &[&str], input: &str) -> (bool, String) {
        let mut child = self.command(args).spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{input}\n").as_bytes()).await.unwrap();
        let output = child.wait_with_output().await.unwrap();
        (output.status.success(), format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout)))
    }

    /// Starts it without waiting for it.
    pub fn spawn(&mut self) {
        let mut child = self.command(&["serve"]).spawn().unwrap();
        collect(child.stdout.take().unwrap(), self.log.clone());
        collect(child.stderr.take().unwrap(), self.log.clone());
        self.child = Some(child);
    }

    /// Starts it; how long it took to answer.
    pub async fn start(&mut self) -> Duration {
        let began = Instant::now();
        self.spawn();
        until("it answers", 30, || async { self.health().await.is_some() }).await;
        let took = began.elapsed();
        if self.key.is_empty() {
            let (done, printed) = self.run(&["api-key", "add", "faults"], "").await;
            assert!(done, "{printed}");
            printed.trim().lines().last().unwrap().clone_into(&mut self.key);
        }
        took
    }

    /// The status of `/healthz` and what it says; `None` while nothing listens.
    pub async fn health(&self) -> Option<(u16, Value)> {
        let response = self.http.get(format!("{}/healthz", self.base)).send().await.ok()?;
        let status = response.status().as_u16();
        Some((status, response.json().await.ok()?))
    }

    /// The child's process id.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().and_then(Child::id).expect("it runs")
    }

    /// Sends it a signal by name.
    pub async fn signal(&self, name: &str) {
        let done = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status().await.unwrap();
        assert!(done.success(), "kill -{name}");
    }

    /// `kill -9`.
    pub async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().await.unwrap();
        }
    }

    /// Waits for its end; how it ended and how long that took.
    pub async fn ended(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        let status = tokio::time::timeout(Duration::from_secs(20), self.child.take().expect("it runs").wait()).await.expect("it ends").unwrap();
        (status, began.elapsed())
    }

    /// Asks it to stop, as an operator would.
    pub async fn terminate(&mut self) -> (ExitStatus, Duration) {
        self.signal("TERM").await;
        self.ended().await
    }

    /// A metric, summed over its labels; 0 if it has not been counted.
    pub async fn metric(&self, name: &str) -> f64 {
        let request = self.http.get(format!("{}/metrics", self.base)).bearer_auth(METRICS_TOKEN);
        let text = match request.send().await {
            Ok(response) => response.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        };
        assert!(text.is_empty() || text.starts_with('#') || text.contains("unavailable"), "{text}");
        let values = text.lines().filter(|line| line.split(['{', ' ']).next() == Some(name) || line.starts_with(&format!("{name} ")));
        values.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }

    /// Everything that was kept is applied.
    pub async fn settled(&self) {
        until("everything is applied", 60, || async {
            self.health().await.is_some_and(|(status, _)| status == 200) && self.metric("inbox_unapplied").await == 0.0
        })
        .await;
    }

    /// JSON from the REST API.
    pub async fn get(&self, path: &str) -> Value {
        let response = self.http.get(format!("{}{path}", self.base)).header("x-api-key", &self.key).send().await.unwrap();
        response.json().await.unwrap()
    }

    /// A customer's messages, newest first, at most 200.
    pub async fn messages(&self, phone: &str) -> Vec<Value> {
        self.get(&format!("/whatsapp/api/chats/{phone}/messages/?limit=200")).await["messages"].as_array().cloned().unwrap_or_default()
    }

    /// Sends through the REST API; status and answer.
    pub async fn send(&self, phone: &str, text: &str) -> (u16, Value) {
        let body = serde_json::json!({"phone": phone, "message": text});
        let request = self.http.post(format!("{}/whatsapp/api/send-message/", self.base)).header("x-api-key", &self.key).json(&body);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or(Value::Null))
    }

    /// A signed-in agent's cookie.
    pub async fn cookie(&self) -> String {
        let email = format!("{}@shop.example", new_id());
        let (done, printed) = self.run(&["agent", "add", &email, "--name", "Mira", "--admin"], PASSWORD).await;
        assert!(done, "{printed}");
        let form = format!("email={email}&password={}", PASSWORD.replace(' ', "+"));
        let quiet = builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let request = quiet.post(format!("{}/whatsapp/sign-in/", self.base)).header("origin", &self.base);
        let response = request.header("content-type", "application/x-www-form-urlencoded").body(form).send().await.unwrap();
        response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    /// Whether its log holds these words.
    pub fn says(&self, words: &str) -> bool {
        self.log.lock().unwrap().contains(words)
    }

    /// How often the Graph API was handed a message with this text.
    pub fn handed_over(&self, text: &str) -> usize {
        self.sandbox.world().received.iter().filter(|received| received.body["text"]["body"] == text).count()
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log.lock().unwrap();
            let tail: Vec<&str> = log.lines().rev().take(25).collect();
            eprintln!("the end of its log:\n{}", tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
        } else {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

fn collect(stream: impl AsyncRead + Unpin + Send + 'static, log: Arc<Mutex<String>>) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let mut log = log.lock().unwrap();
            log.push_str(&line);
            log.push('\n');
        }
    });
}

/// A loopback address nobody listens on.
pub async fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string()
}

/// Asks again and again until it is so; fails after so many seconds.
pub async fn until<F: Future<Output = bool>>(what: &str, seconds: u64, mut is_so: impl FnMut() -> F) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < Duration::from_secs(seconds), "not within {seconds} s: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
