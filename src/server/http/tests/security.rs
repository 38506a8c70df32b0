//! Sessions, origins and headers.

use super::team::call;
use crate::domain::agent::Role;
use crate::server::service::agents;
use crate::server::trial::{PASSWORD, Trial, answer, on_both, sqlite};
use serde_json::json;

const FORM: &str = "application/x-www-form-urlencoded";

async fn sign_in(trial: &Trial, email: &str, password: &str) -> reqwest::Response {
    let body = format!("email={email}&password={}&next=/whatsapp/inbox/447700900123/&time_zone=Asia/Tokyo", password.replace(' ', "+"));
    trial.http.post(format!("{}/whatsapp/sign-in/", trial.base)).header("origin", &trial.base).header("content-type", FORM).body(body).send().await.unwrap()
}

async fn new_agent(trial: &Trial) -> String {
    let new =
        agents::NewAgent { email: "mira@shop.example".into(), name: "Mira".into(), password: PASSWORD.into(), role: Role::Agent, time_zone: "UTC".into() };
    agents::add(&trial.app.store, new, trial.app.clock.now()).await.unwrap();
    "mira@shop.example".to_owned()
}

/// E8: a new token at every sign-in, in a cookie that scripts cannot read; the session ends for good at sign-out.
#[tokio::test(flavor = "multi_thread")]
async fn e8_sessions_begin_and_end() {
    let trial = Trial::start(sqlite().await).await;
    let email = new_agent(&trial).await;
    let first = sign_in(&trial, &email, PASSWORD).await;
    assert_eq!((first.status().as_u16(), first.headers()["location"].to_str().unwrap()), (303, "/whatsapp/inbox/447700900123/"));
    let set = first.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["inbox=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(set.contains(part), "{set}");
    }
    let cookie = set.split(';').next().unwrap().to_owned();
    assert!(cookie.len() >= "inbox=".len() + 43, "256 bits");
    let second = sign_in(&trial, &email, PASSWORD).await;
    assert_ne!(second.headers()["set-cookie"].to_str().unwrap(), set);

    let page = |cookie: String| trial.http.get(format!("{}/whatsapp/inbox/", trial.base)).header("cookie", cookie).send();
    assert_eq!(page(cookie.clone()).await.unwrap().status(), 200);
    let out = trial.http.post(format!("{}/whatsapp/sign-out/", trial.base)).header("cookie", &cookie).header("origin", &trial.base).send().await.unwrap();
    assert_eq!(out.status(), 303);
    assert_eq!(page(cookie).await.unwrap().status(), 303, "the old cookie is worth nothing");
}

/// On https the cookie is `__Host-` and `Secure`, and browsers are told to stay on https.
#[tokio::test(flavor = "multi_thread")]
async fn e8_https_cookies_are_host_bound() {
    let trial = Trial::start_with(sqlite().await, |config| config.base_url = Some("https://inbox.example".into())).await;
    let email = new_agent(&trial).await;
    let body = format!("email={email}&password={}", PASSWORD.replace(' ', "+"));
    let request = trial.http.post(format!("{}/whatsapp/sign-in/", trial.base)).header("origin", "https://inbox.example").header("content-type", FORM);
    let response = request.body(body).send().await.unwrap();
    let set = response.headers()["set-cookie"].to_str().unwrap();
    assert!(set.starts_with("__Host-inbox=") && set.contains("; Secure"), "{set}");
    assert!(response.headers().contains_key("strict-transport-security"));
}

/// E7: unknown names and wrong passwords get the same answer; too many attempts are refused.
#[tokio::test(flavor = "multi_thread")]
async fn e7_guesses_get_one_answer_and_are_slowed_down() {
    let trial = Trial::start(sqlite().await).await;
    let email = new_agent(&trial).await;
    let wrong = sign_in(&trial, &email, "wrong password").await;
    let unknown = sign_in(&trial, "nobody@shop.example", "wrong password").await;
    assert_eq!((wrong.status().as_u16(), unknown.status().as_u16()), (401, 401));
    let (wrong, unknown) = (wrong.text().await.unwrap(), unknown.text().await.unwrap());
    let sentence = "The e-mail or the password is not right.";
    assert!(wrong.contains(sentence) && unknown.contains(sentence));
    assert!(!wrong.contains("wrong password"), "the password never comes back");
    let mut last = 0;
    for _ in 0..12 {
        last = sign_in(&trial, &email, "wrong password").await.status().as_u16();
    }
    assert_eq!(last, 429);
}

