"""The services' figures as a table: one line each, what is bad in red."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vigie.io.beats import Beat
from vigie.io.doctor.findings import Finding, lasting
from vigie.io.doctor.life import BEHIND_FAILS, BEHIND_WARNS

# late: within what time 99 of 100 wake-ups came, since the service started
COLUMNS = ("service", "parts", "behind", "outbox", "overdue", "late", "parked", "dead", "mails", "failed")
COLOURS = {"ok": "green", "warn": "yellow", "fail": "bold red"}
_BUCKETS = "wakeup_lateness_seconds_bucket."


def figures_table(figures: Mapping[str, Beat | None]) -> Table:
    """By the name to show, what each says of itself; None: nothing."""
    table = Table(*COLUMNS, box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False, show_edge=False)
    for column in table.columns:
        column.justify, column.no_wrap = "right", True
    table.columns[0].justify = "left"
    for name, beat in figures.items():
        table.add_row(name, *_cells(beat)) if beat else table.add_row(name, Text("?", "bold red"))
    return table


def with_words(*tables: RenderableType, wrong: Iterable[Finding]) -> Group:
    """``tables``, and under them what is wrong, or that nothing is."""
    lines = [
        Text.assemble(
            (f"{one.verdict}  ", COLOURS[one.verdict]), f"{one.check} {one.seen}", (f"  → {one.todo}", "bold")
        )
        for one in wrong
    ]
    return Group(*tables, *(lines or [Text("All is well.", "green")]))


def _cells(beat: Beat) -> list[Text]:
    figure = beat.figure
    records = sum(value for name, value in beat.figures.items() if name.split(".")[0] == "consumer_lag")
    read = "?" if beat.worst("consumer_lag_unknown") else f"{records:.0f}"
    return [
        Text(f"{figure('consumer_partitions'):.0f}"),
        _waiting(read, beat.worst("consumer_lag_seconds")),
        _waiting(f"{figure('outbox_depth'):.0f}", figure("outbox_oldest_seconds")),
        _waiting(f"{figure('wakeups_overdue'):.0f}", figure("wakeups_overdue_oldest_seconds")),
        Text(lateness(beat.figures, 0.99)),
        _bad(figure("parked_streams")),
        _bad(figure("dead_letters")),
        Text(f"{figure('mails.sent'):.0f}" if "mails.sent" in beat.figures else ""),
        _bad(figure("mails.failed")) if "mails.failed" in beat.figures else Text(""),
    ]


def _waiting(count: str, seconds: float) -> Text:
    """How much waits, and for how long where that is worth a word."""
    style = "bold red" if seconds >= BEHIND_FAILS else "yellow" if seconds >= BEHIND_WARNS else ""
    return Text(count + (f" ({lasting(seconds)})" if seconds >= 1 else ""), style)


def _bad(count: float) -> Text:
    return Text(f"{count:.0f}", "yellow" if count else "")


def lateness(figures: Mapping[str, float], share: float) -> str:
    """Within what time that ``share`` of the wake-ups since the start came: ``≤ 50 ms``; "" where there were none."""
    buckets = sorted(
        (float(name.removeprefix(_BUCKETS)), value) for name, value in figures.items() if name.startswith(_BUCKETS)
    )
    if not buckets or not buckets[-1][1]:
        return ""
    limits = [limit for limit, _ in buckets]
    limit = next(limit for limit, value in buckets if value >= share * buckets[-1][1])
    if limit == float("inf"):
        return f"> {limits[-2]:g} s"
    return f"≤ {limit:g} s" if limit >= 1 else f"≤ {limit * 1000:g} ms"
