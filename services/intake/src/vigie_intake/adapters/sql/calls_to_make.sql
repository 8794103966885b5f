-- name: calls_to_make
-- The open tickets of a desk ($1) whose customer is owed a call: one was promised (a running or missed promise of those
-- named in $2, as sla-timer last said), or the desk calls back everybody ($3) and has neither reached them nor ended any
-- work on the fault since the ticket was opened or last reopened. $4: only this agent's, null: everybody's.
select t.number, t.kind, t.priority, t.service, t.customer, t.owner, t.opened_at,
       t.personal ->> 'subject' as subject, t.personal -> 'contact' as contact,
       promised.clock as promise, promised.due_at as deadline,
       tried.attempts, tried.last_at, tried.last_outcome,
       count(*) over () as owed
from tickets t
left join lateral (select k.clock, k.due_at
                   from commitments k
                   where k.ticket_id = t.ticket_id and k.clock = any ($2::text[]) and k.result in ('running', 'missed')
                   order by k.due_at
                   limit 1) promised on true
left join lateral (select max(h.version) as version
                   from history h
                   where h.ticket_id = t.ticket_id and h.service = 'intake'
                     and h.type in ('vigie.TicketOpened.v1', 'vigie.TicketReopened.v1')) begun on true
left join lateral (select count(*) as attempts,
                          max(h.occurred_at) as last_at,
                          (array_agg(h.facts ->> 'outcome' order by h.version desc))[1] as last_outcome,
                          coalesce(bool_or(h.facts ->> 'outcome' = 'reached'), false) as reached
                   from history h
                   where h.ticket_id = t.ticket_id and h.service = 'intake' and h.version > begun.version
                     and h.type = 'vigie.ContactAttempted.v1') tried on true
where t.desk = $1 and t.state in ('open', 'waiting')
  and ($4::text is null or t.owner = $4)
  and (promised.clock is not null
       or ($3
           and not tried.reached
           and not exists (select from history h
                           where h.ticket_id = t.ticket_id and h.service = 'intake' and h.version > begun.version
                             and h.type = 'vigie.InterventionEnded.v1')))
order by promised.due_at, t.opened_at, t.ticket_id
limit $5
