"""``python -m vigie_…``: a service as a process, from its environment to its exit code.

0: asked to stop (SIGTERM, Ctrl-C). 1: it cannot go on, one line says why. 2: settings or policies must be corrected.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from typing import Final

import asyncpg
import structlog
import uvloop

from vigie.io.http import AddressTaken
from vigie.io.migrations import EditedMigration, MissingMigration
from vigie.io.patience import Stopped
from vigie.io.service import Parts, TaskDied, running
from vigie.io.settings import Settings, WrongSettings, read_settings
from vigie.io.telemetry import configure
from vigie.io.topics import WrongTopic
from vigie.policy import BadPolicy

_HOPELESS: Final = (AddressTaken, EditedMigration, MissingMigration, WrongTopic, TaskDied, asyncpg.PostgresError)
"""What neither waiting nor another try cures."""

log = structlog.get_logger(__name__)


def serve(parts: Parts, settings: type[Settings] = Settings) -> int:
    """Run the service until it is asked to stop; the exit code."""
    try:
        given = read_settings(settings)
    except WrongSettings as wrong:
        return _say(f"{parts.name}: {wrong}", 2)
    try:
        configure(service=parts.name, replica=given.replica, level=given.log_level)
        _collect_seldom()
        uvloop.run(_until_stopped(parts, given))
    except (BadPolicy, WrongSettings) as bad:
        return _say(str(bad), 2)
    except Stopped:
        return 0
    except _HOPELESS as error:
        log.error("service_ended", reason=str(error), error=type(error).__name__)
        return 1
    return 0


async def _until_stopped(parts: Parts, settings: Settings) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        stopping.set()
        loop.call_later(settings.stop_within, _cut_off)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    async with running(parts, settings, stopping) as service:
        await service.ended()
        log.info("stopping")


def _cut_off() -> None:
    """Something waits for a server that is away, as clients of Kafka do for ever. What counts is committed, and what
    was in hand is done again, as after a kill -9."""
    log.warning("cut_off")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _collect_seldom() -> None:
    """A batch keeps all that it makes until it is committed, and makes few cycles: looked through every 700 objects,
    as is Python's habit, a tenth of the time goes into finding nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _say(text: str, code: int) -> int:
    sys.stderr.write(text + "\n")
    return code
