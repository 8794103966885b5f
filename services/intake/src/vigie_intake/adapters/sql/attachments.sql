-- name: keep
insert into attachments (attachment_id, ticket_id, added_at, added_by, media_type, size, sha256, name)
select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::bigint[], $7::text[],
                     $8::text[])
on conflict (attachment_id) do nothing

-- name: of_ticket
-- Oldest first.
select * from attachments where ticket_id = $1 order by added_at, attachment_id

-- name: one
select * from attachments where ticket_id = $1 and attachment_id = $2

-- name: known
-- Which attachments events of these streams name. Asked of the events, not of the view, which may just be made again.
select (convert_from(facts, 'UTF8')::json ->> 'attachment_id')::uuid
from events
where stream = any($1::text[]) and type = 'vigie.AttachmentAdded.v1'
