//! Who did what: a list for admins, with a form that narrows it.

use super::settings::Settings;
use crate::domain::audit::Act;
use crate::protocol::address;
use crate::protocol::view::{Audit, AuditLine};
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn AuditPage(page: Audit) -> impl IntoView {
    let Audit { lines, next, people, who, what, customer } = page;
    let is_empty = lines.is_empty();
    let option = |value: String, name: String, chosen: &str| {
        let is_chosen = value == chosen;
        view! { <option value=value selected=is_chosen>{name}</option> }.into_any()
    };
    let people = people.into_iter().map(|(id, name)| option(id, name, &who)).collect::<Vec<_>>();
    let acts = Act::ALL.map(|act| option(act.as_str().to_owned(), words::act(act).to_owned(), &what)).into_iter().collect::<Vec<_>>();
    let older = next.map(|next| {
        let href = address::audit(&who, &what, &customer, next);
        view! { <a class="button" href=href>{words::OLDER_LINES}</a> }
    });
    view! {
        <Settings at=address::AUDIT title=words::AUDIT is_admin=true refused=String::new()>
            <p class="settings__why">{words::AUDIT_WHY}</p>
            <form class="audit__find" action=address::AUDIT>
                <label>{words::AUDIT_WHO}<select name="who"><option value="">{words::ANY}</option>{people}</select></label>
                <label>{words::AUDIT_WHAT}<select name="what"><option value="">{words::ANY}</option>{acts}</select></label>
                <label>{words::AUDIT_CUSTOMER}<input name="customer" value=customer inputmode="tel" autocomplete="off"/></label>
                <button class="button">{words::AUDIT_SHOW}</button>
            </form>
            {is_empty.then(|| view! { <p class="settings__why">{words::NO_LINES}</p> })}
            <ul class="settings__list audit__lines">{lines.into_iter().map(line).collect::<Vec<_>>()}</ul>
            {older}
        </Settings>
    }
}

fn line(line: AuditLine) -> AnyView {
    let AuditLine { at, local, who, act, subject, customer } = line;
    let customer = customer.map(|(segment, name)| view! { <a class="link" href=address::thread(&segment)><bdi>{name}</bdi></a> });
    view! { <li class="audit__line"><time datetime=at.rfc3339()>{words::date_and_time(&local)}</time><b><bdi>{who}</bdi></b><span dir="auto">{words::audit_line(&act, &subject)}</span>{customer}</li> }
        .into_any()
}
