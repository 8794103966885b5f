"""Where the servers are when nobody says so: a package that starts a stack on this machine can tell, through the entry
point group ``vigie.surroundings``. What the environment says goes before it."""

from __future__ import annotations

import os
from importlib.metadata import entry_points

GROUP = "vigie.surroundings"


def surroundings() -> dict[str, str]:
    """The environment, and under it the settings (``DATABASE_URL``, ``VIGIE_KAFKA`` …) of a stack that runs here."""
    known: dict[str, str] = {}
    for entry in entry_points(group=GROUP):
        known |= entry.load()()
    return known | dict(os.environ)


def database_here() -> str:
    """``DATABASE_URL``, or that of a stack that runs here; empty where there is none."""
    return surroundings().get("DATABASE_URL", "")
