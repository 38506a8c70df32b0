//! Small files for the demo's customers, made by the program: a photo, a sticker, a voice note, a document.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage};
use ogg::{PacketWriteEndInfo, PacketWriter};
use std::fmt::Write;

/// Twenty milliseconds of silence in Opus (RFC 6716, a CELT frame that decodes to nothing).
const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];
/// Samples of one such packet.
const STEP: u64 = 960;

/// A parcel on a doorstep, in the light of some hour (0 to 23).
#[must_use]
pub fn photo(hour: u32) -> Vec<u8> {
    let mut picture = RgbImage::from_fn(1280, 960, |x, y| {
        let wall = [214 - (hour * 4).min(90), 196 - (hour * 3).min(80), 170];
        let brick = (y / 60 % 2 * 60 + x) % 120 < 3 || y % 60 < 3;
        let [r, g, b] = if y > 760 { [120 + y % 7, 116, 108] } else { wall };
        let shade = if brick && y <= 760 { 22 } else { (x * 7 + y * 13) % 9 };
        Rgb([r, g, b].map(|value| u8::try_from(value.saturating_sub(shade)).unwrap_or(255)))
    });
    fill(&mut picture, (160, 120), (420, 640), [74, 88, 80]);
    fill(&mut picture, (190, 150), (360, 250), [96, 112, 102]);
    fill(&mut picture, (520, 420), (13, 40), [220, 190, 90]);
    fill(&mut picture, (640, 560), (400, 280), [188, 146, 98]);
    fill(&mut picture, (820, 560), (40, 280), [214, 186, 140]);
    fill(&mut picture, (690, 620), (110, 70), [240, 238, 230]);
    let mut jpeg = Vec::new();
    // invariant: a picture of this size is a JPEG.
    JpegEncoder::new_with_quality(&mut jpeg, 80).encode_image(&picture).expect("a JPEG");
    jpeg
}

fn fill(picture: &mut RgbImage, (left, top): (u32, u32), (width, height): (u32, u32), colour: [u8; 3]) {
    for y in top..(top + height).min(picture.height()) {
        for x in left..(left + width).min(picture.width()) {
            picture.put_pixel(x, y, Rgb(colour.map(|value| value.saturating_sub(u8::try_from((x + y) % 5).unwrap_or(0)))));
        }
    }
}

/// A sun that smiles, on nothing.
#[must_use]
pub fn sticker() -> Vec<u8> {
    let picture = RgbaImage::from_fn(512, 512, |x, y| {
        let (x, y) = (f64::from(x) - 256.0, f64::from(y) - 256.0);
        let (far, angle) = (x.hypot(y), y.atan2(x));
        let edge = 200.0 + 28.0 * (angle * 12.0).cos();
        let eye = (x.abs() - 60.0).hypot(y + 40.0) < 18.0;
        let mouth = (far - 105.0).abs() < 9.0 && y > 30.0;
        match far {
            _ if eye || mouth => Rgba([92, 56, 20, 255]),
            ..=165.0 => Rgba([255, 205, 64, 255]),
            far if far < edge => Rgba([250, 166, 40, 255]),
            _ => Rgba([0, 0, 0, 0]),
        }
    });
    let mut webp = Vec::new();
    // invariant: a picture of this size is a WebP.
    WebPEncoder::new_lossless(&mut webp).write_image(&picture, 512, 512, ExtendedColorType::Rgba8).expect("a WebP");
    webp
}

/// A voice note of so many seconds in which nobody speaks.
#[must_use]
pub fn voice(seconds: u64) -> Vec<u8> {
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend([0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0]);
    let mut tags = b"OpusTags".to_vec();
    tags.extend(4_u32.to_le_bytes());
    tags.extend(b"demo");
    tags.extend(0_u32.to_le_bytes());
    let mut bytes = Vec::new();
    let mut writer = PacketWriter::new(&mut bytes);
    let count = seconds * 50;
    let mut packet = |data: Vec<u8>, end, at| {
        // invariant: writing to memory does not fail.
        writer.write_packet(data, 7, end, at).expect("a packet");
    };
    packet(head, PacketWriteEndInfo::EndPage, 0);
    packet(tags, PacketWriteEndInfo::EndPage, 0);
    for n in 1..=count {
        let end = if n == count { PacketWriteEndInfo::EndStream } else { PacketWriteEndInfo::NormalPacket };
        packet(SILENCE.to_vec(), end, n * STEP);
    }
    bytes
}

/// A page with some lines, as PDF.
#[must_use]
pub fn document(lines: &[&str]) -> Vec<u8> {
    let mut page = "BT /F1 14 Tf 60 780 Td 20 TL ".to_owned();
    for line in lines {
        let safe: String = line.chars().filter(|c| c.is_ascii() && !"()\\".contains(*c)).collect();
        // Writing to a text cannot fail.
        let _ = write!(page, "({safe}) Tj T* ");
    }
    page.push_str("ET");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>stream\n{page}\nendstream", page.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let (mut pdf, mut places) = ("%PDF-1.4\n".to_owned(), Vec::new());
    for (index, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        let _ = writeln!(pdf, "{} 0 obj{object}endobj", index + 1);
    }
    let start = pdf.len();
    let _ = write!(pdf, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(pdf, "{place:010} 00000 n ");
    }
    let _ = write!(pdf, "trailer<</Root 1 0 R/Size {}>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    pdf.into_bytes()
}
