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
