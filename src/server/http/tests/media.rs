//! Files: how they come, what happens when they do not, and how they are served.

use crate::domain::agent::Role;
use crate::domain::failure::own;
use crate::domain::media::State;
use crate::domain::message::Message;
use crate::server::media::fetch::{Outcome, step};
use crate::server::sandbox::files;
use crate::server::store::{media, messages};
use crate::server::trial::{Trial, number, on_both};
use axum::body::Bytes;
use serde_json::{Value, json};

/// A picture of some size, as JPEG.
fn photo(width: u32, height: u32) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let picture = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x * y, x ^ y, x + y].map(|value| value.to_le_bytes()[0])));
    image::codecs::jpeg::JpegEncoder::new(&mut jpeg).encode_image(&picture).unwrap();
    jpeg
}

/// Zoë sends a file.
async fn sends(trial: &Trial, kind: &str, mime: &str, bytes: &[u8], more: Value) {
    let id = files::keep(&trial.sandbox, mime, Bytes::copy_from_slice(bytes));
    let mut file = files::announced(&trial.sandbox, &id);
    for (name, value) in more.as_object().into_iter().flatten() {
        file[name] = value.clone();
    }
    trial.customer(json!({"wa_id": "447700900123", "name": "Zoë", "message": {"type": kind, kind: file}})).await;
}

