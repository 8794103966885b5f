-- name: next_rows
-- The oldest of what is still to be published, of the partitions that this relay owns.
select id, topic, partition, key, headers, value
from outbox
where partition = any($1::smallint[])
order by id
limit $2

-- name: forget
-- What the broker has acknowledged. A crash between the two publishes it again, and its readers drop the repeat; so
-- the commit need not wait for the disk.
delete from outbox
using (select set_config('synchronous_commit', 'off', true)) as no_waiting
where id = any($1::bigint[])

-- name: backlog
-- How much is still to be published, and the oldest of it.
select count(*) as depth, min(id) as oldest from outbox

-- name: locks
-- Who is there ($2: the members' lock) and which shards are taken, among the relays of one schema ($1).
select objid::int as object, count(*)::int as holders
from pg_locks
where locktype = 'advisory'
  and database = (select oid from pg_database where datname = current_database())
  and classid = $1::bigint::oid
  and objsubid = 2 -- a lock with two keys
  and granted
group by objid
