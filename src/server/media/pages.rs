//! PDF: how many pages it says it has.
//!
//! A customer's file may be made to fill the memory or the stack of whoever opens it. So nothing is opened: only the roots of page trees
//! are looked for (ISO 32000-1, 7.7.3.2), where they lie bare or in object streams (7.5.7), and no more is unpacked than [`MOST_UNPACKED`].

use flate2::read::ZlibDecoder;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

/// Larger files are not looked into.
const MOST_BYTES: u64 = 20 * 1024 * 1024;
/// How much may be unpacked of one file, in bytes.
const MOST_UNPACKED: u64 = 16 * 1024 * 1024;
/// How many nodes of page trees are looked at in one file.
const MOST_NODES: usize = 500;
/// How many object streams are unpacked.
const MOST_STREAMS: usize = 64;
/// The longest dictionary that is read, in bytes: a root may name all its pages.
const LONGEST: usize = 32 * 1024;

/// How many pages a PDF has, if that can be told.
#[must_use]
pub fn count(path: &Path) -> Option<i64> {
    if std::fs::metadata(path).ok()?.len() > MOST_BYTES {
        return None;
    }
    let file = std::fs::read(path).ok()?;
    let (mut left, mut nodes) = (MOST_UNPACKED, MOST_NODES);
    let mut roots = roots(&file, &mut nodes);
    for at in finds(&file, b"/ObjStm").take(MOST_STREAMS) {
        let Some(packed) = stream_after(&file, at) else { continue };
        let mut unpacked = Vec::new();
        // What is cut off or damaged is read up to there.
        let _ = ZlibDecoder::new(packed).take(left).read_to_end(&mut unpacked);
        left -= unpacked.len() as u64;
        roots.extend(self::roots(&unpacked, &mut nodes).into_iter().map(|(_, pages)| (at, pages)));
    }
    // Who changes a file writes the new version behind the old one.
    roots.into_iter().max_by_key(|(at, _)| *at).map(|(_, pages)| pages)
}

/// Where these words are.
fn finds<'a>(bytes: &'a [u8], words: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(words.len()).enumerate().filter(move |(_, part)| *part == words).map(|(at, _)| at)
}

/// The roots of page trees: where each is, and how many pages are below it. Looks at so many nodes, and counts them off.
fn roots(bytes: &[u8], nodes: &mut usize) -> Vec<(usize, i64)> {
    let is_node = |at: &usize| is_type(bytes, *at);
    let looked_at: Vec<usize> = finds(bytes, b"/Pages").filter(is_node).take(*nodes).collect();
    *nodes -= looked_at.len();
    looked_at.into_iter().filter_map(|at| Some((at, root(bytes, at)?))).collect()
}

/// Whether the word here is the type of a node.
fn is_type(bytes: &[u8], at: usize) -> bool {
    let reach = at.saturating_sub(16);
    bytes[reach..at].trim_ascii_end().ends_with(b"/Type") && bytes.get(at + 6).is_some_and(|next| !next.is_ascii_alphanumeric())
}

/// The pages below the root whose type is said here.
fn root(bytes: &[u8], at: usize) -> Option<i64> {
    let node = &bytes[dictionary(bytes, at)?];
    if finds(node, b"/Parent").next().is_some() {
        return None;
    }
    let behind = node[finds(node, b"/Count").next()? + 6..].trim_ascii_start();
    let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // `7 0 R` would be the name of another object.
    let is_reference = behind[digits..].trim_ascii_start().first().is_some_and(u8::is_ascii_digit);
    let pages = std::str::from_utf8(&behind[..digits]).ok()?.parse().ok()?;
    (!is_reference && (1..100_000).contains(&pages)).then_some(pages)
}

