"""This machine's disks, as far as they are Vigie's: the attachments."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from vigie.io.doctor.findings import Finding, fail, ok, warn

SCARCE, NEARLY_NONE = 2_000_000_000, 500_000_000
"""Bytes free."""


def check_attachments(url: str | None) -> Finding:
    """Whether files can be kept: one is written and taken away again."""
    check = "attachments"
    if url is None:
        return warn(check, "VIGIE_ATTACHMENTS is not set here: not looked at", "ask again with intake's own settings")
    parts = urlsplit(url)
    if parts.scheme != "file":
        return ok(check, f"are kept in {parts.scheme}://{parts.netloc}, which is not looked at from here")
    folder = existing(Path(unquote(parts.path)))
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"vigie doctor")
            file.flush()
    except OSError as error:
        todo = f"make {unquote(parts.path)} writable for intake's user, or set VIGIE_ATTACHMENTS"
        return fail(check, f"{folder} cannot be written: {error.strerror}", todo)
    return ok(check, f"{folder} can be written")


def check_space(folder: Path) -> Finding:
    """Whether the disk of ``folder`` has room."""
    return judge_space(existing(folder), shutil.disk_usage(existing(folder)).free)


def judge_space(folder: Path, free: int) -> Finding:
    """``free``: bytes where ``folder`` is."""
    seen = f"{free / 1e9:.1f} GB free where {folder} is"
    if free < NEARLY_NONE:
        return fail("disk", seen, "make room now: a full disk stops PostgreSQL and Kafka")
    return warn("disk", seen, "make room") if free < SCARCE else ok("disk", seen)


def existing(folder: Path) -> Path:
    """``folder``, or what is there of the way to it: it is made when first needed."""
    return next(one for one in (folder, *folder.parents) if one.exists())
