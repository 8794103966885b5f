"""One supervisor a data folder: an advisory lock that the kernel releases whatever way its holder ends."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from vigie_local.home import Home

TRIES = 6


class AlreadyUpError(Exception):
    """Another process holds the data folder."""


@contextmanager
def held(home: Home) -> Iterator[None]:
    """Hold the folder. Raises AlreadyUpError when another does; `is_held` looking in at this moment is no other."""
    with home.lock.open("a") as file:
        for left in range(TRIES, 0, -1):
            if _taken(file, fcntl.LOCK_EX):
                break
            if left == 1:
                raise AlreadyUpError
            time.sleep(0.05)
        yield


def is_held(home: Home) -> bool:
    """Whether somebody holds the folder now."""
    if not home.lock.exists():
        return False
    with home.lock.open("a") as file:
        return not _taken(file, fcntl.LOCK_SH)


def _taken(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
