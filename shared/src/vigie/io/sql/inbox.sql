-- What has been applied.

-- name: heads
-- How far each sender's stream was applied, and whether a fork of it waits for an operator.
select
    s.stream,
    coalesce(
        (select i.version from inbox i where i.consumer = $1 and i.stream = s.stream order by i.version desc limit 1), 0
    ) as version,
    exists (select from parked p where p.consumer = $1 and p.sender = s.stream and p.fork) as forked
from unnest($2::text[]) as s (stream)

-- name: applied
-- Which event was applied at each of these versions.
select i.stream, i.version, i.event_id
from unnest($2::text[], $3::integer[]) as s (stream, version)
join inbox i on i.consumer = $1 and i.stream = s.stream and i.version = s.version