/// A form with a file, posted to a path.
async fn posts(trial: &Trial, path: &str, header: (&str, &str), fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> (u16, Value) {
    let mut form = reqwest::multipart::Form::new();
    for (name, value) in fields {
        form = form.text((*name).to_owned(), (*value).to_owned());
    }
    let field = if path.contains("/inbox/") { "media_file" } else { "file" };
    form = form.part(field, reqwest::multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
    let request = trial.http.post(format!("{}{path}", trial.base)).header(header.0, header.1).header("origin", &trial.base);
    crate::server::trial::answer(request.header("accept", "application/json").multipart(form)).await
}

/// Sends what waits; what Meta was sent, with the file in place of its id.
async fn sent(trial: &Trial) -> Vec<(Value, Option<Bytes>)> {
    while let crate::server::outbox::Outcome::Recorded(_) = crate::server::outbox::step(&trial.app).await.unwrap() {}
    let world = trial.sandbox.world();
    let with_file = |received: &crate::server::sandbox::control::Received| {
        let part = received.body[received.body["type"].as_str().unwrap()].clone();
        let file = part["id"].as_str().and_then(|id| world.files.get(id)).map(|file| file.bytes.clone());
        (received.body.clone(), file)
    };
    world.received.iter().map(with_file).collect()
}

/// Zoë's newest message as a page would get it.
async fn newest(trial: &Trial) -> Message {
    let mut tx = trial.app.store.read().await.unwrap();
    let (id,): (crate::domain::id::MessageId,) =
        tx.find(crate::server::store::Sql::same("select id from messages order by n desc limit 1"), vec![]).await.unwrap().unwrap();
    messages::load_one(&mut tx, &id).await.unwrap()
}

async fn state(trial: &Trial) -> State {
    newest(trial).await.media.unwrap().state
}

/// Lets the held clock run to the next try, and tries.
async fn later(trial: &Trial) -> Outcome {
    if let State::Waiting(at) = state(trial).await {
        let now = crate::domain::time::Clock::now(trial.clock.as_ref());
        trial.clock.advance(at.since(now).max(0) + 1);
    }
    step(&trial.app).await.unwrap()
}

/// An agent wants the newest message's file again; the answer's status.
async fn fetch_again(trial: &Trial, cookie: &str) -> u16 {
    let id = newest(trial).await.id;
    let again = trial.http.post(format!("{}/whatsapp/fn/messages/settle", trial.base)).header("cookie", cookie).header("origin", &trial.base);
    again.json(&json!({"id": id, "how": "fetch_file"})).send().await.unwrap().status().as_u16()
}

fn faults(trial: &Trial, faults: Value) {
    trial.sandbox.world().file_faults = serde_json::from_value(faults).unwrap();
}

fn incoming(trial: &Trial) -> usize {
    std::fs::read_dir(format!("{}/incoming", trial.app.config.media_url)).unwrap().count()
}

async fn get(trial: &Trial, cookie: &str, path: &str, range: Option<&str>) -> reqwest::Response {
    let mut request = trial.http.get(format!("{}{path}", trial.base)).header("cookie", cookie);
    if let Some(range) = range {
        request = request.header("range", range);
    }
    request.send().await.unwrap()
}

fn header<'a>(response: &'a reqwest::Response, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

on_both! {
    /// A photo comes, is fetched at once, and is there for those who may see it: whole, in part, and small.
    async fn a_photo_comes_and_is_served(store: Store) {
        let trial = Trial::start(store).await;
        let cookie = trial.agent(Role::Agent).await;
        let bytes = photo(1200, 900);
        sends(&trial, "image", "image/jpeg", &bytes, json!({"caption": "the *lid*"})).await;
        assert_eq!(state(&trial).await, State::Fetching);
        let head = trial.app.bus.head();
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Ready);
        let media = newest(&trial).await.media.unwrap();
        assert_eq!((media.state, media.mime.as_str(), media.size, media.pixels, media.thumbnail), (State::Ready, "image/jpeg", i64::try_from(bytes.len()).ok(), Some((1200, 900)), true));
        while trial.app.bus.head() == head {
            tokio::task::yield_now().await;
        }
        assert!(matches!(step(&trial.app).await.unwrap(), Outcome::Idle(None)));
        assert_eq!(incoming(&trial), 0, "nothing is left beside");

        let path = format!("/whatsapp/media/{}/", media.id);
        let whole = get(&trial, &cookie, &path, None).await;
        assert_eq!((whole.status().as_u16(), header(&whole, "content-type"), header(&whole, "cache-control")), (200, "image/jpeg", "private, max-age=31536000, immutable"));
        assert!(header(&whole, "content-security-policy").starts_with("sandbox; default-src 'none'"));
        assert_eq!((header(&whole, "x-content-type-options"), header(&whole, "cross-origin-resource-policy")), ("nosniff", "same-origin"));
        assert!(header(&whole, "content-disposition").starts_with("inline"));
        assert_eq!(whole.bytes().await.unwrap(), bytes);
        let part = get(&trial, &cookie, &path, Some("bytes=10-19")).await;
        assert_eq!((part.status().as_u16(), header(&part, "content-range")), (206, format!("bytes 10-19/{}", bytes.len()).as_str()));
        assert_eq!(part.bytes().await.unwrap(), bytes[10..20]);
        assert_eq!(get(&trial, &cookie, &path, Some("bytes=99999999-")).await.status(), 416);
        let saved = get(&trial, &cookie, &format!("{path}?download=1"), None).await;
        assert!(header(&saved, "content-disposition").starts_with("attachment; filename=\"image.jpg\""));
        let small = get(&trial, &cookie, &format!("{path}thumbnail/"), None).await;
        assert_eq!((small.status().as_u16(), header(&small, "content-type")), (200, "image/jpeg"));
        let small = image::load_from_memory(&small.bytes().await.unwrap()).unwrap();
        assert_eq!((small.width(), small.height()), (640, 480));
        assert_eq!(get(&trial, "", &path, None).await.status(), 401);
    }

    /// A voice note has its length and its waveform; a document its name.
    async fn a_voice_note_is_looked_into(store: Store) {
        let trial = Trial::start(store).await;
        let voice = crate::server::sandbox::drawing::voice(7);
        sends(&trial, "audio", "audio/ogg; codecs=opus", &voice, json!({"voice": true})).await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Ready);
        let media = newest(&trial).await.media.unwrap();
        assert_eq!((media.mime.as_str(), media.duration_ms, media.waveform.map(|wave| wave.len())), ("audio/ogg", Some(7000), Some(48)));
        let document = crate::server::sandbox::drawing::document(&["Faktura"]);
        sends(&trial, "document", "application/pdf", &document, json!({"filename": "Faktura.pdf"})).await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Ready);
        assert_eq!(newest(&trial).await.media.unwrap().mime, "application/pdf");
    }

    /// B9: what goes wrong on the way is tried again for as long as Meta keeps the file, and agents see when.
    async fn b9_a_file_that_does_not_come_is_tried_again(store: Store) {
        let trial = Trial::start(store).await;
        faults(&trial, json!([{"fault": "status", "status": 500}, {"fault": "truncated"}, {"fault": "status", "status": 401}, {"fault": "none"}]));
        sends(&trial, "image", "image/jpeg", &photo(20, 20), json!({})).await;
        for _ in 0..3 {
            assert_eq!(later(&trial).await, Outcome::Waiting);
            assert!(matches!(state(&trial).await, State::Waiting(_)));
            assert_eq!(incoming(&trial), 0, "no half file is left");
        }
        assert_eq!(later(&trial).await, Outcome::Ready);
        // Nine tries over more than an hour: a way that is blocked is no reason to give up.
        faults(&trial, json!(vec![json!({"fault": "status", "status": 503}); 9]));
        sends(&trial, "image", "image/jpeg", &photo(21, 21), json!({})).await;
        for _ in 0..9 {
            assert_eq!(later(&trial).await, Outcome::Waiting);
        }
        assert_eq!(later(&trial).await, Outcome::Ready);
        faults(&trial, json!(vec![json!({"fault": "status", "status": 503}); 400]));
        sends(&trial, "image", "image/jpeg", &photo(22, 22), json!({})).await;
        let mut tries = 0;
        while later(&trial).await == Outcome::Waiting {
            tries += 1;
        }
        assert!((100..250).contains(&tries), "for seven days: {tries}");
        assert!(matches!(state(&trial).await, State::Failed(failure) if failure.code == own::FILE_NOT_HAD));
    }

    /// B9: what Meta says of the file itself is believed after five tries; an agent may try again all the same.
    async fn b9_a_file_that_is_gone_or_damaged(store: Store) {
        let trial = Trial::start(store).await;
        let cookie = trial.agent(Role::Agent).await;
        for (fault, code) in [(json!({"fault": "status", "status": 404}), own::FILE_GONE), (json!({"fault": "wrong"}), own::FILE_BROKEN)] {
            faults(&trial, json!(vec![fault; 5]));
            sends(&trial, "document", "application/pdf", format!("%PDF-1.7 {code}").as_bytes(), json!({"filename": "a.pdf"})).await;
            for _ in 0..4 {
                assert_eq!(later(&trial).await, Outcome::Waiting);
            }
            assert_eq!(later(&trial).await, Outcome::Failed);
            assert!(matches!(state(&trial).await, State::Failed(failure) if failure.code == code));
            assert!(matches!(step(&trial.app).await.unwrap(), Outcome::Idle(None)));
            assert_eq!(fetch_again(&trial, &cookie).await, 200);
            assert_eq!(state(&trial).await, State::Fetching);
            assert_eq!(step(&trial.app).await.unwrap(), Outcome::Ready);
        }
        // Meta had no file to begin with.
        trial.customer(json!({"wa_id": "447700900123", "message": {"type": "video", "errors": [{"code": 131_052, "title": "Media download error"}]}})).await;
        assert!(matches!(state(&trial).await, State::Failed(failure) if failure.code == 131_052));
        assert_eq!(fetch_again(&trial, &cookie).await, 409);
        assert!(matches!(step(&trial.app).await.unwrap(), Outcome::Idle(None)));
    }

    /// B9: a file that comes slowly is waited for; one that is larger than WhatsApp allows is left where it is, whether it says so or not.
    async fn b9_a_slow_file_and_one_that_is_too_large(store: Store) {
        let trial = Trial::start(store).await;
        faults(&trial, json!([{"fault": "slow", "ms": 40}]));
        let bytes = photo(300, 200);
        sends(&trial, "image", "image/jpeg", &bytes, json!({})).await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Ready);
        assert_eq!(newest(&trial).await.media.unwrap().size, i64::try_from(bytes.len()).ok());
        let huge = vec![0; usize::try_from(crate::server::media::MOST_BYTES).unwrap() + 1];
        for fault in ["none", "unmeasured"] {
            faults(&trial, json!([{"fault": fault}]));
            sends(&trial, "document", "application/zip", &huge, json!({"filename": "all.zip"})).await;
            assert_eq!(later(&trial).await, Outcome::Failed, "{fault}");
            assert!(matches!(state(&trial).await, State::Failed(failure) if failure.code == own::FILE_TOO_LARGE));
            assert_eq!(incoming(&trial), 0, "nothing of it is left");
        }
    }

    /// E5: Meta's address leads to somebody else: nobody follows, and the token stays here.
    async fn e5_nobody_follows_where_an_address_leads(store: Store) {
        let trial = Trial::start(store).await;
        let trap = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        faults(&trial, json!([{"fault": "redirect", "to": format!("http://{}/media/1", trap.local_addr().unwrap())}]));
        sends(&trial, "image", "image/jpeg", &photo(20, 20), json!({})).await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Waiting);
        let asked = tokio::time::timeout(std::time::Duration::from_millis(50), trap.accept()).await;
        assert!(asked.is_err(), "somebody else was asked");
        assert_eq!(later(&trial).await, Outcome::Ready);
    }

    /// E5: an address in a webhook that is not Meta's is never asked, and the token never goes there; the file comes by its id.
    async fn e5_a_forged_address_is_never_asked(store: Store) {
        let trial = Trial::start(store).await;
        let trap = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/media/1", trap.local_addr().unwrap());
        sends(&trial, "image", "image/jpeg", &photo(20, 20), json!({"url": url})).await;
        assert_eq!(step(&trial.app).await.unwrap(), Outcome::Ready);
        let asked = tokio::time::timeout(std::time::Duration::from_millis(50), trap.accept()).await;
        assert!(asked.is_err(), "somebody else was asked");
    }

    /// E3: a page that says it is a picture is neither shown nor run.
    async fn e3_a_hostile_file_is_only_ever_saved(store: Store) {
        let trial = Trial::start(store).await;
        let cookie = trial.agent(Role::Agent).await;
        for (mime, bytes) in [
            ("image/png", b"<!doctype html><script>alert(1)</script>".as_slice()),
            ("image/svg+xml", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"),
            ("text/html", b"<b>hi</b>"),
        ] {
            sends(&trial, "document", mime, bytes, json!({"filename": "../../evil.html"})).await;
            assert_eq!(step(&trial.app).await.unwrap(), Outcome::Ready);
            let id = newest(&trial).await.media.unwrap().id;
            let response = get(&trial, &cookie, &format!("/whatsapp/media/{id}/"), None).await;
            assert_eq!(header(&response, "content-type"), "application/octet-stream");
            assert!(header(&response, "content-disposition").starts_with("attachment; filename=\"evil.html\""));
            assert!(header(&response, "content-security-policy").starts_with("sandbox;"));
            assert_eq!(response.bytes().await.unwrap(), bytes);
            assert_eq!(get(&trial, &cookie, &format!("/whatsapp/media/{id}/thumbnail/"), None).await.status(), 404);
        }
    }

    /// The same picture twice is two messages and one file in the folder; a doubled webhook is one message and one file to fetch.
    async fn i2_files_come_once(store: Store) {
        let trial = Trial::start(store).await;
        let bytes = photo(30, 30);
        sends(&trial, "image", "image/jpeg", &bytes, json!({})).await;
        sends(&trial, "image", "image/jpeg", &bytes, json!({})).await;
        trial.sandbox.world().settings.copies = 3;
        sends(&trial, "image", "image/jpeg", &bytes, json!({})).await;
        let mut fetched = 0;
        while step(&trial.app).await.unwrap() == Outcome::Ready {
            fetched += 1;
        }
        assert_eq!(fetched, 3);
        let mut tx = trial.app.store.read().await.unwrap();
        assert_eq!(number(&mut tx, "select count(*) from media where state = 'ready'").await, 3);
        assert_eq!(number(&mut tx, "select count(distinct hash) from media").await, 1);
        assert_eq!(media::count_waiting(&mut tx).await.unwrap(), 0);
    }

    /// By the form, by the page and by REST: a file is handed to Meta and then sent by its id, with its caption or its name.
    async fn files_are_sent(store: Store) {
        let trial = Trial::start(store).await;
        let (cookie, key) = (trial.agent(Role::Agent).await, trial.key().await);
        trial.zoe("hello").await;
        let bytes = photo(60, 40);
        let form = "/whatsapp/inbox/447700900123/send/";
        let (status, _) = posts(&trial, form, ("cookie", &cookie), &[("body", "the *new* lid"), ("client_id", "f-1")], "lid.jpg", &bytes).await;
        assert_eq!(status, 200);
        // The same form twice is one message.
        assert_eq!(posts(&trial, form, ("cookie", &cookie), &[("body", "the *new* lid"), ("client_id", "f-1")], "lid.jpg", &bytes).await.0, 200);
        let other = photo(61, 40);
        assert_eq!(posts(&trial, form, ("cookie", &cookie), &[("body", "the *new* lid"), ("client_id", "f-1")], "lid.jpg", &other).await.0, 409);
        let pdf = crate::server::sandbox::drawing::document(&["Offer"]);
        let rest = "/whatsapp/api/send-media/";
        let (status, answer) = posts(&trial, rest, ("x-api-key", &key), &[("phone", "447700900123"), ("caption", "our offer")], "../Offer 7.pdf", &pdf).await;
        assert_eq!((status, answer["status"].as_str()), (202, Some("queued")));
        // What bytes cannot tell, the name of our own file does.
        assert_eq!(posts(&trial, form, ("cookie", &cookie), &[], "notes.txt", b"a few words").await.0, 200);
        let sent = sent(&trial).await;
        assert_eq!(sent.len(), 3);
        assert_eq!(sent[2].0["document"]["filename"], "notes.txt");
        assert_eq!((&sent[0].0["type"], &sent[0].0["image"]["caption"]), (&json!("image"), &json!("the *new* lid")));
        assert_eq!(image::load_from_memory(sent[0].1.as_ref().unwrap()).unwrap().width(), 60);
        assert_eq!((&sent[1].0["document"]["filename"], &sent[1].0["document"]["caption"]), (&json!("Offer 7.pdf"), &json!("our offer")));
        assert_eq!(sent[1].1.as_deref(), Some(pdf.as_slice()));
        let shown = newest(&trial).await;
        assert_eq!((shown.content.message_type(), shown.media.map(|media| media.state)), ("document", Some(State::Ready)));
        assert_eq!(incoming(&trial), 0, "nothing is left beside");
    }

    /// A recording has no caption: the words follow as a message of their own. So with places.
    async fn words_that_cannot_go_along_follow(store: Store) {
        let trial = Trial::start(store).await;
        let (cookie, key) = (trial.agent(Role::Agent).await, trial.key().await);
        trial.zoe("hello").await;
        let voice = crate::server::sandbox::drawing::voice(2);
        let form = "/whatsapp/inbox/447700900123/send/";
        assert_eq!(posts(&trial, form, ("cookie", &cookie), &[("body", "listen")], "note.ogg", &voice).await.0, 200);
        let place = trial.http.post(format!("{}{form}", trial.base)).header("cookie", &cookie).header("origin", &trial.base);
        let fields = "send_location=1&latitude=59.9139&longitude=10.7522&location_name=Shop&body=here";
        let place = place.header("content-type", "application/x-www-form-urlencoded").body(fields);
        assert_eq!(place.send().await.unwrap().status(), 303);
        let rest = trial.http.post(format!("{}/whatsapp/api/send-location/", trial.base)).header("x-api-key", &key);
        let (status, _) = crate::server::trial::answer(rest.json(&json!({"phone": "447700900123", "latitude": -1.5, "longitude": "10.25"}))).await;
        assert_eq!(status, 202);
        let said: Vec<Value> = sent(&trial).await.into_iter().map(|(body, _)| body[body["type"].as_str().unwrap()].clone()).collect();
        assert_eq!(said[0]["voice"], true);
        assert_eq!((&said[1]["body"], &said[3]["body"]), (&json!("listen"), &json!("here")));
        assert_eq!((said[2].clone(), said[4].clone()), (json!({"latitude": 59.9139, "longitude": 10.7522, "name": "Shop"}), json!({"latitude": -1.5, "longitude": 10.25})));
        let wrong = trial.http.post(format!("{}/whatsapp/api/send-location/", trial.base)).header("x-api-key", &key);
        let (status, answer) = crate::server::trial::answer(wrong.json(&json!({"phone": "447700900123", "latitude": 91, "longitude": 0}))).await;
        assert_eq!((status, answer["error"]["code"].as_str()), (422, Some("invalid")));
    }

    /// What WhatsApp would not take is refused before it is kept, in words; the words of a form come back.
    async fn files_that_cannot_be_sent(store: Store) {
        let trial = Trial::start(store).await;
        let cookie = trial.agent(Role::Agent).await;
        trial.zoe("hello").await;
        for (name, bytes) in [("a.html", b"<html>".as_slice()), ("a.jpg", b"MZ\x90\0not a picture"), ("empty.pdf", b"")] {
            let (status, answer) = posts(&trial, "/whatsapp/inbox/447700900123/send/", ("cookie", &cookie), &[("body", "kept")], name, bytes).await;
            assert_eq!(status, 422, "{name}");
            assert!(answer["error"]["message"].as_str().unwrap().len() > 20, "{answer}");
        }
        trial.clock.advance(25 * 3_600_000);
        let (status, answer) = posts(&trial, "/whatsapp/inbox/447700900123/send/", ("cookie", &cookie), &[("body", "late")], "a.jpg", &photo(9, 9)).await;
        assert_eq!((status, answer["error"]["code"].as_str()), (422, Some("window_closed")));
        assert_eq!(sent(&trial).await.len(), 0);
        assert_eq!(incoming(&trial), 0, "nothing is left beside");
    }

    /// C2, C4: what goes wrong while Meta is given the file has sent nothing: it is tried again, or fails with its reason; sent again, it
    /// still has its file.
    async fn c2_c4_a_file_that_meta_does_not_take(store: Store) {
        let trial = Trial::start(store).await;
        let cookie = trial.agent(Role::Agent).await;
        trial.zoe("hello").await;
        let form = "/whatsapp/inbox/447700900123/send/";
        trial.sandbox.world().file_faults = serde_json::from_value(json!([{"fault": "status", "status": 502}])).unwrap();
        assert_eq!(posts(&trial, form, ("cookie", &cookie), &[("body", "first")], "a.jpg", &photo(9, 9)).await.0, 200);
        assert_eq!(crate::server::outbox::step(&trial.app).await.unwrap(), crate::server::outbox::Outcome::Recorded(crate::domain::delivery::Delivery::Queued));
        assert_eq!(trial.received().len(), 0);
        trial.clock.advance(10_000);
        assert_eq!(sent(&trial).await.len(), 1);
        trial.faults(json!([{"fault": "error", "code": 131_053}]));
        assert_eq!(posts(&trial, form, ("cookie", &cookie), &[("body", "second")], "a.jpg", &photo(8, 8)).await.0, 200);
        assert_eq!(sent(&trial).await.len(), 1);
        let failed = newest(&trial).await;
        assert_eq!(failed.delivery, Some(crate::domain::delivery::Delivery::Failed));
        let again = trial.http.post(format!("{}/whatsapp/fn/messages/settle", trial.base)).header("cookie", &cookie).header("origin", &trial.base);
        assert_eq!(again.json(&json!({"id": failed.id, "how": "send_again"})).send().await.unwrap().status(), 200);
        let sent = sent(&trial).await;
        assert_eq!((sent.len(), &sent[1].0["image"]["caption"]), (2, &json!("second")));
        assert_eq!(image::load_from_memory(sent[1].1.as_ref().unwrap()).unwrap().width(), 8);
    }
}
