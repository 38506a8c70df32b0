//! A template: found by name or words, filled in beside what the customer will see.

use super::{Making, Progress, frame, line};
use crate::api;
use crate::domain::template::{Chosen, Header, Place, Template, on_one_line};
use crate::domain::time::Instant;
use crate::protocol::command::{Made, SendMade};
use crate::protocol::templates::Listing;
use crate::ui::browser::{document, storage, task, upload};
use crate::ui::chat::bubble::interactive::offer;
use crate::ui::kit::when::When;
use crate::ui::later::{form, tray};
use crate::ui::state::draft;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// Where a template's file is picked.
const PICKER: &str = "make-file";
/// Where those that were used are kept, and how many.
const USED: &str = "templates";
const MOST_USED: usize = 20;
/// How often, and how long apart, it is looked whether a fresh list has come.
const LOOKS: (u8, i64) = (20, 500);

/// What the picker shows.
#[derive(Clone)]
struct Picker {
    making: Making,
    list: ArcRwSignal<Option<Result<Listing, String>>>,
    search: ArcRwSignal<String>,
    chosen: ArcRwSignal<Option<Template>>,
    asking: ArcRwSignal<bool>,
    /// What became of asking for a fresh list.
    said: ArcRwSignal<String>,
}

pub fn form(making: &Making) -> AnyView {
    let picker = Picker {
        making: making.clone(),
        list: ArcRwSignal::new(None),
        search: ArcRwSignal::new(String::new()),
        chosen: ArcRwSignal::new(None),
        asking: ArcRwSignal::new(false),
        said: ArcRwSignal::new(String::new()),
    };
    let loading = picker.clone();
    task::spawn(async move { loading.load().await });
    let chosen = picker.chosen.clone();
    (move || match chosen.get() {
        Some(template) => fill(&picker, template),
        None => choose(&picker),
    })
    .into_any()
}

impl Picker {
    /// Takes in the list as the server has it; one that does not come leaves the one before.
    async fn load(&self) {
        match api::templates::list_templates(self.making.to.account_id.clone()).await {
            Ok(listing) => self.list.set(Some(Ok(listing))),
            Err(error) if self.list.with_untracked(Option::is_none) => self.list.set(Some(Err(error.message))),
            Err(error) => self.said.set(error.message),
        }
    }

    fn fetched_at(&self) -> Option<Instant> {
        self.list.with_untracked(|list| list.as_ref().and_then(|list| list.as_ref().ok()).and_then(|list| list.fetched_at))
    }

    /// Asks Meta for the list and waits for one that is newer than this; what is to be said, if it does not come.
    async fn ask(&self, before: Option<Instant>) -> String {
        if let Err(error) = api::templates::refresh_templates(self.making.to.account_id.clone()).await {
            return error.message;
        }
        for _ in 0..LOOKS.0 {
            self.load().await;
            if self.fetched_at() != before {
                return String::new();
            }
            task::sleep(LOOKS.1).await;
        }
        words::NOTHING_NEW.to_owned()
    }

    /// Asks Meta for the list, and shows it as it comes.
    fn refresh(self) {
        task::spawn(async move {
            self.asking.set(true);
            let before = self.fetched_at();
            self.said.set(self.ask(before).await);
            self.asking.set(false);
        });
    }
}

/// The templates that were sent from this browser, last used first: `name language`, a line each.
fn used() -> Vec<String> {
    storage::read(USED).unwrap_or_default().lines().map(str::to_owned).collect()
}

fn line_of(name: &str, language: &str) -> String {
    format!("{name} {language}")
}

/// This one was used last.
fn remember(chosen: &Chosen) {
    let line = line_of(&chosen.name, &chosen.language);
    let others = used().into_iter().filter(|other| *other != line).take(MOST_USED - 1);
    storage::write(USED, &std::iter::once(line.clone()).chain(others).collect::<Vec<_>>().join("\n"));
}

/// What can be sent and matches, last used first; then the rest in Meta's order.
fn found(templates: Vec<Template>, search: &str) -> Vec<Template> {
    let used = used();
    let about = |template: &Template| words::template_about(&template.language, &template.category);
    let mut found: Vec<Template> = templates.into_iter().filter(|template| template.has_words(search, &about(template))).collect();
    found.sort_by_key(|template| used.iter().position(|line| *line == line_of(&template.name, &template.language)).unwrap_or(MOST_USED));
    found
}

