//! A recording: how loud it is over its length, and a player with three speeds.

use super::file::{missing, player};
use crate::domain::content::Audio;
use crate::domain::media::Media;
use crate::ui::browser::player;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// The recording.
pub fn body(inbox: Inbox, audio: Audio, media: Option<Media>) -> AnyView {
    let kind = if audio.voice { "voice" } else { "audio" };
    let missing = missing(inbox, kind, media.as_ref());
    let recording = media.filter(|_| missing.is_none()).map(|media| recording(kind, &media));
    view! {
        {missing}
        {recording}
    }
    .into_any()
}

fn recording(kind: &'static str, media: &Media) -> AnyView {
    let speed = RwSignal::new(0_usize);
    let wave = media
        .waveform
        .as_deref()
        .map(|levels| view! { <svg class="wave" viewBox="0 0 192 32" aria-hidden="true"><path d=bars(levels)></path></svg> }.into_any());
    view! {
        <div class="recording">
            {wave}
            {player("audio", media, kind, Box::new(move |event| speed.set(player::rate(&event))))}
            <span class="recording__foot">
                {move || {
                    let now = speed.get();
                    view! { <button class="link" aria-label=words::speed(now) on:click=move |event| player::faster(&event, now)>{words::times(now)}</button> }.into_any()
                }}
            </span>
        </div>
    }
    .into_any()
}

/// A stroke for each part, as high as it is loud.
fn bars(levels: &str) -> String {
    let bar = |(index, level): (usize, u8)| {
        let height = 2 + 2 * i64::from(level.saturating_sub(b'a').min(15) / 2 * 2);
        format!("M{} {}v{height}", index * 4 + 2, 16 - height / 2)
    };
    levels.bytes().enumerate().map(bar).collect()
}
