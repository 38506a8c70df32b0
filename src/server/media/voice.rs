//! Recordings in OGG with Opus: how long they are, and how loud over their length.

use ogg::PacketReader;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Opus counts its samples at this rate, whatever was recorded (RFC 7845).
const RATE: i64 = 48_000;
/// Longer recordings are not looked into.
const MOST_PACKETS: usize = 1_000_000;

/// What was heard.
pub struct Voice {
    /// Its length.
    pub duration_ms: i64,
    /// For each packet, its size: Opus spends more bytes where there is more to hear, and nothing has to be decoded.
    pub loudness: Vec<u64>,
}

/// Looks into a recording; `None` if it is not OGG with Opus.
#[must_use]
pub fn look(path: &Path) -> Option<Voice> {
    let mut packets = PacketReader::new(BufReader::new(File::open(path).ok()?));
    let head = packets.read_packet().ok()??;
    if !head.data.starts_with(b"OpusHead") || head.data.len() < 19 {
        return None;
    }
    let skipped = i64::from(u16::from_le_bytes([head.data[10], head.data[11]]));
    let (mut end, mut loudness) = (0, Vec::new());
    // The second packet is a comment.
    packets.read_packet().ok()??;
    while let Ok(Some(packet)) = packets.read_packet() {
        loudness.push(packet.data.len() as u64);
        end = end.max(i64::try_from(packet.absgp_page()).unwrap_or(0));
        if loudness.len() > MOST_PACKETS {
            break;
        }
    }
    Some(Voice { duration_ms: (end - skipped).clamp(0, RATE * 86_400) * 1000 / RATE, loudness })
}
