//! What a file is, told by its first bytes: neither its name nor its sender decides what is shown.

use crate::domain::media::PAPERS;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The type of a file that is nothing we know.
pub const UNKNOWN: &str = "application/octet-stream";

/// The types that the page may show by itself; everything else is a download.
pub const INLINE: [&str; 10] =
    ["image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/3gpp", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac"];

/// Whether a type may be taken at its sender's word: its files look like archives or like nothing, and are never shown.
fn is_taken_at_word(mime: &str) -> bool {
    mime == "text/csv" || PAPERS.contains(&mime)
}

/// The type of a file of ours by the ending of its name, where its bytes do not tell, or not whether a film has a picture; else empty.
#[must_use]
pub fn by_name(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let [text, word, excel, slides, new_word, new_excel, new_slides] = PAPERS;
    match ending.as_str() {
        "txt" => text,
        "doc" => word,
        "xls" => excel,
        "ppt" => slides,
        "docx" => new_word,
        "xlsx" => new_excel,
        "pptx" => new_slides,
        "m4a" => "audio/mp4",
        _ => "",
    }
}

/// What the name of such a file ends with, if it has no name of its own.
#[must_use]
pub fn ending(mime: &str) -> &'static str {
    match mime {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "video/mp4" => "mp4",
        "video/3gpp" => "3gp",
        "audio/ogg" => "ogg",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "audio/aac" => "aac",
        "audio/amr" => "amr",
        "application/pdf" => "pdf",
        "text/plain" => "txt",
        _ => "bin",
    }
}

/// A name whose ending fits the type: Meta takes no recording that is called a film (`meta-api` section 11.2).
#[must_use]
pub fn named(name: &str, mime: &str) -> String {
    let (stem, has) = name.rsplit_once('.').map_or((name, ""), |(stem, ending)| (stem, ending));
    let has = has.to_lowercase();
    let fits = |wanted: &str| has == wanted || matches!((wanted, has.as_str()), ("jpg", "jpeg") | ("m4a", "mp4") | ("3gp", "3gpp"));
    match ending(mime) {
        "bin" => name.to_owned(),
        wanted if fits(wanted) => name.to_owned(),
        wanted => format!("{stem}.{wanted}"),
    }
}

/// What a file is called; of one that has no name, its kind.
#[must_use]
pub fn name_of(name: Option<String>, mime: &str) -> String {
    name.unwrap_or_else(|| format!("{}.{}", mime.split('/').next().unwrap_or("file"), ending(mime)))
}

/// The type of a file.
#[must_use]
pub fn of(path: &Path, announced: &str) -> String {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(8192).read_to_end(&mut head));
    if read.is_err() { UNKNOWN.to_owned() } else { told_by(&head, announced) }
}

/// The type of a file that begins so.
#[must_use]
pub fn told_by(head: &[u8], announced: &str) -> String {
    let is_3gp = head.get(4..10).is_some_and(|mark| mark == b"ftyp3g");
    let told = if is_3gp { Some("video/3gpp") } else { infer::get(head).map(|kind| kind.mime_type()) };
    let told = match told {
        Some("audio/m4a" | "audio/x-m4a") => Some("audio/mp4"),
        Some("audio/opus") => Some("audio/ogg"),
        // A recording in a container for films has no picture: then its sender's word for it is good enough.
        Some("video/mp4") if announced.starts_with("audio/") => Some("audio/mp4"),
        Some("application/ogg" | "video/ogg") if announced.starts_with("audio/") => Some("audio/ogg"),
        other => other,
    };
    match told {
        Some(mime) if INLINE.contains(&mime) || ["application/pdf", "audio/amr"].contains(&mime) => mime.to_owned(),
        // Marked text never keeps the name under which a browser would run it.
        Some(mime) if mime.starts_with("text/") || mime.ends_with("xml") => UNKNOWN.to_owned(),
        _ if is_taken_at_word(announced) => announced.to_owned(),
        Some(mime) => mime.to_owned(),
        None => UNKNOWN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0];
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    /// E3: what the page shows is decided by content; nothing that can run is ever named as what it is announced to be.
    #[test]
    fn e3_content_decides_what_is_shown() {
        for (head, announced, kind) in [
            (JPEG, "image/png", "image/jpeg"),
            (PNG, "text/html", "image/png"),
            (b"<html><script>alert(1)</script>".as_slice(), "image/png", UNKNOWN),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml", UNKNOWN),
            (b"<?xml version='1.0'?><x/>", "image/jpeg", UNKNOWN),
            (b"GIF89a<script>", "text/html", "image/gif"),
            (b"%PDF-1.7 /JavaScript", "image/jpeg", "application/pdf"),
            (b"plain words", "text/plain", "text/plain"),
            (b"plain words", "text/html", UNKNOWN),
            (b"plain words", "image/svg+xml", UNKNOWN),
            (b"", "image/jpeg", UNKNOWN),
            (b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead", "audio/ogg", "audio/ogg"),
            (b"MZ\x90\0", "image/jpeg", "application/vnd.microsoft.portable-executable"),
        ] {
            let told = told_by(head, announced);
            assert_eq!(told, kind, "{announced}: {}", String::from_utf8_lossy(head));
            assert!(told == kind && (!INLINE.contains(&told.as_str()) || told != announced || kind == announced));
        }
    }

    /// A file of Word begins as any archive; a newer reader of bytes may know it better. Both are Word.
    #[test]
    fn office_files_and_text_keep_their_type() {
        let word = by_name("Offer.DOCX");
        let mut zip = b"PK\x03\x04".to_vec();
        zip.resize(30, 0);
        assert_eq!(told_by(&zip, word), word);
        zip[26] = 17;
        zip.extend(b"word/document.xml");
        assert_eq!(told_by(&zip, word), word);
        assert_eq!(told_by(b"plain words", by_name("notes.txt")), "text/plain");
        assert_eq!(told_by(b"<html>", by_name("notes.txt")), UNKNOWN);
        assert_eq!(by_name("no ending"), "");
    }

    /// Some telephones and browsers put recordings into the container of films.
    #[test]
    fn a_recording_is_no_film() {
        for brand in [b"M4A ", b"isom", b"iso5", b"mp42"] {
            let head = [b"\0\0\0\x20ftyp".as_slice(), brand, b"\0\0\0\0", brand, b"isom\0\0\0\x08free"].concat();
            assert_eq!(told_by(&head, by_name("voice-note.m4a")), "audio/mp4", "{}", String::from_utf8_lossy(brand));
        }
        let film = [b"\0\0\0\x20ftypisom\0\0\0\0isom".as_slice(), &[0; 16]].concat();
        assert_eq!(told_by(&film, by_name("film.mp4")), "video/mp4");
        assert_eq!(told_by(b"<html>", by_name("page.m4a")), UNKNOWN);
    }

    #[test]
    fn names_end_as_their_types() {
        assert_eq!(named("voice-note.webm", "audio/ogg"), "voice-note.ogg");
        assert_eq!([named("a.JPEG", "image/jpeg"), named("file", "image/png"), named("Offer.docx", by_name("a.docx"))], ["a.JPEG", "file.png", "Offer.docx"]);
    }
}