/// E18: no default password; the set-up link works once, for a day, and only while there is no agent.
#[tokio::test(flavor = "multi_thread")]
async fn e18_the_first_admin_comes_by_a_one_time_link() {
    let trial = Trial::start(sqlite().await).await;
    let token = agents::offer_setup(&trial.app).await.unwrap().unwrap();
    let set_up = async |token: &str, email: &str| {
        let body = format!("token={token}&name=Ada&email={email}&password=correct+horse+battery&time_zone=UTC");
        trial.http.post(format!("{}/whatsapp/set-up/", trial.base)).header("origin", &trial.base).header("content-type", FORM).body(body).send().await.unwrap()
    };
    assert_eq!(set_up("guessed", "a@b.example").await.status(), 403);
    trial.clock.advance(24 * 3_600_000);
    assert_eq!(set_up(&token, "a@b.example").await.status(), 403, "the link is too old");
    let token = agents::offer_setup(&trial.app).await.unwrap().unwrap();
    let refused = set_up(&token, "no-address").await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("Ada") && page.contains(&token) && !page.contains("correct horse"), "what was typed comes back, but the password");
    let response = set_up(&token, "ada@shop.example").await;
    assert_eq!((response.status().as_u16(), response.headers()["location"].to_str().unwrap()), (303, "/whatsapp/inbox/"));
    assert_eq!(set_up(&token, "eve@shop.example").await.status(), 403);
    assert!(agents::offer_setup(&trial.app).await.unwrap().is_none());
}

/// A disabled agent is out at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_agent_is_out() {
    let trial = Trial::start(sqlite().await).await;
    let email = new_agent(&trial).await;
    let cookie = format!("inbox={}", agents::sign_in(&trial.app, &email, PASSWORD.into(), "", "").await.unwrap());
    agents::disable(&trial.app.store, &email, trial.app.clock.now()).await.unwrap();
    let response = trial.http.get(format!("{}/whatsapp/inbox/", trial.base)).header("cookie", cookie).send().await.unwrap();
    assert_eq!(response.status(), 303);
    assert_eq!(sign_in(&trial, &email, PASSWORD).await.status(), 401);
}

/// E9: unsafe requests and every server function, reads included, come from our own page or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn e9_requests_from_elsewhere_are_refused() {
    let trial = Trial::start(sqlite().await).await;
    let cookie = trial.agent(Role::Admin).await;
    trial.zoe("hi").await;
    let posts = ["/whatsapp/sign-in/", "/whatsapp/sign-out/", "/whatsapp/set-up/", "/whatsapp/inbox/447700900123/send/", "/whatsapp/api/send-message/"];
    let functions: Vec<String> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert!(functions.len() >= 7 && functions.iter().all(|path| path.starts_with("/whatsapp/fn/")), "{functions:?}");
    for path in posts.iter().map(|path| (*path).to_owned()).chain(functions) {
        let table: [&[(&str, &str)]; 6] = [
            &[],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site"), ("origin", &trial.base)],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("sec-fetch-site", "none")],
        ];
        for headers in table {
            let mut request = trial.http.post(format!("{}{path}", trial.base)).header("cookie", &cookie).header("content-type", "application/json").body("{}");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (status, body) = answer(request).await;
            assert_eq!((status, &body["error"]["code"]), (403, &json!("cross_origin")), "{path} {headers:?}");
        }
    }
    assert!(trial.received().is_empty());
}

