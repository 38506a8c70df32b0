//! A disk that fails and a clock that jumps: a library between the child and the C library (Linux only), steered through one shared page.

use super::inbox::Inbox;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;

/// The page that the child looks at.
pub struct Shim(File);

/// Puts the library before the inbox; `None` where that is not possible.
pub fn put_before(inbox: &mut Inbox) -> Option<Shim> {
    if !cfg!(target_os = "linux") {
        eprintln!("skipped: needs Linux");
        return None;
    }
    let library = inbox.folder.join("shim.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/shim.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl").status().unwrap();
    assert!(built.success(), "the C compiler");
    let path: PathBuf = inbox.folder.join("shim.page");
    let page = File::options().read(true).write(true).create(true).truncate(true).open(&path).unwrap();
    page.set_len(4096).unwrap();
    inbox.settings.insert("LD_PRELOAD".into(), library.display().to_string());
    inbox.settings.insert("SHIM_PAGE".into(), path.display().to_string());
    Some(Shim(page))
}

impl Shim {
    fn set(&self, place: u64, value: i64) {
        self.0.write_all_at(&value.to_ne_bytes(), place * 8).unwrap();
    }

    /// Steps the wall clock, in milliseconds from the machine's.
    pub fn step_clock(&self, ms: i64) {
        self.set(0, ms);
    }

    /// Whether syncing fails with EIO.
    pub fn fail_sync(&self, fails: bool) {
        self.set(1, i64::from(fails));
    }

    /// Whether there is no room to write.
    pub fn fill(&self, full: bool) {
        self.set(3, i64::from(full));
    }

    /// How often the child has synced.
    pub fn syncs(&self) -> i64 {
        let mut bytes = [0; 8];
        self.0.read_exact_at(&mut bytes, 16).unwrap();
        i64::from_ne_bytes(bytes)
    }
}
