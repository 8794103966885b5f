"""Fixtures that every test may ask for, each explained where it is defined; how tests are run and errors printed."""

from __future__ import annotations

from typing import Any

import pytest
import structlog

from support.migrated import migrated
from support.stack import database, stack
from support.workers import ByFile

__all__ = ["database", "migrated", "stack"]

# structlog's own way to print an error prints all that each frame knows, policies too: ten seconds for one error.
_to_console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _to_console])


@pytest.hookimpl(optionalhook=True)  # who runs pytest without xdist has no workers
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)