/// E12, E13: the headers of every kind of answer; pages have a nonce of their own and neither unsafe-inline nor unsafe-eval.
#[tokio::test(flavor = "multi_thread")]
async fn e12_e13_every_answer_has_its_security_headers() {
    let trial = Trial::start(sqlite().await).await;
    let cookie = trial.agent(Role::Agent).await;
    let mut nonces = std::collections::BTreeSet::new();
    for path in
        ["/", "/healthz", "/whatsapp/inbox/", "/whatsapp/sign-in/", "/whatsapp/webhook/", "/whatsapp/api/chats/", "/nothing", "/whatsapp/live", "/pkg/none.js"]
    {
        for cookie in ["", cookie.as_str()] {
            let response = trial.http.get(format!("{}{path}", trial.base)).header("cookie", cookie).send().await.unwrap();
            let headers = response.headers();
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("permissions-policy", "microphone=(self), geolocation=(self)"),
            ] {
                assert_eq!(headers.get(name).and_then(|value| value.to_str().ok()), Some(value), "{path} {name}");
            }
            let policy = headers["content-security-policy"].to_str().unwrap().to_owned();
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
            if let Some(nonce) = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()) {
                assert!(nonces.insert(nonce.to_owned()), "a nonce is used once");
                let page = response.text().await.unwrap();
                assert!(page.matches("<script").count() == page.matches(&format!("nonce=\"{nonce}\"")).count(), "{path}: every script has the nonce");
                assert!(!page.contains(" style=\""), "the policy allows no style attributes");
            }
        }
    }
    assert_eq!(nonces.len(), 2, "the inbox and the sign-in page");
}

/// A page of another name that resolves to this machine gets nothing, unless `BASE_URL` says that it is ours.
#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_host_name_is_refused() {
    let trial = Trial::start(sqlite().await).await;
    let ask = |path: &str| trial.http.get(format!("{}{path}", trial.base)).header("host", "rebound.example").send();
    let refused = ask("/whatsapp/sign-in/").await.unwrap();
    assert_eq!(refused.status(), 421);
    assert!(refused.text().await.unwrap().contains("Set BASE_URL"));
    assert_eq!(ask("/healthz").await.unwrap().status(), 200);
}

/// E16: nothing secret and no customer's words in any answer that fails.
#[tokio::test(flavor = "multi_thread")]
async fn e16_errors_hold_no_secrets() {
    let trial = Trial::start(sqlite().await).await;
    trial.zoe("canary-words").await;
    let key = trial.key().await;
    // JSON that is none, and JSON whose words are in the wrong place: the parser's own sentence would say them.
    for wrong in ["canary-words", "{\"phone\": \"canary-words", "{\"phone\": 1, \"canary-words\": []}", "\"canary-words\"", "[\"canary-words\"]"] {
        let post = trial.http.post(format!("{}/whatsapp/api/send-message/", trial.base)).header("x-api-key", &key);
        let (status, body) = answer(post.header("content-type", "application/json").body(wrong)).await;
        assert_eq!(status, 422, "{wrong}: {body}");
        assert!(!body.to_string().contains("canary") && !body.to_string().contains(&key), "{wrong}: {body}");
    }
    assert!(!format!("{:?}", trial.app.config).contains("app-secret"), "settings print no secrets");
}

/// E14: one caller who asks without end is slowed down; everybody else is not.
#[tokio::test(flavor = "multi_thread")]
async fn e14_a_flood_is_slowed_down() {
    let trial = Trial::start(sqlite().await).await;
    let (flood, other) = (trial.key().await, trial.key().await);
    let ask = |key: &str| trial.http.get(format!("{}/whatsapp/api/chats/?limit=1", trial.base)).header("x-api-key", key.to_owned()).send();
    let mut slowed = None;
    for round in 1..200 {
        let statuses = futures_util::future::join_all((0..64).map(|_| ask(&flood))).await;
        if let Some(refused) = statuses.into_iter().flatten().find(|response| response.status() == 429) {
            slowed = Some((round * 64, refused.text().await.unwrap()));
            break;
        }
    }
    let (count, said) = slowed.expect("a flood is slowed down");
    assert!(count >= 1000, "{count} requests are not a flood");
    assert!(said.contains("too_many_attempts") && said.contains("Wait some seconds"), "{said}");
    assert_eq!(ask(&other).await.unwrap().status(), 200);
}

/// Whether whoever has used up what they may ask is refused: on a slow machine, some of it has come back meanwhile.
async fn is_slowed<F: Future<Output = reqwest::Result<reqwest::Response>>>(ask: impl Fn() -> F) -> bool {
    for _ in 0..50 {
        if ask().await.unwrap().status() == 429 {
            return true;
        }
    }
    false
}

