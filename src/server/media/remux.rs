//! What browsers record in `WebM`, packed anew in OGG: the same Opus packets, nothing is decoded (RFC 7845). WhatsApp takes no `WebM`.

use ogg::{PacketWriteEndInfo, PacketWriter};
use std::fs::File;
use std::path::Path;
use symphonia_core::codecs::CodecParameters;
use symphonia_core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia_core::formats::{FormatOptions, FormatReader};
use symphonia_core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia_format_mkv::MkvReader;

/// Opus counts its samples at this rate.
const RATE: u64 = 48_000;
/// A page ends after so many packets: a second of speech.
const PER_PAGE: usize = 50;
/// The most bytes that WhatsApp takes as a recording.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// There is one stream in the file, so any number does; always the same one, so that the same recording is the same file.
const SERIAL: u32 = 1;

/// Packs a recording; `None` if it is not one with Opus and without pictures, or too large.
#[must_use]
pub fn to_ogg(from: &Path) -> Option<Vec<u8>> {
    let stream = MediaSourceStream::new(Box::new(File::open(from).ok()?), MediaSourceStreamOptions::default());
    let mut file = MkvReader::try_new(stream, FormatOptions::default()).ok()?;
    let [track] = file.tracks() else { return None };
    let Some(CodecParameters::Audio(audio)) = &track.codec_params else { return None };
    if audio.codec != CODEC_ID_OPUS {
        return None;
    }
    let channels = audio.channels.as_ref().map_or(1, symphonia_core::audio::Channels::count);
    let head = audio.extra_data.as_ref().map_or_else(|| opus_head(channels), |head| head.to_vec());
    let mut writer = PacketWriter::new(Vec::new());
    writer.write_packet(head, SERIAL, PacketWriteEndInfo::EndPage, 0).ok()?;
    writer.write_packet(opus_tags(), SERIAL, PacketWriteEndInfo::EndPage, 0).ok()?;
    let (mut samples, mut count, mut waiting) = (0_u64, 0_usize, None::<Vec<u8>>);
    // A recording that was cut off is heard as far as it goes.
    while let Ok(Some(frame)) = file.next_packet() {
        if frame.data.is_empty() {
            continue;
        }
        if let Some(packet) = waiting.replace(frame.data.into_vec()) {
            samples += duration(&packet);
            count += 1;
            let end = if count.is_multiple_of(PER_PAGE) { PacketWriteEndInfo::EndPage } else { PacketWriteEndInfo::NormalPacket };
            writer.write_packet(packet, SERIAL, end, samples).ok()?;
            if writer.inner().len() > MOST_BYTES {
                return None;
            }
        }
    }
    // Of the last packet it is known only now that it is the last.
    let last = waiting?;
    samples += duration(&last);
    writer.write_packet(last, SERIAL, PacketWriteEndInfo::EndStream, samples).ok()?;
    Some(writer.into_inner())
}

/// How many samples a packet holds, by its first bytes (RFC 6716, section 3.1).
fn duration(packet: &[u8]) -> u64 {
    let Some(first) = packet.first() else { return 0 };
    let (mode, size) = (first >> 3, u64::from(first >> 3 & 3));
    let frame = match mode {
        // Speech: 10, 20, 40, 60 ms; both: 10, 20 ms; music: 2.5, 5, 10, 20 ms.
        0..12 => [RATE / 100, RATE / 50, RATE / 25, RATE * 3 / 50][usize::try_from(size).unwrap_or(0)],
        12..16 => [RATE / 100, RATE / 50][usize::try_from(size & 1).unwrap_or(0)],
        _ => (RATE / 400) << size,
    };
    match first & 3 {
        0 => frame,
        1 | 2 => frame * 2,
        _ => frame * u64::from(packet.get(1).copied().unwrap_or(0) & 0x3f),
    }
}

/// The first packet, where the recording has none (RFC 7845, section 5.1): 80 ms are left out at the start.
fn opus_head(channels: usize) -> Vec<u8> {
    let mut head = b"OpusHead\x01".to_vec();
    head.push(u8::try_from(channels).unwrap_or(1));
    head.extend(3840_u16.to_le_bytes());
    head.extend(48_000_u32.to_le_bytes());
    head.extend([0, 0, 0]);
    head
}

