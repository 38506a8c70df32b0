//! Logs: structured, on standard error. Never message text, tokens or whole phone numbers.

use tracing_subscriber::EnvFilter;

/// Starts logging as `RUST_LOG` says (default `info`); plain lines on a terminal, JSON elsewhere.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,tungstenite=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    if is_terminal {
        builder.with_target(false).init();
    } else {
        builder.json().init();
    }
    // A panic's message may hold what it worked on: only its place is logged.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a task panicked");
    }));
}
