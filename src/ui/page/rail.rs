//! The narrow bar at the side: the other pages, and the agent's own menu.
//!
//! Only the server draws it, beside what the browser takes over: none of it is in the first page's code. What its switch does is in
//! `later/keys`.

use crate::domain::agent::Agent;
use crate::protocol::address;
use crate::ui::kit::avatar::Avatar;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::words;
use leptos::prelude::*;

/// Kept in the browser if Enter is to break the line.
pub const ENTER_BREAKS: &str = "enter-breaks";
/// The switch for that.
pub const ENTER_SENDS: &str = "enter-sends";

/// The switch for keys that are a letter alone: their commands are in `later/single`.
pub const SINGLE_KEYS: &str = "single-keys-switch";
/// The switch for notifications of this browser: see `later/notify`.
pub const NOTIFY: &str = "notify-switch";

/// The bar.
#[component]
pub fn Rail(agent: Agent) -> impl IntoView {
    let item = |path: &'static str, name: &'static str, glyph: Glyph| {
        view! {
            <a class="rail__item" href=path aria-current=(path == address::INBOX).then_some("page") title=name aria-label=name><Icon glyph=glyph/></a>
        }
    };
    view! {
        <nav class="rail" aria-label=words::PAGES>
        {item(address::INBOX, words::INBOX, Glyph::INBOX)}
        {item(address::CONTACTS, words::CONTACTS, Glyph::PERSON)}
        {item(address::LABELS, words::LABELS, Glyph::TAG)}
        <details class="rail__menu">
            <summary title=words::YOU aria-label=words::YOU>
                <Avatar name=agent.name.clone() id=agent.id.0.clone() small=true/>
            </summary>
            <div class="rail__sheet">
                <b>{agent.name}</b>
                <small>{agent.email}</small>
                <label class="rail__switch">
                    <input type="checkbox" id=ENTER_SENDS checked autocomplete="off"/>
                    {words::ENTER_SENDS}
                </label>
                {keys(&words::KEYS)}
                <label class="rail__switch">
                    <input type="checkbox" id=SINGLE_KEYS autocomplete="off"/>
                    {words::SINGLE_KEYS_ON}
                </label>
                {keys(&words::SINGLE_KEYS)}
                <label class="rail__switch">
                    <input type="checkbox" id=NOTIFY autocomplete="off"/>
                    {words::NOTIFY_HERE}
                </label>
                <a class="link" href=address::PROFILE>{words::PROFILE}</a>
                <form method="post" action="/whatsapp/sign-out/">
                    <button class="button">{words::SIGN_OUT}</button>
                </form>
            </div>
        </details>
        </nav>
    }
}

fn keys(keys: &'static [(&'static str, &'static str)]) -> AnyView {
    let one = |(keys, what): &'static (&'static str, &'static str)| view! { <dt><kbd>{*keys}</kbd></dt><dd>{*what}</dd> };
    view! { <dl class="rail__keys">{keys.iter().map(one).collect::<Vec<_>>()}</dl> }.into_any()
}
