//! Data to measure with: conversations and messages as a busy shop has them, the same for the same numbers.

use super::{Done, say};
use crate::domain::content::answer::By;
use crate::domain::content::location::Degrees;
use crate::domain::content::{Answer, Content, Location, Note, Text};
use crate::domain::conversation::Status;
use crate::domain::id::{AccountId, ContactId, ConversationId, LabelId, MessageId, Wamid};
use crate::domain::time::{Clock, DAY_MS, Instant, MINUTE_MS};
use crate::server::clock::SystemClock;
use crate::server::config::Config;
use crate::server::indexing;
use crate::server::opening;
use crate::server::store::contacts::{self, Contact, Owned};
use crate::server::store::messages::{self, New};
use crate::server::store::{Store, accounts, agents, conversations, json, labels};

/// The numbers that the data belongs to: of so many conversations, one is of the second.
const ACCOUNTS: [&str; 2] = ["made-account", "made-account-2"];
const SECOND: usize = 8;
const LABELS: [&str; 4] = ["VIP", "Returns", "Late payer", "Wholesale"];
/// So many rows in one transaction.
const BATCH: usize = 2000;

const NAMES: [&str; 16] = [
    "Zoë Ångström",
    "João Machado",
    "Kari Nordmann",
    "Marek Kowalski",
    "田中 美咲",
    "أحمد المنصوري",
    "Priya Nair",
    "Lucía Benítez",
    "Samuel Okafor",
    "Anneke de Vries",
    "Thuy Hoang",
    "Dana Gold",
    "Oluwaseun Adeyemi",
    "Иван Петров",
    "Chloé Lefèvre",
    "Giorgos Papadopoulos",
];
const TEXTS: [&str; 16] = [
    "Hi, my parcel says delivered but nothing is here",
    "Cadê meu pedido? Já faz três dias",
    "Kan jeg få faktura på e-post?",
    "Super, dzięki!",
    "荷物はいつ届きますか",
    "أين طلبي من فضلك؟",
    "Could you please send the receipt for order 20391 again? I need it for my accountant until Friday.",
    "Gracias, todo bien",
    "ok",
    "Will do. Is four o'clock fine for you, or shall we say half past?",
    "👍",
    "Cảm ơn bạn nhiều",
    "Добрый день, как оформить возврат?",
    "I would like to change the delivery address to 12 Market Street, second floor, the bell says Gold. The old one is a building site at the moment and nobody opens there during the day.",
    "Le colis est arrivé abîmé, voici une photo",
    "Thank you so much, you saved my weekend!",
];

/// A small generator: what matters is that it gives the same again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides.max(1)
    }
}

/// See the command of this name.
pub async fn make_data(config: &Config, conversations: usize, messages: usize) -> Done {
    let store = opening::store(config).await?;
    fill(&store, conversations, messages, SystemClock.now()).await?;
    println!("{conversations} conversations with {messages} messages are here.");
    store.close().await;
    Ok(())
}

async fn fill(store: &Store, conversations: usize, messages: usize, now: Instant) -> Done {
    begin(store, now).await?;
    people(store, conversations, now).await?;
    said(store, conversations, messages, now).await
}

async fn begin(store: &Store, now: Instant) -> Done {
    let mut tx = store.write().await.map_err(say)?;
    for (id, phone) in ACCOUNTS.into_iter().zip(["+1 555 0100", "+44 20 7946 0100"]) {
        let account = accounts::New { id: AccountId::from(id), phone_number_id: id, waba_id: id, name: id, phone, sealed_token: None };
        accounts::put(&mut tx, account, now).await.map_err(say)?;
    }
    for name in LABELS {
        let label = labels::Stored { id: label(name), name: name.to_owned(), color: "teal".to_owned() };
        labels::add_unless_there(&mut tx, &label, now).await.map_err(say)?;
    }
    tx.commit().await.map_err(say)?;
    indexing::begin_anew(store).await.map_err(say)
}

fn conversation(n: usize) -> ConversationId {
    ConversationId(format!("made-conversation-{n}"))
}

