//! Files of the agent's machine: picked, dropped or pasted; and their way to the server.
//!
//! The browser's own objects stay here under a key, as they must not leave their thread.

use super::random;
use js_sys::{Array, Promise, Uint8Array};
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, ClipboardEvent, DataTransfer, DragEvent, File, FileList, FilePropertyBag, FormData, HtmlInputElement, ProgressEvent, Url, XmlHttpRequest,
    XmlHttpRequestResponseType,
};

/// A file of the agent's machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// Names it here.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// What the machine takes it for; often empty.
    pub mime: String,
    /// In bytes.
    pub size: i64,
    /// Where it can be looked at or listened to, if it is a picture or a recording; else empty.
    pub preview: String,
}

struct Held {
    /// Its bytes, unless only the server has them.
    file: Option<File>,
    /// Whether the server has it, too: it is not lost with the page.
    is_safe: bool,
    preview: String,
    /// What is on its way with it.
    requests: Vec<XmlHttpRequest>,
}

thread_local! {
    static HELD: RefCell<HashMap<String, Held>> = RefCell::default();
}

/// Pictures that every browser shows.
const SHOWN: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "image/gif"];

fn hold(files: Option<FileList>) -> Vec<Local> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|at| files.get(at)).map(hold_one).collect()
}

/// Whether every browser shows it, or plays it.
fn can_be_seen(mime: &str) -> bool {
    SHOWN.contains(&mime) || mime.starts_with("audio/")
}

/// Holds the place of a file whose bytes wait on the server, where `path` has them.
#[must_use]
pub fn hold_kept(name: String, mime: String, size: i64, path: String) -> Local {
    let key = random::id();
    HELD.with_borrow_mut(|held| held.insert(key.clone(), Held { file: None, is_safe: true, preview: String::new(), requests: Vec::new() }));
    let preview = if can_be_seen(&mime) { path } else { String::new() };
    Local { key, name, mime, size, preview }
}

/// Holds one file.
pub fn hold_one(file: File) -> Local {
    let preview = can_be_seen(&file.type_()).then(|| Url::create_object_url_with_blob(&file).ok()).flatten().unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "whole bytes")]
    let size = file.size() as i64;
    let local = Local { key: random::id(), name: file.name(), mime: file.type_(), size, preview: preview.clone() };
    HELD.with_borrow_mut(|held| held.insert(local.key.clone(), Held { file: Some(file), is_safe: false, preview, requests: Vec::new() }));
    local
}

/// Fetches a file of the server's, and holds it like one of this machine; `None`: it did not come.
pub async fn fetch(path: &str, name: &str) -> Option<Local> {
    let request = XmlHttpRequest::new().ok()?;
    request.open_with_async("GET", path, true).ok()?;
    request.set_response_type(XmlHttpRequestResponseType::Blob);
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    request.send().ok()?;
    let _: Result<JsValue, JsValue> = JsFuture::from(ended).await;
    let blob: Blob = request.response().ok().filter(|_| request.status() == Ok(200))?.dyn_into().ok()?;
    let bag = FilePropertyBag::new();
    bag.set_type(&blob.type_());
    Some(hold_one(File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &bag).ok()?))
}

fn input(id: &str) -> Option<HtmlInputElement> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Takes what was picked out of an input, which then can pick the same again.
#[must_use]
pub fn take_picked(id: &str) -> Vec<Local> {
    let Some(input) = input(id) else { return Vec::new() };
    let files = hold(input.files());
    input.set_value("");
    files
}

/// Holds what was picked, and leaves it picked: another try may follow.
#[must_use]
pub fn hold_picked(id: &str) -> Option<Local> {
    hold(input(id)?.files()).pop()
}

fn has_files(data: &DataTransfer) -> bool {
    data.types().iter().any(|kind| kind == "Files")
}

/// Whether files are being dragged.
#[must_use]
pub fn drags_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| has_files(&data))
}

/// What a folder is taken for.
pub const FOLDER: &str = "inode/directory";

