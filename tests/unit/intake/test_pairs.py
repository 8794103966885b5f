"""Two tickets about one matter, and tickets that have to do with each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from support.scenario import given
from unit.intake.histories import ABOUT, CLOSED, INTAKE, JEANNE, OPENED, RESOLVED, TICKET, at, opened
from vigie.contracts.requests import ReplyReceived
from vigie.contracts.tickets import (
    AskedToo,
    DuplicateMerged,
    OtherTicket,
    TicketClosed,
    TicketLinked,
)
from vigie.decider import Elsewhere
from vigie_intake.core import commands as do
from vigie_intake.core import refusals
from vigie_intake.core.pairs import SEEN_FROM_THERE

NOW = at("22:50")
SURVIVOR = OtherTicket(ticket_id=UUID(int=2), number="T-1017")
THIRD = OtherTicket(ticket_id=UUID(int=3), number="T-1018")
MERGED = TicketClosed(**ABOUT, closed_at=NOW, closed_by="agent", reason="duplicate", duplicate_of=SURVIVOR)
TAKEN_IN = DuplicateMerged(
    **ABOUT, merged_at=NOW, merged_by="agent", duplicate=SURVIVOR, personal=AskedToo(contacts=(JEANNE,))
)


def counterpart(of: OtherTicket, **changes: Any) -> do.Counterpart:
    return do.Counterpart(**{**of.model_dump(), "desk": "serveurcom", "customer": "acme", **changes})


def merge(into: OtherTicket = SURVIVOR, **changes: Any) -> do.Merge:
    return do.Merge(at=NOW, into=counterpart(into, **changes))


def take(duplicate: OtherTicket = SURVIVOR) -> do.TakeDuplicate:
    return do.TakeDuplicate(at=NOW, duplicate=counterpart(duplicate), contacts=(JEANNE,))


def link(relation: Any = "research", to: OtherTicket | None = None, reference: str | None = None) -> do.Link:
    return do.Link(at=NOW, relation=relation, to=to, reference=reference)


def problem(command: do.Merge | do.Link) -> tuple[str, str]:
    with pytest.raises(refusals.Invalid) as refused:
        given(INTAKE.decider, OPENED).when(command).events()
    [wrong] = refused.value.fields
    return wrong.field, wrong.problem


def test_a_duplicate_is_closed_and_names_the_ticket_that_goes_on() -> None:
    given(INTAKE.decider, OPENED).when(merge()).then(MERGED)


def test_the_ticket_that_goes_on_says_whose_duplicate_it_took() -> None:
    given(INTAKE.decider, OPENED).when(take()).then(TAKEN_IN)


def test_merging_again_is_a_repeat_on_both_sides() -> None:
    given(INTAKE.decider, OPENED, MERGED).when(merge()).then_nothing()
    given(INTAKE.decider, OPENED, TAKEN_IN).when(take()).then_nothing()
    given(INTAKE.decider, OPENED, TAKEN_IN, CLOSED).when(take()).then_nothing()


def test_a_duplicate_of_one_ticket_is_not_merged_into_another() -> None:
    with pytest.raises(refusals.TicketIsDuplicate) as refused:
        given(INTAKE.decider, OPENED, MERGED).when(merge(THIRD)).events()
    assert refused.value.of == SURVIVOR


def test_nothing_is_merged_into_a_duplicate_which_says_whose_it_is() -> None:
    with pytest.raises(refusals.OtherTicketIsDuplicate) as refused:
        given(INTAKE.decider, OPENED, MERGED).when(take(THIRD)).events()
    assert refused.value.of == SURVIVOR


def test_two_tickets_cannot_be_duplicates_of_each_other() -> None:
    """A into B, then B into A: what A would have to take is refused, so nothing happens to B either."""
    given(INTAKE.decider, OPENED, MERGED).when(take()).then_refused(refusals.OtherTicketIsDuplicate)


def test_nothing_is_merged_into_a_closed_ticket_but_into_a_resolved_one() -> None:
    given(INTAKE.decider, OPENED, CLOSED).when(take()).then_refused(refusals.OtherTicketClosed)
    given(INTAKE.decider, OPENED, RESOLVED).when(take()).then(TAKEN_IN)


def test_a_closed_ticket_is_not_merged() -> None:
    given(INTAKE.decider, OPENED, CLOSED).when(merge()).then_refused(refusals.TicketClosed)


def test_a_ticket_is_no_duplicate_of_itself_nor_of_one_of_another_desk_or_customer() -> None:
    assert problem(merge(OtherTicket(ticket_id=TICKET, number="T-1001"))) == ("into", "is this ticket itself")
    assert problem(merge(desk="ocm")) == ("into", "is a ticket of another desk")
    assert problem(merge(customer="umbrella")) == ("into", "is a ticket of another customer")


def test_whose_customer_is_not_known_may_be_anybodys_duplicate() -> None:
    given(INTAKE.decider, OPENED).when(merge(customer=None)).then(MERGED)
    given(INTAKE.decider, opened(customer=None)).when(merge()).then(MERGED)


@pytest.mark.parametrize(
    "said",
    [
        do.CustomerReply(at=NOW, text="Le 400"),
        do.ReceiveFiles(at=NOW),
        do.OnCallMessage(at=NOW),
        do.Reopen(at=NOW, agent=None),
        do.HearMessage(NOW, NOW, TICKET, ReplyReceived(number="T-1001", text="Le 400")),
    ],
    ids=lambda said: type(said).__name__,
)
def test_what_a_customer_says_of_a_duplicate_is_for_the_ticket_that_goes_on(said: Any) -> None:
    with pytest.raises(Elsewhere) as elsewhere:
        given(INTAKE.decider, OPENED, MERGED).when(said).events()
    assert elsewhere.value.key == SURVIVOR.ticket_id


@pytest.mark.parametrize("deed", [do.Reopen(at=NOW), do.Reply(at=NOW), do.AcceptPrice(at=NOW, agent=None)], ids=str)
def test_a_duplicate_stays_closed_whoever_asks(deed: Any) -> None:
    given(INTAKE.decider, OPENED, MERGED).when(deed).then_refused(refusals.TicketIsDuplicate)


def test_a_link_to_another_ticket_is_said_once() -> None:
    linked = TicketLinked(**ABOUT, linked_at=NOW, linked_by="agent", relation="research", to=SURVIVOR)
    given(INTAKE.decider, OPENED).when(link(to=SURVIVOR)).then(linked).when(link(to=SURVIVOR)).then_nothing()


def test_a_link_to_another_systems_case_is_said_once() -> None:
    linked = TicketLinked(**ABOUT, linked_at=NOW, linked_by="agent", relation="research", reference="RD-118")
    given(INTAKE.decider, OPENED).when(link(reference="RD-118")).then(linked).when(
        link(reference="RD-118")
    ).then_nothing()


def test_a_link_has_one_other_end_that_is_not_this_one() -> None:
    neither_nor_both = ("to", "is required, or reference; not both")
    assert problem(link()) == neither_nor_both
    assert problem(link(to=SURVIVOR, reference="RD-118")) == neither_nor_both
    assert problem(link(to=OtherTicket(ticket_id=TICKET, number="T-1001"))) == ("to", "is this ticket itself")


def test_a_link_seen_from_there_and_back_again_is_the_same() -> None:
    assert SEEN_FROM_THERE == {"research": "origin", "origin": "research", "related": "related"}
