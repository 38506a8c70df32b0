//! The business's numbers: which are connected, whether they work, and what customers see of them.

use super::settings::Settings;
use crate::protocol::address;
use crate::protocol::form::FormNote;
use crate::protocol::view::{Number, Numbers};
use crate::ui::kit::field::Field;
use crate::ui::words;
use leptos::prelude::*;

/// The page.
#[component]
pub fn NumbersPage(page: Numbers) -> impl IntoView {
    let Numbers { numbers, removed, astray, said, note } = page;
    let is_new = note.field("act") == "add";
    let typed = |name: &str| if is_new { note.field(name) } else { String::new() };
    let (name, phone_number_id, waba_id) = (typed("name"), typed("phone_number_id"), typed("waba_id"));
    let said = (!said.is_empty()).then(|| view! { <p class="settings__said" role="status">{said}</p> });
    let open = note.field("id");
    let again = Some(&note).filter(|_| note.field("act") == "change");
    let numbers = numbers.into_iter().map(|number| one(number, &open, again)).collect::<Vec<_>>();
    let astray = astray.into_iter().map(|(why, at)| view! { <li>{words::kept_since(&why, &at)}</li> }.into_any()).collect();
    let removed = removed.into_iter().map(|(name, phone)| view! { <li><b><bdi>{name}</bdi></b>" "{phone}</li> }.into_any()).collect();
    view! {
        <Settings at=address::NUMBERS title=words::NUMBERS is_admin=true refused=note.message.clone()>
            {said}
            <ul class="settings__list">{numbers}</ul>
            {told(words::ASTRAY, words::ASTRAY_WHY, astray)}
            {told(words::REMOVED, words::REMOVED_WHY, removed)}
            <form class="settings__form" method="post" action=address::NUMBERS autocomplete="off">
                <h2>{words::CONNECT_NUMBER}</h2>
                <p class="settings__why">{words::CONNECT_WHY}</p>
                <input type="hidden" name="act" value="add"/>
                <Field name="name" label=words::NUMBER_NAME kind="text" autocomplete="off" value=name hint=words::NUMBER_NAME_WHY/>
                <Field name="phone_number_id" label=words::PHONE_NUMBER_ID kind="text" autocomplete="off" value=phone_number_id/>
                <Field name="waba_id" label=words::WABA_ID kind="text" autocomplete="off" value=waba_id/>
                <Field name="token" label=words::ACCESS_TOKEN kind="password" autocomplete="new-password" hint=words::ACCESS_TOKEN_WHY/>
                <button class="button" data-kind="main">{words::CONNECT}</button>
            </form>
        </Settings>
    }
}

/// What is only told; nothing, if there is nothing to tell.
fn told(title: &'static str, why: &'static str, rows: Vec<AnyView>) -> Option<AnyView> {
    (!rows.is_empty()).then(|| view! { <section class="settings__form"><h2>{title}</h2><p class="settings__why">{why}</p><ul>{rows}</ul></section> }.into_any())
}

/// One number; `again`: what was said of the one that is open, and could not be kept.
fn one(number: Number, open: &str, again: Option<&FormNote>) -> AnyView {
    let Number { account, phone_number_id, waba_id, stopped, from_settings, has_token, read_receipts, typing_indicator, auto_assign } = number;
    let id = account.id.0.clone();
    let act = |act: &'static str, kind: &'static str, shown: String| button(&id, act, kind, shown);
    let again = again.filter(|_| id == open);
    let name = again.map_or_else(|| account.name.clone(), |note| note.field("name"));
    let is_on = |field: &str, kept: bool| again.map_or(kept, |note| !note.field(field).is_empty());
    let is_stopped = stopped.is_some();
    let pause = if is_stopped { act("resume", "main", words::RESUME.to_owned()) } else { act("pause", "", words::PAUSE_SENDING.to_owned()) };
    let token = match (from_settings, has_token) {
        (true, _) => words::TOKEN_FROM_SETTINGS,
        (false, true) => words::TOKEN_KEPT,
        (false, false) => words::TOKEN_MISSING,
    };
    let was = shown_before([("was_read_receipts", read_receipts), ("was_typing_indicator", typing_indicator), ("was_auto_assign", auto_assign)]);
    let (name_id, token_id) = (format!("name-{id}"), format!("token-{id}"));
    view! {
        <li>
            <details class="settings__one" open=id == open>
                <summary>
                    <b><bdi>{account.name.clone()}</bdi></b>
                    <span class="settings__text">{account.phone.clone()}</span>
                    <small>{if is_stopped { words::DOES_NOT_SEND } else { words::SENDS }}</small>
                </summary>
                <div class="settings__form">
                    {stopped.map(|why| view! { <p class="refusal">{why}</p> })}
                    <p class="settings__why">{words::number_ids(&phone_number_id, &waba_id)}</p>
                    <form class="settings__inner" method="post" action=address::NUMBERS autocomplete="off">
                        <input type="hidden" name="id" value=id.clone()/>
                        <input type="hidden" name="was_name" value=account.name.clone()/>
                        {was}
                        <div class="field">
                            <label for=name_id.clone()>{words::NUMBER_NAME}</label>
                            <input id=name_id name="name" type="text" value=name required/>
                        </div>
                        <label class="settings__check"><input type="checkbox" name="read_receipts" checked=is_on("read_receipts", read_receipts)/>{words::READ_RECEIPTS}</label>
                        <label class="settings__check"><input type="checkbox" name="typing_indicator" checked=is_on("typing_indicator", typing_indicator)/>{words::TYPING_INDICATOR}</label>
                        <label class="settings__check"><input type="checkbox" name="auto_assign" checked=is_on("auto_assign", auto_assign)/>{words::AUTO_ASSIGN}</label>
                        <div class="field">
                            <label for=token_id.clone()>{words::ANOTHER_TOKEN}</label>
                            <input id=token_id name="token" type="password" autocomplete="new-password"/>
                            <small>{token}</small>
                        </div>
                        <button class="button" name="act" value="change">{words::SAVE}</button>
                    </form>
                    <div class="settings__end">
                        {act("test", "", words::TEST_NUMBER.to_owned())}
                        {pause}
                    </div>
                    {(!from_settings).then(|| view! {
                        <details class="settings__sure">
                            <summary>{words::remove_number(&account.name)}</summary>
                            <p>{words::REMOVE_WHY}</p>
                            {act("remove", "bad", words::remove_number(&account.name))}
                        </details>
                    })}
                </div>
            </details>
        </li>
    }
    .into_any()
}

/// The switches as they are shown: what their reader leaves alone stays as a colleague makes it meanwhile.
fn shown_before(was: [(&'static str, bool); 3]) -> Vec<AnyView> {
    was.map(|(name, is_on)| view! { <input type="hidden" name=name value=if is_on { "on" } else { "" }/> }.into_any()).into_iter().collect()
}

/// A button that does one thing with a number.
fn button(id: &str, act: &'static str, kind: &'static str, shown: String) -> AnyView {
    view! {
        <form method="post" action=address::NUMBERS>
            <input type="hidden" name="id" value=id.to_owned()/>
            <button class="button" data-kind=kind name="act" value=act>{shown}</button>
        </form>
    }
    .into_any()
}
