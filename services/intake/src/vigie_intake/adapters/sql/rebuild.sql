-- The view made anew: what the topics say is gathered first, in tables of the session, then ticket by ticket.

-- name: gather
-- « told »: all that the topics hold of other services. « known »: what the view had of them before that was read.
create temporary table told (
    event_id    uuid primary key,
    ticket_id   uuid        not null,
    service     text        not null,
    type        text        not null,
    stream      text        not null,
    version     integer     not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    actor       text        not null,
    causation   text        not null,
    facts       text        not null,
    personal    text
);
create temporary table known as
select event_id, ticket_id, stream, facts ->> 'desk' as desk from history where service <> 'intake'

-- name: told
insert into told as kept
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[],
                     $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::text[])
on conflict (event_id) do update set personal = null where excluded.personal is null and kept.personal is not null

-- name: index
create index on told (ticket_id);
analyze told;
analyze known

-- name: forgotten
-- Tickets of which the topics do not hold everything any more: an event that the view had, or, of an own ticket, the
-- beginning of a stream.
select s.service, count(distinct s.ticket_id) as tickets
from (select split_part(k.stream, '-', 1) as service, k.ticket_id
      from known k
      where not exists (select from told t where t.event_id = k.event_id) and ($1::text is null or k.desk = $1)
      union
      select split_part(t.stream, '-', 1), t.ticket_id
      from told t
      where ($1::text is null or t.facts::json ->> 'desk' = $1)
        and exists (select from events e where e.stream = 'ticket-' || t.ticket_id)
      group by t.stream, t.ticket_id
      having min(t.version) > 1) as s
group by s.service
order by s.service

-- name: tickets
-- Whatever has a stream of its own, was told of, or is in the view: the id of a ticket, a call or a request.
select e.correlation::uuid as ticket_id
from events e
where e.version = 1 and e.stream like 'ticket-%'
  and ($1::text is null or convert_from(e.facts, 'UTF8')::json ->> 'desk' = $1)
union
select ticket_id from told where $1::text is null or facts::json ->> 'desk' = $1
union
select ticket_id from known where $1::text is null or desk = $1
union
select ticket_id from tickets where $1::text is null or desk = $1
union
select call_id from calls where $1::text is null or desk = $1
order by 1

-- name: alone
-- Nobody else writes what other services say until this transaction ends.
select pg_advisory_xact_lock(hashtextextended($1, 0))

-- name: own
select stream, version, event_id, type, recorded_at, actor, causation, correlation::uuid as key, facts, personal
from events where stream = any ($1::text[])
order by stream, version

-- name: others
-- What the topics told of these tickets, and what the view has heard of them since.
select * from told where ticket_id = any ($1::uuid[])
union all
select h.event_id, h.ticket_id, h.service, h.type, h.stream, h.version, h.occurred_at, h.recorded_at, h.actor,
       h.causation, h.facts::text, h.personal::text
from history h
where h.ticket_id = any ($1::uuid[]) and h.service <> 'intake'
  and not exists (select from told t where t.event_id = h.event_id)
  and not exists (select from known k where k.event_id = h.event_id)

-- name: forget
with history as (delete from history where ticket_id = any ($1::uuid[])),
     commitments as (delete from commitments where ticket_id = any ($1::uuid[])),
     levels as (delete from levels where ticket_id = any ($1::uuid[])),
     attachments as (delete from attachments where ticket_id = any ($1::uuid[])),
     calls as (delete from calls where call_id = any ($1::uuid[]))
delete from tickets where ticket_id = any ($1::uuid[])
