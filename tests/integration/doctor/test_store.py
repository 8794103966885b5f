"""A defect in what a service keeps is seen, and nothing is said where there is none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from support.clock import HandClock
from support.store import Store
from support.tally import NOON, QUIET, Ticket
from vigie.io.doctor.database import check_database, check_limits
from vigie.io.doctor.findings import Finding
from vigie.io.doctor.store import check_store, judge_pins
from vigie.io.pins import pinned
from vigie.policy import load_policies

POLICIES = Path(__file__).parents[3] / "policies"
SECOND = timedelta(seconds=1)


async def wrong(store: Store) -> list[tuple[str, str, str]]:
    findings: list[Finding] = await check_store(store.dsn, "sla-timer", store.clock, None)
    return [one[:3] for one in findings if one.verdict != "ok"]


async def apply(store: Store) -> Ticket:
    """Events, an outbox that has been emptied, and a wake-up a while ahead."""
    ticket = Ticket()
    await store.engine().handle([ticket.opened()])
    await store.owner.execute("delete from outbox")
    return ticket


async def test_a_store_at_work_is_well(store: Store) -> None:
    await apply(store)
    assert await wrong(store) == []


async def test_a_service_that_never_started_has_no_schema(database: str) -> None:
    [found] = await check_store(database, "escalation", HandClock(NOON), None)
    assert found[:3] == (
        "schema of escalation",
        "fail",
        "there is no schema vigie_escalation: escalation has never started here",
    )


async def test_an_outbox_that_nobody_empties(store: Store) -> None:
    await store.engine().handle([Ticket().opened()])
    assert await wrong(store) == [
        (
            "outbox of sla-timer",
            "fail",
            "1 record waiting, none has gone in 2 s: nobody hears what sla-timer says",
        )
    ]


async def test_a_stream_that_waits_for_an_hour(store: Store) -> None:
    ticket = Ticket()
    ticket.opened()
    await store.engine().handle([ticket.replied()])
    await store.owner.execute("update parked set since = since - interval '61 minutes'")
    [(check, verdict, seen)] = await wrong(store)
    assert (check, verdict) == ("parked streams of sla-timer", "fail")
    assert seen.startswith("the oldest has waited 61 min: 1 × ")


async def test_a_record_that_nobody_could_use(store: Store) -> None:
    await store.engine().handle([Ticket().opened()._replace(value=b"{")])
    await store.owner.execute("delete from outbox")
    [(check, verdict, seen)] = await wrong(store)
    assert (check, verdict) == ("dead letters of sla-timer", "warn")
    assert seen.startswith("1 × ")


async def test_a_wake_up_that_nobody_served(store: Store) -> None:
    await apply(store)
    store.clock.at = NOON + QUIET + 61 * SECOND
    [(check, verdict, seen)] = await wrong(store)
    assert (check, verdict) == ("wake-ups of sla-timer", "fail")
    assert seen.startswith("1 stream overdue, the first by 61 s (due ")


async def test_a_record_that_was_changed_by_its_owner(store: Store) -> None:
    ticket = await apply(store)
    await store.owner.execute("alter table events disable trigger only_erasure")
    await store.owner.execute("update events set actor = 'agent:mallory'")
    [(check, verdict, seen)] = await wrong(store)
    assert (check, verdict) == ("record of sla-timer", "fail")
    assert seen.startswith(f"{ticket.stream} version 1 ")


async def test_a_role_that_may_change_what_is_written(store: Store) -> None:
    await store.owner.execute("grant update on events to vigie_sla_timer")
    try:
        assert await wrong(store) == [
            ("rights of sla-timer", "fail", "the role vigie_sla_timer may update events"),
        ]
    finally:
        await store.owner.execute("revoke update on events from vigie_sla_timer")


async def test_a_migration_that_was_edited(store: Store) -> None:
    await store.owner.execute("update migrations set checksum = 'other' where number = 1")
    assert await wrong(store) == [
        ("schema of sla-timer", "fail", "0001_store.sql was applied with other contents"),
    ]


async def test_a_policy_that_was_edited_after_its_first_load(store: Store, tmp_path: Path) -> None:
    desk = tmp_path / "serveurcom"
    desk.mkdir()
    source = (POLICIES / "serveurcom" / "1.yaml").read_bytes()
    (desk / "1.yaml").write_bytes(source)
    await pinned(store.pool, load_policies(tmp_path), NOON)
    kept = {(row[0], row[1]): row[2] for row in await store.rows("select policy, version, hash from policies")}
    assert judge_pins("sla-timer", load_policies(tmp_path), kept).verdict == "ok"
    (desk / "1.yaml").write_bytes(source + b"# edited\n")
    found = judge_pins("sla-timer", load_policies(tmp_path), kept)
    assert (found.verdict, found.seen) == (
        "fail",
        "serveurcom/1.yaml was edited after its first load: the earlier one decides",
    )


async def test_a_server_that_does_not_answer_is_one_failure() -> None:
    [found] = await check_database("postgresql://vigie@127.0.0.1:1/vigie")
    assert (found.check, found.verdict) == ("PostgreSQL", "fail")


@pytest.mark.usefixtures("stack")
async def test_a_real_server_is_well(store: Store) -> None:
    findings = [*await check_database(store.dsn), await check_limits(store.dsn, "sla-timer")]
    assert [one.verdict for one in findings if one.check not in ("durability", "connections")] == ["ok"] * 3
