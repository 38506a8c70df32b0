//! The page of who did what.

use crate::domain::contact::display_name;
use crate::protocol::view::{Audit, AuditLine};
use crate::server::caller::Caller;
use crate::server::error::Result;
use crate::server::service::{audit, people};
use crate::server::state::App;
use crate::server::store::audit::{Asked, Line};
use crate::server::zone;

/// What the page shows: of whom, what, and with whom.
pub async fn page(app: &App, caller: &Caller, asked: impl Fn(&str) -> String) -> Result<Audit> {
    let (who, what, customer) = (asked("who"), asked("what"), asked("customer").trim().to_owned());
    let wanted = Asked { actor: who.clone(), act: what.clone(), threads: None };
    let (lines, next) = audit::list(app, caller, wanted, &customer, asked("before").parse().ok()).await?;
    let zone = zone::load(&caller.time_zone, app.clock.now());
    let mut people: Vec<_> = people::list(app, caller).await?.into_iter().map(|agent| (agent.id.0, agent.name)).collect();
    people.extend(audit::programs(app, caller).await?);
    let shown = |line: Line| AuditLine {
        at: line.at,
        local: zone.local(line.at),
        who: line.actor_name,
        act: line.act,
        subject: line.subject,
        customer: line.conversation_id.map(|id| (id, display_name(line.name.as_deref().unwrap_or_default(), line.wa_id.as_deref(), line.user_id.as_deref()))),
    };
    Ok(Audit { lines: lines.into_iter().map(shown).collect(), next, people, who, what, customer })
}
