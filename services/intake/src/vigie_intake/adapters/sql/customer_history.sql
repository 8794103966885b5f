-- name: known
-- Whether there is such a customer at these desks ($2; null: all): in the directory, which belongs to no desk, or by
-- their tickets.
select exists (select from customers where customer = $1)
       or exists (select from tickets where customer = $1 and ($2::text[] is null or desk = any ($2)))

-- name: customer_history
-- A page of what happened to a customer's tickets, the latest first, with what each one's ticket was opened with. What was
-- erased from the store is not shown from its copy either.
select h.event_id, h.ticket_id, h.service, h.type, h.stream, h.version, h.occurred_at, h.recorded_at, h.actor,
       h.causation, h.facts, t.number, t.desk, t.personal ->> 'subject' as subject,
       case when e.personal is null and e.personal_hash is not null then null else h.personal end as personal,
       case
           when h.service = 'intake' then e.personal is null and e.personal_hash is not null
           else h.personal is null and h.type = 'vigie.NotificationRequested.v1'
       end as erased,
       opening.facts as opening
from tickets t
join history h using (ticket_id)
left join events e on e.event_id = h.event_id
left join lateral (select o.facts from history o
                   where o.ticket_id = t.ticket_id and o.service = 'intake' and o.type = 'vigie.TicketOpened.v1'
                   limit 1) opening on true
where t.customer = $1
  and ($2::text[] is null or t.desk = any ($2))
  and ($3::text is null or t.desk = $3)
  and ($4::timestamptz is null or h.occurred_at >= $4)
  and ($5::timestamptz is null or h.occurred_at < $5)
  and ($6::timestamptz is null or (h.occurred_at, h.recorded_at, h.stream, h.version) < ($6, $7, $8::text, $9))
order by h.occurred_at desc, h.recorded_at desc, h.stream desc, h.version desc
limit $10
