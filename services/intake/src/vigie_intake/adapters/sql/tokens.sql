-- name: holders
select hash, principal, role, desks from tokens where hash = any($1::bytea[]) and revoked_at is null

-- name: keep
-- Given again, a token is what it was given for last.
insert into tokens (hash, principal, role, desks) values ($1, $2, $3, $4)
on conflict (hash) do update set principal = $2, role = $3, desks = $4, revoked_at = null

-- name: list
select encode(substr(hash, 1, 4), 'hex') as id, principal, role, desks, created_at, revoked_at
from tokens order by principal, created_at

-- name: revoke
-- By principal, or by the id that `list` shows.
update tokens set revoked_at = now()
where revoked_at is null and (principal = $1 or encode(substr(hash, 1, 4), 'hex') = $1)
returning principal