/// The dictionary around a place.
fn dictionary(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let (least, most) = (at.saturating_sub(LONGEST), (at + LONGEST).min(bytes.len()));
    let (mut begin, mut inner) = (at, 0);
    loop {
        match bytes[least..begin].last_chunk::<2>()? {
            b">>" => (begin, inner) = (begin - 2, inner + 1),
            b"<<" if inner == 0 => break,
            b"<<" => (begin, inner) = (begin - 2, inner - 1),
            _ => begin -= 1,
        }
    }
    let mut end = at;
    loop {
        match bytes[end..most].first_chunk::<2>()? {
            b"<<" => (end, inner) = (end + 2, inner + 1),
            b">>" if inner == 0 => break,
            b">>" => (end, inner) = (end + 2, inner - 1),
            _ => end += 1,
        }
    }
    Some(begin..end)
}

/// The bytes of the stream whose dictionary is around a place, and all behind them: what is packed knows its own end.
fn stream_after(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let node = dictionary(bytes, at)?;
    let behind = bytes[node.end + 2..].trim_ascii_start().strip_prefix(b"stream")?;
    finds(&bytes[node], b"/FlateDecode").next()?;
    behind.strip_prefix(b"\r\n").or_else(|| behind.strip_prefix(b"\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn counted(name: &str, bytes: &[u8]) -> Option<i64> {
        let path = std::env::temp_dir().join(format!("inbox-pages-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let counted = count(&path);
        std::fs::remove_file(&path).unwrap();
        counted
    }

    fn packed(inside: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(inside).unwrap();
        let body = packer.finish().unwrap();
        [b"9 0 obj <</Type /ObjStm /N 2 /First 8 /Filter /FlateDecode>>\nstream\r\n", body.as_slice(), b"\nendstream endobj\n"].concat()
    }

    #[test]
    fn the_root_of_the_pages_says_how_many() {
        let tree =
            b"%PDF-1.4 1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj 2 0 obj <</Type /Pages /Resources <</Font <</F 5 0 R>>>> /Kids [3 0 R] /Count 12>> endobj \
                     3 0 obj <</Type /Pages /Parent 2 0 R /Count 40>> endobj";
        assert_eq!(counted("bare", tree), Some(12));
        assert_eq!(counted("packed", &[b"%PDF-1.5 ".to_vec(), packed(b"2 0 3 40 <</Kids[4 0 R]/Count 3/Type/Pages>>")].concat()), Some(3));
        assert_eq!(counted("changed", &[tree.to_vec(), packed(b"2 0 3 40 <</Type/Pages/Count 11/Kids[]>>")].concat()), Some(11), "the later version holds");
    }

    /// What cannot be told is not guessed, and nothing fills the memory or goes on for ever.
    #[test]
    fn e6_a_file_made_to_harm_says_nothing() {
        for (name, bytes) in [
            ("words", &b"no PDF"[..]),
            ("cut", b"%PDF <</Type /Pages /Count 1"),
            ("elsewhere", b"%PDF <</Type /Pages /Count 7 0 R>>"),
            ("negative", b"%PDF <</Type /Pages /Count -4>>"),
            ("absurd", b"%PDF <</Type /Pages /Count 99999999999999999999999>>"),
            ("end", b"/Type/Pages"),
            ("alone", b"/Pages"),
        ] {
            assert_eq!(counted(name, bytes), None, "{name}");
        }
        let bomb = packed(&vec![b' '; usize::try_from(MOST_UNPACKED).unwrap()]);
        assert_eq!(counted("bomb", &[bomb, packed(b"2 0 <</Type/Pages/Count 3>>")].concat()), None, "what is behind a bomb is not unpacked");
        assert_eq!(counted("nested", &b"<<".repeat(4 << 20)), None);
        assert_eq!(counted("many", &b"/Type/Pages".repeat(1 << 20)), None);
        // So many nodes that say nothing use up what is looked at, over all streams together.
        let empty = packed(&b"<</Type/Pages>>".repeat(MOST_NODES / 2));
        assert_eq!(counted("nodes", &[empty.clone(), packed(b"2 0 <</Type/Pages/Count 3>>")].concat()), Some(3));
        assert_eq!(counted("spent", &[empty.clone(), empty, packed(b"2 0 <</Type/Pages/Count 3>>")].concat()), None);
    }
}
