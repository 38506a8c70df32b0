//! WhatsApp's text formatting as a tree (`meta-api` section 16). Pages turn the tree into nodes; nothing ever becomes HTML text.
//!
//! Markers hug their text and stand at word boundaries; a pair stays on one line; nothing is read inside code or links.
//!
//! To add a mark: a variant of [`Inline`], its reading in [`atoms`] or [`inlines`], its node in `ui/chat/bubble/text`.

pub mod links;

/// A part of a text that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Lines of running text, breaks kept as `\n`.
    Paragraph(Vec<Inline>),
    /// Lines that began with `> `.
    Quote(Vec<Inline>),
    /// Lines that began with `- ` or `* `.
    Bullets(Vec<Vec<Inline>>),
    /// Lines that began with a number and `. `; the first number is kept.
    Numbers(u32, Vec<Vec<Inline>>),
    /// Text between triple backticks.
    Mono(String),
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Plain characters.
    Text(String),
    /// `*bold*`
    Bold(Vec<Inline>),
    /// `_italic_`
    Italic(Vec<Inline>),
    /// `~strike~`
    Strike(Vec<Inline>),
    /// `` `code` ``
    Code(String),
    /// An address that may be followed: only http, https, mailto and tel ever occur.
    Link {
        /// Where it leads.
        href: String,
        /// What was written.
        text: String,
    },
}

/// Reads a text. Total: every text has a tree, and every visible character is in it.
#[must_use]
pub fn parse(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((before, mono, after)) = split_mono(rest) {
        read_lines(before.strip_suffix('\n').unwrap_or(before), &mut blocks);
        blocks.push(Block::Mono(mono.trim_matches('\n').to_owned()));
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    read_lines(rest, &mut blocks);
    blocks
}

/// The words without marks, for previews and titles.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    for block in parse(text) {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Paragraph(line) | Block::Quote(line) => plain_inlines(&line, &mut out),
            Block::Bullets(items) | Block::Numbers(_, items) => {
                for item in items {
                    plain_inlines(&item, &mut out);
                    out.push('\n');
                }
            }
            Block::Mono(mono) => out.push_str(&mono),
        }
    }
    out
}

/// Whether the text is one to three emoji and nothing else, which WhatsApp shows large.
#[must_use]
pub fn is_big_emoji(text: &str) -> bool {
    count_emoji(text.trim()).is_some_and(|count| (1..=3).contains(&count))
}

/// How many emoji the text is made of; `None`: of something else, too. A flag is made of two letters.
#[must_use]
pub fn count_emoji(text: &str) -> Option<usize> {
    let joins = |c: char| matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    let letter = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    let emoji = |c: char| letter(c) || matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b50}' | '\u{2b55}');
    let (mut count, mut joined, mut half) = (0, false, false);
    for c in text.chars() {
        if joins(c) {
            joined = c == '\u{200d}';
        } else if emoji(c) {
            half = letter(c) && !half;
            count += usize::from(!joined && (half || !letter(c)));
            joined = false;
        } else {
            return None;
        }
    }
    Some(count)
}

fn plain_inlines(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) | Inline::Link { text, .. } => out.push_str(text),
            Inline::Bold(inner) | Inline::Italic(inner) | Inline::Strike(inner) => plain_inlines(inner, out),
        }
    }
}

/// Splits at the first pair of triple backticks that has something in between.
fn split_mono(text: &str) -> Option<(&str, &str, &str)> {
    let fence = |text: &str| text.as_bytes().windows(3).position(|three| three == b"```");
    let open = fence(text)?;
    let inner = &text[open + 3..];
    let close = fence(inner)?;
    (!inner[..close].trim().is_empty()).then(|| (&text[..open], &inner[..close], &inner[close + 3..]))
}

fn read_lines(text: &str, blocks: &mut Vec<Block>) {
    if text.is_empty() {
        return;
    }
    // A paragraph may continue only within this run of lines: a block of code ends it.
    let first = blocks.len();
    for line in text.split('\n') {
        let last = if blocks.len() > first { blocks.last_mut() } else { None };
        if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).filter(|item| !item.trim().is_empty()) {
            match last {
                Some(Block::Bullets(items)) => items.push(line_inlines(item)),
                _ => blocks.push(Block::Bullets(vec![line_inlines(item)])),
            }
        } else if let Some((number, item)) = numbered(line) {
            match last {
                Some(Block::Numbers(_, items)) => items.push(line_inlines(item)),
                _ => blocks.push(Block::Numbers(number, vec![line_inlines(item)])),
            }
        } else if let Some(quoted) = line.strip_prefix("> ") {
            match last {
                Some(Block::Quote(inlines)) => continue_line(inlines, quoted),
                _ => blocks.push(Block::Quote(line_inlines(quoted))),
            }
        } else {
            match last {
                Some(Block::Paragraph(inlines)) => continue_line(inlines, line),
                _ => blocks.push(Block::Paragraph(line_inlines(line))),
            }
        }
    }
}

