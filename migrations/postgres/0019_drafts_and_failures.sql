-- What agents have begun to write for the team, one note for each agent and conversation. A table of its own, as an older version may still
-- write into the other one.
create table note_drafts (
    agent_id text not null references agents (id) on delete cascade,
    conversation_id text not null references conversations (id) on delete cascade,
    client_id text not null,
    body text not null,
    at bigint not null,
    primary key (agent_id, conversation_id)
);
create index note_drafts_by_conversation on note_drafts (conversation_id);

-- Files that wait above a composer: whoever chose them finds them on any device.
create table draft_files (
    agent_id text not null references agents (id) on delete cascade,
    -- Of the message it will be.
    client_id text not null,
    conversation_id text not null references conversations (id) on delete cascade,
    -- For whom it was chosen, and what was seen by then: the message, as the page keeps it.
    message text not null,
    name text not null,
    mime text not null,
    hash text not null,
    size bigint not null,
    at bigint not null,
    primary key (agent_id, client_id)
);
create index draft_files_in_order on draft_files (agent_id, at, client_id);
create index draft_files_by_conversation on draft_files (conversation_id);

-- Messages that failed, by their conversation: whether anything is left to be done about one.
create index messages_failed_of on messages (conversation_id, n) where delivery = 'failed' and discarded = 0;
