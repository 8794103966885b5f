-- Records that wait, and the streams that wait with them.

-- name: waiting
-- The parked records of these streams, in the order in which they came; which have waited for longer than $3.
select id, stream, sender, version, event_id, reason, fork, since + $3::interval <= clock_timestamp() as overdue,
    topic, partition, "offset", timestamp_ms, key, headers, value
from parked where consumer = $1 and stream = any ($2::text[]) order by id

-- name: streams
-- Every stream that has parked records.
select distinct stream from parked where consumer = $1 order by stream

-- name: park
-- Delivered again, a record that is parked already changes nothing.
insert into parked (
    consumer, stream, sender, version, event_id, reason, fork, parked_at,
    topic, partition, "offset", timestamp_ms, key, headers, value
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
on conflict (consumer, sender, version, event_id) do nothing

-- name: unpark
-- They were applied, or became dead letters.
delete from parked where id = any ($1::bigint[])

-- name: listed
-- For operators: what waits, and for what.
select id, consumer, stream, sender, version, event_id, reason, fork, parked_at, topic, partition, "offset"
from parked order by id limit $1
