//! Files: how many photos a second are fetched, looked at and kept, and what a large document costs in memory on its way in and out.

use super::inbox::{Inbox, until};
use super::machine::memory_mb;
use super::report::{Goal, Report, about};
use serde_json::{Value, json};
use std::io::Cursor;
use std::time::{Duration, Instant};
use whatsapp_inbox::server::sandbox::{files, post};

/// So many photos, of the size that phones send.
const PHOTOS: usize = 200;
const PIXELS: (u32, u32) = (1600, 1200);
/// The largest that WhatsApp takes, but for its form.
const LARGE: usize = 99 * 1024 * 1024;
const PHONE: &str = "447700900123";

/// A photo as a camera might take it: shades with some grain, so that it is as large as one.
fn photo(seed: u32) -> Vec<u8> {
    let grain = |x: u32, y: u32| u8::try_from((x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503) ^ seed).wrapping_mul(2_246_822_519) >> 28).unwrap();
    let shade = |value: u32| u8::try_from(value % 240).unwrap();
    let image = image::RgbImage::from_fn(PIXELS.0, PIXELS.1, |x, y| {
        let grain = grain(x, y);
        image::Rgb([shade(x / 8 + seed) + grain, shade(y / 6) + grain, shade((x + y) / 14) + grain])
    });
    let mut bytes = Cursor::new(Vec::new());
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 80).encode_image(&image).unwrap();
    bytes.into_inner()
}

async fn write(inbox: &Inbox, message: Value) {
    let customer = serde_json::from_value(json!({"wa_id": PHONE, "message": message})).unwrap();
    let (_, body) = post::inbound(&inbox.sandbox, &customer);
    assert_eq!(post::deliver(&inbox.sandbox, body).await, 200);
}

/// How many files of the last messages are here.
async fn ready(inbox: &Inbox) -> usize {
    let page = inbox.get(&format!("/whatsapp/api/chats/{PHONE}/messages/?limit=200")).await;
    page["messages"].as_array().map_or(0, |messages| messages.iter().filter(|message| message["media"]["state"] == "ready").count())
}

/// The most memory that a process holds while something happens.
async fn peak(pid: u32, happens: impl Future<Output = ()>) -> f64 {
    let mut most = memory_mb(pid);
    let mut happens = std::pin::pin!(happens);
    loop {
        tokio::select! {
            () = &mut happens => return most,
            () = tokio::time::sleep(Duration::from_millis(5)) => most = most.max(memory_mb(pid)),
        }
    }
}

/// All figures of files.
pub async fn say(report: &mut Report) {
    about("files");
    let mut inbox = Inbox::new().await;
    inbox.start().await;
    write(&inbox, json!({"type": "text", "text": {"body": "hello"}})).await;
    inbox.settled().await;
    photos(report, &inbox).await;
    // A fresh process: what was used and given back must not hide what a file costs.
    inbox.terminate().await;
    inbox.start().await;
    large(report, &inbox).await;
}

async fn photos(report: &mut Report, inbox: &Inbox) {
    // Twenty drawings; a trailer of its own makes each photo another file.
    let drawn: Vec<Vec<u8>> = (0..20).map(photo).collect();
    let give = |at: usize| {
        let bytes = [drawn[at % drawn.len()].as_slice(), &at.to_le_bytes()].concat();
        files::announced(&inbox.sandbox, &files::keep(&inbox.sandbox, "image/jpeg", bytes.into()))
    };
    let given: Vec<Value> = (0..PHOTOS).map(give).collect();
    let began = Instant::now();
    for file in given {
        write(inbox, json!({"type": "image", "image": file})).await;
    }
    until("all photos are here", 120, || async { ready(inbox).await == PHOTOS }).await;
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let (count, kilobytes) = (PHOTOS as f64, drawn[0].len() as f64 / 1000.0);
    report.say("size of a photo", kilobytes, "KB", Goal::None);
    report.say("photos fetched, checked and kept with a small picture", count / began.elapsed().as_secs_f64(), "/s", Goal::None);
}

async fn large(report: &mut Report, inbox: &Inbox) {
    let bytes: Vec<u8> = b"%PDF-1.4 ".iter().copied().cycle().take(LARGE).collect();
    let file = files::announced(&inbox.sandbox, &files::keep(&inbox.sandbox, "application/pdf", bytes.clone().into()));
    let before = memory_mb(inbox.pid());
    let came = peak(inbox.pid(), async {
        write(inbox, json!({"type": "document", "document": file})).await;
        until("the document is here", 120, || async {
            let page = inbox.get(&format!("/whatsapp/api/chats/{PHONE}/messages/?limit=1")).await;
            page["messages"][0]["media"]["state"] == "ready"
        })
        .await;
    })
    .await;
    report.say("memory above idle while a document of 104 MB comes in", came - before, "MB", Goal::AtMost(40.0));
    let before = memory_mb(inbox.pid());
    let went = peak(inbox.pid(), async {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("large.pdf").mime_str("application/pdf").unwrap();
        let form = reqwest::multipart::Form::new().text("phone", PHONE).part("file", part);
        let request = inbox.http.post(format!("{}/whatsapp/api/send-media/", inbox.base)).header("x-api-key", &inbox.key).multipart(form);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 202, "{}", response.text().await.unwrap_or_default());
        until("WhatsApp has the document", 120, || async {
            let page = inbox.get(&format!("/whatsapp/api/chats/{PHONE}/messages/?limit=1")).await;
            !["queued", "sending"].contains(&page["messages"][0]["status"].as_str().unwrap_or_default())
        })
        .await;
    })
    .await;
    report.say("memory above idle while it goes out", went - before, "MB", Goal::AtMost(40.0));
}
