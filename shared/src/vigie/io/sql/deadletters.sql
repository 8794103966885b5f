-- Records that nobody could use.

-- name: bury
-- The row, and the record for the dead letter topic. Delivered again, the record is dead already: neither is repeated.
with buried as (
    insert into dead_letters (
        consumer, reason, died_at, stream, sender, version, event_id,
        topic, partition, "offset", timestamp_ms, key, headers, value
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    on conflict (consumer, topic, partition, "offset", timestamp_ms) do nothing
    returning id
)
insert into outbox (topic, partition, key, headers, value)
select $15, $16, $12, $17, $14 from buried

-- name: listed
select id, consumer, reason, died_at, stream, sender, version, topic, partition, "offset"
from dead_letters order by id limit $1

-- name: one
select id, consumer, reason, died_at, stream, sender, version, event_id,
    topic, partition, "offset", timestamp_ms, key, headers, value
from dead_letters where id = $1

-- name: replay
-- The relay puts it on the topic it came from, in the partition it came from.
insert into outbox (topic, partition, key, headers, value) values ($1, $2, $3, $4, $5)

-- name: drop
delete from dead_letters where id = $1

-- name: step_over
-- The sender's stream goes on without this event.
insert into inbox (consumer, stream, version, event_id, applied_to, applied_after)
select $1, $2, $3, $4, $5, coalesce((select max(version) from events where stream = $5), 0)
on conflict (consumer, stream, version) do nothing
