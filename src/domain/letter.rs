//! Letters as words are compared by them, on the server and on the page.

/// Signs that stand for words without blanks between them.
#[must_use]
pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}' | '\u{0e00}'..='\u{0e7f}')
}

/// A sign that is a word of its own; tones of skin and what only joins signs are none.
#[must_use]
pub fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b50}' | '\u{2b55}' | '\u{231a}' | '\u{231b}' | '\u{23e9}'..='\u{23fa}')
}

/// Letters that no accent is taken off, as people write them who do not have them on their keys.
#[must_use]
pub fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'þ' => "th",
        'ŧ' => "t",
        _ => return None,
    })
}

/// Whether a sign is a word of its own.
#[must_use]
pub fn stands_alone(c: char) -> bool {
    is_cjk(c) || is_emoji(c)
}
