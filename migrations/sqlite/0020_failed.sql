-- Whether messages of a conversation failed, about which nothing was done: neither sent again nor discarded. A list of such conversations is in
-- the order of conversations, and may not look at all that ever failed. SQLite's one writer keeps it by triggers, whatever changes a message;
-- PostgreSQL has several, which would have one more row to wait for with each failure: it looks.
alter table conversations add column has_failed integer not null default 0;

create index conversations_failed on conversations (sort_at, sort_n) where has_failed = 1;

update conversations set has_failed = 1 where id in (
    select f.conversation_id from messages f where f.delivery = 'failed' and f.discarded = 0
        and not exists (select 1 from messages r where r.retry_of is not null and r.retry_of = f.id)
);

create trigger failed_by_insert after insert on messages when new.delivery = 'failed' or new.retry_of is not null begin
    update conversations set has_failed = exists (
        select 1 from messages f where f.conversation_id = conversations.id and f.delivery = 'failed' and f.discarded = 0
            and not exists (select 1 from messages r where r.retry_of is not null and r.retry_of = f.id)
    ) where id = new.conversation_id;
end;

create trigger failed_by_update after update of delivery, discarded, conversation_id on messages when old.delivery = 'failed' or new.delivery = 'failed' begin
    update conversations set has_failed = exists (
        select 1 from messages f where f.conversation_id = conversations.id and f.delivery = 'failed' and f.discarded = 0
            and not exists (select 1 from messages r where r.retry_of is not null and r.retry_of = f.id)
    ) where id in (old.conversation_id, new.conversation_id);
end;

create trigger failed_by_delete after delete on messages when old.delivery = 'failed' or old.retry_of is not null begin
    update conversations set has_failed = exists (
        select 1 from messages f where f.conversation_id = conversations.id and f.delivery = 'failed' and f.discarded = 0
            and not exists (select 1 from messages r where r.retry_of is not null and r.retry_of = f.id)
    ) where id = old.conversation_id;
end;
