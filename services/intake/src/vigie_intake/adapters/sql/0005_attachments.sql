-- The files of tickets, as far as events tell of them; their contents are in the object store.
create table attachments (
    attachment_id uuid primary key,
    ticket_id     uuid        not null,
    added_at      timestamptz not null,
    added_by      text,                 -- null: the customer
    media_type    text        not null,
    size          bigint      not null, -- bytes
    sha256        text        not null, -- hex
    name          text                  -- null where it was erased
);
create index attachments_by_ticket on attachments (ticket_id, added_at, attachment_id);
