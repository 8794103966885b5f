-- name: due
-- What is due by $2, the oldest first, of the partitions this replica holds. The instant is a parameter: compared with
-- clock_timestamp() no index would be used. Nothing is locked here; a stream is locked before its wake-up row.
-- $3: streams that are set aside for a moment.
select stream, due_at
from wakeups
where partition = any($1::smallint[]) and due_at <= $2 and stream <> all($3::text[])
order by due_at
limit $4

-- name: next_due
-- The next instant at which anything of these partitions is due; streams set aside do not count.
select min(next.due_at)
from unnest($1::smallint[]) as held (partition)
cross join lateral (
    select due_at from wakeups
    where wakeups.partition = held.partition and stream <> all($2::text[])
    order by due_at
    limit 1
) as next

-- name: partitions_with_due
-- Which of these partitions have anything that is due by $2.
select held.partition
from unnest($1::smallint[]) as held (partition)
where exists (select from wakeups where wakeups.partition = held.partition and due_at <= $2)

-- name: overdue
-- How many streams wait for an instant that has come ($2), of all partitions ($1, so that the index is used), and since
-- when the one that has waited longest does.
select count(*) as overdue, min(due_at) as oldest from wakeups where partition = any($1::smallint[]) and due_at <= $2
