-- Since when a record waits by the machine's clock: parked_at is the deployment's, which may run faster.
alter table parked add column since timestamptz not null default clock_timestamp();