fn continue_line(inlines: &mut Vec<Inline>, line: &str) {
    push_char(inlines, '\n');
    for inline in line_inlines(line) {
        match inline {
            Inline::Text(text) => text.chars().for_each(|c| push_char(inlines, c)),
            other => inlines.push(other),
        }
    }
}

fn numbered(line: &str) -> Option<(u32, &str)> {
    let (number, item) = line.split_once('.')?;
    let item = item.strip_prefix(' ')?;
    let digits = !number.is_empty() && number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit());
    (digits && !item.trim().is_empty()).then(|| number.parse().ok().map(|n| (n, item)))?
}

fn line_inlines(line: &str) -> Vec<Inline> {
    inlines(&atoms(&line.chars().collect::<Vec<_>>()))
}

/// A character, or something that marks cannot look into.
#[derive(Clone)]
enum Atom {
    Char(char),
    Node(Inline),
}

/// Finds code and links first: nothing is read inside them.
fn atoms(line: &[char]) -> Vec<Atom> {
    let mut out = Vec::with_capacity(line.len());
    let mut i = 0;
    // Once no closing backtick was found there is none further on either.
    let mut code_possible = true;
    while i < line.len() {
        let at_start = i == 0 || line[i - 1].is_whitespace() || "([{<\"'*_~".contains(line[i - 1]);
        if line[i] == '`' && code_possible {
            if let Some(length) = line[i + 1..].iter().position(|c| *c == '`') {
                if length > 0 {
                    out.push(Atom::Node(Inline::Code(line[i + 1..=i + length].iter().collect())));
                    i += length + 2;
                    continue;
                }
            } else {
                code_possible = false;
            }
        }
        if let Some((node, length)) = if at_start { link(&line[i..]) } else { None } {
            out.push(Atom::Node(node));
            i += length;
        } else {
            out.push(Atom::Char(line[i]));
            i += 1;
        }
    }
    out
}

/// The longest web address that is linked, in characters.
const MAX_LINK: usize = 2048;
/// The longest e-mail address there can be.
const MAX_EMAIL: usize = 320;

/// Endings of bare domains that are linked: others are more often a missing space.
const DOMAINS: &str = "ae app at au be br ca ch cn co com de dev dk edu es eu fi fr gov ie in info io it jp ke me mx net ng nl no nz org pe pl pt ru se sg shop store tr ua uk us za";

/// A number as it is dialled from abroad: `+`, 8 to 15 digits (E.164), and what people put between them.
fn phone(chars: &[char]) -> Option<(Inline, usize)> {
    let (mut href, mut end, mut gap) = ("tel:+".to_owned(), 0, 0);
    for (at, c) in chars.iter().enumerate().skip(1) {
        match c {
            '0'..='9' => {
                href.push(*c);
                (end, gap) = (at + 1, 0);
            }
            ' ' | '-' | '.' | '(' | ')' | '\u{a0}' if end > 0 && gap < 2 => gap += 1,
            c if c.is_alphanumeric() && gap == 0 => return None,
            _ => break,
        }
    }
    // Five letters are before the digits.
    (13..=20).contains(&href.len()).then(|| (Inline::Link { href, text: chars[..end].iter().collect() }, end))
}

/// The name of a machine at the beginning of a text: whether it is one with a known ending, and whether it mixes alphabets within a word,
/// as only those do that want to be taken for another.
fn host(text: &str) -> (bool, bool) {
    let (mut begin, mut end, mut is_named, mut latin, mut other, mut is_mixed) = (0, text.len(), true, false, false, false);
    for (at, c) in text.char_indices() {
        match c {
            '/' | '?' | '#' | ':' => {
                end = at;
                break;
            }
            '.' => {
                is_named &= at > begin;
                (begin, latin, other) = (at + 1, false, false);
            }
            _ => {
                latin |= c.is_ascii_alphabetic();
                other |= c > '\u{24f}';
                is_mixed |= latin && other;
                is_named &= c == '-' || c.is_alphanumeric();
            }
        }
    }
    let ending = &text[begin.min(end)..end];
    (is_named && begin > 0 && DOMAINS.split(' ').any(|domain| domain.eq_ignore_ascii_case(ending)), is_mixed)
}

