"""The log files: one a process, appended to by the process itself, so that nothing is lost when the supervisor dies.

A file that has grown too large is copied to `NAME.log.1` and emptied; its writer goes on at the new end (it appends).
A few lines written in between may be lost, which a log on a developer's machine can bear.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import deque
from collections.abc import Iterator

from vigie_local.home import Home

LARGE = 10_000_000
KEPT = 3
FULL = 1_000_000
"""Bytes left on a disk on which even the reason of a failure may not have found room."""


def rotate_large(home: Home, large: int = LARGE) -> None:
    """Move aside whatever is larger than `large` bytes; the newest KEPT copies stay."""
    for log in home.logs.glob("*.log"):
        if log.stat().st_size <= large:
            continue
        for number in range(KEPT - 1, 0, -1):
            if (older := log.with_suffix(f".log.{number}")).exists():
                older.replace(log.with_suffix(f".log.{number + 1}"))
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def tail(home: Home, name: str, lines: int) -> list[str]:
    """The last lines of a process's log; none when it never ran."""
    if not (log := home.log(name)).exists():
        return []
    with log.open(errors="replace") as file:
        return [line.rstrip("\n") for line in deque(file, maxlen=lines)]


def follow(home: Home, name: str) -> Iterator[str]:
    """What is written from now on, for ever; an emptied file is read from its start."""
    log = home.log(name)
    with log.open(errors="replace") as file:
        file.seek(0, os.SEEK_END)
        while True:
            if line := file.readline():
                yield line.rstrip("\n")
                continue
            if log.stat().st_size < file.tell():
                file.seek(0)
            time.sleep(0.2)


def last_words(home: Home, name: str) -> str:
    """The line that tells best why a process ended: a full disk before all, else its last one."""
    lines = [line.strip() for line in tail(home, name, 200) if line.strip()]
    if any("No space left on device" in line for line in lines) or shutil.disk_usage(home.root).free < FULL:
        return f"the disk that holds {home.root} is full"
    return lines[-1] if lines else "it wrote nothing to its log"
