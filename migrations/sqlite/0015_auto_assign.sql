-- Whoever answers first gets the conversation.
alter table accounts add column auto_assign integer not null default 0;
