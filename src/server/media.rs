//! Files of messages: kept under their hash ([`blob`]), fetched from Meta as they come ([`fetch`]), looked at for what they are
//! ([`kind`], [`film`], [`pages`], [`picture`], [`voice`]); what is sent loses what cameras wrote into it ([`traces`]), and recordings of browsers are
//! packed anew ([`remux`]).
//!
//! Imports `store`, `meta`, `domain`. To understand another kind of file: its arm in [`examine`] and, if it may be shown in the page,
//! its line in [`kind::INLINE`].

pub mod blob;
pub mod fetch;
pub mod film;
pub mod kind;
pub mod pages;
pub mod picture;
pub mod remux;
pub mod traces;
pub mod voice;

use super::store::media::Found;
use crate::domain::media::waveform;
use blob::{Blobs, Spool, Spooled};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::Sender;

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
/// what a browser recorded goes as WhatsApp takes it. `None` if it is a picture in which the place cannot be told from the rest.
///
/// # Errors
/// The blob store refused it.
pub async fn keep_to_send(blobs: &Blobs, spool: Spool, name: Option<&str>) -> Result<Option<Found>, blob::Error> {
    let announced = name.map_or("", kind::by_name);
    let mut spooled = spool.finish().await?;
    let path = spooled.path().to_owned();
    match kind::of(&path, announced).as_str() {
        mime if mime.starts_with("image/") => match without_traces(blobs, &spooled, mime.to_owned()).await? {
            Cleaned::Without(clean) => spooled = clean,
            Cleaned::AsItIs => {}
            Cleaned::Not => return Ok(None),
        },
        _ => {
            if let Some(remade) = tokio::task::spawn_blocking(move || remux::to_ogg(&path)).await.ok().flatten() {
                let mut spool = blobs.spool().await?;
                spool.write(&remade).await?;
                spooled = spool.finish().await?;
            }
        }
    }
    keep(blobs, spooled, announced, true).await.map(Some)
}

/// What became of a picture's traces.
enum Cleaned {
    /// It is another file, without them.
    Without(Spooled),
    /// It can have none.
    AsItIs,
    /// They cannot be told from the rest.
    Not,
}

/// Writes a picture anew without what its camera wrote into it, in pieces: it may be large.
async fn without_traces(blobs: &Blobs, spooled: &Spooled, mime: String) -> Result<Cleaned, blob::Error> {
    let path = spooled.path().to_owned();
    let (sender, mut pieces) = tokio::sync::mpsc::channel(1);
    let cleaning = tokio::task::spawn_blocking(move || traces::clean(&path, &mime, &mut BufWriter::with_capacity(PIECE, Pieces(sender))));
    let mut spool = blobs.spool().await?;
    while let Some(piece) = pieces.recv().await {
        spool.write(&piece).await?;
    }
    match cleaning.await {
        Ok(Ok(true)) => spool.finish().await.map(Cleaned::Without),
        Ok(Ok(false)) => Ok(Cleaned::AsItIs),
        Ok(Err(error)) if !matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) => Err(error.into()),
        _ => Ok(Cleaned::Not),
    }
}

/// Hands what is written on to whoever keeps it, and waits while that takes its time.
struct Pieces(Sender<Vec<u8>>);

impl Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        let piece = &piece[..piece.len().min(PIECE)];
        self.0.blocking_send(piece.to_owned()).map_err(|_| ErrorKind::BrokenPipe)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
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
    if ["video/mp4", "video/3gpp"].contains(&found.mime.as_str()) {
        found.duration_ms = film::duration_ms(path);
    }
    if found.mime == "application/pdf" {
        found.pages = pages::count(path);
    }
    (found, thumbnail)
}
