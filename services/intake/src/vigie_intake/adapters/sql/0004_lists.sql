-- What lists of tickets are asked for beside their age, and the words they are searched by.

-- The words of a text, without accents and case, ligatures as their letters; whatever the locale of the database is,
-- because what was decomposed is ASCII and marks, and the marks are taken away. Needs no extension. Punctuation parts
-- words, so that the parser sees nothing but them: no addresses, no negative numbers.
create function words_of(text) returns tsvector language sql immutable parallel safe
return to_tsvector('pg_catalog.simple', translate(
    lower(regexp_replace(
        replace(replace(replace(replace(replace(normalize($1, NFKD), 'Œ', 'oe'), 'œ', 'oe'), 'Æ', 'ae'), 'æ', 'ae'), 'ß', 'ss'),
        U&'[\0300-\036F]', '', 'g'
    )),
    '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32)
));

-- What finds a text: all words that are asked for, each as the beginning of one of its words. Null where there is none.
create function words_wanted(text) returns tsquery language sql immutable parallel safe
return (select string_agg('''' || word || ''':*', ' & ') from unnest(tsvector_to_array(words_of($1))) as word)::tsquery;

-- Made by the database, so that what is erased from personal cannot be found by its words either.
alter table tickets add column words tsvector not null generated always as (
    words_of(
        coalesce(customer, '') || ' ' || coalesce(personal ->> 'subject', '') || ' '
        || coalesce(personal ->> 'description', '')
    )
) stored;

create index tickets_by_words on tickets using gin (words);
create index tickets_by_state on tickets (desk, state, opened_at desc, ticket_id desc);
create index tickets_by_owner on tickets (owner, opened_at desc, ticket_id desc);
create index tickets_by_customer on tickets (customer, opened_at desc, ticket_id desc);
create index levels_by_level on levels (level, ticket_id);
create index commitments_by_due on commitments (due_at, ticket_id) where result in ('running', 'missed');
