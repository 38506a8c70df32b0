-- Answers that are written often, found by a short name: of one agent, or (no owner) of everybody.
create table replies (
    id text primary key,
    owner_id text references agents (id),
    shortcut text not null,
    body text not null,
    created_at bigint not null
);
create unique index replies_by_owner on replies (coalesce(owner_id, ''), shortcut);
create index replies_by_person on replies (owner_id);

-- Links by which a person chooses their first or another password, once.
create table invitations (
    token_hash text primary key,
    agent_id text not null references agents (id),
    expires_at bigint not null
);
create index invitations_by_agent on invitations (agent_id);
