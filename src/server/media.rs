//! Files of messages: kept under their hash ([`blob`]), fetched from Meta as they come ([`fetch`]), looked at for what they are
//! ([`kind`], [`pages`], [`picture`], [`voice`]); recordings of browsers are packed anew ([`remux`]).
//!
//! Imports `store`, `meta`, `domain`. To understand another kind of file: its arm in [`examine`] and, if it may be shown in the page,
//! its line in [`kind::INLINE`].

pub mod blob;
pub mod fetch;
pub mod kind;
pub mod pages;
pub mod picture;
pub mod remux;
pub mod voice;

use super::store::media::Found;
use crate::domain::media::waveform;
use blob::{Blobs, Spool, Spooled};
use std::io::SeekFrom;
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::sync::Semaphore;

/// The largest file that is kept, as WhatsApp's own limit (`meta-api` section 11.3).
pub const MOST_BYTES: u64 = 100 * 1024 * 1024;

/// How much of a file is copied at once, in bytes.
const PIECE: usize = 256 * 1024;

/// Pictures are opened one at a time: each may take some hundred megabytes for a moment.
static OPENING: Semaphore = Semaphore::const_new(1);

/// Looks into a file that has come and keeps it, with its small picture if it is one.
///
/// # Errors
/// The blob store refused it.
pub async fn keep(blobs: &Blobs, spooled: Spooled, announced: &str, look: bool) -> Result<Found, blob::Error> {
    let (path, announced) = (spooled.path().to_owned(), announced.to_owned());
    // invariant: the semaphore is never closed.
    let permit = OPENING.acquire().await.expect("never closed");
    let looked = tokio::task::spawn_blocking(move || if look { examine(&path, &announced) } else { (named(&path, &announced), None) }).await;
    drop(permit);
    // What cannot be looked into is still a file.
    let (mut found, thumbnail) = looked.unwrap_or_else(|_| (Found { mime: kind::UNKNOWN.to_owned(), ..Found::default() }, None));
    if let Some(thumbnail) = thumbnail {
        found.thumbnail_hash = Some(blobs.put(thumbnail).await?);
    }
    found.size = i64::try_from(spooled.size()).unwrap_or(i64::MAX);
    found.hash = spooled.hash().to_owned();
    blobs.keep(spooled).await?;
    Ok(found)
}

/// The same for a file that is to be sent: a picture goes without the place where it was taken, and what else its camera wrote down;
/// what a browser recorded goes as WhatsApp takes it.
///
/// # Errors
/// The blob store refused it.
pub async fn keep_to_send(blobs: &Blobs, spool: Spool, name: Option<&str>) -> Result<Found, blob::Error> {
    let mut spooled = spool.finish().await?;
    let path = spooled.path().to_owned();
    let (remade, clean) = tokio::task::spawn_blocking(move || (picture::without_traces(&path).or_else(|| remux::to_ogg(&path)), picture::clean_head(&path)))
        .await
        .unwrap_or_default();
    if let Some(remade) = remade {
        let mut spool = blobs.spool().await?;
        spool.write(&remade).await?;
        spooled = spool.finish().await?;
    } else if let Some((head, from)) = clean {
        spooled = with_head(blobs, &spooled, &head, from).await?;
    }
    keep(blobs, spooled, name.map_or("", kind::by_name), true).await
}

/// A file with another beginning, in pieces: it may be large.
async fn with_head(blobs: &Blobs, spooled: &Spooled, head: &[u8], from: u64) -> Result<Spooled, blob::Error> {
    let mut file = tokio::fs::File::open(spooled.path()).await?;
    file.seek(SeekFrom::Start(from)).await?;
    let mut spool = blobs.spool().await?;
    spool.write(head).await?;
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece).await? {
            0 => return spool.finish().await,
            length => spool.write(&piece[..length]).await?,
        }
    }
}

/// What a file is called, by its first bytes.
fn named(path: &Path, announced: &str) -> Found {
    Found { mime: kind::of(path, announced), ..Found::default() }
}

/// What a file is, by its content; and a small picture of it.
fn examine(path: &Path, announced: &str) -> (Found, Option<Vec<u8>>) {
    let mut found = named(path, announced);
    let mut thumbnail = None;
    if found.mime.starts_with("image/")
        && let Some(picture) = picture::look(path)
    {
        found.pixels = Some(picture.pixels);
        found.moves = picture.moves;
        thumbnail = picture.thumbnail;
    }
    if found.mime == "audio/ogg"
        && let Some(voice) = voice::look(path)
    {
        found.duration_ms = Some(voice.duration_ms);
        found.waveform = Some(waveform(&voice.loudness));
    }
    if found.mime == "application/pdf" {
        found.pages = pages::count(path);
    }
    (found, thumbnail)
}
