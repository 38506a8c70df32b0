//! Where the bytes of files lie: a folder, or a bucket that speaks S3, each under the hash of its content. What is there is whole:
//! it is written beside, synced, and then put in its place.

#[cfg(test)]
mod tests;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What the blob store refused.
#[derive(Debug)]
pub enum Error {
    /// The folder beside which files are written.
    Io(std::io::Error),
    /// The folder or bucket where they lie.
    Store(object_store::Error),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => write!(f, "media folder: {error}"),
            Self::Store(error) => write!(f, "media store: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        Self::Store(error)
    }
}

/// A part of a bucket's upload, in bytes.
const PART: usize = 8 * 1024 * 1024;
/// What was begun so long ago was given up.
const STALE: Duration = Duration::from_hours(24);

/// The blob store; cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Where they lie, if it is a folder.
    folder: Option<PathBuf>,
    /// Where they are written first.
    spool: PathBuf,
}

impl Blobs {
    /// Opens a folder, or `s3://bucket/prefix` (keys, region and endpoint from the usual `AWS_…` variables).
    ///
    /// What comes is written beside first: in the folder itself, or, for a bucket, in `beside`.
    pub fn open(url: &str, beside: &Path) -> Result<Self, Error> {
        let spool_in = |parent: &Path| {
            let spool = parent.join("incoming");
            private_folder(&spool)?;
            sweep(&spool);
            Ok::<_, std::io::Error>(spool)
        };
        if url.starts_with("s3://") {
            return Self::bucket(AmazonS3Builder::from_env(), url, spool_in(beside)?);
        }
        let folder = PathBuf::from(url);
        private_folder(&folder)?;
        Ok(Self { store: Arc::new(LocalFileSystem::new_with_prefix(&folder)?), spool: spool_in(&folder)?, folder: Some(folder) })
    }

    fn bucket(settings: AmazonS3Builder, url: &str, spool: PathBuf) -> Result<Self, Error> {
        // The bucket's client wants a provider of cryptography; this installs the one that everything here uses.
        drop(crate::server::meta::client::builder());
        let prefix = url.trim_start_matches("s3://").split_once('/').map_or("", |(_, prefix)| prefix);
        let bucket = settings.with_url(url).build()?;
        Ok(Self { store: Arc::new(PrefixStore::new(bucket, prefix)), folder: None, spool })
    }

    /// Begins a file.
    pub async fn spool(&self) -> Result<Spool, Error> {
        let path = self.spool.join(crate::server::clock::new_id());
        Ok(Spool { file: File::create(&path).await?, held: Held(path), digest: Sha256::new(), size: 0 })
    }

    /// Puts a whole file in its place.
    pub async fn keep(&self, spooled: Spooled) -> Result<(), Error> {
        let place = place(&spooled.hash);
        let Some(folder) = &self.folder else {
            if self.store.head(&place).await.is_ok() {
                return Ok(());
            }
            let mut file = File::open(spooled.path()).await?;
            let mut upload = WriteMultipart::new_with_chunk_size(self.store.put_multipart(&place).await?, PART);
            let mut part = vec![0; 256 * 1024];
            loop {
                let count = file.read(&mut part).await?;
                if count == 0 {
                    break;
                }
                // What is not taken yet is not read either: memory stays small.
                upload.wait_for_capacity(1).await?;
                upload.write(&part[..count]);
            }
            upload.finish().await?;
            return Ok(());
        };
        let target = folder.join(place.as_ref());
        let parent = target.parent().unwrap_or(folder);
        if tokio::fs::create_dir(parent).await.is_ok() {
            File::open(folder).await?.sync_all().await?;
        }
        tokio::fs::rename(spooled.path(), &target).await?;
        // The place itself must last, too.
        File::open(parent).await?.sync_all().await?;
        Ok(())
    }

    /// Keeps some bytes; their hash.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<String, Error> {
        let mut spool = self.spool().await?;
        spool.write(&bytes).await?;
        let spooled = spool.finish().await?;
        let hash = spooled.hash.clone();
        self.keep(spooled).await?;
        Ok(hash)
    }

    /// The bytes under a hash, or some of them.
    pub async fn read(&self, hash: &str, range: Option<Range<u64>>) -> Result<BoxStream<'static, Result<bytes::Bytes, Error>>, Error> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let got = self.store.get_opts(&place(hash), options).await?;
        Ok(got.into_stream().map(|part| part.map_err(Error::from)).boxed())
    }
}

/// Two letters for a folder: no folder has millions of entries.
fn place(hash: &str) -> object_store::path::Path {
    object_store::path::Path::from(format!("{}/{hash}", &hash[..2.min(hash.len())]))
}

fn private_folder(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(path)?;
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Removes what was begun and never finished.
fn sweep(spool: &Path) {
    for entry in std::fs::read_dir(spool).into_iter().flatten().flatten() {
        let begun = entry.metadata().and_then(|file| file.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let is_ours = entry.file_name().to_str().is_some_and(|name| uuid::Uuid::try_parse(name).is_ok());
        if is_ours && begun.elapsed().is_ok_and(|age| age > STALE) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// A file that is removed when nobody wants it any more.
struct Held(PathBuf);

impl Drop for Held {
    fn drop(&mut self) {
        // Moved to its place meanwhile, as a rule.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A file that is being written.
pub struct Spool {
    file: File,
    held: Held,
    digest: Sha256,
    size: u64,
}

impl Spool {
    /// Appends.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).await?;
        self.digest.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// Bytes so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Syncs it.
    pub async fn finish(mut self) -> Result<Spooled, Error> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        Ok(Spooled { held: self.held, hash: hex::encode(self.digest.finalize()), size: self.size })
    }
}

/// A file that is whole and synced, and not in its place yet.
pub struct Spooled {
    held: Held,
    hash: String,
    size: u64,
}

impl Spooled {
    /// Where it lies for now.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.held.0
    }

    /// SHA-256 in hex.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Its bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }
}
