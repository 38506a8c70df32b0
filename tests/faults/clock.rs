//! The wall clock jumps.

use super::inbox::{Inbox, until};
use super::load::webhook_at;
use super::shim::put_before;
use serde_json::json;
use whatsapp_inbox::domain::time::Clock;
use whatsapp_inbox::server::clock::SystemClock;
use whatsapp_inbox::server::meta::signature::HEADER;

const HOUR: i64 = 3_600_000;

/// A13: the machine's clock goes a day ahead, and an hour behind. Threads keep Meta's order, the answer still stands last, the window is
/// Meta's, sessions live on, messages leave, and none waits for a moment that is now far away.
#[tokio::test(flavor = "multi_thread")]
async fn a13_the_clock_jumps() {
    let mut inbox = Inbox::new().await;
    let Some(shim) = put_before(&mut inbox) else { return };
    inbox.start().await;
    let cookie = inbox.cookie().await;
    let phone = "447700900777";
    let start = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let customer = async |wamid: &str, second: u64| {
        let message = (wamid.to_owned(), phone.to_owned(), wamid.to_owned());
        let (body, signature) = webhook_at(&inbox.sandbox.identity().phone_number_id, &inbox.app_secret(), &[message], second);
        let url = format!("{}/whatsapp/webhook/", inbox.base);
        inbox.sandbox.world().windows.insert(phone.to_owned(), SystemClock.now());
        assert_eq!(inbox.http.post(url).header(HEADER, signature).body(body).send().await.unwrap().status(), 200);
        inbox.settled().await;
    };
    let sends = async |text: &str| {
        let (status, answer) = inbox.send(phone, text).await;
        assert_eq!(status, 202, "{answer}");
        until(&format!("{text} leaves"), 15, || async { inbox.handed_over(text) == 1 }).await;
    };
    customer("wamid.first", start).await;
    sends("at first").await;

    // A message that Meta slowed down waits for a moment which the jump back moves a day away.
    shim.step_clock(23 * HOUR);
    customer("wamid.second", start + 60).await;
    inbox.sandbox.world().faults = serde_json::from_value(json!([{"fault": "error", "code": 130_429, "status": 429}])).unwrap();
    assert_eq!(inbox.send(phone, "a day ahead").await.0, 202);
    until("it was refused once", 10, || async { inbox.metric("inbox_sends_total").await >= 2.0 }).await;
    shim.step_clock(-HOUR);
    until("a day ahead leaves", 40, || async { inbox.handed_over("a day ahead") == 1 }).await;

    customer("wamid.third", start + 120).await;
    sends("an hour behind").await;
    let messages = inbox.messages(phone).await;
    let order: Vec<String> = messages.iter().rev().map(|message| message["body"].as_str().unwrap_or_default().to_owned()).collect();
    let place = |text: &str| order.iter().position(|body| body == text).unwrap_or_else(|| panic!("{text} in {order:?}"));
    assert!(place("wamid.first") < place("wamid.second") && place("wamid.second") < place("wamid.third"), "{order:?}");
    assert!(place("an hour behind") > place("wamid.third"), "{order:?}");
    let page = inbox.http.get(format!("{}/whatsapp/inbox/", inbox.base)).header("cookie", &cookie).send().await.unwrap();
    assert!(page.url().path() == "/whatsapp/inbox/", "the session lives on");
    assert_eq!(inbox.health().await.unwrap().0, 200);

    // Two days later by our clock the window is closed, by Meta's timestamps.
    shim.step_clock(48 * HOUR);
    let (status, refused) = inbox.send(phone, "too late").await;
    assert_eq!((status, refused["error"]["code"].as_str()), (422, Some("window_closed")));
}
