-- What a list was asked for, kept under a name: an agent's own, or (no owner) everybody's.
create table views (
    id text primary key,
    owner_id text references agents (id) on delete cascade,
    name text not null,
    query text not null,
    created_at integer not null
) strict;
create index views_by_owner on views (owner_id);

-- What agents put on conversations for themselves: `pin` keeps one in sight, `mute` keeps it quiet.
create table pins (
    agent_id text not null references agents (id) on delete cascade,
    kind text not null,
    conversation_id text not null references conversations (id) on delete cascade,
    at integer not null,
    primary key (agent_id, kind, conversation_id)
) strict;
create index pins_by_conversation on pins (conversation_id);

-- Who of the team was called by name in a note, and has not seen it yet.
create table mentions (
    agent_id text not null references agents (id) on delete cascade,
    message_id text not null references messages (id) on delete cascade,
    at integer not null,
    primary key (agent_id, message_id)
) strict;
create index mentions_by_message on mentions (message_id);

-- Who read, sent, exported and changed what. Names stand here as they were then.
create table audit (
    n integer primary key,
    at integer not null,
    actor_kind text not null,
    actor_id text not null,
    actor_name text not null,
    act text not null,
    conversation_id text,
    subject text not null
) strict;
create index audit_by_actor on audit (actor_id, n);
create index audit_by_act on audit (act, n);
create index audit_by_conversation on audit (conversation_id, n) where conversation_id is not null;
create index audit_by_at on audit (at);

-- The files of a thread, newest first.
create index messages_with_files on messages (conversation_id, sort_at, n) where media_id is not null;

-- When we last did something about a message ourselves: handed it over, or gave it up.
alter table messages add column local_at integer;

-- Tables of contacts that somebody brought and has not confirmed yet.
create table imports (
    id text primary key,
    agent_id text not null references agents (id) on delete cascade,
    body text not null,
    at integer not null
) strict;
create index imports_by_at on imports (at);
