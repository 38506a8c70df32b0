-- Labels, of which a conversation carries at most one; to whom a conversation is assigned, and whether it waits or is done with.
create table labels (
    id text primary key,
    name text not null,
    -- The name in lower case: two labels differ in more than that.
    key text not null unique,
    -- A preset's name, or #rrggbb.
    color text not null,
    created_at bigint not null
);

alter table conversations add column label_id text references labels (id);
alter table conversations add column assignee_id text references agents (id);
alter table conversations add column snoozed_until bigint;
create index conversations_by_label on conversations (label_id, sort_at desc, sort_n desc) where label_id is not null;
create index conversations_by_assignee on conversations (assignee_id, sort_at desc, sort_n desc) where assignee_id is not null;
create index conversations_by_status on conversations (status, sort_at desc, sort_n desc) where status <> 'open';
-- In place of one by account: every index of conversations is written with every message.
drop index conversations_unread;
create index conversations_unread on conversations (sort_at desc, sort_n desc) where unread > 0;
create index messages_failed on messages (n) where delivery = 'failed' and discarded = 0;
create index conversations_snoozed on conversations (snoozed_until) where snoozed_until is not null;
