-- The store of one service, in its own schema (search_path). Runs on PostgreSQL 15 to 18.

-- What happened, for ever. The service may add and read, nothing else (grants.sql); an erasure sets personal to null.
create table events (
    position       bigint generated always as identity primary key, -- never read « > last seen » by it: commits overtake
    stream         text        not null, -- promises-<ticket id>
    version        integer     not null check (version > 0),
    event_id       uuid        not null unique,
    type           text        not null, -- vigie.ClockStarted.v1
    schema_version smallint    not null,
    occurred_at    timestamptz not null,
    recorded_at    timestamptz not null,
    actor          text        not null,
    causation      text        not null,
    correlation    text        not null,
    facts          bytea       not null, -- the published JSON, without its personal member
    personal       bytea,                -- that member's JSON; null where there was none or it was erased
    personal_hash  bytea check (length(personal_hash) = 32), -- sha256(personal), so that the chain survives an erasure
    hash           bytea       not null check (length(hash) = 32),
    traceparent    text,                 -- outside the hash; kept so that a republished record is the same to the byte
    unique (stream, version)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'an event never changes; only its personal part may be erased' using errcode = 'integrity_constraint_violation';
end $$;

create trigger only_erasure before update on events for each row
    when (new.personal is not null) execute function refuse_change();

-- What each consumer has applied, and after which version of which own stream: audit replays it in this order.
create table inbox (
    position      bigint generated always as identity, -- order within one own stream; across streams it means nothing
    consumer      text    not null,
    stream        text    not null, -- the sender's; request-<uuid> for an external event
    version       integer not null, -- the sender's; 1 for an external event
    event_id      uuid    not null,
    applied_to    text    not null, -- the own stream
    applied_after integer not null, -- the own stream's version before
    primary key (consumer, stream, version)
);

-- What the relay has still to publish: read by id, deleted once the broker has it. One owner per partition.
create table outbox (
    id        bigint generated always as identity primary key,
    topic     text     not null,
    partition smallint not null, -- of the topic, and the relay's shard
    key       bytea,             -- null only in a dead letter whose original had none
    headers   bytea    not null, -- vigie.io.codec
    value     bytea              -- null only in a dead letter whose original had none
);
create index outbox_by_partition on outbox (partition, id);

-- When each stream wants to be asked again. One row per stream, none if it wants nothing.
create table wakeups (
    stream    text primary key,
    partition smallint    not null, -- of the ticket's key: only the replica that holds it wakes its streams
    due_at    timestamptz not null
);
create index wakeups_by_due on wakeups (partition, due_at);

-- Records that wait for something that has not been heard yet, as they came. While a stream has any, it is not woken.
create table parked (
    id           bigint generated always as identity primary key, -- the order of arrival
    consumer     text        not null,
    stream       text        not null, -- the own stream, which waits
    sender       text        not null, -- the sender's stream and version
    version      integer     not null,
    event_id     uuid        not null,
    reason       text        not null,
    fork         boolean     not null, -- another event stands at that version: its sender's stream waits for an operator
    parked_at    timestamptz not null,
    topic        text        not null,
    partition    integer     not null,
    "offset"     bigint      not null,
    timestamp_ms bigint      not null,
    key          bytea,
    headers      bytea       not null, -- vigie.io.codec
    value        bytea,
    unique (consumer, sender, version, event_id)
);
create index parked_by_stream on parked (consumer, stream);

-- Records that nobody can use, as they came; each was also published on the service's dead letter topic.
create table dead_letters (
    id           bigint generated always as identity primary key,
    consumer     text        not null,
    reason       text        not null,
    died_at      timestamptz not null,
    stream       text,    -- the own stream, where it is known
    sender       text,    -- the sender's stream, version and event, where they are known: that stream waits
    version      integer,
    event_id     uuid,
    topic        text        not null,
    partition    integer     not null,
    "offset"     bigint      not null,
    timestamp_ms bigint      not null,
    key          bytea,
    headers      bytea       not null, -- vigie.io.codec
    value        bytea,
    unique (consumer, topic, partition, "offset", timestamp_ms) -- delivered again, it is the same dead letter
);

-- What was answered to an HTTP command, so that its repeat gets the same.
create table commands (
    principal   text        not null,
    key         text        not null,
    digest      bytea       not null, -- sha256 of what was asked
    answer      bytea       not null,
    answered_at timestamptz not null,
    primary key (principal, key)
);

-- The policies that have been loaded. From its first load on, these bytes decide, whatever the file says later.
create table policies (
    policy         text        not null,
    version        integer     not null,
    hash           text        not null, -- sha256 of source, hex
    source         bytea       not null, -- the file
    holidays       bytea       not null, -- JSON: calendar → its closed dates, as expanded on that day
    timezones      text        not null, -- release of the time-zone tables
    pinned_at      timestamptz not null,
    primary key (policy, version)
);

-- T-1001, T-1002 … Drawn under no lock: a number may be lost with a failed transaction, none is given twice.
create sequence ticket_numbers start 1001;
