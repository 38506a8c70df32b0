-- A number that Meta refuses is stopped until its token or its state at Meta is mended; one that Meta slows down waits.
alter table accounts add column stopped_code integer;
alter table accounts add column stopped_text text;
-- Hash of the token it was said of: with another token it goes on.
alter table accounts add column stopped_token text;
alter table accounts add column strikes integer not null default 0;
alter table accounts add column resume_at integer not null default 0;

-- `attempts` numbers the claims; `tries` counts those that tell against the message itself.
alter table outbox add column tries integer not null default 0;
alter table outbox add column queued_at integer not null default 0;
update outbox set queued_at = coalesce((select m.created_at from messages m where m.id = outbox.message_id), 0);
create index outbox_by_age on outbox (state, n);
create index outbox_by_end on outbox (state, until);
create index outbox_by_account on outbox (account_id, state);

-- Nearly every message has no client id and is no retry: an index full of nulls looks useless to the planner, once it has counted them.
create index messages_by_client on messages (author_kind, author_id, client_id) where client_id is not null;
create index messages_by_retry on messages (retry_of) where retry_of is not null;
create index read_marks_by_conversation on read_marks (conversation_id);
create index reactions_by_age on reactions (at);
