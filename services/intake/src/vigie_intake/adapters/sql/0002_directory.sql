-- The directory, for its look-up and the API: written in the transaction that appends, and made again from the events.

-- Keys that never leave this schema. The one of access codes makes their hashes useless to whoever reads the events.
create table secrets (
    name  text primary key,
    value bytea not null check (length(value) = 32)
);
insert into secrets (name, value)
values ('access_codes', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

create table customers (
    customer       text primary key,
    version        integer     not null, -- of the customer's stream: the ETag
    changed_at     timestamptz not null,
    name           text,                 -- null where it was erased
    audit_accepted boolean     not null,
    hours          json                  -- a calendar's hours, "always", or null: not known
);
create index customers_by_name on customers (coalesce(name, ''), customer);

create table customer_sites (
    customer text    not null,
    site     integer not null,
    name     text,                       -- null where it was erased, as is the address
    address  text,
    primary key (customer, site)
);

create table customer_contacts (
    customer text    not null,
    contact  integer not null,
    mail     text,                       -- what they are found by: the address, its case folded; null where erased
    name     text,
    email    text,
    phone    text,
    language text,
    may_open boolean not null,
    primary key (customer, contact)
);
create index customer_contacts_by_mail on customer_contacts (customer, mail);

create table customer_trainings (
    customer text    not null,
    contact  integer not null,
    desk     text    not null,
    service  text    not null,
    primary key (customer, contact, desk, service)
);

create table customer_contracts (
    customer         text    not null,
    contract         text    not null,
    desk             text    not null,
    maintained       boolean not null,
    sla              boolean not null,
    on_call          boolean not null,
    services         text[]  not null,   -- {}: all
    valid_from       date    not null,   -- local dates of the desk, both included
    valid_to         date,
    access_code_hash text,
    primary key (customer, contract)
);
