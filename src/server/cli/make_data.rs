//! Data to measure with: conversations and messages as a busy shop has them, the same for the same numbers.

use super::{Done, say};
use crate::domain::content::{Content, Text};
use crate::domain::id::{AccountId, ContactId, ConversationId, MessageId, Wamid};
use crate::domain::time::{Clock, DAY_MS, Instant, MINUTE_MS};
use crate::server::clock::SystemClock;
use crate::server::config::Config;
use crate::server::indexing;
use crate::server::opening;
use crate::server::store::contacts::{self, Contact, Owned};
use crate::server::store::messages::{self, New};
use crate::server::store::{Store, accounts, conversations, json};

/// The number that the data belongs to.
const ACCOUNT: &str = "made-account";
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
    let now = SystemClock.now();
    begin(&store, now).await?;
    people(&store, conversations, now).await?;
    said(&store, conversations, messages, now).await?;
    println!("{conversations} conversations with {messages} messages are here.");
    store.close().await;
    Ok(())
}

async fn begin(store: &Store, now: Instant) -> Done {
    let mut tx = store.write().await.map_err(say)?;
    let account =
        accounts::New { id: AccountId::from(ACCOUNT), phone_number_id: ACCOUNT, waba_id: ACCOUNT, name: "Made", phone: "+1 555 0100", sealed_token: None };
    accounts::put(&mut tx, account, now).await.map_err(say)?;
    tx.commit().await.map_err(say)?;
    indexing::begin_anew(store).await.map_err(say)
}

fn conversation(n: usize) -> ConversationId {
    ConversationId(format!("made-conversation-{n}"))
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
            rows.iter().map(|row| conversations::Key { account_id: AccountId::from(ACCOUNT), contact_id: row.id.clone() }).collect();
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
            // Every conversation has its share, and some are talked in more.
            let of = if n < people { n } else { dice.roll(people).min(dice.roll(people)) };
            new.push(message(n, of, first.plus(i64::try_from(n).unwrap_or(0) * step), &mut dice));
        }
        let mut tx = store.write().await.map_err(say)?;
        messages::add(&mut tx, &new).await.map_err(say)?;
        tx.commit().await.map_err(say)?;
    }
    // What is older than two days was read.
    for from in (0..people).step_by(BATCH) {
        let mut tx = store.write().await.map_err(say)?;
        for id in (from..(from + BATCH).min(people)).map(conversation) {
            conversations::recount(&mut tx, &id).await.map_err(say)?;
            conversations::mark_read(&mut tx, &id, (now.plus(-2 * DAY_MS - MINUTE_MS), 0)).await.map_err(say)?;
        }
        tx.commit().await.map_err(say)?;
    }
    Ok(())
}

fn message(n: usize, of: usize, at: Instant, dice: &mut Dice) -> New {
    let is_ours = dice.roll(5) < 2;
    let rare = if n.is_multiple_of(50_000) { " quokka" } else { "" };
    let content = Content::Text(Text::new(format!("{}{rare} #{n}", TEXTS[dice.roll(TEXTS.len())])));
    New {
        id: MessageId(format!("made-message-{n}")),
        account_id: AccountId::from(ACCOUNT),
        conversation_id: conversation(of),
        direction: if is_ours { "outbound" } else { "inbound" },
        author_kind: is_ours.then_some(messages::PHONE),
        author_id: None,
        author_name: is_ours.then(|| "Mira".to_owned()),
        client_id: None,
        wamid: Some(Wamid(format!("wamid.made{n}"))),
        message_type: "text".to_owned(),
        content: json(&content),
        preview: content.preview(),
        origin: None,
        raw: None,
        sort_at: at,
        created_at: at,
        delivery: is_ours.then_some("read"),
        reply_to: None,
        retry_of: None,
        media_id: None,
        discarded: 0,
        live: 1,
    }
}
