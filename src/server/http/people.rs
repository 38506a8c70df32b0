//! The people of the team, by plain forms; and the page behind an invitation's link.

use super::forms;
use super::page::{self, Pages, answer_form};
use super::refusal::Refusal;
use super::session::{self, signed_in};
use super::throttle;
use crate::domain::access::Action;
use crate::domain::agent::{Agent, Role};
use crate::domain::id::{AccountId, AgentId};
use crate::protocol::address;
use crate::protocol::error::{ApiError, Code};
use crate::protocol::form::{FormNote, NUMBER_FIELD};
use crate::protocol::view::{People, Person, View};
use crate::server::caller::Caller;
use crate::server::error::{Result, status};
use crate::server::service::{accounts, people};
use crate::server::state::App;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What the page shows.
pub async fn page(app: &App, caller: &Caller, note: FormNote) -> Result<People> {
    let numbers = people::numbers(app, caller).await?;
    let person = |agent: crate::server::store::agents::Stored| Person {
        is_out: agent.disabled_at.is_some(),
        is_reader: caller.agent.as_ref().is_some_and(|me| me.id == agent.id),
        numbers: numbers.iter().filter(|(of, _)| *of == agent.id).map(|(_, number)| number.clone()).collect(),
        agent: Agent { id: agent.id, name: agent.name, email: agent.email, role: Role::parse(&agent.role).unwrap_or(Role::Agent) },
    };
    let people = people::list(app, caller).await?.into_iter().map(person).collect();
    Ok(People { people, accounts: accounts::list(app, caller).await?, link: None, note })
}

/// `POST /whatsapp/people/`: `act` is `invite`, `link`, `role`, `numbers`, `disable` or `enable`. A link is shown once, on the answer.
pub async fn put(State(app): State<App>, Extension(pages): Extension<Pages>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).map(|host| format!("http://{host}"));
    let fields = match forms::allowed(&caller, Action::Administer, request).await {
        Ok(fields) => fields,
        Err(refusal) => return refusal.into_response(),
    };
    let field = |name: &str| fields.get(name).map(|value| value.trim()).unwrap_or_default();
    let (id, role) = (AgentId::from(field("id")), Role::parse(field("role")).unwrap_or(Role::Agent));
    let (done, whose) = match field("act") {
        "invite" => (people::invite(&app, &caller, field("name"), field("email"), role).await.map(Some), field("name").to_owned()),
        "link" => (people::link(&app, &caller, &id).await.map(Some), field("name").to_owned()),
        "role" => (people::set_role(&app, &caller, &id, role).await.map(|()| None), String::new()),
        "numbers" => {
            let numbers: Vec<AccountId> = fields.keys().filter_map(|name| Some(AccountId::from(name.strip_prefix(NUMBER_FIELD)?))).collect();
            (people::set_numbers(&app, &caller, &id, &numbers).await.map(|()| None), String::new())
        }
        "disable" | "enable" => (people::set_disabled(&app, &caller, &id, field("act") == "disable").await.map(|()| None), String::new()),
        _ => (Err(crate::server::error::refuse(Code::Invalid, "The form could not be read. Reload the page.")), String::new()),
    };
    let token = match done {
        Ok(Some(token)) => token,
        Ok(None) => return answer_form(&app, &pages, caller, address::PEOPLE, fields, Ok(())).await,
        Err(error) => return answer_form(&app, &pages, caller, address::PEOPLE, fields, Err(error)).await,
    };
    match page(&app, &caller, FormNote::default()).await {
        Ok(shown) => {
            let base = app.config.base_url.clone().or(host).unwrap_or_default();
            let link = format!("{}{}?token={token}", base.trim_end_matches('/'), address::INVITATION);
            // invariant: the path is constant.
            let request = Request::builder().uri(address::PEOPLE).body(Body::empty()).expect("a valid path");
            page::show_view(&app, &pages, request, View::People(People { link: Some((whose, link)), ..shown })).await
        }
        Err(error) => Refusal::from(error).into_response(),
    }
}

/// `POST /whatsapp/invitation/`: whoever has the link chooses a password and is signed in.
pub async fn accept(State(app): State<App>, Extension(pages): Extension<Pages>, request: Request) -> Response {
    let address = throttle::address(&app, request.headers(), request.extensions());
    let device = session::device(request.headers());
    let mut fields = match forms::read(request, None).await {
        Ok(read) => read.fields,
        Err(error) => return Refusal(error).into_response(),
    };
    let password = fields.remove("password").unwrap_or_default();
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let done = if app.throttle.allows("invitation", address) {
        people::accept(&app, &field("token"), password.clone()).await.map_err(ApiError::from)
    } else {
        Err(ApiError::new(Code::TooManyAttempts, "Too many attempts. Wait a minute, then try again."))
    };
    match done {
        Ok(email) => signed_in(&app, &email, password, &field("time_zone"), &device).await,
        Err(error) => {
            let code = StatusCode::from_u16(status(error.code)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let note = FormNote { message: error.message, fields: fields.into_iter().collect() };
            page::show_again(&app, &pages, Caller::nobody(), address::INVITATION, note, code).await
        }
    }
}
