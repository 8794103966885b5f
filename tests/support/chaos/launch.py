"""Starts a service as ``python -m`` does, on a wall clock that a run can step, and broken on purpose where asked.

``launch.py MODULE``. CHAOS_WALL names a file of eight bytes: seconds (a double) that this process's wall clock is ahead
of the machine's. Its monotonic clock stays what it is, as when somebody sets a machine's clock. CHAOS_BREAK names
defects of ``support.chaos.defects``, with commas. The product has no hook for either, and needs none.
"""

from __future__ import annotations

import datetime as machine
import mmap
import os
import runpy
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main() -> None:
    """See the module."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    module = sys.argv[1]
    sys.argv = sys.argv[:1]
    ahead = _ahead(Path(os.environ["CHAOS_WALL"]))
    _step_time(ahead)
    _step_datetime(ahead)
    if broken := os.environ.get("CHAOS_BREAK"):
        from support.chaos.defects import break_it

        for name in broken.split(","):
            break_it(name, module)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _ahead(file: Path) -> Callable[[], float]:
    with file.open("rb") as content:
        seen = mmap.mmap(content.fileno(), 8, access=mmap.ACCESS_READ)
    return lambda: float(struct.unpack("d", seen)[0])


def _step_time(ahead: Callable[[], float]) -> None:
    """Before anything of the service is imported: some keep ``time.time`` itself."""
    real = time.time

    def stepped() -> float:
        return real() + ahead()

    time.time = stepped


def _step_datetime(ahead: Callable[[], float]) -> None:
    """The one place where the product asks for the date."""
    from vigie.io import clock

    class Stepped(machine.datetime):
        @classmethod
        def now(cls, tz: machine.tzinfo | None = None) -> Any:
            return machine.datetime.now(tz) + machine.timedelta(seconds=ahead())

    clock.datetime = Stepped  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
