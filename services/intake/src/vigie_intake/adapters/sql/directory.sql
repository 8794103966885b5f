-- name: access_code_key
select value from secrets where name = 'access_codes'

-- name: forget
-- Before a customer is written anew.
with sites as (delete from customer_sites where customer = any($1::text[])),
     contacts as (delete from customer_contacts where customer = any($1::text[])),
     trainings as (delete from customer_trainings where customer = any($1::text[]))
delete from customer_contracts where customer = any($1::text[])

-- name: keep_customers
insert into customers as c (customer, version, changed_at, name, audit_accepted, hours)
select customer, version, changed_at, name, audit_accepted, hours::json
from unnest($1::text[], $2::integer[], $3::timestamptz[], $4::text[], $5::boolean[], $6::text[])
     as n (customer, version, changed_at, name, audit_accepted, hours)
on conflict (customer) do update
set version = excluded.version, changed_at = excluded.changed_at, name = excluded.name,
    audit_accepted = excluded.audit_accepted, hours = excluded.hours

-- name: keep_sites
insert into customer_sites (customer, site, name, address)
select * from unnest($1::text[], $2::integer[], $3::text[], $4::text[])

-- name: keep_contacts
insert into customer_contacts (customer, contact, mail, name, email, phone, language, may_open)
select * from unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                     $8::boolean[])

-- name: keep_trainings
insert into customer_trainings (customer, contact, desk, service)
select * from unnest($1::text[], $2::integer[], $3::text[], $4::text[])

-- name: keep_contracts
-- The services come as JSON arrays: PostgreSQL has no arrays of arrays of different lengths.
insert into customer_contracts (customer, contract, desk, maintained, sla, on_call, services, valid_from, valid_to,
                                access_code_hash)
select customer, contract, desk, maintained, sla, on_call,
       array(select json_array_elements_text(services::json)), valid_from, valid_to, access_code_hash
from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::boolean[], $6::boolean[], $7::text[], $8::date[],
            $9::date[], $10::text[])
     as n (customer, contract, desk, maintained, sla, on_call, services, valid_from, valid_to, access_code_hash)

-- name: streams
-- Every customer's stream and where it stands.
select stream, max(version) as version, max(recorded_at) as changed_at
from events where stream like $1 || '-%' and stream = any(coalesce($2::text[], array[stream]))
group by stream

-- name: terms
-- For each asker, in order: what the customer is and the one contract with that desk that was valid on that day and
-- covers that service. A customer who is not in the directory has no row.
select a.place, c.audit_accepted, c.hours, k.contract, k.maintained, k.sla, k.on_call, k.access_code_hash,
       exists (select from customer_contacts p join customer_trainings t using (customer, contact)
               where p.customer = c.customer and p.mail = a.mail and t.desk = a.desk
                 and (a.service is null or t.service = a.service)) as user_trained,
       (select p.may_open from customer_contacts p where p.customer = c.customer and p.mail = a.mail) as may_open
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[])
     with ordinality as a (customer, desk, mail, service, day, place)
join customers c on c.customer = a.customer
left join customer_contracts k
     on k.customer = a.customer and k.desk = a.desk
    and k.valid_from <= a.day and (k.valid_to is null or a.day <= k.valid_to)
    and (a.service is null or k.services = '{}' or a.service = any(k.services))

-- name: senders
-- For each of those who send something to a ticket, in order: whether their customer's directory says that they may. No
-- row: there is no such ticket, or the directory does not know its customer.
select a.place, p.may_open
from unnest($1::text[], $2::uuid[], $3::text[]) with ordinality as a (number, ticket_id, mail, place)
join tickets t on t.ticket_id = coalesce(a.ticket_id, (select ticket_id from tickets where number = a.number))
join customers c on c.customer = t.customer
left join customer_contacts p on p.customer = c.customer and p.mail = a.mail

-- name: customer
select * from customers where customer = $1

-- name: sites
select * from customer_sites where customer = $1 order by site

-- name: contacts
-- With what they are trained for, as {"desk": ["service", …]}.
select p.*, (select json_object_agg(d.desk, d.services)
             from (select desk, json_agg(service order by service) as services from customer_trainings t
                   where t.customer = p.customer and t.contact = p.contact group by desk) d) as trained
from customer_contacts p where p.customer = $1 order by p.contact

-- name: contracts
select * from customer_contracts where customer = $1 order by valid_from, contract

-- name: customers
-- A page, by name. $1: part of the name or of the id; $2: a desk with which there is a contract; null asks nothing.
select c.*
from customers c
where ($1::text is null or strpos(lower(concat_ws(' ', c.name, c.customer)), lower($1)) > 0)
  and ($2::text is null or exists (select from customer_contracts k where k.customer = c.customer and k.desk = $2))
  and ($3::text is null or (coalesce(c.name, ''), c.customer) > ($3, $4))
order by coalesce(c.name, ''), c.customer
limit $5
