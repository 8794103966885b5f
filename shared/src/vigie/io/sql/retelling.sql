-- name: stored
-- Events in the order in which they were written. What commits meanwhile at a lower position is published anyway.
select position, stream, version, event_id, type, schema_version, occurred_at, recorded_at, actor, causation,
       correlation, facts, personal, personal_hash, hash, traceparent
from events
where position > $1
order by position
limit $2

-- name: tell
insert into outbox (topic, partition, key, headers, value)
select topic, partition, key, headers, value
from unnest($1::text[], $2::smallint[], $3::bytea[], $4::bytea[], $5::bytea[])
     with ordinality as o (topic, partition, key, headers, value, place)
order by place