/// E14: what costs more is slowed down sooner, by caller and by itself: who searches without end still answers customers.
#[tokio::test(flavor = "multi_thread")]
async fn e14_searches_and_uploads_are_slowed_down_by_themselves() {
    let trial = Trial::start(sqlite().await).await;
    let (flood, other) = (trial.key().await, trial.key().await);
    let get = |key: &str, path: &str| trial.http.get(format!("{}{path}", trial.base)).header("x-api-key", key.to_owned()).send();
    let upload = |key: &str| {
        let form = reqwest::multipart::Form::new().text("phone", "447700900123");
        trial.http.post(format!("{}/whatsapp/api/send-media/", trial.base)).header("x-api-key", key.to_owned()).multipart(form).send()
    };
    let search = "/whatsapp/api/search/?q=cake";
    let (mut searches, mut answer) = (0, get(&flood, search).await.unwrap());
    while searches < 1000 && answer.status() == 200 {
        searches += 1;
        answer = get(&flood, search).await.unwrap();
    }
    assert!((100..1000).contains(&searches), "{searches} searches");
    let said = answer.text().await.unwrap();
    assert!(said.contains("too_many_attempts") && said.contains("What you typed is kept."), "{said}");
    // Whichever way the words come; what asks for no words goes on.
    assert!(is_slowed(|| get(&flood, "/whatsapp/api/chats/?q=cake")).await);
    assert_eq!(get(&flood, "/whatsapp/api/chats/?view=unread").await.unwrap().status(), 200);
    let mira = trial.agent(crate::domain::agent::Role::Agent).await;
    let call = |path: &str, body: serde_json::Value| {
        let request = trial.http.post(format!("{}/whatsapp/fn/{path}", trial.base)).header("cookie", mira.clone()).header("sec-fetch-site", "same-origin");
        request.json(&body).send()
    };
    trial.zoe("cake").await;
    let id = trial.chats(&other).await[0]["id"].clone();
    let in_thread = serde_json::json!({"id": id, "words": "cake"});
    let mut asked = 0;
    while asked < 1000 && call("search/thread", in_thread.clone()).await.unwrap().status() == 200 {
        asked += 1;
    }
    assert!((100..1000).contains(&asked), "{asked} searches in a thread");
    assert!(is_slowed(|| call("search/contacts", serde_json::json!({"q": "cake"}))).await);
    assert!(is_slowed(|| trial.http.get(format!("{}/whatsapp/contacts/?q=cake", trial.base)).header("cookie", mira.clone()).send()).await);
    assert_eq!(upload(&flood).await.unwrap().status(), 422, "files are counted by themselves: this one is refused for what it lacks");
    let mut uploads = 1;
    while uploads < 1000 && upload(&flood).await.unwrap().status() != 429 {
        uploads += 1;
    }
    assert!((90..1000).contains(&uploads), "{uploads} files");
    assert_eq!(get(&flood, "/whatsapp/api/chats/?limit=1").await.unwrap().status(), 200, "answering goes on");
    assert_eq!(
        (get(&other, search).await.unwrap().status(), upload(&other).await.unwrap().status()),
        (reqwest::StatusCode::OK, reqwest::StatusCode::UNPROCESSABLE_ENTITY)
    );
}

