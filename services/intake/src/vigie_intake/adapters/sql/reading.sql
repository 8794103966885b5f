-- name: ticket
select ticket_id, number, version, desk, state, priority, kind, channel, customer, service, reason, owner, opened_at,
       changed_at, personal, duplicate_of, l.level
from tickets left join levels l using (ticket_id)
where number = $1

-- name: history
-- By the time of each event in the domain; events of one instant in the order in which they were written. What was
-- erased from the store is not shown from its copy either; of other services' mails the text is always there, or erased.
select h.event_id, h.ticket_id, h.service, h.type, h.stream, h.version, h.occurred_at, h.recorded_at, h.actor,
       h.causation, h.facts,
       case when e.personal is null and e.personal_hash is not null then null else h.personal end as personal,
       case
           when h.service = 'intake' then e.personal is null and e.personal_hash is not null
           else h.personal is null and h.type = 'vigie.NotificationRequested.v1'
       end as erased
from history h
left join events e on e.event_id = h.event_id
where h.ticket_id = $1
order by h.occurred_at, h.recorded_at, h.stream, h.version

-- name: asked_too
-- Whose duplicates a ticket has taken, where that was not erased.
select h.personal
from history h
join events e using (event_id)
where h.ticket_id = $1 and h.type = 'vigie.DuplicateMerged.v1' and e.personal is not null
order by h.version
