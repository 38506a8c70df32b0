//! Films: whether all telephones play them. WhatsApp takes others, too, answers that all is well, and delivers nothing to some
//! (`meta-api` section 11.3).

use mp4parse::{CodecType, MediaContext, SampleEntry, Track, TrackType, VideoCodecSpecific, read_mp4};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// A larger one goes as a document, whatever is in it: it is not looked into.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The profiles of H.264 that telephones with Android play: Baseline, Main, Extended (ITU H.264, annex A).
const PROFILES: [u8; 3] = [66, 77, 88];

/// How long a film is, in milliseconds; `None` if a telephone may not play it: its pictures must be H.264 of a low profile and in their
/// order, its sound AAC, in one track at most.
#[must_use]
pub fn duration_ms(path: &Path) -> Option<i64> {
    let file = File::open(path).ok()?;
    if file.metadata().ok()?.len() > MOST_BYTES {
        return None;
    }
    let read = read_mp4(&mut BufReader::new(file)).ok()?;
    let count = |kind: TrackType| read.tracks.iter().filter(|track| track.track_type == kind).count();
    if count(TrackType::Video) != 1 || count(TrackType::Audio) > 1 || !read.tracks.iter().all(is_played) {
        return None;
    }
    Some(length_ms(&read))
}

/// Tracks of other kinds, such as where a camera was, are passed over by players.
fn is_played(track: &Track) -> bool {
    if !matches!(track.track_type, TrackType::Video | TrackType::Audio) {
        return true;
    }
    let Some(described) = &track.stsd else { return false };
    // Pictures that are shown in another order than they come are built from later ones.
    let is_described = !described.descriptions.is_empty() && track.ctts.is_none();
    is_described
        && described.descriptions.iter().all(|entry| match entry {
            SampleEntry::Video(video) => video.codec_type == CodecType::H264 && has_low_profile(&video.codec_specific),
            SampleEntry::Audio(audio) => audio.codec_type == CodecType::AAC,
            SampleEntry::Unknown => false,
        })
}

/// The second byte of the configuration is its profile (ISO 14496-15).
fn has_low_profile(codec: &VideoCodecSpecific) -> bool {
    matches!(codec, VideoCodecSpecific::AVCConfig(configuration) if configuration.get(1).is_some_and(|profile| PROFILES.contains(profile)))
}

/// The longest track; films that are written while they are filmed do not say: zero.
fn length_ms(film: &MediaContext) -> i64 {
    let lengths = film.tracks.iter().filter_map(|track| Some((track.duration.as_ref()?.0, track.timescale.as_ref()?.0)));
    lengths.filter_map(|(length, scale)| i64::try_from(length.checked_mul(1000)?.checked_div(scale)?).ok()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], &kind, content].concat()
    }

    /// A film of two seconds without a picture in it, whose pictures would have this codec.
    fn film(codec: [u8; 4], profile: u8) -> Vec<u8> {
        let numbers = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<u8>>();
        let table = |kind| boxed(kind, &numbers(&[0, 0]));
        // ISO 14496-12: 6 bytes reserved, which data (1), 16 bytes, 8 by 8 pixels, 50 bytes; 14496-15: a configuration without sets.
        let configuration = boxed(*b"avcC", &[1, profile, 0, 10, 0xff, 0xe0, 0]);
        let entry = [&[0; 6][..], &[0, 1], &[0; 16], &[0, 8, 0, 8], &[0; 50], &configuration].concat();
        let described = boxed(*b"stsd", &[numbers(&[0, 1]), boxed(codec, &entry)].concat());
        let sizes = boxed(*b"stsz", &numbers(&[0, 0, 0]));
        let samples = boxed(*b"stbl", &[described, table(*b"stts"), table(*b"stsc"), sizes, table(*b"stco")].concat());
        let media =
            [boxed(*b"mdhd", &numbers(&[0, 0, 0, 600, 1200, 0])), boxed(*b"hdlr", &[&[0; 8], &b"vide"[..], &[0; 13]].concat()), boxed(*b"minf", &samples)];
        let head = boxed(*b"tkhd", &numbers(&[&[7, 0, 0, 1, 0, 1200][..], &[0; 15]].concat()));
        let track = boxed(*b"trak", &[head, boxed(*b"mdia", &media.concat())].concat());
        let whole = boxed(*b"mvhd", &numbers(&[&[0, 0, 0, 600, 1200][..], &[0; 20]].concat()));
        [boxed(*b"ftyp", b"isom\0\0\0\0isom"), boxed(*b"moov", &[whole, track].concat())].concat()
    }

    fn looked(name: &str, bytes: &[u8]) -> Option<i64> {
        let path = std::env::temp_dir().join(format!("inbox-film-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        duration_ms(&path)
    }

    #[test]
    fn only_what_telephones_play_is_a_film() {
        assert_eq!(looked("h264", &film(*b"avc1", 66)), Some(2000));
        for codec in [*b"hev1", *b"hvc1", *b"mp4v", *b"av01"] {
            assert_eq!(looked("other", &film(codec, 66)), None, "{codec:?}");
        }
        assert_eq!(looked("high", &film(*b"avc1", 100)), None);
        let whole = film(*b"avc1", 77);
        for length in [0, 8, 40, whole.len() - 1] {
            assert_eq!(looked("cut", &whole[..length]), None, "{length}");
        }
        assert_eq!(looked("words", b"not a film"), None);
    }
}
