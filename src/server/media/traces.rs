//! Pictures without what their camera or an editor wrote into them, such as the place where they were taken; how they are turned stays.
//! They are read and written in pieces, whatever their size. What belongs to the picture is named here, everything else goes: cameras
//! invent new places for what they know.
//!
//! To keep another part: its marker in [`belongs_jpeg`], or its name in [`PNG_PARTS`].

use image::metadata::Orientation;
use img_parts::png::PngChunk;
use img_parts::{DynImage, ImageEXIF};
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::Path;

/// Parts of a PNG that are not needed to show it, and say how it looks: transparency, colours, size, movement.
const PNG_PARTS: [&[u8; 4]; 13] = [b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD", b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT"];
/// The longest Exif that is looked into, in bytes: as much as a JPEG can carry.
const MOST_EXIF: u64 = 0xffff;
/// A WebP is sent as a sticker only, and no sticker is larger than that, in bytes: a larger one is refused later, for its size.
const MOST_WEBP: u64 = 1024 * 1024;

/// Writes a picture of this type without its traces; whether it has a type that carries any.
///
/// # Errors
/// It is not written as such pictures are, so that what is in it cannot be told; or it could not be read or written.
pub fn clean(path: &Path, mime: &str, to: &mut impl Write) -> io::Result<bool> {
    let mut file = BufReader::new(File::open(path)?);
    match mime {
        "image/jpeg" => jpeg(&mut file, to)?,
        "image/png" => png(&mut file, to)?,
        "image/webp" if file.get_ref().metadata()?.len() <= MOST_WEBP => webp(&mut file, to)?,
        _ => return Ok(false),
    }
    to.flush()?;
    Ok(true)
}