/// The number that a conversation belongs to.
fn account(n: usize) -> AccountId {
    AccountId::from(ACCOUNTS[usize::from(n.is_multiple_of(SECOND))])
}

fn label(name: &str) -> LabelId {
    LabelId(format!("made-label-{name}"))
}

async fn people(store: &Store, count: usize, now: Instant) -> Done {
    for from in (0..count).step_by(BATCH) {
        let all = from..(from + BATCH).min(count);
        let contact = |n: usize| {
            let mut row = Contact::new(ContactId(format!("made-contact-{n}")));
            row.name = format!("{} {n}", NAMES[n % NAMES.len()]);
            (row.name_at, row.wa_id_at, row.first_seen_at) = (now, now, now);
            row.wa_id = Some(format!("4477{n:08}"));
            row
        };
        let rows: Vec<Contact> = all.clone().map(contact).collect();
        let owned =
            |row: &Contact| Owned { scope: String::new(), kind: "wa_id".to_owned(), value: row.wa_id.clone().unwrap_or_default(), contact_id: row.id.clone() };
        let owned: Vec<Owned> = rows.iter().map(owned).collect();
        let keys: Vec<conversations::Key> =
            rows.iter().zip(all.clone()).map(|(row, n)| conversations::Key { account_id: account(n), contact_id: row.id.clone() }).collect();
        let mut tx = store.write().await.map_err(say)?;
        contacts::put(&mut tx, &rows.iter().collect::<Vec<_>>()).await.map_err(say)?;
        contacts::put_identities(&mut tx, &owned).await.map_err(say)?;
        conversations::add(&mut tx, all.map(conversation).zip(&keys).collect(), now).await.map_err(say)?;
        tx.commit().await.map_err(say)?;
    }
    Ok(())
}

/// Messages over the last year, the newest of each conversation where its row says.
async fn said(store: &Store, people: usize, count: usize, now: Instant) -> Done {
    let mut dice = Dice(20_261_123);
    let first = now.plus(-365 * DAY_MS);
    let step = (365 * DAY_MS / i64::try_from(count.max(1)).unwrap_or(1)).max(1);
    for from in (0..count).step_by(BATCH) {
        let mut new = Vec::with_capacity(BATCH);
        for n in from..(from + BATCH).min(count) {
            // Every conversation has its share.
            let of = if n < people { n } else { talker(people, &mut dice) };
            new.push(message(n, of, first.plus(i64::try_from(n).unwrap_or(0) * step), &mut dice));
        }
        let mut tx = store.write().await.map_err(say)?;
        messages::add(&mut tx, &new).await.map_err(say)?;
        tx.commit().await.map_err(say)?;
    }
    stand(store, people, now, &mut dice).await
}

/// Who says the next thing: some are talked with more than others, and a fifth is said by regulars, each of whom says twice as much as the one
/// after the next: of a million messages, the first of a hundred thousand says 20,000.
fn talker(people: usize, dice: &mut Dice) -> usize {
    if dice.roll(5) > 0 {
        return dice.roll(people).min(dice.roll(people));
    }
    let regulars = dice.roll(1 + usize::try_from(people.max(1).ilog2()).unwrap_or(0));
    dice.roll(1 << regulars).min(people.saturating_sub(1))
}

/// What is older than two days was read. Most conversations are done with; of the others, some are somebody's.
async fn stand(store: &Store, people: usize, now: Instant, dice: &mut Dice) -> Done {
    let agents = agents::list(&mut store.read().await.map_err(say)?).await.map_err(say)?;
    let known = labels::list(&mut store.read().await.map_err(say)?).await.map_err(say)?;
    for from in (0..people).step_by(BATCH) {
        let mut tx = store.write().await.map_err(say)?;
        for id in (from..(from + BATCH).min(people)).map(conversation) {
            conversations::recount(&mut tx, &id).await.map_err(say)?;
            conversations::mark_read(&mut tx, &id, (now.plus(-2 * DAY_MS - MINUTE_MS), 0)).await.map_err(say)?;
            let Some(mut state) = conversations::lock(&mut tx, &id).await.map_err(say)? else { continue };
            match dice.roll(100) {
                0..70 if state.unread == 0 => state.resolve(),
                70..73 => state.set_status(Status::Snoozed(now.plus(DAY_MS))),
                _ => {}
            }
            state.assignee_id = agents.get(dice.roll(agents.len() * 2)).map(|agent| agent.id.0.clone());
            state.label_id = known.get(dice.roll(known.len() * 4)).map(|label| label.id.0.clone());
            conversations::update(&mut tx, &[&state]).await.map_err(say)?;
        }
        tx.commit().await.map_err(say)?;
    }
    Ok(())
}

