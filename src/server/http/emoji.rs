//! The emoji that can be picked, as a list that pages fetch once: the crate `emojis` keeps it, from Unicode and GitHub's short names.

use super::refusal::Refusal;
use crate::domain::access::Action;
use crate::server::caller::Caller;
use axum::Extension;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::fmt::Write;
use std::sync::LazyLock;

/// One a line: the emoji, its names, its skin tones, parted by tabs.
static LIST: LazyLock<String> = LazyLock::new(|| {
    let mut list = String::new();
    // What is younger, many phones and computers cannot draw yet.
    for emoji in emojis::iter().filter(|emoji| emoji.unicode_version() <= emojis::UnicodeVersion::new(15, 1)) {
        let names = emoji.shortcodes().fold(emoji.name().to_owned(), |names, code| names + " " + code);
        let tones = emoji.skin_tones().into_iter().flatten().skip(1).map(emojis::Emoji::as_str).collect::<Vec<_>>().join(" ");
        let _ = writeln!(list, "{}\t{names}\t{tones}", emoji.as_str());
    }
    list
});

/// `GET /whatsapp/emoji/`
pub async fn list(Extension(caller): Extension<Caller>) -> Result<Response, Refusal> {
    caller.may(Action::Read)?;
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "private, max-age=86400")];
    Ok((headers, LIST.as_str()).into_response())
}
