"""The measures of a rolling restart, on records made by hand."""

from __future__ import annotations

from support.chaos.recording import Record
from support.chaos.rolling import delays, silences

TOPICS = ("vigie.tickets.v1", "vigie.sla.v1", "vigie.escalations.v1", "vigie.notifications.v1")


def record(topic: str, at: float, name: str = "", cause: str = "somebody") -> Record:
    headers = (("ce_id", (name or f"{topic} {at}").encode()), ("ce_causationid", cause.encode()))
    return Record(topic, 0, 0, b"ticket", headers, b"{}", at)


def test_a_silence_is_the_longest_time_without_a_record_edges_included() -> None:
    records = [record(topic, at) for topic in TOPICS[:3] for at in (101.0, 102.5, 109.0)]
    assert silences(records, 100.0, 110.0) == {"intake": 6.5, "sla-timer": 6.5, "escalation": 6.5, "notifier": 10.0}


def test_what_was_said_before_and_after_breaks_no_silence() -> None:
    records = [record(topic, at) for topic in TOPICS for at in (99.0, 104.0, 112.0)]
    assert set(silences(records, 100.0, 110.0).values()) == {6.0}


def test_a_delay_is_from_an_event_to_what_it_causes_at_another_service() -> None:
    records = [
        record("vigie.tickets.v1", 100.0, "opened"),
        record("vigie.tickets.v1", 108.0, "replied", cause="opened"),
        record("vigie.sla.v1", 100.5, "learned", cause="opened"),
        record("vigie.sla.v1", 103.0, "started", cause="opened"),
        record("vigie.escalations.v1", 104.0, "raised", cause="started"),
    ]
    assert delays(records, 100.0, 110.0) == {"sla-timer": 3.0, "escalation": 1.0}


def test_what_follows_from_an_earlier_time_is_no_delay_of_this_one() -> None:
    records = [record("vigie.tickets.v1", 90.0, "opened"), record("vigie.sla.v1", 105.0, "learned", cause="opened")]
    assert delays(records, 100.0, 110.0) == {}