fn choose(picker: &Picker) -> AnyView {
    let (list, search, typed) = (picker.list.clone(), picker.search.clone(), picker.search.clone());
    let (asks, asking, is_asking, fresh) = (picker.clone(), picker.asking.clone(), picker.asking.clone(), picker.list.clone());
    let inbox = picker.making.inbox;
    let (options, said, is_said, read, cancels) = (picker.clone(), picker.said.clone(), picker.said.clone(), picker.search.clone(), picker.making.clone());
    let title = words::for_whom(words::TEMPLATE, &picker.making.name);
    let shown = move || match list.get() {
        None => view! { <p class="make__hint">{words::LOADING}</p> }.into_any(),
        Some(Err(why)) => view! { <p class="refusal" role="alert">{why}</p> }.into_any(),
        Some(Ok(listing)) => {
            let why = (!listing.failure.is_empty()).then(|| view! { <p class="refusal" role="alert">{listing.failure.clone()}</p> }.into_any());
            let none = if listing.templates.is_empty() { words::NO_TEMPLATES_YET } else { words::NO_TEMPLATES };
            let found: Vec<AnyView> = found(listing.templates, &search.get()).into_iter().map(|template| option(&options, template)).collect();
            let none = found.is_empty().then(|| view! { <p class="make__hint">{none}</p> }.into_any());
            view! {
                {why}
                <ul class="make__list">{found}</ul>
                {none}
            }
            .into_any()
        }
    };
    let as_of = move || {
        let at = fresh.with(|list| list.as_ref().and_then(|list| list.as_ref().ok()).and_then(|list| list.fetched_at));
        at.map(|at| words::fetched_on(&inbox.zone.with_value(|zone| words::full_time(at, zone)))).unwrap_or_default()
    };
    view! {
        <div class="make__form">
            <h2 id="make-title">{title}</h2>
            <input type="search" class="make__search" placeholder=words::SEARCH_TEMPLATES aria-label=words::SEARCH_TEMPLATES autofocus prop:value=move || read.get() on:input=move |event| typed.set(event_target_value(&event))/>
            <When is={ let said = is_said; let asking = picker.asking.clone(); move || !asking.get() && !said.with(String::is_empty) }>
                {
                    let said = said.clone();
                    view! { <p class="refusal" role="alert">{move || said.get()}</p> }
                }
            </When>
            <div class="make__fields">{shown}</div>
            <div class="make__end">
                <small>{as_of}</small>
                <button type="button" class="link" disabled=move || is_asking.get() on:click=move |_| asks.clone().refresh()>
                    {move || if asking.get() { words::ASKING } else { words::ASK_AGAIN }}
                </button>
                <button type="button" class="button" on:click=move |_| cancels.cancel()>{words::CANCEL}</button>
            </div>
        </div>
    }
    .into_any()
}

/// A line of the list; what cannot be sent says why.
fn option(picker: &Picker, template: Template) -> AnyView {
    let why = if !template.is_approved() {
        words::template_status(&template.status) + &words::because(&template.reason)
    } else if template.can_be_filled() {
        String::new()
    } else {
        words::CANNOT_FILL.to_owned() + &words::because(&template.unsupported.join(", "))
    };
    let cannot = !why.is_empty();
    let (name, body) = (template.name.replace('_', " "), template.body.clone());
    let about = words::template_about(&template.language, &template.category);
    let cards: Vec<AnyView> = template.cards.iter().map(|card| view! { <span dir="auto">{card.clone()}</span> }.into_any()).collect();
    let chosen = picker.chosen.clone();
    let choose = move |_| {
        chosen.set(Some(template.clone()));
        task::spawn(async {
            leptos::task::tick().await;
            document::focus_first("#make input, #make .button[data-kind]");
        });
    };
    view! {
        <li>
            <button type="button" class="make__option" disabled=cannot on:click=choose>
                <b>{name}<small>{about}</small></b>
                <span dir="auto">{body}</span>
                {cards}
                <small class="make__why">{why}</small>
            </button>
        </li>
    }
    .into_any()
}

/// What was typed into a closed composer goes into the first open place of the text.
fn carried(inbox: Inbox, template: &Template) -> Option<(usize, String)> {
    let is_closed = inbox.open_row().is_some_and(|row| !row.window(inbox.now.get_untracked()).is_open());
    let text = on_one_line(&document::value("composer"));
    let place = template.slots().iter().position(|slot| slot.place == Place::Body)?;
    (is_closed && !text.is_empty()).then_some((place, text))
}

