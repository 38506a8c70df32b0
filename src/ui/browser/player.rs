//! Films and recordings: one at a time, and a voice note after the other.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlMediaElement};

/// The speeds of a recording.
const SPEEDS: [f64; 3] = [1.0, 1.5, 2.0];

fn player(event: &Event) -> Option<HtmlMediaElement> {
    event.target()?.dyn_into().ok()
}

fn elements(selector: &str) -> Vec<Element> {
    let list = web_sys::window().and_then(|window| window.document()).and_then(|document| document.query_selector_all(selector).ok());
    list.map(|list| (0..list.length()).filter_map(|index| list.get(index)?.dyn_into().ok()).collect()).unwrap_or_default()
}

/// Pauses whatever else plays.
pub fn alone(event: &Event) {
    let Some(this) = player(event) else { return };
    for other in elements("audio, video").into_iter().filter_map(|element| element.dyn_into::<HtmlMediaElement>().ok()) {
        if other != this && !other.paused() {
            let _ = other.pause();
        }
    }
}

/// Plays the voice note below the one that has ended, unless messages are left out between them.
pub fn play_next(event: &Event) {
    let Some(this) = player(event) else { return };
    let mut below = elements("audio[data-kind='voice'], [data-key^='gap-']").into_iter().skip_while(|other| !other.is_same_node(Some(&this)));
    if let Some(next) = below.nth(1).and_then(|element| element.dyn_into::<HtmlMediaElement>().ok()) {
        next.set_playback_rate(this.playback_rate());
        let _ = next.play();
    }
}

/// Which of the speeds a recording has.
pub fn rate(event: &Event) -> usize {
    let rate = player(event).map_or(1.0, |player| player.playback_rate());
    SPEEDS.iter().position(|speed| (speed - rate).abs() < 0.1).unwrap_or(0)
}

/// Gives the recording that a button belongs to the speed after this one.
pub fn faster(event: &Event, speed: usize) {
    let button = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let around = button.and_then(|button| button.closest(".recording").ok().flatten());
    if let Some(player) = around.and_then(|around| around.query_selector("audio").ok().flatten()).and_then(|found| found.dyn_into::<HtmlMediaElement>().ok()) {
        player.set_playback_rate(SPEEDS[(speed + 1) % SPEEDS.len()]);
    }
}
