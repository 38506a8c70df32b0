//! A line that can be cut: passes bytes between those who connect and one of several servers in turn.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Where it listens, and what it does to the bytes.
#[derive(Clone)]
pub struct Proxy(Arc<Inner>);

struct Inner {
    addr: String,
    targets: Mutex<Vec<String>>,
    next: AtomicUsize,
    /// While set, connections are taken and nothing is passed on.
    holds: AtomicBool,
    /// How many of the connections that say this word break right after it was passed on.
    breaks_after: Mutex<(Vec<u8>, usize)>,
    cut: watch::Sender<u64>,
    passed: AtomicUsize,
}

impl Proxy {
    pub async fn start(targets: &[String]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inner = Inner {
            addr: listener.local_addr().unwrap().to_string(),
            targets: Mutex::new(targets.to_vec()),
            next: AtomicUsize::new(0),
            holds: AtomicBool::new(false),
            breaks_after: Mutex::default(),
            cut: watch::Sender::new(0),
            passed: AtomicUsize::new(0),
        };
        let proxy = Self(Arc::new(inner));
        let passing = proxy.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(passing.clone().pass(client));
            }
        });
        proxy
    }

    pub fn addr(&self) -> &str {
        &self.0.addr
    }

    /// Breaks every connection there is.
    pub fn cut(&self) {
        self.0.cut.send_modify(|count| *count += 1);
    }

    /// From now on nothing is passed on, or it is again.
    pub fn hold(&self, holds: bool) {
        self.0.holds.store(holds, Ordering::SeqCst);
    }

    /// The next so many connections that send this word break right after the server has it.
    pub fn break_after(&self, word: &[u8], times: usize) {
        *self.0.breaks_after.lock().unwrap() = (word.to_vec(), times);
    }

    /// How many more are to break.
    pub fn breaks_left(&self) -> usize {
        self.0.breaks_after.lock().unwrap().1
    }

    /// How many connections were held back with bytes from the client.
    pub fn held(&self) -> usize {
        self.0.passed.load(Ordering::SeqCst)
    }

    async fn pass(self, mut client: TcpStream) {
        let mut cut = self.0.cut.subscribe();
        let mut server = None;
        // A server that is gone is left out: the next one serves.
        let targets = self.0.targets.lock().unwrap().clone();
        for _ in 0..targets.len() {
            let target = &targets[self.0.next.fetch_add(1, Ordering::SeqCst) % targets.len()];
            if let Ok(stream) = TcpStream::connect(target).await {
                server = Some(stream);
                break;
            }
        }
        let Some(mut server) = server else { return };
        let (mut from_client, mut from_server) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        loop {
            tokio::select! {
                read = client.read(&mut from_client) => {
                    let Ok(count @ 1..) = read else { return };
                    if self.0.holds.load(Ordering::SeqCst) {
                        self.0.passed.fetch_add(1, Ordering::SeqCst);
                        let _ = cut.changed().await;
                        return;
                    }
                    if server.write_all(&from_client[..count]).await.is_err() {
                        return;
                    }
                    if self.is_to_break(&from_client[..count]) {
                        // The server gets it and does it; the client never hears.
                        let mut answer = vec![0; 1024];
                        let _ = server.read(&mut answer).await;
                        return;
                    }
                }
                read = server.read(&mut from_server) => {
                    let Ok(count @ 1..) = read else { return };
                    if client.write_all(&from_server[..count]).await.is_err() {
                        return;
                    }
                }
                _ = cut.changed() => return,
            }
        }
    }

    fn is_to_break(&self, bytes: &[u8]) -> bool {
        let mut breaks = self.0.breaks_after.lock().unwrap();
        let says = breaks.1 > 0 && bytes.windows(breaks.0.len()).any(|window| window == breaks.0);
        breaks.1 -= usize::from(says);
        says
    }
}
