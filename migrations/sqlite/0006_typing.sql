-- Whether customers see that somebody writes.
alter table accounts add column typing_indicator integer not null default 1;