fn fill(picker: &Picker, template: Template) -> AnyView {
    let inbox = picker.making.inbox;
    let slots = template.slots();
    let values: Vec<ArcRwSignal<String>> = slots.iter().map(|_| ArcRwSignal::new(String::new())).collect();
    let carried = carried(inbox, &template);
    if let Some((at, text)) = &carried {
        values[*at].set(text.clone());
    }
    let fields: Vec<AnyView> = slots.iter().zip(&values).map(|(slot, value)| line(words::slot(&slot.place, &slot.name), value, true)).collect();
    let file = match &template.header {
        Header::File(kind) => Some(pick(kind)),
        _ => None,
    };
    let back = picker.chosen.clone();
    let (shown, read) = (template.clone(), values.clone());
    let fields = view! {
        <button type="button" class="link make__back" on:click=move |_| { back.set(None); task::spawn(async { leptos::task::tick().await; document::focus_first("#make input") }) }>{words::OTHER_TEMPLATE}</button>
        {file}
        {fields}
        <span class="make__hint">{words::PREVIEW}</span>
        {move || preview(&shown, &read.iter().map(Get::get).collect::<Vec<_>>())}
    };
    let making = picker.making.clone();
    frame(&picker.making, fields.into_any(), move || {
        let values: Vec<String> = values.iter().map(GetUntracked::get_untracked).collect();
        if let Err(unfit) = template.fill(&values) {
            return making.refuse(&unfit.sentence());
        }
        let chosen = Chosen { name: template.name.clone(), language: template.language.clone(), values: template.by_part(&values) };
        // Only what goes as it was carried leaves the composer.
        let carried = carried.clone().filter(|(at, text)| values.get(*at) == Some(text)).map(|(_, text)| text);
        send(making.clone(), chosen, matches!(template.header, Header::File(_)), carried);
    })
}

fn pick(kind: &str) -> AnyView {
    let accept = match kind {
        "image" => "image/jpeg,image/png",
        "video" => "video/mp4,video/3gpp",
        _ => "",
    };
    view! {
        <label class="make__field">
            <span>{words::HEADER_FILE}": "{words::kind(kind)}</span>
            <input type="file" id=PICKER accept=accept required/>
        </label>
    }
    .into_any()
}

/// As the customer will see it; what is open still has its name.
fn preview(template: &Template, values: &[String]) -> AnyView {
    let values: Vec<String> = values.iter().map(|value| on_one_line(value)).collect();
    let title = match &template.header {
        Header::Text(line) => Some(template.filled(&Place::Header, line, &values)),
        Header::File(kind) => Some(format!("[{}]", words::kind(kind))),
        Header::Place => Some(format!("[{}] {}", words::kind("location"), values.iter().take(3).skip(1).map(String::as_str).collect::<Vec<_>>().join(" "))),
        Header::None => None,
    };
    let labels = template.buttons.iter().map(|button| button.text.clone()).collect();
    let body = template.filled(&Place::Body, &template.body, &values);
    view! { <div class="bubble" data-side="out" data-first="">{offer(title, body, template.footer.clone(), labels)}</div> }.into_any()
}

/// Hands it over, with its file if it has one; a text that was carried along leaves the composer once it is on its way.
fn send(making: Making, chosen: Chosen, has_file: bool, carried: Option<String>) {
    let file = if has_file { upload::hold_picked(PICKER) } else { None };
    if let Some(why) = file.as_ref().and_then(tray::refusal) {
        upload::let_go(&file.map(|file| file.key).unwrap_or_default());
        return making.refuse(&why);
    }
    if !making.begin(file.as_ref().map(|_| 0)) {
        return;
    }
    task::spawn(async move {
        let used = chosen.clone();
        let made = Made::Template(chosen);
        let result = match file {
            Some(file) => {
                making.file.set(file.key.clone());
                let progress = making.progress.clone();
                let said = Box::new(move |percent| progress.set(Progress::Leaves(Some(percent))));
                let result = form::post(&file.key, &making.to(), &serde_json::to_string(&made).unwrap_or_default(), false, said).await;
                upload::let_go(&file.key);
                if making.is_called_back() {
                    return;
                }
                result
            }
            None => api::messages::queue_made(SendMade { to: making.to(), made }).await.map(drop),
        };
        if result.is_ok() {
            remember(&used);
            if let Some(text) = carried {
                take_out(&making, &text);
            }
        }
        making.end(result);
    });
}

/// Takes a text that has gone with a template out of its composer, unless something else stands there by now.
fn take_out(making: &Making, text: &str) {
    let of = &making.to.conversation_id;
    if making.inbox.open_id().as_ref() == Some(of) {
        if on_one_line(&document::value("composer")) == text {
            document::type_into("composer", "");
        }
    } else if draft::load(of).is_some_and(|draft| on_one_line(&draft.body) == text) {
        draft::save(of, None);
    }
}
