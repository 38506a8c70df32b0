//! Words that were looked for, marked where they stand on the page: by the browser's own highlights, which change no element. A browser
//! without them shows the message unmarked.

use js_sys::{Array, Function, JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Node;

/// What styles call it.
const NAME: &str = "found";

/// A letter without its accents, small.
fn folded(c: char) -> char {
    let bare = String::from(JsString::from(c.to_string()).normalize("NFD")).chars().next().unwrap_or(c);
    bare.to_lowercase().next().unwrap_or(c)
}

/// The words of a question, folded.
fn words(text: &str) -> Vec<Vec<char>> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().map(folded).collect()).collect()
}

/// Marks these words inside the first element that the selector names, in place of what was marked before; no words: nothing is.
pub fn show(selector: &str, text: &str) {
    let ranges = Array::new();
    let words = words(text);
    let found = web_sys::window().and_then(|window| window.document()).and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = found.filter(|_| !words.is_empty()) {
        collect(&element, &words, &ranges);
    }
    let _ = register(&ranges);
}

/// Goes through all texts.
fn collect(node: &Node, words: &[Vec<char>], ranges: &Array) {
    if node.node_type() == Node::TEXT_NODE {
        mark(node, words, ranges);
    }
    let children = node.child_nodes();
    for at in 0..children.length() {
        if let Some(child) = children.item(at) {
            collect(&child, words, ranges);
        }
    }
}

/// The ranges of the words in one text, at the beginnings of its own; digits also in the middle of a number.
fn mark(node: &Node, words: &[Vec<char>], ranges: &Array) {
    let letters: Vec<char> = node.text_content().unwrap_or_default().chars().collect();
    let plain: Vec<char> = letters.iter().map(|c| folded(*c)).collect();
    let units = |upto: usize| u32::try_from(letters[..upto].iter().map(|c| c.len_utf16()).sum::<usize>()).unwrap_or(0);
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    for at in 0..plain.len() {
        let begins = at == 0 || !plain[at - 1].is_alphanumeric() || plain[at].is_ascii_digit();
        let Some(word) = words.iter().filter(|word| begins && plain[at..].starts_with(word)).max_by_key(|word| word.len()) else { continue };
        if let Ok(range) = document.create_range()
            && range.set_start(node, units(at)).is_ok()
            && range.set_end(node, units(at + word.len())).is_ok()
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
