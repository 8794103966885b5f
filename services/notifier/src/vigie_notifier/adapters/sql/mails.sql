-- name: attempted_mail
-- The mail that the attempt at version $2 of stream $1 is about. What is not committed is not seen: no row, no mail.
-- overtaken: another attempt or an outcome of that mail stands after it.
select requested.facts, requested.personal, attempted.traceparent, exists (
    select from events later
    where later.stream = $1
      and later.version > $2
      and later.type = any (array[
        'vigie.NotificationAttempted.v1', 'vigie.NotificationDeferred.v1', 'vigie.NotificationSent.v1',
        'vigie.NotificationFailed.v1'
      ])
      and convert_from(later.facts, 'UTF8')::jsonb ->> 'notification_id'
        = convert_from(attempted.facts, 'UTF8')::jsonb ->> 'notification_id'
  ) as overtaken
from events attempted
join events requested on requested.stream = attempted.stream
where attempted.stream = $1
  and attempted.version = $2
  and attempted.type = 'vigie.NotificationAttempted.v1'
  and requested.type = 'vigie.NotificationRequested.v1'
  and convert_from(requested.facts, 'UTF8')::jsonb ->> 'notification_id'
    = convert_from(attempted.facts, 'UTF8')::jsonb ->> 'notification_id';
