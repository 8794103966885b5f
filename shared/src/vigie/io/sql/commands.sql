-- What was answered to the holders of idempotency keys.

-- name: answered
select c.principal, c.key, c.digest, c.answer
from unnest($1::text[], $2::text[]) as s (principal, key)
join commands c on c.principal = s.principal and c.key = s.key

-- name: answer
insert into commands (principal, key, digest, answer, answered_at)
select principal, key, digest, answer, $5
from unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[]) as s (principal, key, digest, answer)

-- name: numbers
-- Fresh ticket numbers.
select nextval('ticket_numbers') from generate_series(1, $1)
