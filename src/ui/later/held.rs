//! Why the open conversation is not the team's to answer: its number was removed, or Meta's own agent holds it (`meta-api` section 7).

use super::tools;
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

/// Whether nothing is sent any more from the number that the open conversation belongs to.
pub fn is_removed(inbox: Inbox) -> bool {
    let account = inbox.open_row().map(|row| row.account_id);
    tools::team().with(|team| account.is_some_and(|account| team.removed.contains(&account)))
}

/// Above the composer.
pub fn draw(inbox: Inbox) -> AnyView {
    // While the newest of the customer's messages went to Meta's agent and nobody here has answered since.
    let is_held = Memo::new(move |_| {
        inbox.motion.track();
        let now = inbox.now.get();
        inbox.newest_that(tells).is_some_and(|message| now.since(message.sort_at) < HELD_MS && message.origin.is_some_and(|origin| origin.held))
    });
    view! {
        <When is=is_held>
            <p class="strip" role="status">{words::HELD}</p>
        </When>
        <When is=move || is_removed(inbox)>
            <p class="strip" role="status">{words::NUMBER_REMOVED}</p>
        </When>
    }
    .into_any()
}
