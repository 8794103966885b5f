-- Lists of tickets: one statement, and what it may be asked. Only what is asked stands in it, so that the planner sees
-- nothing else. Braces are where the numbers of parameters go, in their order.

-- name: tickets
select ticket_id, number, version, desk, state, priority, kind, channel, customer, service, reason, owner, opened_at,
       changed_at, personal, duplicate_of, l.level,
       exists (select from commitments k
               where k.ticket_id = t.ticket_id
                 and (k.result = 'missed' or (k.result = 'running' and k.due_at < {}))) as overdue
from tickets t
left join levels l using (ticket_id)
where {conditions}
order by opened_at desc, ticket_id desc
limit {}

-- name: desks
t.desk = any ({}::text[])

-- name: desk
t.desk = {}

-- name: state
t.state = {}

-- name: priority
t.priority = {}

-- name: level
l.level = {}

-- name: owner
t.owner = {}

-- name: customer
t.customer = {}

-- name: duplicate_of
t.duplicate_of = {}

-- name: overdue
-- Missed and not kept since, whether or not sla-timer has said so; asked with the time now. Looked up first, as an
-- array: the promises still to be kept are few, which the planner does not see where most were due long ago.
t.ticket_id = any (array(select k.ticket_id from commitments k
                         where k.result in ('running', 'missed') and (k.result = 'missed' or k.due_at < {})))

-- name: not_overdue
not exists (select from commitments k
            where k.ticket_id = t.ticket_id
              and k.result in ('running', 'missed') and (k.result = 'missed' or k.due_at < {}))

-- name: due_before
-- A promise that is still to be kept, late or not, is or was due before.
t.ticket_id = any (array(select k.ticket_id from commitments k where k.result in ('running', 'missed') and k.due_at < {}))

-- name: opened_after
t.opened_at > {}

-- name: opened_before
t.opened_at < {}

-- name: q
-- The number, with or without its T-, or words.
(t.number in (upper({0}::text), 'T-' || {0}::text) or t.words @@ words_wanted({0}::text))

-- name: after
(t.opened_at, t.ticket_id) < ({}, {})
