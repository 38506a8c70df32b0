//! Changing what stands in the box as if it had been typed: whoever listens hears it, and the browser can undo it.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDocument, HtmlInputElement, HtmlTextAreaElement};

fn page() -> Option<HtmlDocument> {
    web_sys::window()?.document()?.dyn_into().ok()
}

fn field(id: &str) -> Option<HtmlTextAreaElement> {
    page()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Empties a field of one line, of which nobody else is told.
pub fn clear(id: &str) {
    let field = page().and_then(|page| page.get_element_by_id(id)).and_then(|element| element.dyn_into::<HtmlInputElement>().ok());
    if let Some(field) = field {
        field.set_value("");
    }
}

/// Types a text where the caret is, in place of what is selected.
pub fn insert(id: &str, text: &str) {
    if let Some(field) = field(id).filter(|field| !field.read_only()) {
        let _ = field.focus();
        // The only way of changing a text that the browser can undo; all of them know it.
        let _ = page().map(|page| page.exec_command_with_show_ui_and_value("insertText", false, text));
    }
}

/// Puts a mark before and after what is selected; the selection stays on the words.
pub fn wrap(id: &str, mark: &str) {
    let Some(field) = field(id) else { return };
    let (Ok(Some(start)), Ok(Some(end))) = (field.selection_start(), field.selection_end()) else { return };
    // Counted in UTF-16 units, as the browser does.
    let units: Vec<u16> = field.value().encode_utf16().collect();
    let words = units.get(start as usize..end as usize).map(String::from_utf16_lossy).unwrap_or_default();
    insert(id, &format!("{mark}{words}{mark}"));
    let by = u32::try_from(mark.len()).unwrap_or(0);
    let _ = field.set_selection_range(start + by, end + by);
}

/// What stands before the caret, if nothing is selected.
#[must_use]
pub fn before_caret(id: &str) -> Option<String> {
    let field = field(id)?;
    let (start, end) = (field.selection_start().ok()??, field.selection_end().ok()??);
    let units: Vec<u16> = field.value().encode_utf16().take(start as usize).collect();
    (start == end).then(|| String::from_utf16_lossy(&units))
}

/// Types a text in place of the last so many UTF-16 units before the caret.
pub fn replace(id: &str, units: usize, text: &str) {
    let Some(field) = field(id) else { return };
    if let Ok(Some(end)) = field.selection_end() {
        let _ = field.set_selection_range(end.saturating_sub(u32::try_from(units).unwrap_or(0)), end);
        insert(id, text);
    }
}

/// Selects the first words in braces, which somebody has to fill in.
pub fn select_braces(id: &str) {
    let Some(field) = field(id) else { return };
    let text = field.value();
    let units = |end: usize| u32::try_from(text[..end].encode_utf16().count()).unwrap_or(0);
    if let Some((from, to)) = text.find('{').and_then(|from| text[from..].find('}').map(|to| (from, from + to + 1))) {
        let _ = field.set_selection_range(units(from), units(to));
    }
}

/// Whether the focus is in something that takes what is typed, or in a dialog.
#[must_use]
pub fn is_taken() -> bool {
    let focused = page().and_then(|page| page.active_element());
    let takes = |element: &Element| element.closest("input, textarea, select, dialog, [popover]").is_ok_and(|found| found.is_some());
    focused.is_some_and(|element| takes(&element))
}
