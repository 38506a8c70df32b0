//! Figures, each with its unit, of the release build as a child process: `make bench`, or `cargo bench --bench inbox -- sockets growth` for some
//! of them. `README.md` beside this file says what limits each and what was done about it. A machine-readable copy goes to `target/bench.json`.
//!
//! To add a figure: measure it in the file of its noun and say it with [`report::Report::say`], with the goal if it has one.

#[path = "../../tests/faults/inbox.rs"]
#[allow(dead_code, reason = "the fault harness uses the rest")]
mod inbox;
#[path = "../../tests/faults/postgres.rs"]
#[allow(dead_code, reason = "the fault harness uses the rest")]
mod postgres;
#[path = "../../tests/faults/shim.rs"]
#[allow(dead_code, reason = "the fault harness uses the rest")]
mod shim;

mod files;
mod growth;
mod ingest;
mod line;
mod machine;
mod report;
mod search;
mod sockets;

use report::Report;

// One thread: the load generator shares two cores with what it measures.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let mut report = Report::default();
    machine::say(&mut report);
    if wants("ingest") {
        ingest::on_sqlite(&mut report).await;
    }
    if wants("postgres") {
        ingest::on_postgres(&mut report).await;
    }
    if wants("sockets") {
        sockets::say(&mut report).await;
    }
    if wants("files") {
        files::say(&mut report).await;
    }
    if wants("search") {
        search::on_sqlite(&mut report).await;
        search::on_postgres(&mut report).await;
    }
    if wants("growth") {
        growth::say(&mut report).await;
    }
    report.write();
}