fn broken(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

fn read<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Exif that says how a picture is turned, and nothing else; none if it stands as it is.
fn turned(exif: &[u8]) -> Option<Vec<u8>> {
    let turn = Orientation::from_exif_chunk(exif).filter(|turn| *turn != Orientation::NoTransforms)?;
    let mut only = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    only.extend([turn.to_exif(), 0, 0, 0, 0, 0, 0]);
    Some(only)
}

/// Whether a segment of a JPEG belongs to its picture: tables, frames and scans do; of those for applications only JFIF's head without a
/// small picture, the colours, and Adobe's kind of them.
fn belongs_jpeg(marker: u8, segment: &[u8]) -> bool {
    match marker {
        0xe0 => segment.starts_with(b"JFIF\0") && segment.len() == 14,
        0xe2 => segment.starts_with(b"ICC_PROFILE\0"),
        0xee => segment.starts_with(b"Adobe"),
        0xc0..=0xcf | 0xda..=0xdf => true,
        _ => false,
    }
}

/// ITU T.81, annex B: segments, and after the head of a scan its bits. What stands behind the end is another file's.
fn jpeg(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    if read(from)? != [0xff, 0xd8] {
        return Err(broken("no beginning"));
    }
    to.write_all(&[0xff, 0xd8])?;
    let (mut is_turned, mut marker) = (false, next_marker(from)?);
    loop {
        if marker == 0xd9 {
            return to.write_all(&[0xff, 0xd9]);
        }
        let length: [u8; 2] = read(from)?;
        let mut segment = vec![0; usize::from(u16::from_be_bytes(length)).checked_sub(2).ok_or_else(|| broken("a segment shorter than its length"))?];
        from.read_exact(&mut segment)?;
        if let Some(exif) = segment.strip_prefix(b"Exif\0\0").filter(|_| marker == 0xe1 && !is_turned).and_then(turned) {
            is_turned = true;
            // A few dozen bytes: the length fits.
            to.write_all(&[0xff, 0xe1, 0, u8::try_from(exif.len() + 8).unwrap_or(u8::MAX)])?;
            to.write_all(b"Exif\0\0")?;
            to.write_all(&exif)?;
        } else if belongs_jpeg(marker, &segment) {
            to.write_all(&[0xff, marker])?;
            to.write_all(&length)?;
            to.write_all(&segment)?;
        }
        marker = if marker == 0xda { scan(from, to)? } else { next_marker(from)? };
    }
}

/// A marker; it may stand behind any number of filling bytes. What else stands before it belongs to no picture: readers pass over it.
fn next_marker(from: &mut impl BufRead) -> io::Result<u8> {
    while read(from)? != [0xff] {}
    loop {
        match read(from)? {
            [0xff] => {}
            // None of these has a segment, and none may stand between segments.
            [0x00 | 0x01 | 0xd0..=0xd8] => return Err(broken("a marker that cannot be here")),
            [marker] => return Ok(marker),
        }
    }
}

/// Copies the bits of a scan; the marker behind them. A picture that was cut off ends there.
fn scan(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<u8> {
    loop {
        // However long it is until the next one, only what is read already is held.
        let bits = from.fill_buf()?;
        if bits.is_empty() {
            return Ok(0xd9);
        }
        let until = bits.iter().position(|byte| *byte == 0xff);
        let count = until.unwrap_or(bits.len());
        to.write_all(&bits[..count])?;
        from.consume(count + usize::from(until.is_some()));
        if until.is_none() {
            continue;
        }
        let mut after = [0xff];
        while after == [0xff] {
            if from.read(&mut after)? == 0 {
                return Ok(0xd9);
            }
        }
        match after {
            [0x00 | 0xd0..=0xd7] => to.write_all(&[0xff, after[0]])?,
            [marker] => return Ok(marker),
        }
    }
}

/// W3C PNG, section 5: chunks, up to the last one. A chunk whose name begins with a capital letter is needed to show the picture.
fn png(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    let mark: [u8; 8] = read(from)?;
    if mark != *b"\x89PNG\r\n\x1a\n" {
        return Err(broken("no beginning"));
    }
    to.write_all(&mark)?;
    loop {
        let (length, kind): ([u8; 4], [u8; 4]) = (read(from)?, read(from)?);
        let size = u64::from(u32::from_be_bytes(length));
        let mut part = from.take(size + 4);
        if kind[0].is_ascii_uppercase() || PNG_PARTS.contains(&&kind) {
            to.write_all(&length)?;
            to.write_all(&kind)?;
            if io::copy(&mut part, to)? != size + 4 {
                return Err(broken("a chunk shorter than its length"));
            }
        } else {
            let mut exif = Vec::new();
            if kind == *b"eXIf" {
                (&mut part).take(size.min(MOST_EXIF)).read_to_end(&mut exif)?;
            }
            io::copy(&mut part, &mut io::sink())?;
            if part.limit() > 0 {
                return Err(broken("a chunk shorter than its length"));
            }
            if let Some(only) = turned(&exif) {
                PngChunk::new(kind, only.into()).encoder().write_to(&mut *to)?;
            }
        }
        if kind == *b"IEND" {
            return Ok(());
        }
    }
}

fn webp(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    let picture = DynImage::from_bytes(bytes.into()).map_err(|error| broken(&error.to_string()))?;
    let Some(DynImage::WebP(mut webp)) = picture else { return Err(broken("no beginning")) };
    let exif = webp.exif().and_then(|exif| turned(&exif));
    webp.remove_chunks_by_id(*b"XMP ");
    webp.set_exif(exif.map(Into::into));
    webp.encoder().write_to(to)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::picture::look;
    use super::*;
    use image::codecs::jpeg::JpegEncoder;
    use image::{ImageFormat, RgbImage};
    use img_parts::png::Png;

    /// Turned by 90 degrees (6), and a text where cameras keep theirs.
    const EXIF: &[u8] = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0GPS 59.9139 N";

    fn file(name: &str, bytes: &[u8]) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("inbox-traces-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn cleaned(name: &str, mime: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut clean = Vec::new();
        assert!(super::clean(&file(name, bytes), mime, &mut clean)?);
        Ok(clean)
    }

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        [&[0xff, marker], &u16::try_from(content.len() + 2).unwrap().to_be_bytes()[..], content].concat()
    }

    /// A photo as a telephone stores it: Exif, XMP, IPTC, a comment, other makers' parts, and a second photo behind its end.
    fn photo() -> Vec<u8> {
        let mut plain = Vec::new();
        JpegEncoder::new(&mut plain).encode_image(&RgbImage::from_pixel(40, 30, image::Rgb([1, 2, 3]))).unwrap();
        let exif = [b"Exif\0\0", EXIF].concat();
        let traces = [(0xe1, &exif[..]), (0xe1, b"http://ns.adobe.com/xap/1.0/\0GPS"), (0xe2, b"MPF\0GPS"), (0xeb, b"GPS"), (0xed, b"GPS"), (0xfe, b"GPS")];
        let traces: Vec<u8> = traces.iter().flat_map(|(marker, content)| segment(*marker, content)).collect();
        let colours = segment(0xe2, b"ICC_PROFILE\0\x01\x01colours");
        [&[0xff, 0xd8], &traces[..], &colours, &plain[2..], &plain, b"GPS"].concat()
    }

    fn has(bytes: &[u8], words: &[u8]) -> bool {
        bytes.windows(words.len()).any(|part| part == words)
    }

    fn assert_clean_and_turned(name: &str, clean: &[u8]) {
        assert!(!has(clean, b"GPS"), "{name}");
        assert_eq!(look(&file(name, clean)).unwrap().pixels, (30, 40), "{name}: it is still turned as it was");
        image::load_from_memory(clean).unwrap();
    }

    #[test]
    fn a_photo_goes_without_the_place_where_it_was_taken() {
        let photo = photo();
        let clean = cleaned("photo", "image/jpeg", &photo).unwrap();
        assert_clean_and_turned("photo-clean", &clean);
        assert!(has(&clean, b"colours"));
        // Filling bytes before a marker, and in the bits of a picture that goes on behind them.
        let filled = [&[0xff, 0xd8, 0xff, 0xff], &photo[2..]].concat();
        assert_eq!(cleaned("filled", "image/jpeg", &filled).unwrap(), clean);
        // Stray bytes between segments.
        let stray = [&[0xff, 0xd8, 0, 0], &photo[2..]].concat();
        assert_eq!(cleaned("stray", "image/jpeg", &stray).unwrap(), clean);
        // One that was cut off within its bits is shown as far as it goes.
        let bits = clean.len() - 20;
        assert_eq!(cleaned("cut", "image/jpeg", &clean[..bits]).unwrap()[..bits], clean[..bits]);
    }

    #[test]
    fn a_png_of_any_size_too() {
        let mut plain = io::Cursor::new(Vec::new());
        RgbImage::from_pixel(40, 30, image::Rgb([1, 2, 3])).write_to(&mut plain, ImageFormat::Png).unwrap();
        let mut png = Png::from_bytes(plain.into_inner().into()).unwrap();
        let text = [b"Comment\0GPS ".as_slice(), &vec![b'x'; 30 * 1024 * 1024]].concat();
        let traces = [(*b"eXIf", EXIF.to_vec()), (*b"tEXt", text), (*b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0GPS".to_vec()), (*b"gpSx", b"GPS".to_vec())];
        for (kind, content) in traces {
            png.chunks_mut().insert(1, PngChunk::new(kind, content.into()));
        }
        let mut bytes = Vec::new();
        png.encoder().write_to(&mut bytes).unwrap();
        bytes.extend(b"GPS behind its end");
        let clean = cleaned("png", "image/png", &bytes).unwrap();
        assert_clean_and_turned("png-clean", &clean);
        assert!(clean.len() < 2000);
    }

    #[test]
    fn a_sticker_too() {
        let mut plain = io::Cursor::new(Vec::new());
        image::RgbaImage::from_pixel(40, 30, image::Rgba([1, 2, 3, 4])).write_to(&mut plain, ImageFormat::WebP).unwrap();
        let Some(DynImage::WebP(mut webp)) = DynImage::from_bytes(plain.into_inner().into()).unwrap() else { panic!() };
        webp.set_exif(Some(EXIF.into()));
        let mut bytes = Vec::new();
        webp.encoder().write_to(&mut bytes).unwrap();
        assert_clean_and_turned("webp-clean", &cleaned("webp", "image/webp", &bytes).unwrap());
    }

    #[test]
    fn what_cannot_be_told_is_refused_and_what_is_no_picture_is_left() {
        let photo = photo();
        for cut in [1, 3, 100, 200] {
            assert!(cleaned("cut-head", "image/jpeg", &photo[..cut]).is_err(), "{cut}");
        }
        for broken in [&b"\xff\xd8\xff\xe1\0\x01"[..], b"\xff\xd8\xff\xd0\0\x02", b"\xff\xd8GPS", b"words"] {
            assert!(cleaned("broken", "image/jpeg", broken).is_err());
        }
        assert!(cleaned("chunk", "image/png", b"\x89PNG\r\n\x1a\n\0\xff\xff\xfftEXtGPS").is_err());
        assert!(cleaned("riff", "image/webp", b"RIFF\xff\xff\xff\xffWEBPVP8 ").is_err());
        assert!(!super::clean(&file("text", b"words"), "text/plain", &mut Vec::new()).unwrap());
    }
}
