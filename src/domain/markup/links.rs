//! The web links of a text.

use super::{Block, Inline, parse};

/// Where the web links of a text lead, in order.
#[must_use]
pub fn of(text: &str) -> Vec<String> {
    fn collect(inlines: Vec<Inline>, out: &mut Vec<String>) {
        for inline in inlines {
            match inline {
                Inline::Link { href, .. } if href.starts_with("http") => out.push(href),
                Inline::Bold(inner) | Inline::Italic(inner) | Inline::Strike(inner) => collect(inner, out),
                Inline::Text(_) | Inline::Code(_) | Inline::Link { .. } => {}
            }
        }
    }
    let mut out = Vec::new();
    for block in parse(text) {
        match block {
            Block::Paragraph(line) | Block::Quote(line) => collect(line, &mut out),
            Block::Bullets(lines) | Block::Numbers(_, lines) => lines.into_iter().for_each(|line| collect(line, &mut out)),
            Block::Mono(_) => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn links_are_found_wherever_they_stand() {
        let text = "see https://a.example/x and *bold https://b.example*\n- http://c.example\n> shop.com `https://code.example` mail a@b.example";
        assert_eq!(of(text), ["https://a.example/x", "https://b.example", "http://c.example", "https://shop.com"]);
    }
}
