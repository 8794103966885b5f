-- name: ticket
select t.*, l.level from tickets t left join levels l using (ticket_id) where t.number = $1

-- name: history
-- By the time of each event in the domain; events of one instant in the order in which they were written.
select * from history where ticket_id = $1 order by occurred_at, recorded_at, stream, version

-- name: tickets
-- A page, newest first. $1 are the desks that may be seen ({}: all); each other null asks nothing. A promise is overdue
-- once it was missed and not kept since, whether or not sla-timer has said so ($8 is the time now).
select t.*, l.level,
       exists (select from commitments k
               where k.ticket_id = t.ticket_id
                 and (k.result = 'missed' or (k.result = 'running' and k.due_at < $8))) as overdue
from tickets t
left join levels l using (ticket_id)
where (cardinality($1::text[]) = 0 or t.desk = any($1))
  and ($2::text is null or t.desk = $2)
  and ($3::text is null or t.state = $3)
  and ($4::text is null or t.priority = $4)
  and ($5::text is null or l.level = $5)
  and ($6::text is null or t.owner = $6)
  and ($7::text is null or t.customer = $7)
  and ($9::boolean is null or $9 = exists (
          select from commitments k
          where k.ticket_id = t.ticket_id
            and (k.result = 'missed' or (k.result = 'running' and k.due_at < $8))))
  and ($10::timestamptz is null or t.opened_at > $10)
  and ($11::timestamptz is null or t.opened_at < $11)
  and ($12::text is null
       or strpos(lower(concat_ws(' ', t.number, t.customer, t.personal ->> 'subject')), lower($12)) > 0)
  and ($13::timestamptz is null or (t.opened_at, t.ticket_id) < ($13, $14::uuid))
order by t.opened_at desc, t.ticket_id desc
limit $15
