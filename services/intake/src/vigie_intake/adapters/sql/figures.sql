-- name: told
-- What intake recorded of the desk's tickets, all of it, of those that were opened before $3 and may count after $2: a
-- ticket that was closed and silent by then does not.
select h.ticket_id, h.version, h.type, h.facts, h.actor
from tickets t
join history h on h.ticket_id = t.ticket_id and h.service = 'intake'
where t.desk = $1 and t.opened_at < $3 and (t.state <> 'closed' or t.changed_at >= $2)

-- name: apart
-- What happened at the desk from $2 to $3 that is about no ticket, of the types $4.
select type, convert_from(facts, 'UTF8') as facts
from events
where type = any($4) and occurred_at >= $2 and occurred_at < $3
  and convert_from(facts, 'UTF8')::json ->> 'desk' = $1

-- name: subjects
-- What the customers of the desk wrote over what is not resolved; null where it was erased.
select number, personal ->> 'subject' as subject
from tickets
where desk = $1 and state in ('open', 'waiting')
