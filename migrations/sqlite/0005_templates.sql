-- Message templates as Meta has them, by business account.
create table templates (
    waba_id text not null,
    name text not null,
    language text not null,
    definition text not null,
    primary key (waba_id, name, language)
) strict;

-- When the list of a business account is to be fetched, was fetched, and why it last was not.
create table template_lists (
    waba_id text primary key,
    due_at integer not null,
    fetched_at integer,
    failure text
) strict;
create index template_lists_due on template_lists (due_at);
