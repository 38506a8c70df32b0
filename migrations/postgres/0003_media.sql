-- Files that come and go with messages. The bytes lie in the blob store under their hash; `state` is what an agent sees.
create table media (
    id text primary key,
    account_id text not null references accounts (id),
    state text not null check (state in ('fetching', 'waiting', 'failed', 'ready')),
    -- Meta's id, and the address that came with the webhook.
    meta_id text,
    url text,
    -- Announced by Meta, then told by the content.
    mime text not null,
    name text,
    -- SHA-256 in hex, announced by Meta.
    announced_hash text,
    hash text,
    thumbnail_hash text,
    size bigint,
    width bigint,
    height bigint,
    duration_ms bigint,
    waveform text,
    attempts bigint not null default 0,
    -- How often Meta did not have it, or gave a damaged one.
    misses bigint not null default 0,
    due_at bigint not null default 0,
    failure text,
    created_at bigint not null
);
create index media_by_due on media (due_at) where state in ('fetching', 'waiting');
alter table messages add column media_id text;
create index messages_by_media on messages (media_id) where media_id is not null;
