//! What the machine can do, and what a process has used of it.

use super::report::{Goal, Report, about};
use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

/// How often this disk syncs four kilobytes in a second.
pub fn say(report: &mut Report) {
    about("machine");
    let path = std::env::temp_dir().join(format!("inbox-sync-{}", std::process::id()));
    let mut file = File::create(&path).unwrap();
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(2) {
        file.write_all(&[b'x'; 4096]).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    std::fs::remove_file(path).unwrap();
    report.say("fdatasync of 4 KB", f64::from(count) / began.elapsed().as_secs_f64(), "/s", Goal::None);
    let own = Pace::measure();
    let began = Instant::now();
    let (mut slow, mut all) = (0_u32, 0_u32);
    while began.elapsed() < Duration::from_secs(5) {
        all += 1;
        slow += u32::from(!own.is_held());
    }
    report.say("share of five seconds in which the machine runs slower than it can", f64::from(slow) * 100.0 / f64::from(all), "%", Goal::None);
    report.say("cores", std::thread::available_parallelism().map_or(0.0, |count| f64::from(u32::try_from(count.get()).unwrap())), "", Goal::None);
}

/// How fast the machine is when nothing holds it back. Rented machines, and hot ones, are slowed to a tenth for tenths of a second,
/// and what is measured meanwhile says nothing of the server.
pub struct Pace(Duration);

impl Pace {
    /// The best of many turns.
    pub fn measure() -> Self {
        // invariant: the range is not empty.
        Self((0..20_000).map(|_| turn()).min().unwrap())
    }

    /// Whether the machine runs as fast as it can just now, give or take half. Three turns: one of them may have to wait because
    /// the server works, and that is no excuse.
    pub fn is_held(&self) -> bool {
        (0..3).map(|_| turn()).min().is_some_and(|best| best < self.0.mul_f64(1.5))
    }
}

/// A piece of work of about ten microseconds that needs nothing but the processor.
fn turn() -> Duration {
    let began = Instant::now();
    let mut number = 1_u32;
    for _ in 0..10_000 {
        number = std::hint::black_box(number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    }
    began.elapsed()
}

/// Memory that a process holds, in MB (10^6 bytes).
pub fn memory_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
}

/// Processor time a process has used, in seconds.
pub fn cpu_s(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}
