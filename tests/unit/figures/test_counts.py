"""How many came and went, by hand. March 2026; 2026-03-23 is a Monday."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from support.told import MARCH, did, local, only, ticket
from vigie.contracts.tickets import (
    ArrivedOnSite,
    BugDeclared,
    ContactAttempted,
    ExchangeOrdered,
    InterventionEnded,
    PriorityChanged,
    RepairFinished,
    RepairOrdered,
    RequestRefused,
    TicketClosed,
    TicketQualified,
    TicketReopened,
    TicketResolved,
)
from vigie_intake.core.figures.counts import Backlog, Count, Tickets, backlog, refusals, tickets, work


def test_tickets_are_counted_by_what_they_were_when_it_happened() -> None:
    told = [
        ticket(
            "T-1",
            "2026-03-02 09:00",
            did(PriorityChanged, "2026-03-02 10:00", priority="medium"),
            did(TicketClosed, "2026-03-03 09:00", reason="solved"),
        ),
        ticket("T-2", "2026-03-02 09:00", priority="medium"),
    ]
    assert tickets(told, MARCH) == (
        Tickets("technical", "high", opened=1, closed=0, reopened=0),
        Tickets("technical", "medium", opened=1, closed=1, reopened=0),
    )


def test_a_ticket_that_is_closed_twice_counts_twice() -> None:
    story = ticket(
        "T-1",
        "2026-03-02 09:00",
        did(TicketClosed, "2026-03-03 09:00", reason="solved"),
        did(TicketReopened, "2026-03-04 09:00", reason="customer"),
        did(TicketClosed, "2026-03-05 09:00", reason="solved"),
    )
    assert tickets([story], MARCH) == (Tickets("technical", "high", opened=1, closed=2, reopened=1),)


def test_what_happened_outside_the_period_is_not_counted() -> None:
    story = ticket(
        "T-1",
        "2026-02-28 23:59",
        did(TicketClosed, "2026-03-01 00:00", reason="solved"),
        did(TicketReopened, "2026-04-01 00:00", reason="customer"),
    )
    assert tickets([story], MARCH) == (Tickets("technical", "high", opened=0, closed=1, reopened=0),)


def test_a_kind_counts_once_it_is_understood() -> None:
    story = ticket(
        "T-1",
        "2026-03-02 09:00",
        did(TicketQualified, "2026-03-02 09:10", kind="commercial"),
        did(TicketClosed, "2026-03-02 09:30", reason="solved"),
    )
    assert only(tickets([story], MARCH), kind="commercial").closed == 1
    assert only(tickets([story], MARCH), kind="technical").closed == 0


def test_what_is_left_over_is_neither_resolved_nor_closed() -> None:
    told = [
        ticket("T-1", "2026-02-10 09:00"),
        ticket("T-2", "2026-02-10 09:00", did(TicketResolved, "2026-03-10 09:00")),
        ticket("T-3", "2026-02-10 09:00", did(TicketResolved, "2026-02-11 09:00")),
        ticket("T-4", "2026-03-10 09:00"),
        ticket("T-5", "2026-04-01 00:00"),
    ]
    assert backlog(told, MARCH) == Backlog(at_start=2, at_end=2)


def test_work_is_counted_by_what_was_done() -> None:
    story = ticket(
        "T-1",
        "2026-03-02 09:00",
        did(ContactAttempted, "2026-03-02 09:10", outcome="voicemail"),
        did(ContactAttempted, "2026-03-02 09:20", outcome="reached"),
        did(InterventionEnded, "2026-03-02 09:30", mode="remote", outcome="unresolved"),
        did(ArrivedOnSite, "2026-03-03 09:00"),
        did(ExchangeOrdered, "2026-03-03 10:00"),
        did(ExchangeOrdered, "2026-03-03 11:00"),
        did(RepairOrdered, "2026-03-03 10:00"),
        did(RepairFinished, "2026-03-05 10:00", outcome="repaired"),
        did(RepairFinished, "2026-03-05 11:00", outcome="irreparable"),
        did(BugDeclared, "2026-04-02 09:00"),
    )
    assert {one.name: one.count for one in work([story], MARCH)} == {
        "interventions_solved": 0,
        "interventions_unresolved": 1,
        "customers_reached": 1,
        "customers_not_reached": 1,
        "visits_planned": 0,
        "visits": 1,
        "exchanges": 2,
        "repairs": 1,
        "bugs": 0,
        "workarounds": 0,
        "fixes": 0,
    }


def refused(at: datetime, reason: str) -> RequestRefused:
    return RequestRefused.model_validate({"request_id": UUID(int=1), "desk": "ocm", "refused_at": at, "reason": reason})


def test_refusals_are_counted_by_reason_the_most_frequent_first() -> None:
    march, april = local("2026-03-02 09:00"), datetime(2026, 4, 2, tzinfo=UTC)
    events = [refused(march, "audit_not_accepted"), refused(march, "user_not_trained"), refused(april, "out_of_scope")]
    events += [refused(march, "user_not_trained")]
    assert refusals(events, MARCH) == (Count("user_not_trained", 2), Count("audit_not_accepted", 1))
