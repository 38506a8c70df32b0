-- Contents and events are written under the name of their kind, {"text":{…}}, where they had it as a field among others: the page
-- reads them with far less code.
update messages set content = json_build_object(content::jsonb->>'type', content::jsonb - 'type')::text;
-- Pages that were open start afresh: another epoch has another log.
delete from events;
delete from settings where key = 'epoch';
