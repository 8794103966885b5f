"""Servers of one's own are asked whether they are there, before four services wait for them in vain."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from vigie_local.errors import StackError

DEFAULT_PORTS = {"DATABASE_URL": 5432, "VIGIE_KAFKA": 9092, "VIGIE_SMTP": 25}
WITHIN = 5.0
"""Seconds for a server to accept a connection."""


def check_own_servers(environ: Mapping[str, str] = os.environ) -> None:
    """Raise StackError for the first setting that names servers none of which can be reached."""
    for setting, port in DEFAULT_PORTS.items():
        places = _places(environ.get(setting, ""), port)
        problems = [problem for place in places if (problem := _problem(*place))]
        if places and len(problems) == len(places):
            raise StackError(f"{setting} names a server that cannot be reached: {'; '.join(problems)}.")


def _places(setting: str, port: int) -> list[tuple[str, int]]:
    """Hosts and ports that can be tried; none for a socket in the file system or what cannot be read here."""
    found = []
    for one in (urlsplit(setting).netloc.rpartition("@")[2] if "://" in setting else setting).split(","):
        try:
            parts = urlsplit(f"//{one}")
            host, named = parts.hostname, parts.port
        except ValueError:
            continue
        if host:
            found.append((host, named or port))
    return found


def _problem(host: str, port: int) -> str | None:
    try:
        socket.create_connection((host, port), timeout=WITHIN).close()
    except OSError as error:
        return f"{host}:{port} ({error.strerror or error})"
    return None
