//! The binary: hands the page and its embedded files to the command line.

use std::borrow::Cow;
use std::process::ExitCode;
use whatsapp_inbox::server::http::assets::Site;
use whatsapp_inbox::server::{cli, http::page::Head};
use whatsapp_inbox::ui::page::document::document;

/// Webhooks are many small pieces of memory, made on one thread and let go on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The built site, compressed beforehand.
#[derive(rust_embed::RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Embedded;

/// A file of the site: embedded, or from the disk under `cargo leptos watch`, which builds it anew meanwhile.
fn file(path: &str) -> Option<Cow<'static, [u8]>> {
    if std::env::var_os("LEPTOS_WATCH").is_some() {
        return ["site", "watch"].iter().find_map(|folder| std::fs::read(format!("target/{folder}/{path}")).ok()).map(Cow::Owned);
    }
    Embedded::get(path).map(|file| file.data)
}

#[tokio::main]
async fn main() -> ExitCode {
    let shell = |head: Head| document(&head.nonce, &head.build, head.options, head.view);
    cli::run(shell, Site(file)).await
}
