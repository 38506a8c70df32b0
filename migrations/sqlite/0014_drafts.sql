-- What agents have begun to write, one for each agent and conversation: they find it on any device.
create table drafts (
    agent_id text not null references agents (id) on delete cascade,
    conversation_id text not null references conversations (id) on delete cascade,
    -- As the page keeps it: the message it will be.
    client_id text not null,
    body text not null,
    at integer not null,
    primary key (agent_id, conversation_id)
) strict;
create index drafts_by_conversation on drafts (conversation_id);
