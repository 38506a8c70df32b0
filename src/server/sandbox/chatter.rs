//! Customers who write by themselves, so that a demo lives: now and then one begins, and who is answered may answer back.

use super::control::Customer;
use super::people::{PEOPLE, Person, Sent};
use super::{Sandbox, files, post};
use crate::server::clock::jitter;
use std::time::Duration;

/// What customers send without words while the demo runs: one message in so many.
const ALIVE: [Sent; 5] = [
    Sent::Photo(11, ""),
    Sent::Sticker,
    Sent::Voice(4),
    Sent::Place(59.9139, 10.7522, "City hall"),
    Sent::Document("Receipt.pdf", &["Receipt", "Paid, thank you"]),
];
const ONE_IN: usize = 4;

/// A customer begins something every 20 to 50 seconds, as long as the settings say so.
pub async fn run(sandbox: Sandbox) {
    loop {
        tokio::time::sleep(Duration::from_millis(20_000 + u64::try_from(jitter(30_000)).unwrap_or(0))).await;
        // The first few are the lively ones.
        let person = &PEOPLE[usize::try_from(jitter(i64::try_from(PEOPLE.len().min(8)).unwrap_or(1))).unwrap_or(0)];
        if sandbox.world().settings.chatty {
            say(&sandbox, person).await;
        }
    }
}

/// After an answer was read, its customer may write back.
pub async fn answer(sandbox: &Sandbox, recipient: &str) {
    let chatty = sandbox.world().settings.chatty;
    if let Some(person) = PEOPLE.iter().find(|person| person.wa_id == recipient).filter(|_| chatty && jitter(3) > 0) {
        tokio::time::sleep(Duration::from_millis(3000 + u64::try_from(jitter(4000)).unwrap_or(0))).await;
        say(sandbox, person).await;
    }
}

/// One line of theirs; now and then something without words.
async fn say(sandbox: &Sandbox, person: &Person) {
    let one_of = |count: usize| usize::try_from(jitter(i64::try_from(count).unwrap_or(1))).unwrap_or(0);
    let name = (!person.name.is_empty()).then(|| person.name.to_owned());
    let mut customer = Customer { wa_id: Some(person.wa_id.to_owned()), name, ..Customer::default() };
    let sent = ALIVE.get(one_of(ALIVE.len() * ONE_IN));
    match (sent, person.next.get(one_of(person.next.len()))) {
        (Some(sent), _) => customer.message = Some(files::message(sandbox, *sent)),
        (None, Some(line)) => customer.text = Some((*line).to_owned()),
        (None, None) => return,
    }
    let (_, body) = post::inbound(sandbox, &customer);
    post::deliver(sandbox, body).await;
}
