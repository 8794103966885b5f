-- name: keep_own_history
-- Copies events of this transaction from the store, byte for byte.
insert into history (event_id, ticket_id, service, type, stream, version, occurred_at, recorded_at, actor, causation,
                     facts, personal)
select e.event_id, a.ticket_id, 'intake', e.type, e.stream, e.version, e.occurred_at, e.recorded_at, e.actor,
       e.causation, convert_from(e.facts, 'UTF8')::json, convert_from(e.personal, 'UTF8')::json
from unnest($1::uuid[], $2::uuid[]) as a (event_id, ticket_id)
join events e using (event_id)
on conflict (event_id) do nothing

-- name: open_tickets
insert into tickets (ticket_id, number, version, desk, state, priority, kind, channel, customer, service, reason,
                     opened_at, changed_at, personal)
select o.ticket_id, o.number, o.version, o.desk, 'open', o.priority, o.kind, o.channel, o.customer, o.service, o.reason,
       o.opened_at, o.opened_at, o.personal::json
from unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::timestamptz[], $12::text[])
     as o (ticket_id, number, version, desk, priority, kind, channel, customer, service, reason, opened_at, personal)
on conflict (ticket_id) do nothing

-- name: change_tickets
-- Null leaves a column as it was. « answered »: the customer wrote or sent files before anything said what state the ticket is in.
update tickets t
set version = c.version,
    changed_at = greatest(t.changed_at, c.changed_at),
    state = coalesce(c.state, case when c.answered and t.state = 'waiting' then 'open' else t.state end),
    priority = coalesce(c.priority, t.priority),
    kind = coalesce(c.kind, t.kind),
    service = coalesce(c.service, t.service),
    owner = coalesce(c.owner, t.owner),
    duplicate_of = coalesce(c.duplicate_of, t.duplicate_of)
from unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::text[], $5::boolean[], $6::text[], $7::text[],
            $8::text[], $9::text[], $10::text[])
     as c (ticket_id, version, changed_at, state, answered, priority, kind, service, owner, duplicate_of)
where t.ticket_id = c.ticket_id and t.version < c.version

-- name: hear
-- Before anything of other services is written: not while a rebuild is at work on the same tickets.
select pg_advisory_xact_lock_shared(hashtextextended($1, 0))

-- name: keep_history
-- Each event once in a call. One that comes again without its personal part tells that it was erased.
insert into history as kept (event_id, ticket_id, service, type, stream, version, occurred_at, recorded_at, actor, causation,
                     facts, personal)
select h.event_id, h.ticket_id, h.service, h.type, h.stream, h.version, h.occurred_at, h.recorded_at, h.actor,
       h.causation, h.facts::json, h.personal::json
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[],
            $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::text[])
     as h (event_id, ticket_id, service, type, stream, version, occurred_at, recorded_at, actor, causation, facts,
           personal)
on conflict (event_id) do update set personal = null where excluded.personal is null and kept.personal is not null

-- name: keep_commitments
-- At most one row for each promise in a call: the newest.
insert into commitments as k (ticket_id, clock, version, result, due_at)
select * from unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::timestamptz[])
on conflict (ticket_id, clock) do update
set version = excluded.version, result = excluded.result, due_at = excluded.due_at
where k.version < excluded.version

-- name: raise_levels
insert into levels as l (ticket_id, level, rank)
select * from unnest($1::uuid[], $2::text[], $3::integer[])
on conflict (ticket_id) do update set level = excluded.level, rank = excluded.rank
where l.rank < excluded.rank
