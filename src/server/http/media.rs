//! Files of messages: `GET /whatsapp/media/{id}/`, and `…/thumbnail/` for the small picture of one. What a stranger sent is never a page
//! here: its content decides its type, only pictures, films and recordings are shown, and nothing in it may run.

use super::refusal::Refusal;
use crate::domain::id::MediaId;
use crate::protocol::address;
use crate::protocol::error::{ApiError, Code};
use crate::server::caller::Caller;
use crate::server::media::blob;
use crate::server::media::kind;
use crate::server::service;
use crate::server::state::App;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_range_header::{StartPosition, parse_range_header};
use serde::Deserialize;
use std::ops::Range;

/// How it is wanted.
#[derive(Default, Deserialize)]
pub struct Wish {
    /// To be saved, not shown.
    download: Option<String>,
}

/// The file, or the part of it that is asked for.
pub async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let file = service::media::find(&app, &caller, &MediaId(id)).await?;
    let is_shown = kind::INLINE.contains(&file.mime.as_str()) && wish.download.is_none();
    let size = u64::try_from(file.size).unwrap_or(0);
    let Ok(range) = wanted(&headers, size) else {
        return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, format!("bytes */{size}"))]).into_response());
    };
    let mut response = send(&app, &file.hash, range.clone()).await?;
    let head = response.headers_mut();
    let (status, length) = match range {
        Some(range) => {
            head.insert(header::CONTENT_RANGE, value(format!("bytes {}-{}/{size}", range.start, range.end - 1)));
            (StatusCode::PARTIAL_CONTENT, range.end - range.start)
        }
        None => (StatusCode::OK, size),
    };
    head.insert(header::CONTENT_LENGTH, length.into());
    head.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    head.insert(header::CONTENT_TYPE, value(file.mime.clone()));
    head.insert(header::CONTENT_DISPOSITION, value(disposition(file.name.clone(), &file.mime, is_shown)));
    *response.status_mut() = status;
    Ok(response)
}

/// The small picture of a file; of one without, the file's own if it is a picture.
pub async fn thumbnail(State(app): State<App>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let file = service::media::find(&app, &caller, &MediaId(id)).await?;
    let (hash, mime) = match &file.thumbnail_hash {
        Some(hash) => (hash, if file.mime == "image/webp" { "image/webp" } else { "image/jpeg" }),
        None if file.mime.starts_with("image/") && kind::INLINE.contains(&file.mime.as_str()) => (&file.hash, file.mime.as_str()),
        None => return Err(Refusal(ApiError::new(Code::UnknownMessage, "There is no small picture of this file."))),
    };
    let mut response = send(&app, hash, None).await?;
    response.headers_mut().insert(header::CONTENT_TYPE, value(mime.to_owned()));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    Ok(response)
}

pub(super) async fn send(app: &App, hash: &str, range: Option<Range<u64>>) -> Result<Response, Refusal> {
    let stream = app.blobs.read(hash, range).await.map_err(|error: blob::Error| {
        tracing::error!(%error, hash, "a file that should be here cannot be read");
        Refusal(ApiError::new(Code::Unavailable, "The file cannot be read right now. Try again in a minute."))
    })?;
    let mut response = Response::new(Body::from_stream(stream));
    let head = response.headers_mut();
    // The bytes under an id never change.
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
    head.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'"));
    Ok(response)
}

/// The one range that is asked for; several are answered with the whole.
fn wanted(headers: &HeaderMap, size: u64) -> Result<Option<Range<u64>>, ()> {
    let Some(asked) = headers.get(header::RANGE).and_then(|value| value.to_str().ok()) else { return Ok(None) };
    let Ok(parsed) = parse_range_header(asked) else { return Ok(None) };
    let is_beyond = parsed.ranges.iter().all(|one| matches!(one.start, StartPosition::Index(start) if start >= size));
    match parsed.validate(size).as_deref() {
        Ok([one]) => Ok(Some(*one.start()..*one.end() + 1)),
        Err(_) if is_beyond => Err(()),
        _ => Ok(None),
    }
}

pub(super) fn value(text: String) -> HeaderValue {
    // What no header can hold was never meant for one.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// `inline` or `attachment` with the name it came with (RFC 6266), which is only ever a name.
pub(super) fn disposition(name: Option<String>, mime: &str, is_shown: bool) -> String {
    let kind = if is_shown { "inline" } else { "attachment" };
    let name = kind::name_of(name, mime);
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' }).collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{}", address::encode(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E4: no name leaves its header.
    #[test]
    fn e4_a_name_stays_in_its_header() {
        let named = |name: Option<&str>| disposition(name.map(str::to_owned), "application/pdf", false);
        assert_eq!(named(Some("Größe 7.pdf")), "attachment; filename=\"Gr__e 7.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%207.pdf");
        assert_eq!(named(None), "attachment; filename=\"application.pdf\"; filename*=UTF-8''application.pdf");
        let hostile = named(Some("a\"; filename=b.html\r\nX: y"));
        assert_eq!(hostile.matches('"').count(), 2);
        assert!(!hostile.contains(['\r', '\n']));
        assert!(HeaderValue::from_str(&hostile).is_ok());
    }

    #[test]
    fn one_range_is_taken_and_the_impossible_refused() {
        let ask = |range: &str| wanted(&[(header::RANGE, HeaderValue::from_str(range).unwrap())].into_iter().collect(), 1000);
        assert_eq!(ask("bytes=0-99"), Ok(Some(0..100)));
        assert_eq!(ask("bytes=900-"), Ok(Some(900..1000)));
        assert_eq!(ask("bytes=-100"), Ok(Some(900..1000)));
        assert_eq!(ask("bytes=0-0,5-6"), Ok(None));
        assert_eq!(ask("bytes=1000-"), Err(()));
        assert_eq!(ask("bytes=-5000"), Ok(None), "the last 5000 of 1000 are all of them");
        assert_eq!(ask("bytes=0-9,5-14"), Ok(None));
        assert_eq!(ask("lines=1-2"), Ok(None));
    }
}