/// A web address, e-mail or phone number at the beginning of `chars`, with its length. Trailing punctuation is not part of it.
fn link(chars: &[char]) -> Option<(Inline, usize)> {
    let first = *chars.first()?;
    if first == '+' {
        return phone(chars);
    }
    if !first.is_alphanumeric() {
        return None;
    }
    let lower: String = chars.iter().take(8).map(char::to_ascii_lowercase).collect();
    let scheme = ["https://", "http://"].into_iter().find(|scheme| lower.starts_with(scheme)).map_or(0, str::len);
    let is_web = scheme > 0 || lower.starts_with("www.");
    // Looking only so far keeps hostile lines linear; no browser takes longer addresses.
    let reach = &chars[..chars.len().min(if is_web { MAX_LINK } else { MAX_EMAIL })];
    let end = reach.iter().position(|c| c.is_whitespace() || c.is_control() || "<>\"`".contains(*c)).unwrap_or(reach.len());
    let has_user = reach[..end].contains(&'@');
    if !is_web && !has_user && !reach[..end].contains(&'.') {
        return None;
    }
    let word: String = reach[..end].iter().collect();
    let text = trim_punctuation(&word);
    let behind = &text[scheme..];
    let (is_named, is_mixed) = host(behind);
    if is_mixed {
        return None;
    }
    let href = if !is_web && !has_user {
        is_named.then(|| format!("https://{text}"))?
    } else if !is_web {
        is_email(text).then(|| format!("mailto:{text}"))?
    } else if lower.starts_with("www.") {
        (text.matches('.').count() >= 2 && text.len() > 6).then(|| format!("https://{text}"))?
    } else {
        (behind.len() > 2).then(|| text.to_owned())?
    };
    Some((Inline::Link { href, text: text.to_owned() }, text.chars().count()))
}

fn trim_punctuation(word: &str) -> &str {
    let mut text = word;
    while let Some(last) = text.chars().next_back() {
        let closes = last == ')' && text.matches('(').count() >= text.matches(')').count();
        if closes || !".,;:!?)]}'*_~…»".contains(last) {
            break;
        }
        text = &text[..text.len() - last.len_utf8()];
    }
    text
}

fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    let user_ok = !user.is_empty() && user.len() <= 64 && user.chars().all(|c| c.is_alphanumeric() || "._%+-".contains(c));
    let host_ok =
        host.len() <= 253 && host.contains('.') && host.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-'));
    user_ok && host_ok
}

/// Reads `*bold*`, `_italic_` and `~strike~`.
fn inlines(atoms: &[Atom]) -> Vec<Inline> {
    let mut out = Vec::new();
    let mut i = 0;
    let mut exhausted: Vec<char> = Vec::new();
    while i < atoms.len() {
        match &atoms[i] {
            Atom::Node(node) => out.push(node.clone()),
            Atom::Char(mark @ ('*' | '_' | '~')) if !exhausted.contains(mark) && opens(atoms, i) => {
                if let Some(end) = (i + 2..atoms.len()).find(|j| closes(atoms, *j, *mark)) {
                    let inner = inlines(&atoms[i + 1..end]);
                    out.push(match mark {
                        '*' => Inline::Bold(inner),
                        '_' => Inline::Italic(inner),
                        _ => Inline::Strike(inner),
                    });
                    i = end;
                } else {
                    // No closing mark here means none further on: keeps hostile lines linear.
                    exhausted.push(*mark);
                    push_char(&mut out, *mark);
                }
            }
            Atom::Char(c) => push_char(&mut out, *c),
        }
        i += 1;
    }
    out
}

fn opens(atoms: &[Atom], i: usize) -> bool {
    let before_ok = i == 0 || !matches!(atoms[i - 1], Atom::Char(c) if c.is_alphanumeric());
    let after_ok = match atoms.get(i + 1) {
        Some(Atom::Char(c)) => !c.is_whitespace() && Some(*c) != as_char(&atoms[i]),
        Some(Atom::Node(_)) => true,
        None => false,
    };
    before_ok && after_ok
}

fn closes(atoms: &[Atom], j: usize, mark: char) -> bool {
    as_char(&atoms[j]) == Some(mark)
        && !matches!(atoms[j - 1], Atom::Char(c) if c.is_whitespace())
        && !matches!(atoms.get(j + 1), Some(Atom::Char(c)) if c.is_alphanumeric())
}

fn as_char(atom: &Atom) -> Option<char> {
    match atom {
        Atom::Char(c) => Some(*c),
        Atom::Node(_) => None,
    }
}

fn push_char(out: &mut Vec<Inline>, c: char) {
    if let Some(Inline::Text(text)) = out.last_mut() {
        text.push(c);
    } else {
        out.push(Inline::Text(c.to_string()));
    }
}

#[cfg(test)]
mod tests;
