-- Whether customers see that somebody writes.
alter table accounts add column typing_indicator bigint not null default 1;
