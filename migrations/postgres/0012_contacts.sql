-- What the team knows of a contact, beside what WhatsApp says.
alter table contacts add column given_name text not null default '';
alter table contacts add column email text not null default '';
alter table contacts add column notes text not null default '';
-- Somebody of the team noted that they want no marketing.
alter table contacts add column no_marketing bigint not null default 0;
-- Since when they are blocked: WhatsApp passes nothing on that they write.
alter table contacts add column blocked_at bigint;

-- What customers have told WhatsApp about marketing, by whom Meta names: it may come before they are known here.
create table preferences (
    scope text not null,
    kind text not null,
    value text not null,
    at bigint not null,
    stops bigint not null,
    primary key (scope, kind, value)
);
