//! The business's numbers, by plain forms.

use super::forms;
use super::page::{self, Pages, answer_form};
use super::refusal::Refusal;
use crate::domain::access::Action;
use crate::domain::id::AccountId;
use crate::protocol::address;
use crate::protocol::error::Code;
use crate::protocol::form::FormNote;
use crate::protocol::view::{Number, Numbers, View};
use crate::server::caller::Caller;
use crate::server::error::{Result, refuse};
use crate::server::secret::Secret;
use crate::server::service::accounts;
use crate::server::service::numbers::{self, Changes, Form};
use crate::server::state::App;
use crate::server::store::accounts::Stored;
use crate::server::zone;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};

/// What the page shows.
pub async fn page(app: &App, caller: &Caller, note: FormNote) -> Result<Numbers> {
    let (all, astray) = numbers::list(app, caller).await?;
    let zone = zone::load(&caller.time_zone, app.clock.now());
    let number = |account: Stored| Number {
        stopped: account.stopped().map(|why| why.sentence()),
        from_settings: account.sealed_token.is_none() && app.token(&account).is_some(),
        has_token: app.token(&account).is_some(),
        read_receipts: account.read_receipts > 0,
        typing_indicator: account.typing_indicator > 0,
        auto_assign: account.auto_assign > 0,
        account: account.public(),
        phone_number_id: account.phone_number_id,
        waba_id: account.waba_id,
    };
    let (removed, all): (Vec<_>, Vec<_>) = all.into_iter().partition(Stored::is_removed);
    let removed = removed.into_iter().map(|account| (account.name, account.phone)).collect();
    let astray = astray.into_iter().map(|(why, at)| (why, zone.local(at))).collect();
    Ok(Numbers { numbers: all.into_iter().map(number).collect(), removed, astray, said: String::new(), note })
}

/// `POST /whatsapp/accounts/`: `act` is `add`, `change`, `test`, `pause`, `resume` or `remove`.
pub async fn put(State(app): State<App>, Extension(pages): Extension<Pages>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let mut fields = match forms::allowed(&caller, Action::Administer, request).await {
        Ok(fields) => fields,
        Err(refusal) => return refusal.into_response(),
    };
    // A token never goes back into a page.
    let token = fields.remove("token").unwrap_or_default();
    let field = |name: &str| fields.get(name).map(|value| value.trim().replace('\0', "")).unwrap_or_default();
    let id = AccountId(field("id"));
    let (name, phone_number_id, waba_id) = (field("name"), field("phone_number_id"), field("waba_id"));
    let is_on = |name: &str| !field(name).is_empty();
    let done = match field("act").as_str() {
        "add" => {
            let form = Form { name: &name, phone_number_id: &phone_number_id, waba_id: &waba_id, token: token.trim() };
            numbers::add(&app, &caller, form).await
        }
        "change" => {
            // A page that does not say how it was means what it says.
            let changed = |name: &str| Some(is_on(name)).filter(|is_on| fields.get(&format!("was_{name}")).is_none_or(|was| *is_on == was.is_empty()));
            let form = Changes {
                name: (name, fields.get("was_name").cloned()),
                token: Secret::new(token.trim()),
                read_receipts: changed("read_receipts"),
                typing_indicator: changed("typing_indicator"),
                auto_assign: changed("auto_assign"),
            };
            numbers::change(&app, &caller, &id, form).await
        }
        "test" => match numbers::test(&app, &caller, &id).await {
            Ok(said) => return say(&app, &pages, &caller, said).await,
            Err(error) => Err(error),
        },
        "pause" => numbers::pause(&app, &caller, &id).await,
        "resume" => accounts::resume(&app, &caller, &id).await,
        "remove" => numbers::remove(&app, &caller, &id).await,
        _ => Err(refuse(Code::Invalid, "The form could not be read. Reload the page.")),
    };
    answer_form(&app, &pages, caller, address::NUMBERS, fields, done).await
}

/// The page anew, with what Meta said.
async fn say(app: &App, pages: &Pages, caller: &Caller, said: String) -> Response {
    match page(app, caller, FormNote::default()).await {
        Ok(shown) => {
            // invariant: the path is constant.
            let request = Request::builder().uri(address::NUMBERS).body(Body::empty()).expect("a valid path");
            page::show_view(app, pages, request, View::Numbers(Numbers { said, ..shown })).await
        }
        Err(error) => Refusal::from(error).into_response(),
    }
}
