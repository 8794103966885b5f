-- Calls that wait for a technician. A call that became a ticket, or whose request was refused, waits no longer.
create table calls (
    call_id   uuid primary key,
    desk      text        not null,
    channel   text        not null,
    kind      text,
    customer  text,
    queued_at timestamptz not null,
    personal  json                  -- caller_number, recording, subject; null where they were erased
);
create index calls_by_age on calls (queued_at, call_id);

create index customer_contacts_by_phone on customer_contacts (phone) where phone is not null;
