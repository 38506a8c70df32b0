//! A recording: how loud it is over its length, and a player with three speeds.

use super::file::missing;
use crate::domain::content::Audio;
use crate::domain::media::Media;
use crate::protocol::address;
use crate::ui::browser::player;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// The recording.
pub fn body(inbox: Inbox, audio: Audio, media: Option<Media>) -> AnyView {
    let kind = if audio.voice { "voice" } else { "audio" };
    let missing = missing(inbox, kind, media.as_ref());
    let recording = media.filter(|_| missing.is_none()).map(|media| recording(audio.voice, &media));
    view! {
        {missing}
        {recording}
    }
    .into_any()
}

fn recording(voice: bool, media: &Media) -> AnyView {
    let speed = RwSignal::new(1.0_f64);
    let name = words::kind(if voice { "voice" } else { "audio" });
    let bars: Vec<AnyView> =
        media.waveform.iter().flat_map(|wave| wave.chars()).map(|level| view! { <i data-level=level.to_string()></i> }.into_any()).collect();
    // One voice note after the other, as they were spoken.
    let ended = move |event| {
        if voice {
            player::play_next(&event);
        }
    };
    view! {
        <div class="recording">
            <span class="recording__wave" aria-hidden="true">{bars}</span>
            <audio controls="" preload="metadata" data-voice=voice.then_some("") src=address::file(&media.id) aria-label=name on:play=move |event| player::alone(&event) on:ended=ended></audio>
            <span class="recording__foot">
                <button class="link" aria-label=move || words::speed(speed.get()) on:click=move |event| speed.set(player::faster(&event, speed.get_untracked()))>
                    {move || words::times(speed.get())}
                </button>
            </span>
        </div>
    }
    .into_any()
}
