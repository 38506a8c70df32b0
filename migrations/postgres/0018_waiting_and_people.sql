-- Since when a customer waits: the first of their messages after the team wrote last (`answered_at`) and that came after what
-- it was resolved with last (`settled_at`).
alter table conversations add column answered_at bigint;
alter table conversations add column settled_at bigint;
alter table conversations add column waiting_since bigint;
update conversations set
    answered_at = (select max(m.sort_at) from messages m where m.conversation_id = conversations.id and m.direction = 'outbound' and m.discarded <> 1),
    settled_at = case when status = 'resolved' then last_inbound_at end;
update conversations set waiting_since = (
    select min(m.sort_at) from messages m where m.conversation_id = conversations.id and m.direction = 'inbound' and m.live = 1 and m.discarded = 0
        and m.sort_at > coalesce(conversations.answered_at, -1) and m.sort_at > coalesce(conversations.settled_at, -1));

-- What is open and waits, is nobody's, or is somebody's: few of very many, in the order of the list.
create index conversations_waiting on conversations (sort_at desc, sort_n desc) where waiting_since is not null and status = 'open';
create index conversations_of_nobody on conversations (sort_at desc, sort_n desc) where assignee_id is null and status = 'open';
create index conversations_open_of on conversations (assignee_id, sort_at desc, sort_n desc) where assignee_id is not null and status = 'open';

-- What people choose about themselves: the colour that marks what is theirs, and what they are told of while they look elsewhere.
alter table agents add column color text not null default '';
alter table agents add column notify text not null default 'mine';
