-- What `vigie doctor` reads. Nothing here writes, locks or waits.

-- name: server
select
    current_setting('server_version_num')::int as version,
    current_setting('server_version') as version_text,
    current_setting('fsync') = 'on' as fsync,
    current_setting('full_page_writes') = 'on' as full_page_writes,
    current_setting('synchronous_commit') as synchronous_commit,
    current_setting('max_connections')::int as allowed,
    current_setting('max_locks_per_transaction')::int as locks,
    pg_is_in_recovery() as in_recovery,
    (select count(*) from pg_stat_activity where backend_type = 'client backend')::int as connected,
    extract(epoch from clock_timestamp())::float8 as now

-- name: place
-- Whether the schema ($1) and the role ($2) are there, and whether whoever asks may be that role.
select
    exists (select from pg_namespace where nspname = $1) as schema_is_there,
    exists (select from pg_roles where rolname = $2) as role_is_there,
    coalesce((select pg_has_role(oid, 'member') from pg_roles where rolname = $2), false) as may_be

-- name: rights
-- What the service's role must not be able to do.
select
    has_table_privilege(current_user, 'events', 'update') as may_update,
    has_table_privilege(current_user, 'events', 'delete') as may_delete

-- name: migrations
select number, name, checksum from migrations where component = $1

-- name: outbox
select count(*) as depth, min(id) as oldest from outbox

-- name: parked
-- Why streams wait, the commonest reason first.
select reason, count(distinct stream) as streams, bool_or(fork) as fork,
    extract(epoch from clock_timestamp() - min(since))::float8 as seconds
from parked group by reason order by 2 desc, 1

-- name: dead_letters
select reason, count(*) as letters from dead_letters group by reason order by 2 desc, 1

-- name: sample
-- Ten streams near a place of the record that chance chooses.
with place as (select (random() * coalesce(max(position), 0))::bigint as start from events)
select stream
from (select e.stream from events e, place where e.position >= place.start order by e.position limit 200) as near
group by stream limit 10

-- name: policies
select policy, version, hash from policies
