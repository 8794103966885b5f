"""How fast Vigie is on this machine, between real servers: `python tests/bench/bench_pipeline.py [NAME …]`.

Every measurement has servers of its own and says which services ran; each service is one process. Beside them stands
what the machine itself can do in the same run. Mails go to a server of ours that counts them. Prints a table and, with
``--json FILE``, writes the figures; nothing here fails for being slow. ``steady`` takes half an hour and is run only
when it is named.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.bench import measurements
from support.bench.floor import floor
from support.bench.site import site


class Measurement(NamedTuple):
    """One row of the report."""

    what: str
    runs: str
    wanted: str
    measure: Callable[[], Awaitable[dict[str, Any]]]


MEASUREMENTS: Final = {
    "requests": Measurement("requests topic → tickets topic", "intake", "≥ 6000/s", measurements.requests_to_tickets),
    "posts": Measurement(
        "durable POST /v1/tickets, 16 connections", "intake", "≥ 1200/s, p99 ≤ 60 ms", measurements.durable_posts
    ),
    "lateness": Measurement(
        "due → DeadlineMissed in Kafka, 200/s, 1 million pending",
        "intake, sla-timer",
        "p50 ≤ 30 ms, p99 ≤ 60 ms",
        measurements.lateness,
    ),
    "mails": Measurement("due → mail accepted by SMTP, 50/s", "all four", "p99 ≤ 500 ms", measurements.mails),
    "overdue": Measurement(
        "10000 overdue at once → last EscalationRaised in Kafka",
        "intake, sla-timer, escalation",
        "≥ 4000/s",
        measurements.everything_overdue,
    ),
    "steady": Measurement("half an hour at 300 requests/s", "all four", "flat", measurements.steady),
}
ORDINARY: Final = [name for name in MEASUREMENTS if name != "steady"]


def machine() -> dict[str, str | int | None]:
    """What it was measured on."""
    return {"cpus": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}


async def floor_here() -> dict[str, int]:
    """What the machine can do, on servers of its own."""
    with site() as there:
        return await floor(there.stack)


async def measure(names: list[str]) -> dict[str, Any]:
    """All of it, one after the other."""
    report: dict[str, Any] = {"machine": machine(), "floor_per_second": await floor_here(), "measurements": {}}
    print(json.dumps({"machine": report["machine"], "floor_per_second": report["floor_per_second"]}), flush=True)
    for name in names:
        one = MEASUREMENTS[name]
        figures = await one.measure()
        report["measurements"][name] = {"what": one.what, "runs": one.runs, "wanted": one.wanted, **figures}
        print(f"{one.what} [{one.runs}]; wanted: {one.wanted}\n    {json.dumps(figures)}", flush=True)
    return report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", choices=[*MEASUREMENTS, []], metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    given = parser.parse_args()
    measured = asyncio.run(measure(given.names or ORDINARY))
    if given.json is not None:
        given.json.write_text(json.dumps(measured, indent=2, ensure_ascii=False) + "\n")
