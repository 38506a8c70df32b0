-- Times are milliseconds since 1970 UTC, ids UUIDv7 as text, enums and JSON as text. The SQLite file has the same tables.

create table settings (
    key text primary key,
    value text not null
);

create table agents (
    id text primary key,
    email text not null unique,
    name text not null,
    role text not null check (role in ('agent', 'admin')),
    password_hash text not null,
    time_zone text not null,
    locale text not null,
    created_at bigint not null,
    disabled_at bigint
);

create table sessions (
    token_hash text primary key,
    agent_id text not null references agents (id),
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null
);
create index sessions_by_agent on sessions (agent_id);

create table setup_links (
    token_hash text primary key,
    expires_at bigint not null
);

create table api_keys (
    id text primary key,
    name text not null unique,
    key_hash text not null unique,
    created_at bigint not null,
    revoked_at bigint
);

create table accounts (
    id text primary key,
    phone_number_id text not null unique,
    waba_id text not null,
    portfolio_id text,
    name text not null,
    phone text not null,
    sealed_token text,
    read_receipts bigint not null default 1,
    created_at bigint not null
);

-- No rows for an agent: all accounts.
create table agent_accounts (
    agent_id text not null references agents (id),
    account_id text not null references accounts (id),
    primary key (agent_id, account_id)
);

-- wa_id and user_id are the addresses of the newest message that carried one; identities holds all ever seen.
create table contacts (
    id text primary key,
    name text not null default '',
    name_at bigint not null default 0,
    name_wamid text not null default '',
    wa_id text,
    wa_id_at bigint not null default 0,
    user_id text,
    user_id_at bigint not null default 0,
    first_seen_at bigint not null
);

create table contact_identities (
    scope text not null,
    kind text not null check (kind in ('wa_id', 'user_id')),
    value text not null,
    contact_id text not null references contacts (id),
    primary key (scope, kind, value)
);
create index contact_identities_by_contact on contact_identities (contact_id);
create index contact_identities_by_value on contact_identities (value);

create table conversations (
    id text primary key,
    account_id text not null references accounts (id),
    contact_id text not null references contacts (id),
    status text not null default 'open',
    unread bigint not null default 0,
    read_up_to_at bigint not null default 0,
    read_up_to_n bigint not null default 0,
    last_inbound_at bigint,
    last_message_id text,
    sort_at bigint not null default 0,
    sort_n bigint not null default 0,
    created_at bigint not null,
    unique (account_id, contact_id)
);
create index conversations_by_contact on conversations (contact_id);
create index conversations_by_position on conversations (sort_at desc, sort_n desc);
create index conversations_unread on conversations (account_id, sort_at desc, sort_n desc) where unread > 0;

-- Everything a thread shows. `local_delivery` is what we did ourselves, `delivery` what follows from it and from Meta's reports.
create table messages (
    n bigint generated always as identity primary key,
    id text not null unique,
    account_id text not null references accounts (id),
    conversation_id text not null references conversations (id),
    direction text not null check (direction in ('inbound', 'outbound', 'note', 'event')),
    author_kind text,
    author_id text,
    author_name text,
    client_id text,
    wamid text,
    message_type text not null,
    content text not null,
    preview text not null default '',
    raw text,
    live bigint not null default 1,
    sort_at bigint not null,
    created_at bigint not null,
    local_delivery text,
    delivery text,
    failure text,
    reply_to text,
    retry_of text unique,
    discarded bigint not null default 0,
    check ((direction = 'outbound') = (delivery is not null)),
    unique (account_id, wamid),
    unique (author_kind, author_id, client_id),
    unique (id, direction)
);
create index messages_by_position on messages (conversation_id, sort_at desc, n desc);
create index messages_by_reply on messages (account_id, reply_to) where reply_to is not null;

create table statuses (
    account_id text not null,
    wamid text collate "C" not null,
    recipient text not null,
    status text not null,
    at bigint not null,
    failure text collate "C",
    callback text,
    primary key (account_id, wamid, recipient, status)
);
create index statuses_by_callback on statuses (callback) where callback is not null;
create index statuses_by_age on statuses (at);

create table reactions (
    account_id text not null,
    target text not null,
    sender text not null,
    emoji text not null,
    at bigint not null,
    wamid text collate "C" not null,
    primary key (account_id, target, sender)
);

-- Only outbound messages can be here: the foreign key carries the direction.
create table outbox (
    message_id text primary key,
    direction text not null default 'outbound' check (direction = 'outbound'),
    account_id text not null,
    conversation_id text not null,
    n bigint not null,
    state text not null check (state in ('queued', 'sending', 'unknown')),
    attempts bigint not null default 0,
    not_before bigint not null,
    until bigint,
    foreign key (message_id, direction) references messages (id, direction)
);
create index outbox_by_conversation on outbox (conversation_id, n);
create index outbox_due on outbox (state, not_before);

-- What Meta is still to be told was read: only the newest message counts.
create table receipts (
    conversation_id text primary key references conversations (id),
    account_id text not null,
    wamid text not null,
    attempts bigint not null default 0,
    not_before bigint not null
);
create index receipts_due on receipts (not_before);

create table read_marks (
    agent_id text not null references agents (id),
    conversation_id text not null references conversations (id),
    up_to_at bigint not null,
    up_to_n bigint not null,
    at bigint not null,
    primary key (agent_id, conversation_id)
);

create table events (
    seq bigint generated always as identity primary key,
    at bigint not null,
    kind text not null,
    v bigint not null,
    account_id text,
    conversation_id text,
    only_agent text,
    payload text not null
);
create index events_by_age on events (at);

-- Raw webhooks, kept before they are answered.
create table deliveries (
    n bigint generated always as identity primary key,
    received_at bigint not null,
    body bytea not null,
    state text not null check (state in ('pending', 'applied', 'kept')),
    reason text,
    applied_at bigint
);
create index deliveries_by_state on deliveries (state, n);
