"""How long a service was down, by hand. March 2026 has 743 hours in Paris: on the 29th there are 23."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from support.told import MARCH, POLICIES, did, local, period, ticket
from vigie.contracts.tickets import PriorityChanged, TicketClosed, TicketQualified, TicketReopened, TicketResolved
from vigie_intake.core.figures import Period, Story, report
from vigie_intake.core.figures.availability import Availability, availability

MONDAY = period("2026-03-23", "2026-03-23")


def of(service: str | None, *told: Story, over: Period = MARCH) -> Availability:
    (found,) = [one for one in availability(told, over, ["Téléphonie"]) if one.service == service]
    return found


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def outage(number: str, opened: str, resolved: str | None = None, service: str = "Téléphonie") -> Story:
    events = [] if resolved is None else [did(TicketResolved, resolved)]
    return ticket(number, opened, *events, service=service)


def test_a_service_without_incidents_was_always_there() -> None:
    found = of("Téléphonie")
    assert (found.down, found.available, found.incidents) == (hours(0), Fraction(1), ())


def test_it_is_down_from_the_opening_to_the_resolution() -> None:
    found = of("Téléphonie", outage("T-1", "2026-03-23 09:00", "2026-03-23 15:00"), over=MONDAY)
    assert (found.down, found.length, found.available) == (hours(6), hours(24), Fraction(3, 4))


def test_incidents_that_overlap_are_counted_once() -> None:
    """09:00–12:00, 10:00–11:00 inside it, 11:30–13:00 over its end, 14:00–15:00 apart: five hours."""
    told = [
        outage("T-4", "2026-03-23 14:00", "2026-03-23 15:00"),
        outage("T-1", "2026-03-23 09:00", "2026-03-23 12:00"),
        outage("T-2", "2026-03-23 10:00", "2026-03-23 11:00"),
        outage("T-3", "2026-03-23 11:30", "2026-03-23 13:00"),
    ]
    found = of("Téléphonie", *told, over=MONDAY)
    assert found.down == hours(5)
    assert [(one.number, one.counted) for one in found.incidents] == [
        ("T-1", hours(3)),
        ("T-2", hours(1)),
        ("T-3", hours(1.5)),
        ("T-4", hours(1)),
    ]


def test_what_began_before_the_period_counts_from_its_beginning() -> None:
    found = of("Téléphonie", outage("T-1", "2026-03-22 20:00", "2026-03-23 02:00"), over=MONDAY)
    assert found.down == hours(2)
    assert found.incidents[0].began_at == local("2026-03-22 20:00")


def test_what_ends_after_it_counts_to_its_end() -> None:
    found = of("Téléphonie", outage("T-1", "2026-03-23 22:00", "2026-03-24 04:00"), over=MONDAY)
    assert (found.down, found.incidents[0].ended_at) == (hours(2), None)


def test_what_is_not_resolved_yet_counts_until_now() -> None:
    today = period("2026-03-23", "2026-03-31", now=local("2026-03-23 12:00"))
    found = of("Téléphonie", outage("T-1", "2026-03-23 09:00"), over=today)
    assert (found.down, found.available) == (hours(3), Fraction(3, 4))


def test_what_was_over_before_the_period_does_not_count() -> None:
    assert of("Téléphonie", outage("T-1", "2026-03-22 20:00", "2026-03-22 23:00"), over=MONDAY).incidents == ()


def test_over_the_night_in_which_the_clocks_go_forward_an_hour_is_missing() -> None:
    """Sunday 29: from 01:00 to 04:00 on the wall two hours pass, of 23."""
    sunday = period("2026-03-29", "2026-03-29")
    found = of("Téléphonie", outage("T-1", "2026-03-29 01:00", "2026-03-29 04:00"), over=sunday)
    assert (found.down, found.available) == (hours(2), Fraction(21, 23))


def test_over_the_night_in_which_they_go_back_there_is_one_more() -> None:
    october = period("2026-10-25", "2026-10-25")
    found = of("Téléphonie", outage("T-1", "2026-10-25 01:00", "2026-10-25 04:00"), over=october)
    assert (found.down, found.available) == (hours(4), Fraction(21, 25))


def test_a_month_with_a_time_change_has_the_hours_that_passed() -> None:
    assert of("Téléphonie").length == hours(743)


def test_reopened_it_is_down_again() -> None:
    story = ticket(
        "T-1",
        "2026-03-23 09:00",
        did(TicketResolved, "2026-03-23 10:00"),
        did(TicketReopened, "2026-03-23 11:00", reason="customer"),
        did(TicketClosed, "2026-03-23 12:30", reason="solved"),
        service="Téléphonie",
    )
    found = of("Téléphonie", story, over=MONDAY)
    assert (found.down, len(found.incidents)) == (hours(2.5), 2)


def test_closing_what_was_resolved_changes_nothing() -> None:
    story = ticket(
        "T-1",
        "2026-03-23 09:00",
        did(TicketResolved, "2026-03-23 10:00"),
        did(TicketClosed, "2026-03-23 17:00", reason="solved"),
        service="Téléphonie",
    )
    assert of("Téléphonie", story, over=MONDAY).down == hours(1)


def test_a_lower_priority_says_that_it_is_not_down() -> None:
    story = ticket("T-1", "2026-03-23 09:00", priority="medium", service="Téléphonie")
    assert of("Téléphonie", story, over=MONDAY).down == hours(0)


def test_it_is_down_while_the_ticket_has_the_highest_priority() -> None:
    story = ticket(
        "T-1",
        "2026-03-23 09:00",
        did(PriorityChanged, "2026-03-23 10:00", priority="high"),
        did(PriorityChanged, "2026-03-23 13:00", priority="low"),
        priority="medium",
        service="Téléphonie",
    )
    assert of("Téléphonie", story, over=MONDAY).down == hours(3)


def test_a_service_is_the_one_that_was_found_out() -> None:
    story = ticket(
        "T-1",
        "2026-03-23 09:00",
        did(TicketQualified, "2026-03-23 10:00", kind="technical", service="Fibre"),
        did(TicketResolved, "2026-03-23 11:00"),
        service="Téléphonie",
    )
    assert of("Fibre", story, over=MONDAY).down == hours(2)
    assert of("Téléphonie", story, over=MONDAY).down == hours(0)


def test_where_there_is_but_one_priority_no_ticket_says_that_a_service_is_down() -> None:
    question = ticket("T-1", "2026-03-23 09:00", desk="systell", priority="normal", service="Aide à l’utilisation")
    assert availability([question], MONDAY, ()) == ()
    assert report(POLICIES.version("systell", 1), [question], [], MONDAY).services == ()


def test_tickets_that_name_no_service_stand_apart() -> None:
    assert of(None, ticket("T-1", "2026-03-23 20:00"), over=MONDAY).down == hours(4)
