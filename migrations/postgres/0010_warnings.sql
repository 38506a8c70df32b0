-- What Meta tells about accounts, numbers and templates, the newest of each; and until when a conversation is free of charge.
create table warnings (
    key text primary key,
    at bigint not null,
    is_bad bigint not null,
    warning text collate "C" not null,
    -- 1: an admin has seen to it.
    seen bigint not null default 0
);
create index warnings_unseen on warnings (at) where is_bad = 1 and seen = 0;

-- Free entry points, by the message whose report said so; the message itself may come later.
create table free_entries (
    account_id text not null,
    wamid text not null,
    until bigint not null,
    primary key (account_id, wamid)
);
create index free_entries_until on free_entries (until);
alter table conversations add column free_until bigint;
