"""Records on a real PostgreSQL: applied once, each in its turn."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import structlog.testing

from support.store import Store
from support.tally import NOON, QUIET, Ticket, tally_core
from vigie.contracts.sla import FactLearned
from vigie.decider import UnknownPolicyVersion
from vigie.io.engine import Engine
from vigie.io.records import RawRecord

EVENTS = "select version, type, causation from events where stream = $1 order by version"


def ce_id(record: RawRecord) -> str:
    return dict(record.headers)["ce_id"].decode()  # type: ignore[union-attr]


async def fates(engine: Engine, *records: RawRecord) -> list[str]:
    return [outcome.fate for outcome in await engine.handle(records)]


async def test_what_a_record_makes_happen_is_stored_with_its_cause(store: Store) -> None:
    ticket = Ticket()
    opened, replied = ticket.opened(), ticket.replied()
    assert await fates(store.engine(), opened, replied) == ["applied", "applied"]
    assert await store.rows(EVENTS, ticket.stream) == [
        (1, "vigie.FactLearned.v1", ce_id(opened)),
        (2, "vigie.FactLearned.v1", ce_id(replied)),
    ]


async def test_the_inbox_says_after_which_own_version_each_record_was_applied(store: Store) -> None:
    ticket = Ticket()
    await store.engine().handle([ticket.opened(), ticket.replied("refuse"), ticket.replied()])
    rows = await store.rows("select version, applied_to, applied_after from inbox order by position")
    assert rows == [(1, ticket.stream, 0), (2, ticket.stream, 1), (3, ticket.stream, 1)]


async def test_a_record_delivered_again_changes_nothing(store: Store) -> None:
    ticket = Ticket()
    opened = ticket.opened()
    await store.engine().handle([opened])
    assert await fates(store.engine(), opened, opened) == ["repeated", "repeated"]
    assert await store.value("select count(*) from events") == 1
    assert await store.value("select count(*) from outbox") == 1


async def test_a_record_twice_in_one_batch_is_applied_once(store: Store) -> None:
    opened = Ticket().opened()
    assert await fates(store.engine(), opened, opened) == ["applied", "repeated"]


async def test_a_fork_is_parked_with_an_alarm_and_what_follows_waits(store: Store) -> None:
    ticket, twin = Ticket(), Ticket()
    twin.key = ticket.key
    await store.engine().handle([ticket.opened()])
    with structlog.testing.capture_logs() as logs:
        assert await fates(store.engine(), twin.opened()) == ["parked"]
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["fork"]
    assert await fates(store.engine(), ticket.replied()) == ["parked"]
    assert await store.rows("select version, fork from parked order by id") == [(1, True), (2, False)]


async def test_records_that_come_too_early_wait_and_drain_in_order(store: Store) -> None:
    ticket = Ticket()
    first, second, third = ticket.opened(), ticket.replied(), ticket.replied()
    assert await fates(store.engine(), third) == ["parked"]
    assert await fates(store.engine(), second) == ["parked"]
    assert await store.value("select count(*) from parked") == 2
    assert await fates(store.engine(), first) == ["applied", "drained", "drained"]
    assert [row[2] for row in await store.rows(EVENTS, ticket.stream)] == [ce_id(first), ce_id(second), ce_id(third)]
    assert await store.value("select count(*) from parked") == 0


async def test_a_parked_record_delivered_again_is_parked_once(store: Store) -> None:
    ticket = Ticket()
    ticket.opened()
    early = ticket.replied()
    await fates(store.engine(), early, early)
    await fates(store.engine(), early)
    assert await store.value("select count(*) from parked") == 1


async def test_records_out_of_order_in_one_batch_never_touch_the_parking_table(store: Store) -> None:
    ticket = Ticket()
    first, second = ticket.opened(), ticket.replied()
    assert await fates(store.engine(), second, first) == ["parked", "applied", "drained"]
    assert await store.value("select pg_catalog.pg_sequence_last_value('parked_id_seq')") is None


async def test_other_streams_go_on_while_one_waits(store: Store) -> None:
    waiting, ticket = Ticket(), Ticket()
    waiting.opened()
    assert await fates(store.engine(), waiting.replied(), ticket.opened()) == ["parked", "applied"]


async def test_a_record_that_lacks_something_waits_with_the_reason(store: Store) -> None:
    ticket = Ticket()
    assert await fates(store.engine(), ticket.replied()) == ["parked"]
    assert await store.value("select reason from parked") == "not heard yet: TicketOpened"


async def test_a_new_policy_version_lets_waiting_records_drain_at_the_start(store: Store) -> None:
    def never(_: object) -> None:
        raise UnknownPolicyVersion("d", 2)

    ticket = Ticket()
    ignorant = store.engine(core=replace(tally_core(), react=never))
    assert await fates(ignorant, ticket.opened(), ticket.replied()) == ["parked", "parked"]
    assert [outcome.fate for outcome in await ignorant.retry_parked()] == []
    assert [outcome.fate for outcome in await store.engine().retry_parked()] == ["drained", "drained"]
    assert [row[0] for row in await store.rows(EVENTS, ticket.stream)] == [1, 2]


async def test_a_poison_record_leaves_its_neighbours_alone_and_stops_its_own_stream(store: Store) -> None:
    poisoned, healthy = Ticket(), Ticket()
    records = [poisoned.opened(), poisoned.replied("crash"), poisoned.replied(), healthy.opened()]
    assert await fates(store.engine(), *records) == ["applied", "dead_letter", "parked", "applied"]
    assert await store.value("select reason from dead_letters") == "ZeroDivisionError: the reply says crash"
    assert await store.value("select version from dead_letters") == 2


async def test_a_record_that_the_database_refuses_leaves_its_neighbours_alone(store: Store) -> None:
    await store.owner.execute("alter table events add constraint no_more check (version < 2)")
    full, healthy = Ticket(), Ticket()
    records = [full.opened(), full.replied(), healthy.opened()]
    assert await fates(store.engine(), *records) == ["applied", "dead_letter", "applied"]
    assert await store.value("select count(*) from events") == 2


async def test_a_record_that_the_read_model_cannot_take_leaves_its_neighbours_alone(store: Store) -> None:
    unlucky, healthy = Ticket(), Ticket()

    async def project(conn: object, appended: object) -> None:
        if any(one.key == unlucky.key for one in appended):  # type: ignore[attr-defined]
            raise KeyError("no such desk")

    engine = store.engine(project=project)
    assert await fates(engine, unlucky.opened(), healthy.opened()) == ["dead_letter", "applied"]
    assert await store.value("select count(*) from events") == 1


async def test_a_parked_record_that_the_database_refuses_does_not_take_along_what_it_waited_for(store: Store) -> None:
    await store.owner.execute("alter table events add constraint no_more check (version < 2)")
    ticket = Ticket()
    opened, replied = ticket.opened(), ticket.replied()
    assert await fates(store.engine(), replied) == ["parked"]
    assert await fates(store.engine(), opened) == ["applied"]
    assert await store.value("select count(*) from parked") == 1
    await store.owner.execute("alter table events drop constraint no_more")
    assert [outcome.fate for outcome in await store.engine().retry_parked()] == ["drained"]


async def test_a_refused_wish_counts_as_heard(store: Store) -> None:
    ticket = Ticket()
    records = [ticket.opened(), ticket.replied("refuse"), ticket.replied()]
    assert await fates(store.engine(), *records) == ["applied", "refused", "applied"]


async def test_an_event_of_an_unknown_type_is_passed_over_and_its_stream_goes_on(store: Store) -> None:
    ticket = Ticket()
    opened, replied = ticket.opened(), ticket.replied()
    future = replied._replace(
        headers=tuple((n, b"vigie.TicketSung.v9" if n == "ce_type" else v) for n, v in replied.headers), value=b"?"
    )
    assert await fates(store.engine(), opened, future, ticket.replied()) == ["applied", "skipped", "applied"]


async def test_what_was_due_before_a_record_happens_before_it(store: Store) -> None:
    ticket = Ticket()
    late = NOON + QUIET + QUIET
    await store.engine().handle([ticket.opened(), ticket.replied(at=late)])
    rows = await store.rows("select type, occurred_at, actor from events order by version")
    assert rows[1] == ("vigie.ClockCancelled.v1", NOON + QUIET, "service:sla-timer")
    assert rows[2][:2] == ("vigie.FactLearned.v1", late)


async def test_listeners_hear_of_what_was_committed(store: Store) -> None:
    heard: list[object] = []
    ticket = Ticket()
    await store.engine(on_appended=heard.extend).handle([ticket.opened(), ticket.replied("crash")])
    assert [(one.stream, one.version, type(one.event)) for one in heard] == [(ticket.stream, 1, FactLearned)]  # type: ignore[attr-defined]


async def test_a_stream_that_another_process_has_moved_on_is_read_again(store: Store) -> None:
    ticket = Ticket()
    one, other = store.engine(), store.engine()
    await one.handle([ticket.opened()])
    await other.handle([ticket.replied()])
    await one.handle([ticket.replied()])
    assert [row[0] for row in await store.rows(EVENTS, ticket.stream)] == [1, 2, 3]


async def test_a_request_from_outside_is_applied_once_whatever_its_mode(store: Store) -> None:
    event_id = str(uuid4())
    binary = RawRecord(
        *("vigie.requests.v1", 3, 17, 1, b"any"),
        (
            ("ce_specversion", b"1.0"),
            ("ce_id", event_id.encode()),
            ("ce_source", b"/partner"),
            ("ce_type", b"vigie.RequestSubmitted.v1"),
        ),
        b'{"a": 1}',
    )
    structured = binary._replace(
        headers=(("content-type", b"application/cloudevents+json; charset=utf-8"),),
        value=(
            b'{"specversion":"1.0","id":"%s","source":"/partner","type":"vigie.RequestSubmitted.v1","data":{"a":1}}'
            % event_id.encode()
        ),
    )
    assert await fates(store.engine(), binary, structured) == ["applied", "repeated"]
    assert await store.rows("select actor, causation from events") == [("channel:/partner", event_id)]
