"""How the services are doing, as `vigie status` shows it."""

from __future__ import annotations

from rich.console import Console, RenderableType

from vigie.io.beats import Beat
from vigie.io.doctor.findings import fail
from vigie_local.figures import figures_table, lateness, with_words


def shown(picture: RenderableType, width: int = 80) -> list[str]:
    out = Console(width=width)
    with out.capture() as said:
        out.print(picture)
    return [" ".join(line.split()) for line in said.get().splitlines() if line.strip()]


def beat(**figures: float) -> Beat:
    return Beat("notifier", "1", 0.0, {"consumer_partitions": 12, **figures})


def test_a_service_is_one_line() -> None:
    figures = {"mails.sent": 40.0, "mails.failed": 1.0, "parked_streams": 2.0, "dead_letters": 3.0}
    assert shown(figures_table({"notifier": beat(**figures)}))[-1] == "notifier 12 0 0 0 2 3 40 1"


def test_what_waits_is_told_with_how_long_it_has() -> None:
    figures = {"consumer_lag": 7.0, "consumer_lag_seconds": 130.0, "outbox_depth": 9.0, "outbox_oldest_seconds": 4.2}
    assert shown(figures_table({"escalation": beat(**figures)}))[-1] == "escalation 12 7 (2 min) 9 (4.2 s) 0 0 0"


def test_what_cannot_be_known_is_not_told_as_nothing() -> None:
    figures = {"consumer_lag_unknown": 24.0, "consumer_lag_seconds": 70.0}
    assert shown(figures_table({"escalation": beat(**figures)}))[-1] == "escalation 12 ? (70 s) 0 0 0 0"


def test_the_table_fits_a_terminal_of_eighty_columns() -> None:
    names = ("intake", "sla-timer", "escalation", "notifier")
    assert all("…" not in line for line in shown(figures_table(dict.fromkeys(names, beat())), width=80))


def test_a_service_without_an_answer_is_marked() -> None:
    assert shown(figures_table({"intake": None}))[-1] == "intake ?"


def test_what_is_wrong_is_said_in_words() -> None:
    wrong = [fail("sla-timer", "is down", "vigie logs sla-timer")]
    assert shown(with_words(wrong=wrong)) == ["fail sla-timer is down → vigie logs sla-timer"]


def test_that_nothing_is_wrong_is_said_too() -> None:
    assert shown(with_words(wrong=[])) == ["All is well."]


def test_lateness_is_the_bound_that_ninety_nine_of_a_hundred_keep() -> None:
    buckets = {"0.03": 900.0, "0.05": 990.0, "1.0": 999.0, "+Inf": 1000.0}
    figures = {f"wakeup_lateness_seconds_bucket.{limit}": value for limit, value in buckets.items()}
    assert [lateness(figures, share) for share in (0.9, 0.99, 0.999, 1.0)] == ["≤ 30 ms", "≤ 50 ms", "≤ 1 s", "> 1 s"]


def test_without_wake_ups_there_is_no_lateness() -> None:
    assert lateness({}, 0.99) == ""
