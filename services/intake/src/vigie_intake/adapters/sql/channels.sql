-- What messages and calls that come as events are looked up by.

-- name: tickets
select number, ticket_id from tickets where number = any ($1::text[])

-- name: callers
-- Everybody in the directory who has one of these numbers.
select phone, customer, name, email, language, may_open from customer_contacts where phone = any ($1::text[])

-- name: queue_calls
insert into calls (call_id, desk, channel, kind, customer, queued_at, personal)
select call_id, desk, channel, kind, customer, queued_at, personal::json
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
     as c (call_id, desk, channel, kind, customer, queued_at, personal)
on conflict (call_id) do nothing

-- name: take_calls
delete from calls where call_id = any ($1::uuid[])

-- name: waiting_calls
-- The oldest first. $1 are the desks that may be seen ({}: all); null for $2 asks nothing.
select * from calls
where (cardinality($1::text[]) = 0 or desk = any ($1)) and ($2::text is null or desk = $2)
order by queued_at, call_id
limit $3

-- name: queued_call
-- What was said of a call when it was queued; its row in calls is gone once there is a ticket.
select facts from history where ticket_id = $1 and type = 'vigie.CallQueued.v1'
