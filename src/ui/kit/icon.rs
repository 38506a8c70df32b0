//! Line icons, 24 by 24. Never alone: the control that holds one has a name.

use leptos::prelude::*;

/// An icon by what it shows: its path. Constants, so that a page carries only those it draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph(&'static str);

impl Glyph {
    /// An arrow to the left.
    pub const BACK: Self = Self("m15 5-7 7 7 7");
    /// A paper clip.
    pub const CLIP: Self =
        Self("m20 11.500-8 8a5 5 0 0 1-7-7l8.500-8.500a3.300 3.300 0 0 1 4.700 4.700L9.700 17.200a1.700 1.700 0 0 1-2.400-2.400l7.800-7.800");
    /// A clock.
    pub const CLOCK: Self = Self("M12 3.5a8.5 8.5 0 1 0 0 17 8.500 8.500 0 0 0 0-17M12 7.500V12l3 2");
    /// An arrow down.
    pub const DOWN: Self = Self("m6 9.500 6 6 6-6");
    /// A tray.
    pub const INBOX: Self = Self("M3 12.500h5l1.800 3h4.400l1.800-3h5M5.200 5h13.600L21 12.500V19H3v-6.500z");
    /// A microphone.
    pub const MICROPHONE: Self =
        Self("M12 3.500a2.500 2.500 0 0 0-2.500 2.500v5a2.500 2.500 0 0 0 5 0V6A2.500 2.500 0 0 0 12 3.500M6 11a6 6 0 0 0 12 0M12 17v3.500");
    /// A sheet of paper.
    pub const PAPER: Self = Self("M6 3h8l4 4v14H6zM14 3v4h4");
    /// Head and shoulders.
    pub const PERSON: Self = Self("M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.500 20a7.500 7.500 0 0 1 15 0");
    /// A plus.
    pub const PLUS: Self = Self("M12 5v14M5 12h14");
    /// A paper plane.
    pub const SEND: Self = Self("M4 12 20 4.500 15.500 20l-3.700-6.300z");
    /// A smiling face.
    pub const SMILE: Self = Self("M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17M8.500 14a4.200 4.200 0 0 0 7 0M9 9.500v.5M15 9.500v.5");
    /// A tag.
    pub const TAG: Self = Self("M4 4h7.500l8.500 8.500-7.500 7.500L4 11.500zM8 8v.2");
    /// A triangle with an exclamation mark.
    pub const WARNING: Self = Self("M12 4 2.800 19.500h18.400zM12 10v4.200M12 16.800v.2");
}

/// The icon.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=glyph.0></path>
        </svg>
    }
}
