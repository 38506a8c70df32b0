-- What can be found by words: messages by their own number, conversations (names, numbers) by one that is theirs here. Only the words
-- are kept: what is found is shown from where it lies.
create table message_search (
    n bigint primary key,
    text tsvector not null
);
create index message_search_by_text on message_search using gin (text);
create table conversation_search (
    n bigint primary key,
    text tsvector not null
);
create index conversation_search_by_text on conversation_search using gin (text);
create table searchable_conversations (
    n bigint generated always as identity primary key,
    conversation_id text not null unique,
    -- What of it is indexed.
    text text not null
);
-- Up to where the log is indexed, and down to where older messages are; of which epoch.
create table search_places (
    key text primary key,
    value text not null
);
