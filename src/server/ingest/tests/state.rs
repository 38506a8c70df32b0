//! What is true of the database after any webhooks in any order.

use super::*;
use crate::domain::id::ConversationId;
use crate::domain::message::Message;
use crate::protocol::event::Event;
use crate::server::store::{conversations, events};
use std::collections::BTreeMap;

/// Everything Meta's webhooks decide, without our ids, arrival order and arrival times.
pub(super) async fn rows(tx: &mut Tx) -> Vec<String> {
    const ALL: [&str; 7] = [
        "select coalesce(name, '') || '|' || coalesce(wa_id, '') || '|' || coalesce(user_id, '') || '|' || first_seen_at from contacts order by 1",
        "select i.scope || '|' || i.kind || '|' || i.value || '|' || coalesce(k.wa_id, k.user_id) from contact_identities i join contacts k on k.id = i.contact_id order by 1",
        "select coalesce(k.wa_id, k.user_id) || '|' || c.unread || '|' || coalesce(c.last_inbound_at, 0) || '|' || coalesce(m.wamid, m.preview, '') || '|' || c.sort_at || '|' || coalesce(c.free_until, 0) || '|' || coalesce(c.waiting_since, 0)
           from conversations c join contacts k on k.id = c.contact_id left join messages m on m.id = c.last_message_id order by 1",
        "select coalesce(m.wamid, '') || '|' || m.direction || '|' || m.content || '|' || m.sort_at || '|' || coalesce(m.delivery, '') || '|' || coalesce(m.failure, '')
           || '|' || m.live || '|' || coalesce(m.author_name, '') || '|' || coalesce(m.origin, '') || '|' || coalesce(d.meta_id, '') || '|' || coalesce(m.reply_to, '') || '|' || coalesce(m.raw, '') || '|' || coalesce(k.wa_id, k.user_id)
           from messages m join conversations c on c.id = m.conversation_id join contacts k on k.id = c.contact_id left join media d on d.id = m.media_id order by 1",
        "select wamid || '|' || recipient || '|' || status || '|' || at || '|' || coalesce(failure, '') from statuses order by 1",
        "select key || '|' || at || '|' || is_bad || '|' || warning || '|' || seen from warnings order by 1",
        "select target || '|' || sender || '|' || emoji || '|' || at || '|' || wamid from reactions order by 1",
    ];
    let mut found = Vec::new();
    for sql in ALL {
        found.extend(tx.all::<(String,)>(Sql::same(sql), Vec::new()).await.unwrap().into_iter().map(|row| row.0));
    }
    found
}

/// I10: what is kept denormalised equals a recount.
pub(super) async fn assert_counters(tx: &mut Tx) {
    let wrong = number(tx, "select count(*) from conversations c where
        c.unread <> (select count(*) from messages m where m.conversation_id = c.id and m.direction = 'inbound' and m.live = 1 and m.discarded = 0 and (m.sort_at, m.n) > (c.read_up_to_at, c.read_up_to_n))
        or coalesce(c.last_inbound_at, 0) <> coalesce((select max(m.sort_at) from messages m where m.conversation_id = c.id and m.direction = 'inbound' and m.live = 1), 0)
        or coalesce(c.answered_at, 0) <> coalesce((select max(m.sort_at) from messages m where m.conversation_id = c.id and m.direction = 'outbound' and m.discarded <> 1), 0)
        or coalesce(c.waiting_since, 0) <> coalesce((select min(m.sort_at) from messages m where m.conversation_id = c.id and m.direction = 'inbound' and m.live = 1 and m.discarded = 0
          and m.sort_at > coalesce(c.answered_at, -1) and m.sort_at > coalesce(c.settled_at, -1)), 0)
        or coalesce(c.last_message_id, '') <> coalesce((select m.id from messages m where m.conversation_id = c.id and m.discarded = 0 and m.message_type not in ('change', 'note') order by m.sort_at desc, m.n desc limit 1), '')").await;
    assert_eq!(wrong, 0, "a denormalised counter differs from its recount");
}

/// I5: what open pages were told last of each message and each row is what a page that opens now would load.
pub(super) async fn assert_told(tx: &mut Tx) {
    let (mut rows, mut shown) = (BTreeMap::new(), BTreeMap::<MessageId, Message>::new());
    for stored in events::list(tx, 0, 100_000).await.unwrap() {
        let event: Event = serde_json::from_str(&stored.payload).unwrap();
        if let Event::ContactsJoined { conversation, gone: Some(gone) } = &event {
            rows.remove(gone);
            for message in shown.values_mut().filter(|message| message.conversation_id == *gone) {
                message.conversation_id = conversation.id.clone();
            }
        }
        rows.extend(event.conversation().map(|row| (row.id.clone(), row.clone())));
        match event {
            Event::MessageStored { message, .. } => drop(shown.insert(message.id.clone(), message)),
            Event::MessageDiscarded { message_id, .. } => drop(shown.remove(&message_id)),
            _ => {}
        }
    }
    let ids: Vec<&ConversationId> = rows.keys().collect();
    let now = conversations::load(tx, ids).await.unwrap();
    let now = now.into_iter().map(|row| (row.id.clone(), row)).collect::<BTreeMap<_, _>>();
    for (id, told) in rows {
        assert_eq!(Some(&told), now.get(&id));
    }
    let ids: Vec<MessageId> = shown.keys().cloned().collect();
    let now = messages::load(tx, &ids).await.unwrap();
    let now = now.into_iter().map(|message| (message.id.clone(), message)).collect::<BTreeMap<_, _>>();
    for (id, told) in shown {
        assert_eq!(Some(&told), now.get(&id));
    }
}
