"""The wake-up row of a stream is what its state wants, and a stream that waits is not woken."""

from __future__ import annotations

from support.store import Store
from support.tally import NOON, QUIET, Ticket

ROWS = "select stream, partition, due_at from wakeups"
LATER = NOON + QUIET / 2


async def test_a_stream_that_wants_to_be_woken_has_a_row(store: Store) -> None:
    ticket = Ticket()
    record = ticket.opened()
    await store.engine().handle([record])
    assert await store.rows(ROWS) == [(ticket.stream, record.partition, NOON + QUIET)]


async def test_the_row_moves_with_the_state(store: Store) -> None:
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    await store.engine().handle([ticket.replied(at=LATER)])
    assert [row[2] for row in await store.rows(ROWS)] == [LATER + QUIET]


async def test_waking_a_stream_lets_happen_what_is_due_at_that_very_instant(store: Store) -> None:
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    store.clock.at = NOON + 2 * QUIET
    [woken] = await store.engine().wake([(ticket.stream, NOON + QUIET)])
    assert (woken.fate, woken.events, woken.recorded_at - woken.due_at) == ("woken", 1, QUIET)
    assert await store.value("select occurred_at from events where version = 2") == NOON + QUIET


async def test_a_stream_is_not_woken_before_its_time_when_the_clock_was_set_back_meanwhile(store: Store) -> None:
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    [woken] = await store.engine().wake([(ticket.stream, NOON + QUIET)])
    assert (woken.fate, await store.value("select count(*) from events")) == ("held", 1)


async def test_a_stream_that_wants_nothing_more_has_no_row(store: Store) -> None:
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    store.clock.at = NOON + QUIET
    await store.engine().wake([(ticket.stream, NOON + QUIET)])
    assert await store.rows(ROWS) == []


async def test_waking_twice_for_one_instant_does_nothing_more(store: Store) -> None:
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    store.clock.at = NOON + QUIET
    await store.engine().wake([(ticket.stream, NOON + QUIET)])
    [woken] = await store.engine().wake([(ticket.stream, NOON + QUIET)])
    assert (woken.fate, await store.value("select count(*) from events")) == ("stale", 2)


async def test_a_row_that_is_out_of_date_is_corrected(store: Store) -> None:
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    await store.owner.execute("update wakeups set due_at = $1", NOON)
    [woken] = await store.engine().wake([(ticket.stream, NOON)])
    assert (woken.fate, woken.events) == ("stale", 0)
    assert [row[2] for row in await store.rows(ROWS)] == [NOON + QUIET]


async def test_a_stream_with_parked_records_is_not_woken(store: Store) -> None:
    ticket = Ticket()
    opened, missing, early = ticket.opened(), ticket.replied(), ticket.replied()
    await store.engine().handle([opened, early])
    store.clock.at = NOON + QUIET
    [woken] = await store.engine().wake([(ticket.stream, NOON + QUIET)])
    assert (woken.fate, await store.value("select count(*) from events")) == ("held", 1)
    await store.engine().handle([missing])
    [woken] = await store.engine().wake([(ticket.stream, NOON + QUIET)])
    assert woken.fate == "woken"


async def test_what_happens_at_a_wake_up_goes_on_with_the_trace_of_what_asked_for_it(store: Store) -> None:
    ticket, trace = Ticket(), "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"
    opened = ticket.opened()
    await store.engine().handle([opened._replace(headers=(*opened.headers, ("traceparent", trace.encode())))])
    store.clock.at = NOON + QUIET
    [woken] = await store.engine().wake([(ticket.stream, NOON + QUIET)])
    assert woken.traceparent == trace
    assert await store.value("select traceparent from events where version = 2") == trace