/// The second: who made it, and nothing else.
fn opus_tags() -> Vec<u8> {
    let vendor = b"whatsapp-inbox";
    let mut tags = b"OpusTags".to_vec();
    tags.extend(u32::try_from(vendor.len()).unwrap_or(0).to_le_bytes());
    tags.extend(vendor);
    tags.extend(0_u32.to_le_bytes());
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::media::voice;
    use crate::server::trial::folder;

    /// An element of Matroska: its id, how long it is (`None`: until the file ends, as browsers write it), what is in it.
    fn element(id: &[u8], content: &[u8], sized: bool) -> Vec<u8> {
        let mut bytes = id.to_vec();
        if sized {
            bytes.extend((0x1000_0000_u32 | u32::try_from(content.len()).unwrap()).to_be_bytes());
        } else {
            bytes.extend([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        }
        bytes.extend(content);
        bytes
    }

    /// A recording as a browser makes it: segment and clusters without a length, a packet each block.
    fn webm(packets: &[Vec<u8>], codec: &str, kind: u8) -> Vec<u8> {
        let audio = element(&[0xe1], &[element(&[0xb5], &48_000_f32.to_be_bytes(), true), element(&[0x9f], &[1], true)].concat(), true);
        let track = [
            element(&[0xd7], &[1], true),
            element(&[0x73, 0xc5], &[1], true),
            element(&[0x83], &[kind], true),
            element(&[0x86], codec.as_bytes(), true),
            element(&[0x63, 0xa2], &opus_head(1), true),
            audio,
        ];
        let tracks = element(&[0x16, 0x54, 0xae, 0x6b], &element(&[0xae], &track.concat(), true), true);
        let info = [element(&[0x2a, 0xd7, 0xb1], &[0x0f, 0x42, 0x40], true), element(&[0x4d, 0x80], b"a", true), element(&[0x57, 0x41], b"a", true)];
        let info = element(&[0x15, 0x49, 0xa9, 0x66], &info.concat(), true);
        let blocks: Vec<u8> = packets
            .iter()
            .enumerate()
            .flat_map(|(at, packet)| {
                let time = u16::try_from(at * 20).unwrap().to_be_bytes();
                element(&[0xa3], &[&[0x81, time[0], time[1], 0x80][..], packet].concat(), true)
            })
            .collect();
        let cluster = element(&[0x1f, 0x43, 0xb6, 0x75], &[element(&[0xe7], &[0], true), blocks].concat(), false);
        let header = element(
            &[0x1a, 0x45, 0xdf, 0xa3],
            &[element(&[0x42, 0x82], b"webm", true), element(&[0x42, 0x87], &[4], true), element(&[0x42, 0x85], &[2], true)].concat(),
            true,
        );
        [header, element(&[0x18, 0x53, 0x80, 0x67], &[info, tracks, cluster].concat(), false)].concat()
    }

    #[test]
    fn a_recording_of_a_browser_becomes_a_voice_note() {
        let folder = folder();
        let (from, to) = (folder.join("a.webm"), folder.join("a.ogg"));
        // Twenty milliseconds each, the louder the longer.
        let packets: Vec<Vec<u8>> = (0..123).map(|at| [vec![0x78], vec![7; 20 + at % 40]].concat()).collect();
        std::fs::write(&from, webm(&packets, "A_OPUS", 2)).unwrap();
        std::fs::write(&to, to_ogg(&from).unwrap()).unwrap();
        assert_eq!(to_ogg(&from), std::fs::read(&to).ok(), "the same recording is the same file");
        let heard = voice::look(&to).unwrap();
        assert_eq!((heard.duration_ms, heard.loudness.len()), (123 * 20 - 80, 123));
        let mut read = ogg::PacketReader::new(File::open(&to).unwrap());
        let mut found = Vec::new();
        while let Some(packet) = read.read_packet().unwrap() {
            found.push(packet.data);
        }
        assert_eq!(found[2..], packets);
    }

    #[test]
    fn what_is_no_recording_with_opus_is_left_alone() {
        let folder = folder();
        let from = folder.join("a.webm");
        let packets = vec![vec![0x78, 1]];
        for bytes in [webm(&packets, "A_VORBIS", 2), webm(&packets, "V_VP8", 1), webm(&[], "A_OPUS", 2), b"\x1a\x45\xdf\xa3".to_vec(), vec![]] {
            std::fs::write(&from, bytes).unwrap();
            assert!(to_ogg(&from).is_none());
        }
    }

    #[test]
    fn packets_say_how_long_they_are() {
        let ms = |bytes: &[u8]| duration(bytes) * 1000 / RATE;
        assert_eq!([ms(&[0x08]), ms(&[0x18]), ms(&[0x68]), ms(&[0x78]), ms(&[0xf8]), ms(&[0xe0])], [20, 60, 20, 20, 20, 2]);
        assert_eq!([ms(&[0x09]), ms(&[0x0b, 3]), ms(&[0x0b]), ms(&[])], [40, 60, 0, 0]);
    }
}
