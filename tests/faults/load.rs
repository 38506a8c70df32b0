//! Customers' messages in numbers, and what became of each request.

use super::inbox::Inbox;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use whatsapp_inbox::domain::time::Clock;
use whatsapp_inbox::server::clock::SystemClock;
use whatsapp_inbox::server::meta::signature::{HEADER, sign};
use whatsapp_inbox::server::secret::Secret;
use whatsapp_inbox::server::store::Store;
use whatsapp_inbox::server::store::dialect::Sql;

/// A signed webhook with these messages: (wamid, customer, text).
pub fn webhook(inbox: &Inbox, messages: &[(String, String, String)]) -> (Vec<u8>, String) {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    webhook_at(&inbox.sandbox.identity().phone_number_id, &inbox.app_secret(), messages, now)
}

/// The same, of this second.
pub fn webhook_at(phone_number_id: &str, secret: &Secret, messages: &[(String, String, String)], second: u64) -> (Vec<u8>, String) {
    let elements: Vec<_> = messages
        .iter()
        .map(|(wamid, from, text)| json!({"from": from, "id": wamid, "timestamp": second.to_string(), "type": "text", "text": {"body": text}}))
        .collect();
    let value = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": phone_number_id}, "messages": elements});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]});
    let body = body.to_string().into_bytes();
    let signature = sign(secret, &body);
    (body, signature)
}

/// What a run of posters has seen.
#[derive(Default)]
pub struct Seen {
    /// Answered 200.
    pub acked: BTreeSet<String>,
    /// Not answered, or refused.
    pub lost: BTreeSet<String>,
    /// Statuses other than 200.
    pub refused: Vec<u16>,
    /// How long each 200 took.
    pub times: Vec<Duration>,
}

/// Posters at work on one or several inboxes, each message with an id of its own.
pub struct Load {
    seen: Arc<Mutex<Seen>>,
    stop: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

static COUNT: AtomicU64 = AtomicU64::new(0);

/// A message that nobody has sent before, of one of fifty customers.
pub fn new_message() -> (String, String, String) {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    (format!("wamid.{}.{count}", std::process::id()), format!("4477009{:05}", count % 50), format!("message {count}"))
}

impl Load {
    /// So many posters, in turn to these addresses, until they are stopped.
    pub fn start(inbox: &Inbox, bases: &[String], posters: usize) -> Self {
        let (seen, stop) = (Arc::new(Mutex::new(Seen::default())), Arc::new(AtomicBool::new(false)));
        let tasks = (0..posters).map(|poster| {
            let (seen, stop) = (seen.clone(), stop.clone());
            let (url, http) = (format!("{}/whatsapp/webhook/", bases[poster % bases.len()]), inbox.http.clone());
            let (id, secret) = (inbox.sandbox.identity().phone_number_id.clone(), inbox.app_secret());
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let message = new_message();
                    let wamid = message.0.clone();
                    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
                    let (body, signature) = webhook_at(&id, &secret, &[message], now);
                    let began = Instant::now();
                    let status = http.post(&url).header(HEADER, signature).body(body).send().await.map(|response| response.status().as_u16());
                    if note(&seen, wamid, status.ok(), began.elapsed()) == Noted::NobodyThere {
                        // Do not spin.
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                }
            })
        });
        let tasks = tasks.collect();
        Self { seen, stop, tasks }
    }

    /// How many were answered 200 so far.
    pub fn acked(&self) -> usize {
        self.seen.lock().unwrap().acked.len()
    }

    /// What was answered 200 so far.
    pub fn acked_so_far(&self) -> BTreeSet<String> {
        self.seen.lock().unwrap().acked.clone()
    }

    /// Stops; what was seen.
    pub async fn stop(self) -> Seen {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.unwrap();
        }
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

#[derive(PartialEq)]
enum Noted {
    Answered,
    NobodyThere,
}

fn note(seen: &Mutex<Seen>, wamid: String, status: Option<u16>, took: Duration) -> Noted {
    let mut seen = seen.lock().unwrap();
    if status == Some(200) {
        seen.acked.insert(wamid);
        seen.times.push(took);
        return Noted::Answered;
    }
    seen.lost.insert(wamid);
    seen.refused.extend(status);
    if status.is_some() { Noted::Answered } else { Noted::NobodyThere }
}

/// Posts one message; the status, 0 for none.
pub async fn post(inbox: &Inbox, message: (String, String, String)) -> u16 {
    // WhatsApp knows that the customer wrote: answers may go.
    inbox.sandbox.world().windows.insert(message.1.clone(), SystemClock.now());
    let (body, signature) = webhook(inbox, &[message]);
    let request = inbox.http.post(format!("{}/whatsapp/webhook/", inbox.base)).header(HEADER, signature).body(body);
    request.send().await.map_or(0, |response| response.status().as_u16())
}

/// What is wrong with a database in which these messages must be, each once: compared row by row, with its counters and its log.
pub async fn check(url: &str, acked: &BTreeSet<String>) {
    let store = Store::open(url).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let rows: Vec<(String,)> = tx.all(Sql::same("select wamid from messages where direction = 'inbound'"), vec![]).await.unwrap();
    let unique: BTreeSet<&String> = rows.iter().map(|row| &row.0).collect();
    assert_eq!(unique.len(), rows.len(), "a message is there twice");
    let missing: Vec<&String> = acked.iter().filter(|wamid| !unique.contains(wamid)).collect();
    assert!(missing.is_empty(), "{} acknowledged messages are missing, such as {:?}", missing.len(), missing.first());
    for (what, sql) in NOT_ONE {
        assert_eq!(tx.find::<(i64,)>(Sql::same(sql), vec![]).await.unwrap().unwrap().0, 0, "{what}");
    }
    let events = tx.find::<(i64,)>(Sql::same("select count(*) from events where kind = 'message_stored'"), vec![]).await.unwrap().unwrap().0;
    assert!(events >= i64::try_from(rows.len()).unwrap(), "{} messages, {events} events", rows.len());
    drop(tx);
    store.close().await;
}

/// What there must not be one of.
const NOT_ONE: [(&str, &str); 5] = [
    (
        "a message without an event",
        "select count(*) from conversations c where (select count(*) from events e where e.kind = 'message_stored' and e.conversation_id = c.id) <
           (select count(*) from messages m where m.conversation_id = c.id)",
    ),
    (
        "an unread count that a recount does not give",
        "select count(*) from conversations c where c.unread <> (select count(*) from messages m where m.conversation_id = c.id
           and m.direction = 'inbound' and m.live = 1 and (m.sort_at, m.n) > (c.read_up_to_at, c.read_up_to_n))",
    ),
    (
        "a list place that is not its newest message's",
        "select count(*) from conversations c where c.sort_n <> (select m.n from messages m where m.conversation_id = c.id and m.discarded = 0
           order by m.sort_at desc, m.n desc limit 1)",
    ),
    (
        "a customer with two conversations",
        "select count(*) from (select contact_id from conversations group by account_id, contact_id having count(*) > 1) as t",
    ),
    ("a delivery left over", "select count(*) from deliveries where state = 'pending'"),
];
