//! A PostgreSQL of the test's own, which it may stop.

use std::path::PathBuf;
use std::process::Command;
use whatsapp_inbox::server::clock::new_id;

/// The address of a server's only database, through this host and port.
pub fn url(addr: &str) -> String {
    format!("postgres://inbox@{addr}/postgres")
}

/// A server in a temporary folder.
pub struct Postgres {
    folder: PathBuf,
    port: String,
}

fn script(args: &[&str]) -> Option<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/postgres");
    let output = Command::new(script).args(args).output().unwrap();
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

impl Postgres {
    /// Starts one; `None` where none is installed (`make setup` installs it).
    pub fn start() -> Option<Self> {
        Self::start_with("off")
    }

    /// Starts one that syncs, as one in use does.
    #[allow(dead_code, reason = "the benchmarks use it")]
    pub fn start_durable() -> Option<Self> {
        Self::start_with("on")
    }

    fn start_with(sync: &str) -> Option<Self> {
        if script(&["where"]).is_none() {
            eprintln!("skipped: PostgreSQL is not installed");
            return None;
        }
        let folder = std::env::temp_dir().join(format!("inbox-postgres-{}", new_id()));
        let port = script(&["start", folder.to_str().unwrap(), sync]).expect("it starts");
        Some(Self { folder, port })
    }

    /// Where it listens.
    pub fn addr(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Pulls the plug and starts it again.
    pub fn restart(&self) {
        self.stop();
        script(&["again", self.folder.to_str().unwrap(), &self.port]).expect("it starts again");
    }

    /// Pulls the plug.
    pub fn stop(&self) {
        script(&["stop", self.folder.to_str().unwrap()]);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
