//! The people of the team: who they are, what they may do, and their links.

use super::settings::Settings;
use crate::domain::account::Account;
use crate::domain::agent::Role;
use crate::domain::id::{AccountId, AgentId};
use crate::protocol::address;
use crate::protocol::form::NUMBER_FIELD;
use crate::protocol::view::{People, Person};
use crate::ui::kit::field::Field;
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn PeoplePage(page: People) -> impl IntoView {
    let People { people, accounts, link, note } = page;
    let is_invitation = note.field("act") == "invite";
    let typed = |name: &str| if is_invitation { note.field(name) } else { String::new() };
    let (name, email) = (typed("name"), typed("email"));
    let rows = people.into_iter().map(|person| one(person, &accounts)).collect::<Vec<_>>();
    let link = link.map(|(name, link)| {
        view! {
            <section class="settings__form" role="status">
                <h2>{words::link_for(&name)}</h2>
                <p>{words::LINK_WHY}</p>
                <p class="settings__code">{link}</p>
            </section>
        }
    });
    view! {
        <Settings at=address::PEOPLE title=words::PEOPLE is_admin=true refused=note.message.clone()>
            {link}
            <form class="settings__form" method="post" action=address::PEOPLE>
                <h2>{words::INVITE}</h2>
                <input type="hidden" name="act" value="invite"/>
                <Field name="name" label=words::THEIR_NAME kind="text" autocomplete="off" value=name hint=words::THEIR_NAME_WHY/>
                <Field name="email" label=words::EMAIL kind="email" autocomplete="off" value=email/>
                {role(Role::Agent)}
                <button class="button" data-kind="main">{words::MAKE_LINK}</button>
            </form>
            <ul class="settings__list">{rows}</ul>
        </Settings>
    }
}

fn role(now: Role) -> AnyView {
    let option = |role: Role| view! { <option value=role.as_str() selected=role == now>{words::role(role)}</option> };
    view! {
        <label class="settings__check">
            {words::ROLE}
            <select name="role">{option(Role::Agent)}{option(Role::Admin)}</select>
        </label>
    }
    .into_any()
}

/// Which numbers somebody answers; where there is one, everybody answers it.
fn numbers(id: &AgentId, of: &[AccountId], accounts: &[Account]) -> Option<AnyView> {
    let one = |account: &Account| {
        let (name, is_on, shown) = (format!("{NUMBER_FIELD}{}", account.id), of.contains(&account.id), words::account(&account.name, &account.phone));
        view! { <label class="settings__check"><input type="checkbox" name=name value="1" checked=is_on/><bdi>{shown}</bdi></label> }.into_any()
    };
    let boxes = accounts.iter().map(one).collect::<Vec<_>>();
    let id = id.0.clone();
    (accounts.len() > 1).then(|| {
        view! {
            <form class="settings__inner" method="post" action=address::PEOPLE>
                <input type="hidden" name="id" value=id/>
                <p class="settings__why">{words::ANSWERS_WHY}</p>
                {boxes}
                <button class="button" name="act" value="numbers">{words::SAVE}</button>
            </form>
        }
        .into_any()
    })
}

fn one(person: Person, accounts: &[Account]) -> AnyView {
    let Person { agent, numbers: answers, is_out, is_reader } = person;
    let limits = (!answers.is_empty()).then(|| {
        let names = accounts.iter().filter(|account| answers.contains(&account.id)).map(|account| account.name.clone()).collect::<Vec<_>>().join(", ");
        view! { <small><bdi>{words::answers(&names)}</bdi></small> }
    });
    let numbers = numbers(&agent.id, &answers, accounts);
    let id = agent.id.0.clone();
    let act = |act: &'static str, kind: &'static str, shown: String| {
        view! {
            <form method="post" action=address::PEOPLE>
                <input type="hidden" name="id" value=id.clone()/>
                <input type="hidden" name="name" value=agent.name.clone()/>
                <button class="button" data-kind=kind name="act" value=act>{shown}</button>
            </form>
        }
        .into_any()
    };
    // Nobody lets themselves out by accident.
    let let_out = |sure: String| {
        let why = words::let_out_why(&agent.name);
        view! { <details class="settings__sure"><summary>{sure.clone()}</summary><p>{why}</p>{act("disable", "bad", sure)}</details> }.into_any()
    };
    let others = (!is_reader).then(|| if is_out { act("enable", "main", words::let_in(&agent.name)) } else { let_out(words::let_out(&agent.name)) });
    let link = (!is_out).then(|| act("link", "", words::NEW_LINK.to_owned()));
    let state = if is_out { words::IS_OUT } else { words::role(agent.role) };
    view! {
        <li>
            <details class="settings__one">
                <summary>
                    <b><bdi>{agent.name.clone()}</bdi></b>
                    <span class="settings__text">{agent.email.clone()}</span>
                    {limits}
                    <small>{state}</small>
                </summary>
                <div class="settings__form">
                    <form class="settings__end" method="post" action=address::PEOPLE>
                        <input type="hidden" name="id" value=agent.id.0.clone()/>
                        {role(agent.role)}
                        <button class="button" name="act" value="role">{words::SAVE}</button>
                    </form>
                    {numbers}
                    <div class="settings__end">{link}{others}</div>
                </div>
            </details>
        </li>
    }
    .into_any()
}