/// What is said: mostly words, now and then a place, something chosen, a note of the team's.
fn said_at(n: usize, is_ours: bool, dice: &mut Dice) -> (Content, &'static str) {
    let rare = if n.is_multiple_of(50_000) { " quokka" } else { "" };
    let words = format!("{}{rare} #{n}", TEXTS[dice.roll(TEXTS.len())]);
    let side = if is_ours { "outbound" } else { "inbound" };
    match dice.roll(100) {
        0..2 => (Content::Location(Location { latitude: Degrees(60_391_000), longitude: Degrees(5_322_000), name: Some(words), address: None }), side),
        2..5 if !is_ours => (Content::Answer(Answer { by: By::List, title: words, detail: None, fields: Vec::new() }), side),
        5..8 if is_ours => (Content::Note(Note { body: words, mentions: Vec::new() }), "note"),
        _ => (Content::Text(Text::new(words)), side),
    }
}

fn message(n: usize, of: usize, at: Instant, dice: &mut Dice) -> New {
    let is_ours = dice.roll(5) < 2;
    let (content, direction) = said_at(n, is_ours, dice);
    // Now and then WhatsApp does not deliver.
    let delivery = if n.is_multiple_of(997) { "failed" } else { "read" };
    New {
        id: MessageId(format!("made-message-{n}")),
        account_id: account(of),
        conversation_id: conversation(of),
        direction,
        author_kind: is_ours.then_some(messages::PHONE),
        author_id: None,
        author_name: is_ours.then(|| "Mira".to_owned()),
        client_id: None,
        wamid: (direction != "note").then(|| Wamid(format!("wamid.made{n}"))),
        message_type: content.message_type().to_owned(),
        content: json(&content),
        preview: content.preview(),
        origin: None,
        raw: None,
        sort_at: at,
        created_at: at,
        delivery: (direction == "outbound").then_some(delivery),
        reply_to: None,
        retry_of: None,
        media_id: None,
        discarded: 0,
        live: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::trial::{NOON, on_both};

    /// Everything that was made, row by row.
    async fn made(store: &Store) -> Vec<String> {
        let mut tx = store.read().await.unwrap();
        let mut all = Vec::new();
        for sql in [
            "select id || '/' || conversation_id || '/' || direction || '/' || content || '/' || sort_at || '/' || coalesce(delivery, '') from messages",
            "select id || '/' || account_id || '/' || unread || '/' || status || '/' || coalesce(label_id, '') from conversations",
            "select id || '/' || name || '/' || coalesce(wa_id, '') from contacts",
        ] {
            all.extend(tx.all::<(String,)>(crate::server::store::Sql::same(sql), vec![]).await.unwrap().into_iter().map(|row| row.0));
        }
        // The engines sort otherwise.
        all.sort();
        all
    }

    on_both! {
        async fn the_same_numbers_make_the_same_again(store: Store) {
            fill(&store, 60, 700, NOON).await.unwrap();
            let first = made(&store).await;
            assert_eq!(first.len(), 60 + 700 + 60);
            // Some are talked with far more than most.
            let said = |n: usize| first.iter().filter(|row| row.contains(&format!("/made-conversation-{n}/"))).count();
            let mut shares: Vec<usize> = (0..60).map(said).collect();
            shares.sort_unstable();
            assert!(shares[59] > 3 * shares[30] && shares[0] > 0, "{shares:?}");
            let another = crate::server::trial::sqlite().await;
            fill(&another, 60, 700, NOON).await.unwrap();
            assert_eq!(first, made(&another).await);
        }
    }
}
