-- Labels of contacts: any number of them, apart from the one that a conversation carries.
create table contact_labels (
    contact_id text not null references contacts (id) on delete cascade,
    label_id text not null references labels (id) on delete cascade,
    primary key (contact_id, label_id)
) strict;
create index contact_labels_by_label on contact_labels (label_id, contact_id desc);

-- The file that goes along with a quick reply; its bytes lie in the blob store.
alter table replies add column file_name text;
alter table replies add column file_mime text;
alter table replies add column file_hash text;
alter table replies add column file_size integer;

-- The list of one number, and what closes soon.
create index conversations_by_account on conversations (account_id, sort_at desc, sort_n desc);
create index conversations_by_inbound on conversations (last_inbound_at) where last_inbound_at is not null;

-- Those who never wrote, newest first: no conversation leads to their names.
create index contacts_silent on contacts (id desc) where first_seen_at = 9223372036854775807;
