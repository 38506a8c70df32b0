-- Where somebody signed in, in words: a person who ends a session must know which.
alter table sessions add column device text not null default '';
