"""Which waiting ticket is taken first, at each desk, and by whom."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

from support.policy_files import one_promise
from vigie.policy import Policy, compile_policy, load_policies
from vigie_intake.core.queue import Untaken, in_order, next_for

POLICIES = load_policies(Path(__file__).parents[3] / "policies")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 23, hour, minute, tzinfo=UTC)


def waiting(number: str, opened_at: datetime, **about: Any) -> Untaken:
    said: dict[str, Any] = {
        "kind": "technical",
        "priority": "normal",
        "service": None,
        "maintained": True,
        "assigned_to": None,
        "due_at": None,
        **about,
    }
    return Untaken(number=number, opened_at=opened_at, **said)


def policy_of(desk: str) -> Policy:
    policy = POLICIES.latest(desk)
    assert policy is not None
    return policy


def numbers(tickets: list[Untaken], policy: Policy) -> list[str]:
    """Their order, which must not depend on how they came."""
    orders = {tuple(one.number for one in in_order(shuffled, policy)) for shuffled in permutations(tickets)}
    (order,) = orders
    return list(order)


def test_esii_serves_the_maintained_first_then_anomalies_then_by_criticality_then_by_commitment() -> None:
    tickets = [
        waiting("T-1", at(8), kind="anomaly", priority="blocking", maintained=False),
        waiting("T-2", at(9), kind="assistance", priority="minor", due_at=at(13)),
        waiting("T-3", at(10), kind="anomaly", priority="minor", due_at=at(14)),
        waiting("T-4", at(11), kind="anomaly", priority="blocking", due_at=at(15)),
        waiting("T-5", at(12), kind="anomaly", priority="blocking", due_at=at(14, 30)),
        waiting("T-6", at(7), kind="assistance", priority="minor", maintained=False),
    ]
    assert numbers(tickets, policy_of("esii")) == ["T-5", "T-4", "T-3", "T-2", "T-1", "T-6"]


def test_systell_takes_calls_in_the_order_in_which_they_came() -> None:
    tickets = [waiting("T-3", at(8, 5)), waiting("T-1", at(9), due_at=at(9)), waiting("T-2", at(8))]
    assert numbers(tickets, policy_of("systell")) == ["T-2", "T-3", "T-1"]


def test_serveurcom_takes_the_highest_priority_first_and_in_it_what_is_due_first() -> None:
    tickets = [
        waiting("T-1", at(8), priority="low", due_at=at(9)),
        waiting("T-2", at(8), priority="medium", due_at=at(10)),
        waiting("T-3", at(9), priority="high", due_at=at(9, 30)),
        waiting("T-4", at(7), priority="high", due_at=at(7, 30)),
    ]
    assert numbers(tickets, policy_of("serveurcom")) == ["T-4", "T-3", "T-2", "T-1"]


def test_what_nothing_is_promised_for_comes_after_what_is_due() -> None:
    tickets = [waiting("T-1", at(7), priority="high"), waiting("T-2", at(9), priority="high", due_at=at(15))]
    assert numbers(tickets, policy_of("serveurcom")) == ["T-2", "T-1"]


def test_of_two_alike_the_older_is_first_and_of_one_instant_the_smaller_number() -> None:
    tickets = [waiting("T-10", at(9)), waiting("T-9", at(9)), waiting("T-11", at(8))]
    assert numbers(tickets, policy_of("systell")) == ["T-11", "T-9", "T-10"]


def test_a_priority_that_the_desk_has_given_up_comes_last() -> None:
    tickets = [waiting("T-1", at(8), priority="p4"), waiting("T-2", at(9), priority="low")]
    assert numbers(tickets, policy_of("serveurcom")) == ["T-2", "T-1"]


def test_nobody_is_given_what_is_assigned_to_somebody_else() -> None:
    tickets = [waiting("T-1", at(8), assigned_to="bruno"), waiting("T-2", at(9))]
    assert given("amelie", tickets, "systell") == "T-2"


def test_whoever_a_ticket_is_assigned_to_is_given_it() -> None:
    tickets = [waiting("T-1", at(8), assigned_to="bruno"), waiting("T-2", at(9))]
    assert given("bruno", tickets, "systell") == "T-1"


def test_ocm_gives_a_consultant_only_what_they_are_qualified_for() -> None:
    tickets = [waiting("T-1", at(8), kind="cloud"), waiting("T-2", at(9), kind="software")]
    assert given("amelie", tickets, "ocm") == "T-2"
    assert given("denis", tickets, "ocm") == "T-1"


def test_ocm_gives_nothing_to_somebody_who_is_not_approved() -> None:
    assert given("zoe", [waiting("T-1", at(8), kind="cloud")], "ocm") is None


def test_a_specialist_of_a_product_is_not_given_another() -> None:
    more = "services: [Fibre, Voix]\ntechnicians: [{id: amelie, services: [Fibre]}, {id: bruno}]\n"
    policy = compile_policy(one_promise(more=more))
    tickets = [waiting("T-1", at(8), service="Voix"), waiting("T-2", at(9), service="Fibre")]
    found = next_for("amelie", tickets, policy)
    assert found is not None
    assert found.number == "T-2"


def test_where_nothing_waits_nothing_is_next() -> None:
    assert given("amelie", [], "systell") is None


def given(agent: str, tickets: list[Untaken], desk: str) -> str | None:
    found = next_for(agent, tickets, policy_of(desk))
    return None if found is None else found.number
