"""Who of a desk takes which tickets, and what the shipped desks say of the order of work."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.policy_files import one_promise
from vigie.policy import Policy, compile_policy, load_policies

POLICIES = load_policies(Path(__file__).parents[3] / "policies")

SPECIALISTS = """\
services: [Fibre, Voix]
technicians:
  - {id: amelie, services: [Fibre]}
  - {id: bruno}
"""


def desk(more: str = "") -> Policy:
    return compile_policy(one_promise(more=more))


def test_where_nobody_is_listed_everybody_takes_everything() -> None:
    assert desk().qualified("anybody", "technical", "Fibre")


def test_a_specialist_takes_what_they_are_qualified_for() -> None:
    assert desk(SPECIALISTS).qualified("amelie", "technical", "Fibre")


def test_a_specialist_takes_nothing_else() -> None:
    assert not desk(SPECIALISTS).qualified("amelie", "technical", "Voix")


def test_a_specialist_may_find_out_what_a_ticket_is_about() -> None:
    assert desk(SPECIALISTS).qualified("amelie", "technical", None)


def test_whoever_is_listed_without_limits_takes_everything() -> None:
    assert desk(SPECIALISTS).qualified("bruno", "technical", "Voix")


def test_where_some_are_listed_nobody_else_takes_anything() -> None:
    assert not desk(SPECIALISTS).qualified("claire", "technical", None)


def test_ocm_gives_each_hotline_to_its_own_consultants() -> None:
    ocm = POLICIES.latest("ocm")
    assert ocm is not None
    takers = {kind: [one for one in ocm.technicians if ocm.qualified(one, kind, None)] for kind in ocm.kinds}
    assert takers == {
        "software": ["amelie", "denis"],
        "cloud": ["bruno", "denis"],
        "commercial": ["claire"],
        "administrative": ["claire"],
    }


@pytest.mark.parametrize(
    ("desk", "order"),
    [
        ("civ", ("opened",)),
        ("esii", ("maintained", "kind", "priority", "deadline")),
        ("ocm", ("opened",)),
        ("serveurcom", ("priority", "deadline")),
        ("systell", ("opened",)),
    ],
)
def test_each_desk_works_in_the_order_of_its_procedure(desk: str, order: tuple[str, ...]) -> None:
    policy = POLICIES.latest(desk)
    assert policy is not None
    assert policy.queue == order


def test_a_desk_that_says_nothing_takes_the_oldest_first() -> None:
    assert desk().queue == ("opened",)
