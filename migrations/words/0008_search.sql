-- A file beside the database: words are written without holding up its one writer, and can be made anew from it at any time.
-- What can be found by words: messages by their own number, conversations (names, numbers) by one that is theirs here. Only the words
-- are kept: what is found is shown from where it lies.
create virtual table message_search using fts5 (text, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0", prefix = '2 3');
create virtual table conversation_search using fts5 (text, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0", prefix = '2 3');
create table searchable_conversations (
    n integer primary key,
    conversation_id text not null unique,
    -- What of it is indexed.
    text text not null
) strict;
-- Up to where the log of the database beside this one is indexed, and down to where older messages are; of which epoch.
create table search_places (
    key text primary key,
    value text not null
) strict;
