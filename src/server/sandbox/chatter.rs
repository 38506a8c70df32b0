//! Customers who write by themselves, so that a demo lives: now and then one begins, and who is answered may answer back.

use super::control::Customer;
use super::people::{PEOPLE, Person};
use super::{Sandbox, post};
use crate::server::clock::jitter;
use std::time::Duration;

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

async fn say(sandbox: &Sandbox, person: &Person) {
    let Some(line) = person.next.get(usize::try_from(jitter(i64::try_from(person.next.len()).unwrap_or(1))).unwrap_or(0)) else { return };
    let name = (!person.name.is_empty()).then(|| person.name.to_owned());
    let customer = Customer { wa_id: Some(person.wa_id.to_owned()), name, text: Some((*line).to_owned()), ..Customer::default() };
    let (_, body) = post::inbound(sandbox, &customer);
    post::deliver(sandbox, body).await;
}
