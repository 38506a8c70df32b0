//! Any other file (`meta-api` section 4.2). The file itself is the message's [`Media`](crate::domain::media::Media).

use serde::{Deserialize, Serialize};

/// What it is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its name, made harmless: never a path.
    pub name: Option<String>,
    /// What its sender wrote below it.
    pub caption: Option<String>,
}

/// How long a file's name may be, in characters.
const MOST_CHARS: usize = 120;

/// A file's name that cannot hurt: no folders, no control characters, nothing that turns the direction of writing, no dots in front.
/// `None` if nothing is left.
#[must_use]
pub fn harmless_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let clean: String = last.chars().filter(|c| !c.is_control() && !turns(*c) && !"<>:\"|?*".contains(*c)).collect();
    let clean = clean.trim().trim_start_matches('.').trim_end_matches('.').trim();
    let count = clean.chars().count();
    if count <= MOST_CHARS {
        return Some(clean.to_owned()).filter(|name| !name.is_empty());
    }
    // The ending says what it is: it is kept.
    let ending: String = clean.rsplit_once('.').map(|(_, ending)| format!(".{ending}")).filter(|ending| ending.chars().count() <= 12).unwrap_or_default();
    Some(clean.chars().take(MOST_CHARS - ending.chars().count()).collect::<String>() + &ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E4: a name is only ever a name.
    #[test]
    fn e4_names_are_made_harmless() {
        for (name, harmless) in [
            ("Invoice 7.pdf", Some("Invoice 7.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Windows\\system32\\a.dll", Some("a.dll")),
            ("nul\0l\r\nSet-Cookie: x.txt", Some("nullSet-Cookie x.txt")),
            ("photo\u{202e}gpj.exe", Some("photogpj.exe")),
            ("Größe – 日本.docx", Some("Größe – 日本.docx")),
            ("..", None),
            ("/", None),
            ("", None),
            (".htaccess", Some("htaccess")),
        ] {
            assert_eq!(harmless_name(name).as_deref(), harmless, "{name:?}");
        }
        let long = harmless_name(&format!("{}.pdf", "x".repeat(300))).unwrap();
        assert!(long.chars().count() == MOST_CHARS && long.to_lowercase().ends_with(".pdf"));
    }
}
