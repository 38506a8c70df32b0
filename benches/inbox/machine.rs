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
    report.say("cores", std::thread::available_parallelism().map_or(0.0, |count| f64::from(u32::try_from(count.get()).unwrap())), "", Goal::None);
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
