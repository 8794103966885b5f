-- The number of the ticket that goes on in the place of a duplicate; null for all others.
alter table tickets add column duplicate_of text;
create index tickets_by_survivor on tickets (duplicate_of, opened_at desc, ticket_id desc) where duplicate_of is not null;
