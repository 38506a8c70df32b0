//! Both stores: a folder, and a bucket that speaks as much S3 as the client asks for, over HTTP.

use super::*;
use crate::server::trial::folder;
use axum::body::Bytes;
use axum::extract::{Path as Key, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

/// What a bucket holds: objects, and uploads that are not finished.
#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Vec<u8>>,
    uploads: BTreeMap<String, BTreeMap<u32, Vec<u8>>>,
}

type Shared = Arc<Mutex<Bucket>>;
type Asked = Query<HashMap<String, String>>;

const TAG: HeaderValue = HeaderValue::from_static("\"tag\"");

/// `GET` and `HEAD`, whole or a range.
async fn give(State(bucket): State<Shared>, Key(key): Key<String>, headers: HeaderMap) -> Response {
    let Some(bytes) = bucket.lock().unwrap().objects.get(&key).cloned() else { return StatusCode::NOT_FOUND.into_response() };
    let about = [(header::ETAG, TAG), (header::LAST_MODIFIED, HeaderValue::from_static("Mon, 23 Nov 2026 08:00:00 GMT"))];
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok()?.strip_prefix("bytes=")?.split_once('-'));
    let Some((first, last)) = range.and_then(|(first, last)| Some((first.parse::<usize>().ok()?, last.parse::<usize>().ok()?))) else {
        return (about, bytes).into_response();
    };
    let said = HeaderValue::try_from(format!("bytes {first}-{last}/{}", bytes.len())).unwrap();
    (StatusCode::PARTIAL_CONTENT, about, [(header::CONTENT_RANGE, said)], bytes[first..=last].to_vec()).into_response()
}

/// `PUT`: an object, or a part of one.
async fn take(State(bucket): State<Shared>, Key(key): Key<String>, Query(asked): Asked, body: Bytes) -> Response {
    let mut bucket = bucket.lock().unwrap();
    match asked.get("partNumber").and_then(|part| part.parse().ok()) {
        Some(part) => drop(bucket.uploads.entry(key).or_default().insert(part, body.to_vec())),
        None => drop(bucket.objects.insert(key, body.to_vec())),
    }
    [(header::ETAG, TAG)].into_response()
}

/// `POST`: begins an upload in parts, or ends it.
async fn compose(State(bucket): State<Shared>, Key(key): Key<String>, Query(asked): Asked) -> String {
    if asked.contains_key("uploads") {
        return format!("<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>{key}</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>");
    }
    let mut bucket = bucket.lock().unwrap();
    let whole = bucket.uploads.remove(&key).unwrap_or_default().into_values().flatten().collect();
    bucket.objects.insert(key.clone(), whole);
    format!("<CompleteMultipartUploadResult><Key>{key}</Key><ETag>\"tag\"</ETag></CompleteMultipartUploadResult>")
}

/// A bucket, and a store on it.
async fn bucket() -> (Shared, Blobs) {
    let shared = Shared::default();
    let router = axum::Router::new().route("/files/{*key}", get(give).put(take).post(compose)).layer(axum::extract::DefaultBodyLimit::disable());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = AmazonS3Builder::new()
        .with_endpoint(format!("http://{}", listener.local_addr().unwrap()))
        .with_allow_http(true)
        .with_region("eu-north-1")
        .with_access_key_id("key")
        .with_secret_access_key("secret");
    let router = router.with_state(shared.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let blobs = Blobs::bucket(settings, "s3://files/inbox", folder()).unwrap();
    (shared, blobs)
}

async fn whole(blobs: &Blobs, hash: &str, range: Option<Range<u64>>) -> Vec<u8> {
    let parts: Vec<bytes::Bytes> = blobs.read(hash, range).await.unwrap().map(Result::unwrap).collect().await;
    parts.concat()
}

/// The story of a store: small and large files, ranges, the same file twice, one that is not there.
async fn story(blobs: &Blobs) {
    let large: Vec<u8> = (0..20 * 1024 * 1024_u32).map(|at| u8::try_from(at % 251).unwrap()).collect();
    for bytes in [b"a voice note".to_vec(), large] {
        let hash = blobs.put(bytes.clone()).await.unwrap();
        assert_eq!(hash, hex::encode(Sha256::digest(&bytes)));
        assert_eq!(whole(blobs, &hash, None).await, bytes);
        assert_eq!(whole(blobs, &hash, Some(2..7)).await, bytes[2..7]);
        assert_eq!(blobs.put(bytes).await.unwrap(), hash);
    }
    assert!(blobs.read(&"0".repeat(64), None).await.is_err());
    assert_eq!(std::fs::read_dir(&blobs.spool).unwrap().count(), 0, "nothing is left where files are written first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_keeps_files() {
    let path = folder();
    story(&Blobs::open(path.to_str().unwrap(), &path).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_keeps_files() {
    let (shared, blobs) = bucket().await;
    story(&blobs).await;
    let bucket = shared.lock().unwrap();
    assert_eq!((bucket.objects.len(), bucket.uploads.len()), (2, 0));
    assert!(bucket.objects.keys().all(|key| key.starts_with("inbox/")));
}

/// A bucket that cannot be reached refuses, and what was written first is removed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_is_away_says_so() {
    let settings = AmazonS3Builder::new()
        .with_endpoint("http://127.0.0.1:9")
        .with_allow_http(true)
        .with_region("x")
        .with_access_key_id("key")
        .with_secret_access_key("secret")
        .with_retry(object_store::RetryConfig { max_retries: 0, ..object_store::RetryConfig::default() });
    let blobs = Blobs::bucket(settings, "s3://files", folder()).unwrap();
    assert!(blobs.put(b"a photo".to_vec()).await.is_err());
    assert_eq!(std::fs::read_dir(&blobs.spool).unwrap().count(), 0);
}
