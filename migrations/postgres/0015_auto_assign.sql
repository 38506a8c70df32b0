-- Whoever answers first gets the conversation.
alter table accounts add column auto_assign bigint not null default 0;
