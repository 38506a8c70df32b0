-- How many pages a PDF has.
alter table media add column pages bigint;
