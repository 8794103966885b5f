-- What one transaction reads and writes. Under the lock, reading is always a later statement than locking.

-- name: lock
-- Sorted, so that two transactions never wait for each other; released by the end of the transaction. And so many fresh
-- ticket numbers, which need no lock, but a statement of their own would cost a round trip.
with held as materialized (
    select pg_advisory_xact_lock(k)
    from (select distinct hashtextextended(name, 0) as k from unnest($1::text[]) as names (name) order by 1) as keys
)
select count(*) as held, array(select nextval('ticket_numbers') from generate_series(1, $2)) as numbers from held

-- name: lock_if_free
-- Those of these names that nobody holds; held from now on.
select name from unnest($1::text[]) as names (name) where pg_try_advisory_xact_lock(hashtextextended(name, 0))

-- name: heads
-- Each stream's version, and whether records of it are parked by this consumer.
select
    s.stream,
    coalesce((select e.version from events e where e.stream = s.stream order by e.version desc limit 1), 0) as version,
    exists (select from parked p where p.consumer = $2 and p.stream = s.stream) as waiting
from unnest($1::text[]) as s (stream)

-- name: load
-- What each stream has beyond what is remembered of it.
select e.stream, e.version, e.type, e.facts, e.personal, e.hash, e.traceparent
from unnest($1::text[], $2::integer[]) as s (stream, after)
join events e on e.stream = s.stream and e.version > s.after
order by e.stream, e.version

-- name: written
-- Which of these events were written, each by the transaction of its instant.
select s.place
from unnest($1::text[], $2::integer[], $3::uuid[], $4::timestamptz[])
    with ordinality as s (stream, version, event_id, recorded_at, place)
join events e using (stream, version, event_id, recorded_at)
order by s.place

-- name: append
-- Everything a transaction writes, but what is rare (parked records and dead letters).
with appended as (
    insert into events (
        stream, version, event_id, type, schema_version, occurred_at, recorded_at, actor, causation, correlation,
        facts, personal, personal_hash, hash, traceparent
    )
    select
        stream, version, event_id, type, schema_version, occurred_at, recorded_at, actor, causation, correlation,
        facts, personal, personal_hash, hash, traceparent
    from unnest(
        $1::text[], $2::integer[], $3::uuid[], $4::text[], $5::smallint[], $6::timestamptz[], $7::timestamptz[],
        $8::text[], $9::text[], $10::text[], $11::bytea[], $12::bytea[], $13::bytea[], $14::bytea[], $15::text[]
    ) with ordinality as e (
        stream, version, event_id, type, schema_version, occurred_at, recorded_at, actor, causation, correlation,
        facts, personal, personal_hash, hash, traceparent, place
    )
    order by place
), published as (
    insert into outbox (topic, partition, key, headers, value)
    select topic, partition, key, headers, value
    from unnest($16::text[], $17::smallint[], $18::bytea[], $19::bytea[], $20::bytea[])
        with ordinality as o (topic, partition, key, headers, value, place)
    order by place
), rescheduled as (
    insert into wakeups as w (stream, partition, due_at)
    select stream, partition, due_at from unnest($21::text[], $22::smallint[], $23::timestamptz[]) as n (stream, partition, due_at)
    on conflict (stream) do update set due_at = excluded.due_at where w.due_at <> excluded.due_at
), cancelled as (
    delete from wakeups where stream = any ($24::text[])
)
insert into inbox (consumer, stream, version, event_id, applied_to, applied_after)
select $25, stream, version, event_id, applied_to, applied_after
from unnest($26::text[], $27::integer[], $28::uuid[], $29::text[], $30::integer[])
    with ordinality as i (stream, version, event_id, applied_to, applied_after, place)
order by place

-- name: chain
-- A stream as the links of its chain.
select
    stream, version, event_id, type, schema_version, occurred_at, recorded_at, actor, causation, correlation,
    facts, personal_hash, personal, hash
from events where stream = $1 order by version
