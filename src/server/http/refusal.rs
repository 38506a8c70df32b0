//! Errors on their way out: JSON for programs, a sentence for people.

use crate::protocol::error::{ApiError, Code};
use crate::server::error::{Error, status};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::any::Any;
use std::time::Duration;

/// An error as a response: `{"error":{"code","message"}}`.
pub struct Refusal(pub ApiError);

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(ApiError::from(error.into()))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(status(self.0.code)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(json!({"error": self.0}))).into_response();
        if matches!(self.0.code, Code::Unavailable) {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
        }
        response
    }
}

/// Whether the caller asked for JSON.
#[must_use]
pub fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("application/json"))
}

/// What a panic becomes; its place is in the log.
pub fn panicked(_: Box<dyn Any + Send>) -> Response {
    Refusal(ApiError::new(Code::Internal, "Something went wrong on our side. It is in the log.")).into_response()
}

/// How long a request may take, with the arrival of its body: none of ours takes seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a request with a file may take: 100 MB over a bad line.
const UPLOAD_PATIENCE: Duration = Duration::from_mins(20);

/// Cuts off who sends a form by the byte.
pub async fn bound_time(request: Request, next: Next) -> Response {
    within(PATIENCE, request, next).await
}

/// The same for a file.
pub async fn bound_upload(request: Request, next: Next) -> Response {
    within(UPLOAD_PATIENCE, request, next).await
}

async fn within(patience: Duration, request: Request, next: Next) -> Response {
    tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| {
        let mut response = Refusal(ApiError::new(Code::Unavailable, "The request took too long. Try again.")).into_response();
        *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
        response
    })
}

/// Gives bare errors of the framework (405, 413, 415 …) the same shape as ours.
pub async fn name_errors(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let bare = (status.is_client_error() || status.is_server_error())
        && response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !bare {
        return response;
    }
    let message = match status {
        StatusCode::NOT_FOUND => "There is nothing at this address.",
        StatusCode::METHOD_NOT_ALLOWED => "This address does not take this method.",
        StatusCode::PAYLOAD_TOO_LARGE => "The request is too large.",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "The request's content type is not one this address takes.",
        _ => "The request could not be read.",
    };
    let (mut parts, _) = response.into_parts();
    let code = status.canonical_reason().unwrap_or("error").to_lowercase().replace(' ', "_");
    parts.headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json!({"error": {"code": code, "message": message}}).to_string()))
}
