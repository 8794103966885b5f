-- name: waiting
-- How many streams wait for something not heard yet, and how many records nobody could use.
select (select count(distinct stream) from parked) as parked, (select count(*) from dead_letters) as dead_letters
