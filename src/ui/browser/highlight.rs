//! Words that were looked for, marked where they stand on the page: by the browser's own highlights, which change no element. A browser
//! without them shows the message unmarked.

use js_sys::{Array, Function, JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Node;

/// What styles call it.
const NAME: &str = "found";

/// How letters are compared.
#[derive(Clone, Copy)]
pub struct Letters {
    /// One that no accent is taken off, as people write it who do not have it on their keys.
    pub plain: fn(char) -> Option<&'static str>,
    /// Whether it is a word of its own.
    pub stands_alone: fn(char) -> bool,
}

impl Letters {
    /// A sign as it is compared: without its accents, small; some letters are two.
    fn folded(self, c: char) -> Vec<char> {
        if is_accent(c) {
            return Vec::new();
        }
        // A syllable of Hangul comes apart otherwise.
        if ('\u{ac00}'..='\u{d7af}').contains(&c) {
            return vec![c];
        }
        let bare = String::from(JsString::from(c.to_string()).normalize("NFKD")).chars().next().unwrap_or(c);
        bare.to_lowercase().flat_map(|c| (self.plain)(c).map_or_else(|| vec![c], |plain| plain.chars().collect())).collect()
    }

    /// The words of a question, folded. What is written without blanks stays one.
    fn words(self, text: &str) -> Vec<Vec<char>> {
        let words = text.split(|c: char| !c.is_alphanumeric() && !(self.stands_alone)(c) && !is_accent(c)).filter(|word| !word.is_empty());
        words.map(|word| word.chars().flat_map(|c| self.folded(c)).collect()).filter(|word: &Vec<char>| !word.is_empty()).collect()
    }
}

/// A sign that only stands on another.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}')
}

/// Marks these words inside the first element that the selector names, in place of what was marked before; no words: nothing is.
pub fn show(selector: &str, text: &str, letters: Letters) {
    let ranges = Array::new();
    let words = letters.words(text);
    let found = web_sys::window().and_then(|window| window.document()).and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = found.filter(|_| !words.is_empty()) {
        collect(&element, &words, letters, &ranges);
    }
    let _ = register(&ranges);
}

/// Goes through all texts.
fn collect(node: &Node, words: &[Vec<char>], letters: Letters, ranges: &Array) {
    if node.node_type() == Node::TEXT_NODE {
        mark(node, words, letters, ranges);
    }
    let children = node.child_nodes();
    for at in 0..children.length() {
        if let Some(child) = children.item(at) {
            collect(&child, words, letters, ranges);
        }
    }
}

/// The ranges of the words in one text, at the beginnings of its own; where those stand without blanks, and digits, also in their middle.
fn mark(node: &Node, words: &[Vec<char>], how: Letters, ranges: &Array) {
    let letters: Vec<char> = node.text_content().unwrap_or_default().chars().collect();
    // Each folded sign, and which letter it is of.
    let plain: Vec<(char, usize)> = letters.iter().enumerate().flat_map(|(of, c)| how.folded(*c).into_iter().map(move |c| (c, of))).collect();
    let units = |upto: usize| u32::try_from(letters[..upto].iter().map(|c| c.len_utf16()).sum::<usize>()).unwrap_or(0);
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let begins = |at: usize| {
        let (c, before) = (plain[at].0, at.checked_sub(1).map(|before| plain[before].0));
        (how.stands_alone)(c) || c.is_ascii_digit() || before.is_none_or(|before| !before.is_alphanumeric() || (how.stands_alone)(before))
    };
    for at in 0..plain.len() {
        let is_here = |word: &&Vec<char>| plain.len() - at >= word.len() && plain[at..].iter().zip(word.iter()).all(|((c, _), wanted)| c == wanted);
        let Some(word) = words.iter().filter(|word| begins(at) && is_here(word)).max_by_key(|word| word.len()) else { continue };
        if let Ok(range) = document.create_range()
            && range.set_start(node, units(plain[at].1)).is_ok()
            && range.set_end(node, units(plain[at + word.len() - 1].1 + 1)).is_ok()
        {
            ranges.push(&range);
        }
    }
}

fn register(ranges: &Array) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let class: Function = Reflect::get(&window, &"Highlight".into())?.dyn_into()?;
    let highlight = Reflect::construct(&class, ranges)?;
    let all = Reflect::get(&Reflect::get(&window, &"CSS".into())?, &"highlights".into())?;
    let set: Function = Reflect::get(&all, &"set".into())?.dyn_into()?;
    set.call2(&all, &NAME.into(), &highlight)?;
    Ok(())
}
