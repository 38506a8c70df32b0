//! Whose messages these are. Identities that Meta names in one element belong to one contact; nothing else ever joins two.

use super::batch::Inbound;
use crate::domain::contact::{Identity, IdentityKind};
use crate::domain::content::Content;
use crate::domain::id::{ContactId, ConversationId};
use crate::server::clock::new_id;
use crate::server::store::contacts::{self, Contact, Owned, Sighting};
use crate::server::store::{Result, Tx};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The senders of a batch.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The contact of each inbound entry, in order.
    pub owners: Vec<ContactId>,
    /// The contacts themselves, as they are now.
    pub contacts: BTreeMap<ContactId, Contact>,
    /// Contacts whose name or address is another now.
    pub changed: BTreeSet<ContactId>,
    /// Conversations that went into others: (gone, kept).
    pub joined: Vec<(ConversationId, ConversationId)>,
}

/// Finds, makes or joins the contacts of these entries, and takes in what the entries say about them.
pub async fn resolve(tx: &mut Tx, inbound: &[Inbound]) -> Result<Resolved> {
    let mut resolved = Resolved::default();
    if inbound.is_empty() {
        return Ok(resolved);
    }
    let groups = Groups::of(inbound);
    let mut known: HashMap<Identity, ContactId> = HashMap::new();
    let mut rows: BTreeMap<ContactId, Contact> = BTreeMap::new();
    for found in contacts::find(tx, &groups.identities).await? {
        let kind = if found.kind == "wa_id" { IdentityKind::WaId } else { IdentityKind::UserId };
        known.insert(Identity { scope: found.scope, kind, value: found.value }, found.contact.id.clone());
        rows.insert(found.contact.id.clone(), found.contact);
    }
    let before: BTreeMap<ContactId, Contact> = rows.clone();

    let mut owner_of_group: HashMap<usize, ContactId> = HashMap::new();
    let mut gone_into: Vec<(ContactId, ContactId)> = Vec::new();
    for (root, members) in groups.members() {
        let existing: BTreeSet<&ContactId> = members.iter().filter_map(|identity| known.get(*identity)).collect();
        // The earlier first message survives; of equal ones, the one with the smaller identity.
        let smallest = |id: &ContactId| members.iter().filter(|identity| known.get(**identity) == Some(id)).map(|identity| identity.value.clone()).min();
        let survivor = existing.iter().min_by_key(|id| (rows.get(**id).map(|row| row.first_seen_at), smallest(id))).map(|id| (*id).clone());
        let owner = survivor.unwrap_or_else(|| {
            let row = Contact::new(ContactId(new_id()));
            let id = row.id.clone();
            rows.insert(id.clone(), row);
            id
        });
        for gone in existing.into_iter().filter(|id| **id != owner) {
            if let Some(other) = rows.remove(gone)
                && let Some(row) = rows.get_mut(&owner)
            {
                row.absorb(&other);
            }
            gone_into.push((gone.clone(), owner.clone()));
        }
        owner_of_group.insert(root, owner);
    }

    for (index, entry) in inbound.iter().enumerate() {
        let owner = owner_of_group[&groups.root_of_entry(index)].clone();
        if let Some(row) = rows.get_mut(&owner) {
            row.see(&sighting(entry));
        }
        resolved.owners.push(owner);
    }
    let shown = |row: &Contact| (row.shown_name().to_owned(), row.wa_id.clone(), row.user_id.clone());
    resolved.changed = rows.values().filter(|row| before.get(&row.id).is_some_and(|old| shown(old) != shown(row))).map(|row| row.id.clone()).collect();

    let altered: Vec<&Contact> = rows.values().filter(|row| before.get(&row.id) != Some(row)).collect();
    contacts::put(tx, &altered).await?;
    contacts::put_identities(tx, &groups.new_identities(&known, &owner_of_group)).await?;
    for (gone, kept) in &gone_into {
        let pairs = contacts::join(tx, gone, kept).await?;
        resolved.changed.insert(kept.clone());
        resolved.joined.extend(pairs.into_iter().map(|(old, new)| (ConversationId(old), ConversationId(new))));
    }
    resolved.contacts = rows;
    Ok(resolved)
}

fn sighting(entry: &Inbound) -> Sighting<'_> {
    let of = |kind| entry.identities.iter().find(|identity| identity.kind == kind).map(|identity| identity.value.as_str());
    // In one second, what WhatsApp says of the ids is newer than what is written under the old ones.
    let at = if matches!(entry.content, Content::System(_)) { entry.at.plus(1) } else { entry.at };
    Sighting { at, wamid: &entry.wamid, name: entry.profile_name.as_deref(), wa_id: of(IdentityKind::WaId), user_id: of(IdentityKind::UserId) }
}

/// Identities, grouped by the elements that carry several of them (a union-find).
struct Groups<'a> {
    identities: Vec<&'a Identity>,
    parent: Vec<usize>,
    first_of_entry: Vec<usize>,
}

impl<'a> Groups<'a> {
    fn of(inbound: &'a [Inbound]) -> Self {
        let mut index: HashMap<&Identity, usize> = HashMap::new();
        let mut groups = Self { identities: Vec::new(), parent: Vec::new(), first_of_entry: Vec::new() };
        for entry in inbound {
            let places: Vec<usize> = entry
                .identities
                .iter()
                .map(|identity| {
                    *index.entry(identity).or_insert_with(|| {
                        groups.identities.push(identity);
                        groups.parent.push(groups.parent.len());
                        groups.parent.len() - 1
                    })
                })
                .collect();
            // invariant: an entry without identities is never taken into a batch.
            groups.first_of_entry.push(places[0]);
            for place in &places[1..] {
                let (a, b) = (groups.root(places[0]), groups.root(*place));
                groups.parent[a.max(b)] = a.min(b);
            }
        }
        groups
    }

    fn root(&self, mut place: usize) -> usize {
        while self.parent[place] != place {
            place = self.parent[place];
        }
        place
    }

    fn root_of_entry(&self, entry: usize) -> usize {
        self.root(self.first_of_entry[entry])
    }

    fn members(&self) -> BTreeMap<usize, Vec<&'a Identity>> {
        let mut members: BTreeMap<usize, Vec<&Identity>> = BTreeMap::new();
        for (place, identity) in self.identities.iter().enumerate() {
            members.entry(self.root(place)).or_default().push(identity);
        }
        members
    }

    fn new_identities(&self, known: &HashMap<Identity, ContactId>, owners: &HashMap<usize, ContactId>) -> Vec<Owned> {
        let new = self.identities.iter().enumerate().filter(|(_, identity)| !known.contains_key(**identity));
        new.map(|(place, identity)| Owned {
            scope: identity.scope.clone(),
            kind: identity.kind.as_str().to_owned(),
            value: identity.value.clone(),
            contact_id: owners[&self.root(place)].clone(),
        })
        .collect()
    }
}
