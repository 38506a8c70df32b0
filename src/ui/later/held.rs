//! Whether somebody else holds the open conversation: Meta's own agent (`meta-api` section 7).

use crate::domain::content::Content;
use crate::domain::content::system::{Change, System};
use crate::domain::message::Message;
use crate::domain::time::DAY_MS;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// Without a word from either side it falls back to the team after this long (`meta-api` section 7).
const HELD_MS: i64 = DAY_MS;

/// Whether a message tells who answers: what was said, and where Meta says it outright.
fn tells(message: &Message) -> bool {
    Inbox::is_said(message) || matches!(&message.content, Content::System(System { change: Change::ToAgent | Change::ToTeam, .. }))
}

/// Above the composer, while the newest of the customer's messages went to that agent and nobody here has answered since.
pub fn draw(inbox: Inbox) -> AnyView {
    let is_held = Memo::new(move |_| {
        inbox.motion.track();
        let now = inbox.now.get();
        inbox.newest_that(tells).is_some_and(|message| now.since(message.sort_at) < HELD_MS && message.origin.is_some_and(|origin| origin.held))
    });
    view! {
        <When is=is_held>
            <p class="strip" role="status">{words::HELD}</p>
        </When>
    }
    .into_any()
}
