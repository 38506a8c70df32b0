//! The page's scripts, styles and icons, embedded in the binary and compressed beforehand.

use super::refusal::Refusal;
use crate::protocol::error::{ApiError, Code};
use crate::server::state::App;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Looks a file of the site up by its path, without the leading slash.
#[derive(Clone, Copy)]
pub struct Site(pub fn(&str) -> Option<Cow<'static, [u8]>>);

/// The files whose content makes a build another build.
const BUILD_FILES: [&str; 6] = [
    "pkg/whatsapp-inbox.js",
    "pkg/whatsapp-inbox.wasm",
    "pkg/whatsapp-inbox.later.wasm",
    "pkg/whatsapp-inbox.css",
    "pkg/whatsapp-inbox.later.css",
    "pkg/whatsapp-inbox.pages.css",
];

impl Site {
    /// A short name of what is embedded: pages ask for files under it and keep them for good.
    #[must_use]
    pub fn build(self) -> String {
        let mut digest = Sha256::new();
        for file in BUILD_FILES {
            digest.update((self.0)(file).unwrap_or_default());
        }
        hex::encode(digest.finalize())[..12].to_owned()
    }
}

/// Everything that is not a route: a file of the site, a path that lacks its slash (308), or nothing (404).
pub async fn serve(State(app): State<App>, Extension(site): Extension<Site>, request: Request) -> Response {
    let uri = request.uri();
    let path = uri.path().trim_start_matches('/');
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let asked = uri.query().and_then(|query| query.strip_prefix("v="));
    // The parts of a page fit only one another: another build's are not here, as their names would be kept for good.
    let is_ours = asked.is_none_or(|build| build == app.build);
    if is_read
        && is_ours
        && !path.contains("..")
        && let Some(response) = file(site, path, request.headers(), asked.is_some())
    {
        return response;
    }
    if path.starts_with("whatsapp/") && !path.ends_with('/') && !path.contains("//") {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::permanent(&format!("/{path}/{query}")).into_response();
    }
    let mut response = Refusal(ApiError::new(Code::Invalid, "There is nothing at this address.")).into_response();
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

fn file(site: Site, path: &str, headers: &HeaderMap, versioned: bool) -> Option<Response> {
    let kind = match path.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    };
    let brotli =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|list| list.split(',').any(|one| one.trim().starts_with("br")));
    let compressed = brotli.then(|| (site.0)(&format!("{path}.br"))).flatten();
    let encoding = compressed.is_some().then_some("br");
    let bytes = compressed.or_else(|| (site.0)(path))?;
    let cache = if versioned { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
    let mut response = Response::builder().header(header::CONTENT_TYPE, kind).header(header::CACHE_CONTROL, cache).header(header::VARY, "accept-encoding");
    if let Some(encoding) = encoding {
        response = response.header(header::CONTENT_ENCODING, encoding);
    }
    response.body(Body::from(bytes.into_owned())).ok()
}
