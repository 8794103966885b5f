-- name: kept
-- Every policy version that was ever loaded here.
select policy, version, hash, source, holidays, timezones from policies

-- name: keep
-- The first load of a version; of replicas that start together, the first to commit is the first.
insert into policies (policy, version, hash, source, holidays, timezones, pinned_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (policy, version) do nothing
