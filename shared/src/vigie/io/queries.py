"""SQL by name: each file of ``sql/`` holds statements under ``-- name: …``, with a comment saying what they mean."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_NAMED = re.compile(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)


@cache
def queries(file: str, package: str = "vigie.io") -> dict[str, str]:
    """The statements of ``sql/<file>.sql`` in ``package``, by name."""
    text = (files(package) / "sql" / f"{file}.sql").read_text(encoding="utf-8")
    return {name: statement.strip() for name, statement in _NAMED.findall(text)}
