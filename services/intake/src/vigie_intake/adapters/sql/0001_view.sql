-- What the API reads: written in the transaction that appends (own events), and from the other services' topics.

create table tickets (
    ticket_id  uuid primary key,
    number     text        not null unique,
    version    integer     not null, -- of the ticket's stream: the ETag
    desk       text        not null,
    state      text        not null check (state in ('open', 'waiting', 'resolved', 'closed')),
    priority   text        not null,
    kind       text        not null,
    channel    text        not null,
    customer   text,
    service    text,
    reason     text,
    owner      text,
    opened_at  timestamptz not null,
    changed_at timestamptz not null, -- when it last said something of itself
    personal   json                  -- contact, subject, description; null where they were erased
);
create index tickets_by_age on tickets (opened_at desc, ticket_id desc);

-- One row for each promise, as sla-timer last said: what « overdue » is asked of.
create table commitments (
    ticket_id uuid    not null,
    clock     text    not null,
    version   integer not null, -- of the promises' stream: an older word never overwrites a newer one
    result    text    not null check (result in ('running', 'paused', 'missed', 'met', 'met_late', 'cancelled')),
    due_at    timestamptz,
    primary key (ticket_id, clock)
);

-- The highest level that was called for a ticket. Apart from tickets, so that what is heard and what is decided never
-- wait for each other's rows.
create table levels (
    ticket_id uuid primary key,
    level     text    not null,
    rank      integer not null -- its place among the desk's levels, from 1
);

-- Every event about a ticket, of all four services. What is about a person stands apart, to be erased alone.
create table history (
    event_id    uuid primary key,
    ticket_id   uuid        not null,
    service     text        not null,
    type        text        not null, -- vigie.TicketOpened.v1
    stream      text        not null,
    version     integer     not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    actor       text        not null,
    causation   text        not null,
    facts       json        not null,
    personal    json
);
create index history_by_ticket on history (ticket_id, occurred_at, recorded_at, stream, version);

-- Who may use the API. A token is known by its hash alone.
create table tokens (
    hash       bytea primary key check (length(hash) = 32), -- sha256
    principal  text        not null,
    role       text        not null check (role in ('channel', 'agent', 'manager', 'admin')),
    desks      text[]      not null, -- {} for all
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
create index tokens_by_principal on tokens (principal);
