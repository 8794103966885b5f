-- Who may do what in a service's schema. {schema}, {role} and {eraser} are put in by vigie.io.migrations, which runs
-- this whenever it has migrated, in the same transaction.

grant usage on schema {schema} to {role}, {eraser};
grant select, insert, update, delete on all tables in schema {schema} to {role};
grant usage, select on all sequences in schema {schema} to {role};

-- What is written stays: events, what was applied, which policy decided, which migrations ran.
revoke update, delete on {schema}.events, {schema}.inbox, {schema}.policies from {role};
revoke insert, update, delete on {schema}.migrations from {role};

-- An erasure is done by a role that can do nothing else; the trigger only_erasure lets it set null, and null alone.
grant select (stream, version, event_id, type, occurred_at), update (personal) on {schema}.events to {eraser};