/// What was dropped. A folder looks like a file that cannot be read: only its entry tells.
#[must_use]
pub fn take_dropped(event: &DragEvent) -> Vec<Local> {
    let Some(data) = event.data_transfer() else { return Vec::new() };
    let items = data.items();
    let items = (0..items.length()).filter_map(|at| items.get(at)).filter(|item| item.kind() == "file");
    let is_folder: Vec<bool> = items.map(|item| item.webkit_get_as_entry().ok().flatten().is_some_and(|entry| entry.is_directory())).collect();
    let name = |at: usize, local: Local| if is_folder.get(at) == Some(&true) { Local { mime: FOLDER.to_owned(), ..local } } else { local };
    hold(data.files()).into_iter().enumerate().map(|(at, local)| name(at, local)).collect()
}

/// What was pasted, unless it is words: office programs put a picture of them beside. (A file has its name beside it, as plain words.)
#[must_use]
pub fn take_pasted(event: &ClipboardEvent) -> Vec<Local> {
    let is_words = |data: &DataTransfer| ["text/plain", "text/html"].iter().all(|words| data.types().iter().any(|kind| kind == *words));
    let data = event.clipboard_data().filter(|data| has_files(data) && !is_words(data));
    hold(data.and_then(|data| data.files()))
}

/// What a held file begins with: enough to tell what it is.
pub async fn head(key: &str) -> Option<Vec<u8>> {
    let head = HELD.with_borrow(|held| held.get(key)?.file.as_ref()?.slice_with_i32_and_i32(0, 64).ok())?;
    let bytes = JsFuture::from(head.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}

/// Whether any file is held here alone.
#[must_use]
pub fn any() -> bool {
    HELD.with_borrow(|held| held.values().any(|held| !held.is_safe))
}

/// Whether the bytes of a file are here.
#[must_use]
pub fn has_bytes(key: &str) -> bool {
    HELD.with_borrow(|held| held.get(key).is_some_and(|held| held.file.is_some()))
}

/// Whether the server has it, too, as it is here.
pub fn set_safe(key: &str, is_safe: bool) {
    HELD.with_borrow_mut(|held| held.get_mut(key).map(|held| held.is_safe = is_safe));
}

/// Lets a file go; if it is on its way, that ends.
pub fn let_go(key: &str) {
    let Some(held) = HELD.with_borrow_mut(|held| held.remove(key)) else { return };
    for request in &held.requests {
        let _ = request.abort();
    }
    if !held.preview.is_empty() {
        let _ = Url::revoke_object_url(&held.preview);
    }
}

/// Posts a form with a file, or only what names it; says how much of a hundred is on its way; the answer's status and text. `None`: no answer came, or it was let go.
pub async fn post(key: &str, path: &str, fields: &[(&str, &str)], field: Option<&str>, progress: Box<dyn Fn(u8)>) -> Option<(u16, String)> {
    let (form, request) = (FormData::new().ok()?, XmlHttpRequest::new().ok()?);
    for (name, value) in fields {
        form.append_with_str(name, value).ok()?;
    }
    HELD.with_borrow_mut(|held| {
        let held = held.get_mut(key)?;
        if let Some(field) = field {
            let file = held.file.as_ref()?;
            form.append_with_blob_and_filename(field, file, &file.name()).ok()?;
        }
        held.requests.push(request.clone());
        Some(())
    })?;
    let said = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a hundred at most")]
        progress((event.loaded() / event.total().max(1.0) * 100.0) as u8);
    });
    request.upload().ok()?.set_onprogress(Some(said.as_ref().unchecked_ref()));
    request.open_with_async("POST", path, true).ok()?;
    request.set_request_header("Accept", "application/json").ok()?;
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    request.send_with_opt_form_data(Some(&form)).ok()?;
    let _: Result<JsValue, JsValue> = JsFuture::from(ended).await;
    HELD.with_borrow_mut(|held| held.get_mut(key).map(|held| held.requests.retain(|other| *other != request)));
    let status = request.status().ok().filter(|status| *status != 0)?;
    Some((status, request.response_text().ok().flatten().unwrap_or_default()))
}
