//! Pictures: how large they are, and a small one of each.

use crate::domain::media::webp_moves;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

/// The longer side of a small picture, in pixels: what a bubble shows on a sharp screen.
const SIDE: u32 = 640;
/// The same of a picture that may be seen through, or moves: it is kept as WebP, whose size is a sticker's.
const STILL_SIDE: u32 = 320;
/// The most pixels a picture may have to be opened; a telephone's camera gives some ten to fifty million.
const MOST_PIXELS: u64 = 64_000_000;
/// The most memory that opening one may take, in bytes.
const MOST_MEMORY: u64 = 200 * 1024 * 1024;
/// Smaller files are shown as they are.
const SMALL_BYTES: u64 = 100_000;

/// What was seen.
pub struct Picture {
    /// Width and height as it is shown: turned as the camera says.
    pub pixels: (i64, i64),
    /// A JPEG, of a WebP a WebP that stands still; none if the picture itself is small and does so, or cannot be opened.
    pub thumbnail: Option<Vec<u8>>,
    /// Whether it is a WebP that moves.
    pub moves: bool,
}

/// Looks at a picture; `None` if it is none, or absurdly large.
#[must_use]
pub fn look(path: &Path) -> Option<Picture> {
    let mut reader = ImageReader::open(path).ok()?.with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let is_webp = reader.format() == Some(ImageFormat::WebP);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return None;
    }
    // The reader's own limit does not count what the picture itself will take.
    let fits = decoder.total_bytes() <= MOST_MEMORY;
    let turn = decoder.orientation().ok()?;
    let turned = matches!(turn, Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH);
    let pixels = if turned { (height.into(), width.into()) } else { (width.into(), height.into()) };
    let is_small = std::fs::metadata(path).is_ok_and(|file| file.len() <= SMALL_BYTES) && width.max(height) <= 2 * SIDE;
    let moves = webp_moves(&head(path));
    let small = if is_webp { still } else { shrink };
    let thumbnail = if (is_small && !moves) || !fits { None } else { DynamicImage::from_decoder(decoder).ok().and_then(|picture| small(&picture, turn)) };
    Some(Picture { pixels, thumbnail, moves })
}

/// What a file begins with: enough to tell what it is.
fn head(path: &Path) -> Vec<u8> {
    let mut head = Vec::new();
    // What cannot be read is nothing.
    let _ = File::open(path).and_then(|file| file.take(64).read_to_end(&mut head));
    head
}

/// A small one that is seen through where the picture is; of one that moves, as it begins.
fn still(picture: &DynamicImage, turn: Orientation) -> Option<Vec<u8>> {
    let mut small = picture.thumbnail(STILL_SIDE, STILL_SIDE);
    small.apply_orientation(turn);
    let mut webp = Cursor::new(Vec::new());
    DynamicImage::from(small.to_rgba8()).write_to(&mut webp, ImageFormat::WebP).ok()?;
    Some(webp.into_inner())
}

fn shrink(picture: &DynamicImage, turn: Orientation) -> Option<Vec<u8>> {
    let mut small = picture.thumbnail(SIDE, SIDE);
    small.apply_orientation(turn);
    // What can be seen through stands on white, as in a bubble.
    let mut canvas = image::RgbImage::from_pixel(small.width(), small.height(), image::Rgb([255; 3]));
    for (x, y, pixel) in small.to_rgba8().enumerate_pixels() {
        let [r, g, b, a] = pixel.0.map(u16::from);
        let over = |c: u16| u8::try_from((c * a + 255 * (255 - a)) / 255).unwrap_or(255);
        canvas.put_pixel(x, y, image::Rgb([over(r), over(g), over(b)]));
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 78).encode_image(&canvas).ok()?;
    Some(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, bytes: &[u8]) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("inbox-picture-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        path
    }

    #[test]
    fn a_large_picture_gets_a_small_one() {
        let mut png = Vec::new();
        let noise = image::RgbImage::from_fn(1600, 900, |x, y| image::Rgb([x * 7 + y * 13, x ^ y, x * y].map(|value| value.to_le_bytes()[0])));
        noise.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        let picture = look(&file("large", &png)).unwrap();
        assert_eq!(picture.pixels, (1600, 900));
        let small = image::load_from_memory(&picture.thumbnail.unwrap()).unwrap();
        assert_eq!((small.width(), small.height()), (640, 360));
    }

    /// The beginning of a PNG with four channels of so many bits.
    fn png_head(width: u32, height: u32, bits: u8) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut chunk = |kind: &[u8], data: &[u8]| {
            let body = [kind, data].concat();
            let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
            let crc = body.iter().fold(!0_u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step));
            png.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
            png.extend(body);
            png.extend((!crc).to_be_bytes());
        };
        chunk(b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, 6, 0, 0, 0]].concat());
        chunk(b"IDAT", &[]);
        png
    }

    /// E6: a picture that would fill the memory is not opened, whatever its file's size.
    #[test]
    fn e6_a_bomb_is_not_opened() {
        assert!(look(&file("bomb", &png_head(64_000, 64_000, 8))).is_none());
        // Half a gigabyte once opened: its size is told, it is not opened.
        let deep = look(&file("deep", &png_head(7000, 8000, 16))).unwrap();
        assert_eq!((deep.pixels, deep.thumbnail.is_none()), ((7000, 8000), true));
        assert!(look(&file("words", b"not a picture")).is_none());
        assert!(look(&file("cut", &[0xff, 0xd8, 0xff, 0xe0])).is_none());
    }
}