on_both! {
    /// People change their own name and password and end their sessions elsewhere, at once; nobody else's.
    async fn e8_people_see_and_end_their_own_sessions(store: Store) {
        let trial = Trial::start(store).await;
        let email = new_agent(&trial).await;
        let here = format!("inbox={}", agents::sign_in(&trial.app, &email, PASSWORD.into(), "", "").await.unwrap());
        let send = |path: &str, cookie: &str, agent: &str, form: &[(&str, &str)]| {
            let body = form.iter().map(|(name, value)| format!("{name}={}", crate::protocol::address::encode(value))).collect::<Vec<_>>().join("&");
            let request = trial.http.post(format!("{}{path}", trial.base)).header("origin", &trial.base).header("content-type", FORM);
            request.header("cookie", cookie.to_owned()).header("user-agent", agent.to_owned()).body(body).send()
        };
        let from = async |agent: &str| {
            let answer = send("/whatsapp/sign-in/", "", agent, &[("email", &email), ("password", PASSWORD)]).await.unwrap();
            answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
        };
        let phone = from("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36").await;
        let laptop = from("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0").await;
        let get = |cookie: &str| trial.http.get(format!("{}/whatsapp/profile/", trial.base)).header("cookie", cookie.to_owned()).send();
        let post = |cookie: &str, form: &[(&str, &str)]| send("/whatsapp/profile/", cookie, "", form);
        let shown = get(&laptop).await.unwrap().text().await.unwrap();
        assert!(shown.contains("Chrome on Android") && shown.contains("Firefox on Windows") && shown.contains("This browser"), "{shown}");

        // A colleague's session cannot be ended by naming it.
        let colleague = trial.agent(Role::Admin).await;
        let hash = |cookie: &str| crate::server::secret::token_hash(cookie.trim_start_matches("inbox="));
        assert_eq!(post(&colleague, &[("act", "end"), ("id", &hash(&phone))]).await.unwrap().status(), 303);
        assert_eq!(get(&phone).await.unwrap().status(), 200);
        assert_eq!(post(&laptop, &[("act", "end"), ("id", &hash(&phone))]).await.unwrap().status(), 303);
        assert_eq!(get(&phone).await.unwrap().status(), 303);
        assert_eq!(get(&here).await.unwrap().status(), 200);

        let password = |now: &str, new: &str| post(&laptop, &[("act", "password"), ("password", now), ("new", new)]);
        let refused = password("wrong", "a new long password").await.unwrap();
        assert_eq!(refused.status(), 422);
        let refused = refused.text().await.unwrap();
        assert!(refused.contains("is not right") && !refused.contains("a new long password"));
        assert_eq!(password(PASSWORD, "short").await.unwrap().status(), 422);
        // Whoever shares this very session, too, is out: the browser gets another one.
        let changed = password(PASSWORD, "a new long password").await.unwrap();
        assert_eq!(changed.status(), 303);
        assert_eq!(get(&laptop).await.unwrap().status(), 303);
        let laptop = changed.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_eq!((get(&laptop).await.unwrap().status(), get(&here).await.unwrap().status()), (200.try_into().unwrap(), 303.try_into().unwrap()));
        assert_eq!(sign_in(&trial, &email, PASSWORD).await.status(), 401);
        assert_eq!(sign_in(&trial, &email, "a new long password").await.status(), 303);

        assert_eq!(post(&laptop, &[("act", "name"), ("name", "Mira B.")]).await.unwrap().status(), 303);
        assert!(get(&laptop).await.unwrap().text().await.unwrap().contains("Mira B."));
        assert_eq!(post(&laptop, &[("act", "name"), ("name", " ")]).await.unwrap().status(), 422);

        // A colour that marks what is theirs, on every page; and what they are told of, for themselves.
        assert_eq!(post(&laptop, &[("act", "name"), ("name", "Mira B."), ("color", "own"), ("own_color", "#AABBCC")]).await.unwrap().status(), 303);
        assert!(get(&laptop).await.unwrap().text().await.unwrap().contains("#aabbcc"));
        let team = crate::server::service::team::load(&mut trial.app.store.read().await.unwrap()).await.unwrap();
        assert_eq!(team.agents.iter().find(|agent| agent.name == "Mira B.").unwrap().color.as_deref(), Some("#aabbcc"));
        assert!(team.agents.iter().any(|agent| agent.color.is_none()));
        assert_eq!(post(&laptop, &[("act", "name"), ("name", "Mira B."), ("color", "url(evil)")]).await.unwrap().status(), 422);
        let told_of = async |cookie: &str| call(&trial, cookie, "team/pins", serde_json::json!({})).await.1["notify"].clone();
        assert_eq!(told_of(&laptop).await, "mine");
        assert_eq!(post(&laptop, &[("act", "notify"), ("notify", "all")]).await.unwrap().status(), 303);
        assert_eq!((told_of(&laptop).await, told_of(&colleague).await), ("all".into(), "mine".into()));
        assert_eq!(post(&laptop, &[("act", "notify"), ("notify", "whatever")]).await.unwrap().status(), 422);
    }
}
