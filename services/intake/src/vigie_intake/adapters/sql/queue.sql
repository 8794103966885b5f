-- name: untaken
-- The open tickets of a desk that nobody answers for: never taken in charge, or not since the on-call service was
-- called. Promises are due as sla-timer last said; those that are not kept yet count, overdue or not.
select t.number, t.opened_at, t.kind, t.priority, t.service, t.owner as assigned_to, t.customer,
       t.personal ->> 'subject' as subject,
       (opening.facts -> 'contract' ->> 'maintained')::boolean as maintained,
       (select min(k.due_at) from commitments k
        where k.ticket_id = t.ticket_id and k.result in ('running', 'missed')) as due_at
from tickets t
join history opening
     on opening.ticket_id = t.ticket_id and opening.service = 'intake' and opening.type = 'vigie.TicketOpened.v1'
where t.desk = $1 and t.state = 'open'
  and coalesce((select h.type from history h
                where h.ticket_id = t.ticket_id and h.service = 'intake'
                  and h.type in ('vigie.TicketTakenInCharge.v1', 'vigie.OnCallAccepted.v1')
                order by h.version desc
                limit 1), 'nobody') <> 'vigie.TicketTakenInCharge.v1'
